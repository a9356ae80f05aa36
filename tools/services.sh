#!/usr/bin/env bash
# Installs what some tests talk to, from the system's packages: a browser, PostgreSQL, Redis.
# Where that is not possible it says so in one line each; the tests then say what they miss.
set -euo pipefail

have() { command -v "$1" >/dev/null 2>&1; }
have_browser() { have chromium || have chromium-browser || have google-chrome || have google-chrome-stable; }
have_postgres() { have postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

packages=()
have_browser || packages+=(chromium)
have_postgres || packages+=(postgresql)
have redis-server || packages+=(redis-server)
if ((${#packages[@]} == 0)); then exit 0; fi

as_root=()
if ((EUID != 0)); then as_root=(sudo -n); fi
if ! have apt-get || ! "${as_root[@]}" true 2>/dev/null; then
    echo "Missing for some tests: ${packages[*]}. Install them with this system's package manager." >&2
    exit 0
fi

mkdir -p build
echo "Installing from the system's packages: ${packages[*]} …"
"${as_root[@]}" apt-get update >build/services.log 2>&1 || true
for package in "${packages[@]}"; do
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "$package" >>build/services.log 2>&1 ||
        echo "$package could not be installed (build/services.log); tests that need it will say so." >&2
done
