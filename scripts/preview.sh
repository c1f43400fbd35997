#!/usr/bin/env bash
# Previews stacks and prints one review of them all, in Markdown.
#
#   scripts/preview.sh STACK...
#
# Ends with 0, or with Pulumi's code if a preview failed; the review says which one.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
if [[ $# -eq 0 ]]; then
    echo "usage: scripts/preview.sh STACK..." >&2
    exit 2
fi

umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

status=0
previews=()
for stack in "$@"; do
    preview="$folder/${stack//\//-}.json"
    previews+=("$preview")
    # The stream names unchanged resources and the stack's outputs too; the single document leaves them out.
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true \
        pulumi preview --stack "$stack" --non-interactive --json >"$preview" || status=$?
done
python -m zoho_adobe review --markdown "${previews[@]}"
exit "$status"
