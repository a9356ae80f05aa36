#!/usr/bin/env bash
# `rasa data validate`, where a warning of any kind is a failure. Rasa's own option misses some of them.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
log=build/validate.log

if ! .venv/bin/python -m bot.cli.rasa_tool data validate --fail-on-warnings \
    --domain domain.yml --data data --config config.yml >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "rasa data validate failed; everything it said: $log" >&2
    exit 1
fi
# What the locked libraries say about their own future is no warning about the data.
if grep -nE 'WARNING|ERROR|Warning:' "$log" | grep -vE 'DeprecationWarning|FutureWarning|MovedIn20Warning' >&2; then
    echo "rasa data validate warns (the lines above, from $log): a warning is a failure here." >&2
    exit 1
fi
echo "Data: valid, without a warning."
