#!/usr/bin/env bash
# Compares a stack's state with what exists at Adobe, changes neither, and prints a review of the differences.
#
#   scripts/drift.sh STACK
#
# Ends with 0 if there are none, with 7 if there are (Pulumi's own code for changes that were not expected), and with
# any other code of Pulumi's, or 1, if the comparison failed or its result is not whole.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
if [[ $# -ne 1 ]]; then
    echo "usage: scripts/drift.sh STACK" >&2
    exit 2
fi
stack=$1

umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
found="$folder/${stack//\//-}.json"

status=0
# With the program, so that today's credentials are used and not those of the last update.
pulumi refresh --stack "$stack" --non-interactive --preview-only --run-program --expect-no-changes --json \
    >"$found" || status=$?
words=("$found")
if [[ $status -ne 0 && $status -ne 7 ]]; then
    words+=(--failed "$found")
fi
reviewed=0
python -m zoho_adobe review --drift --markdown "${words[@]}" || reviewed=$?
if [[ $reviewed -ne 0 && ($status -eq 0 || $status -eq 7) ]]; then
    exit "$reviewed"
fi
exit "$status"
