#!/usr/bin/env bash
# Updates a stack from a plan that is made here and now: what the printed review says is what happens, or nothing.
#
#   scripts/up.sh [--checkpoints] STACK
#
# Pulumi writes the whole state after each step, which takes most of the time of a large update. Where such an update can
# be run again after it was killed, the state is written once, at the end; a line says so. --checkpoints writes it after
# each step in any case.
#
# If APPROVED_REVIEW is set, it is the SHA-256 of the review that somebody approved, and any other review is refused
# with code 4. The plan's secrets are encrypted, and it never leaves the temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
if [[ ${1:-} == --checkpoints ]]; then
    export PULUMI_SKIP_CHECKPOINTS=false
    shift
fi
if [[ $# -ne 1 ]]; then
    echo "usage: scripts/up.sh [--checkpoints] STACK" >&2
    exit 2
fi
stack=$1
# The engine's own choice, four for each core, leaves it waiting for Adobe most of the time.
export PULUMI_PARALLEL=${PULUMI_PARALLEL:-64}

umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
preview="$folder/${stack//\//-}.json"

status=0
PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true \
    pulumi preview --stack "$stack" --non-interactive --json --save-plan "$folder/plan.json" >"$preview" || status=$?
words=("$preview")
if [[ $status -ne 0 ]]; then
    words+=(--failed "$preview")
fi
reviewed=0
python -m zoho_adobe review --markdown "${words[@]}" >"$folder/review.md" || reviewed=$?
cat "$folder/review.md"
if [[ $status -ne 0 || $reviewed -ne 0 ]]; then
    exit "$((status != 0 ? status : reviewed))"
fi

made=$(python -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())' <"$folder/review.md")
if [[ -n ${APPROVED_REVIEW:-} && $APPROVED_REVIEW != "$made" ]]; then
    echo "error: this is not the review that was approved: something changed since. Nothing was updated." >&2
    exit 4
fi
if [[ -z ${PULUMI_SKIP_CHECKPOINTS:-} ]] && python -m zoho_adobe checkpoints "$preview" >&2; then
    export PULUMI_SKIP_CHECKPOINTS=true
fi
pulumi up --stack "$stack" --non-interactive --yes --skip-preview --plan "$folder/plan.json" >&2
