#!/usr/bin/env bash
# Plays tests/stories against the trained model. Rasa calls an empty folder a success; this does not.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/results
log=build/story-tests.log

count=$(cat tests/stories/*.yml 2>/dev/null | grep -cE '^ *- *story:' || true)
if ((count == 0)); then
    echo "tests/stories holds no stories (test_<topic>.yml): nothing would be tested." >&2
    exit 1
fi
echo "Playing $count stories …"
if ! .venv/bin/python -m bot.cli.rasa_tool test core --model models/lip-twitch-guide.tar.gz \
    --stories tests/stories --e2e --fail-on-prediction-errors --out build/results >"$log" 2>&1; then
    tr '\r' '\n' <"$log" | grep -v '^Process\|^ *$' | tail -n 15 >&2
    echo "Stories failed: build/results/failed_test_stories.yml, everything: $log" >&2
    exit 1
fi
echo "Stories: $count played, none failed."
