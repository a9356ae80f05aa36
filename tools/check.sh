#!/usr/bin/env bash
# Everything CI runs, in this order; the first failure ends it. `.venv` must exist (`make test` sees to it).
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ ${CI:-} == true ]]; then export NO_COLOR=1 TERM=dumb; fi
started=$SECONDS

step() {
    echo
    echo "== $1 ($((SECONDS - started)) s)"
}

step "System packages for the tests"
tools/services.sh
step "Lint"
.venv/bin/ruff check .
.venv/bin/ruff format --check .
step "Types"
.venv/bin/mypy
step "Training data"
tools/validate_data.sh
step "Model"
.venv/bin/python -m bot train
step "Story tests"
tools/story_tests.sh
step "Unit tests"
.venv/bin/python -m pytest
step "Everything passed"
