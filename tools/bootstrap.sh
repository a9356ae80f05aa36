#!/usr/bin/env bash
# Makes one environment from one lock. Needs python3, pip and a package index; finds or fetches the rest.
#   tools/bootstrap.sh venv                  -> .venv with the bot in it (requirements/dev.txt)
#   tools/bootstrap.sh encoder               -> build/encoder-venv (requirements/encoder.txt)
#   tools/bootstrap.sh uv | python           -> only these; `python` prints the interpreter's path
set -euo pipefail
cd "$(dirname "$0")/.."

UV=.tools/bin/uv

fail() {
    echo "$*" >&2
    exit 2
}

# What pip is configured to use (a mirror, a proxy's certificate) holds for uv too, which reads no pip.conf.
follow_pip_configuration() {
    local key value
    while IFS='=' read -r key value; do
        value=${value#\'} value=${value%\'}
        case $key in
            global.index-url | :env:.index-url) export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}" ;;
            global.cert | :env:.cert) export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}" ;;
        esac
    done < <(python3 -m pip config list 2>/dev/null || true)
}

need_uv() {
    local stamp=.tools/.installed
    if [[ -x $UV && $stamp -nt requirements/uv.txt ]]; then return; fi
    command -v python3 >/dev/null || fail "python3 is missing. Install Python 3.10 and try again."
    python3 -m pip --version >/dev/null 2>&1 ||
        fail "pip is missing for $(command -v python3). Install it (Debian, Ubuntu: apt install python3-pip) and try again."
    echo "Installing uv into .tools/ …" >&2
    rm -rf .tools
    python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
        --root-user-action=ignore --no-deps --require-hashes --target .tools -r requirements/uv.txt >&2 ||
        fail "uv could not be installed: pip's reason stands above. Check the network, then try again."
    touch "$stamp"
}

is_310() { [[ -n $1 ]] && "$1" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

find_python() {
    local candidate
    if [[ -n ${PYTHON310:-} ]]; then
        is_310 "$PYTHON310" || fail "PYTHON310: '$PYTHON310' is no working Python 3.10. Mend or unset it."
        echo "$PYTHON310"
        return
    fi
    # A pyenv shim may exist and fail, so each candidate is run before it is believed.
    for candidate in "$(command -v python3.10 || true)" "$HOME"/.pyenv/versions/3.10*/bin/python; do
        if is_310 "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    need_uv
    candidate=$("$UV" python find --no-project 3.10 2>/dev/null || true)
    if ! is_310 "$candidate"; then
        echo "Fetching Python 3.10 …" >&2
        "$UV" python install --quiet 3.10 >&2 || true
        candidate=$("$UV" python find --no-project 3.10 2>/dev/null || true)
    fi
    is_310 "$candidate" ||
        fail "Python 3.10 is missing and could not be fetched. Install it (for example: pyenv install 3.10), or set PYTHON310=/path/to/python3.10."
    echo "$candidate"
}

# make_venv FOLDER LOCK
make_venv() {
    local python
    python=$(find_python)
    need_uv
    if ! is_310 "$1/bin/python"; then
        echo "Creating $1 ($("$python" --version)) …"
        "$UV" venv --quiet --clear --python "$python" "$1"
    fi
    echo "Installing the packages of $2 into $1 (the first time, some minutes) …"
    "$UV" pip sync --quiet --require-hashes --python "$1/bin/python" "$2" ||
        fail "The packages of $2 could not be installed: uv's reason stands above."
}

# add_project FOLDER...
add_project() {
    local folder
    for folder in "$@"; do
        "$UV" pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python -e "$folder" ||
            fail "'$folder' could not be installed into .venv: uv's reason stands above."
    done
}

follow_pip_configuration
case ${1:-} in
    venv)
        make_venv .venv requirements/dev.txt
        echo "Installing the bot and its spaCy language into .venv …"
        add_project . bot/language/en_lip_twitch
        mkdir -p -m 700 var
        pwd >.venv/.installed
        ;;
    encoder)
        make_venv build/encoder-venv requirements/encoder.txt
        pwd >build/encoder-venv/.installed
        ;;
    uv) need_uv ;;
    python) find_python ;;
    *) fail "Usage: tools/bootstrap.sh venv | encoder | uv | python" ;;
esac
