#!/usr/bin/env bash
# Writes every lock of this folder anew. Usage: requirements/lock.sh UV PYTHON3.10
set -euo pipefail
cd "$(dirname "$0")"
lock() { "$1" pip compile -q --python "$2" --generate-hashes --no-emit-index-url --no-header "${@:3}"; }
lock "$1" "$2" uv.in -o uv.txt
lock "$1" "$2" --override overrides.txt run.in -o run.txt
lock "$1" "$2" --override overrides.txt dev.in -o dev.txt
lock "$1" "$2" --override encoder-overrides.txt encoder.in -o encoder.txt
