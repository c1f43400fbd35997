#!/usr/bin/env bash
# Previews stacks and prints one review of them all, in Markdown.
#
#   scripts/preview.sh STACK...
#
# Ends with 0, with Pulumi's code if a preview failed, or with 1 if one is not whole; the review says which one.
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
words=()
for stack in "$@"; do
    # A folder of its own: the stacks a/b-c and a-b/c have one file name.
    preview="$folder/${#words[@]}/${stack//\//-}.json"
    mkdir "${preview%/*}"
    words+=("$preview")
    code=0
    # The stream names unchanged resources and the stack's outputs too; the single document leaves them out.
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true \
        pulumi preview --stack "$stack" --non-interactive --json >"$preview" || code=$?
    if [[ $code -ne 0 ]]; then
        status=$code
        words+=(--failed "$preview")
    fi
done
reviewed=0
python -m zoho_adobe review --markdown "${words[@]}" || reviewed=$?
exit "$((status != 0 ? status : reviewed))"
