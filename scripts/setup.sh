#!/usr/bin/env bash
# Installs what is missing: PostgreSQL with PostGIS, and .venv from the hash-pinned lock files; for tests also Chromium,
# Node.js, pgbouncer and systemd's check of units (Debian and Ubuntu), and the checks of the map's modules. Can be run
# repeatedly; returns at once if nothing is missing.
#
#   scripts/setup.sh          what running needs
#   scripts/setup.sh --test   also what testing needs
#   scripts/setup.sh --test-exchange  also what judging files for others needs: GDAL's programs and Python bindings
#   scripts/setup.sh --test-firefox   also Firefox, and the screen that it needs to draw the map
#   scripts/setup.sh --test-install   also what the test of the installation chapter needs: nginx, curl, venv and more
#
# Environment variables: PYTHON (the interpreter to use), FLURWERK_DATABASE_URL (if set, PostgreSQL is not installed),
# FLURWERK_CHROMIUM (the browser for the tests), FLURWERK_FIREFOX (the second one).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export UV_PYTHON_DOWNLOADS=never PIP_ROOT_USER_ACTION=ignore

readonly OTHER_WAYS="Or set FLURWERK_DATABASE_URL to a PostGIS database, or run it in containers: deploy/compose/make-secrets.sh && docker compose up"
for_tests=false
for_installing=false
for_exchange=false
for_firefox=false
[[ ${1-} == --test* ]] && for_tests=true
[[ ${1-} == --test-install ]] && for_installing=true
[[ ${1-} == --test-exchange ]] && for_exchange=true
[[ ${1-} == --test-firefox ]] && for_firefox=true

say() { printf 'setup: %s\n' "$*"; }

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# --- what is installed -------------------------------------------------------------------------------------------

has_postgis() {
    [[ -n ${FLURWERK_DATABASE_URL-} ]] && return 0
    has_server || return 1
    # The folders of Debian and Red Hat; an installation elsewhere is found by its pg_config.
    compgen -G '/usr/lib/postgresql/*/lib/postgis-*.so' >/dev/null ||
        compgen -G '/usr/pgsql-*/lib/postgis-*.so' >/dev/null ||
        compgen -G "$(pg_config --pkglibdir 2>/dev/null || true)/postgis-*.so" >/dev/null
}

has_server() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || compgen -G '/usr/pgsql-*/bin/postgres' >/dev/null ||
        [[ -x "$(pg_config --bindir 2>/dev/null || true)/postgres" ]]
}

has_firefox() {
    [[ -n ${FLURWERK_FIREFOX-} ]] || command -v firefox-esr >/dev/null || { ! is_ubuntu && command -v firefox >/dev/null; }
}

has_chromium() {
    [[ -n ${FLURWERK_CHROMIUM-} ]] && return 0
    local program
    for program in chromium-headless-shell chromium google-chrome google-chrome-stable; do
        # A snap can read neither /tmp nor hidden folders, so it cannot open the maps.
        program=$(command -v "$program") && [[ $(readlink -f "$program") != */snap ]] && return 0
    done
    compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium*" >/dev/null
}

is_ubuntu() { grep -qsE '^ID(_LIKE)?=.*ubuntu' /etc/os-release; }

# --- system packages ---------------------------------------------------------------------------------------------

postgis_package() {
    # An installed server needs the PostGIS package of its own version.
    local version
    version=$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | cut -d/ -f5 | sort -n | tail -n 1 || true)
    echo "postgresql-${version:+$version-}postgis${version:+-3}"
}

# Runs a command as root and prints its output only if it fails.
as_root() {
    local log runner=()
    [[ $EUID -ne 0 ]] && runner=(sudo)
    log=$(mktemp)
    if ! "${runner[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

may_become_root() {
    [[ $EUID -eq 0 ]] && return 0
    command -v sudo >/dev/null || return 1
    # With a terminal sudo may ask for the password; without one it must work without.
    if [[ -t 0 ]]; then sudo -v; else sudo -n true 2>/dev/null; fi
}

install_packages() {
    command -v apt-get >/dev/null ||
        fail "Missing: $* (Debian's names). Install them with this system's package manager." "$OTHER_WAYS"
    may_become_root || fail "Missing: $*, and this account cannot install packages." \
        "Ask an administrator to run: apt-get install --no-install-recommends $*" "$OTHER_WAYS"
    say "installing $*"
    local apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    as_root "${apt[@]}" update || say "the package lists could not be updated; using the existing ones"
    without_default_cluster as_root "${apt[@]}" install --yes --no-install-recommends "$@" ||
        fail "The packages could not be installed: $*" \
            "To see why, run: apt-get install --no-install-recommends $*" "$OTHER_WAYS"
}

# Debian's package starts a server on port 5432. It is not needed, so this prevents it unless PostgreSQL was already
# installed.
without_default_cluster() {
    local folder=/etc/postgresql-common/createcluster.d status=0
    if has_server; then
        "$@"
        return
    fi
    as_root sh -c "mkdir -p $folder && echo 'create_main_cluster = false' > $folder/flurwerk.conf"
    "$@" || status=$?
    as_root rm -f "$folder/flurwerk.conf"
    return $status
}

# --- Python ------------------------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in ${PYTHON-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Flurwerk needs Python 3.11 or newer; found: $(python3 --version 2>/dev/null || echo none)." \
        "Install a newer one and name it: PYTHON=/path/to/python3 make setup" "$OTHER_WAYS"
}

install_uv() {
    local stamp=.tools/.stamp wanted
    wanted=$(sha256sum <requirements-tools.lock)
    [[ -f $stamp && $(<"$stamp") == "$wanted" && -x .tools/bin/uv ]] && return
    say "fetching uv"
    rm -rf .tools
    # Into a separate folder, which needs no venv and also works with an externally managed Python.
    "$1" -m pip install --quiet --disable-pip-version-check --no-warn-script-location --target .tools \
        --require-hashes --only-binary :all: --requirement requirements-tools.lock ||
        fail "pip could not fetch uv." "Check the network and pip's settings, then run make setup again."
    echo "$wanted" >"$stamp"
}

# --- JavaScript: the checks of the map's modules; the page's own libraries are in maps/web/vendor ---------------------

has_npm() { command -v node >/dev/null && command -v npm >/dev/null; }

install_checks() {
    local stamp=maps/web/node_modules/.stamp wanted
    wanted=$(sha256sum <maps/web/package-lock.json)
    [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
    say "fetching the checks of the map's modules"
    npm --prefix maps/web ci --silent ||
        fail "npm could not fetch the packages in maps/web/package-lock.json." "Check the network and npm's settings, then try again."
    echo "$wanted" >"$stamp"
}

# --- all together ------------------------------------------------------------------------------------------------

# A hash of everything that the environment depends on, including the folder, since a moved .venv does not work.
fingerprint() {
    { pwd; cat "$lock" requirements-tools.lock pyproject.toml scripts/setup.sh; } | sha256sum
}

make_environment() {
    local python
    python=$(find_python)
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        install_packages python3-pip
    fi
    install_uv "$python"
    say "installing the Python packages of $lock"
    rm -f .venv/.stamp
    if ! .venv/bin/python -c '' 2>/dev/null || ! grep -qsF "$PWD" .venv/bin/activate; then
        .tools/bin/uv venv --quiet --clear --python "$python" .venv
    fi
    .tools/bin/uv pip sync --quiet --python .venv --require-hashes "$lock"
    .tools/bin/uv pip install --quiet --python .venv --offline --no-deps --no-build-isolation --editable .
    if [[ $lock == requirements-dev.lock ]]; then touch .venv/.for-tests; fi
    fingerprint >.venv/.stamp
}

# Programs that docs/installation.md takes for granted on a server, by their packages.
installing_packages() {
    local program
    for program in nginx:nginx curl:curl ip:iproute2 ps:procps; do
        PATH=$PATH:/usr/sbin:/sbin command -v "${program%:*}" >/dev/null || echo "${program#*:}"
    done
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
    "$(find_python)" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

main() {
    local missing=() web_server=
    has_postgis || missing+=("$(postgis_package)")
    # The grid of BeTA2007, by which Gauß-Krüger coordinates are transformed.
    if $for_tests && [[ ! -e /usr/share/proj/BETA2007.gsb ]]; then missing+=(proj-data); fi
    if $for_tests && ! has_chromium && ! is_ubuntu; then missing+=(chromium-headless-shell); fi
    if $for_tests && ! has_npm; then missing+=(nodejs npm); fi
    if $for_tests && ! command -v systemd-analyze >/dev/null; then missing+=(systemd); fi
    # Debian's folder for it is in no ordinary user's PATH.
    local has_pooler=true
    if $for_tests && [[ ! -x /usr/sbin/pgbouncer ]]; then has_pooler=false missing+=(pgbouncer); fi
    if $for_tests && ! command -v openssl >/dev/null; then missing+=(openssl); fi
    # The bindings belong to the system's GDAL and its Python; PyPI has them only as source.
    if $for_exchange && ! /usr/bin/python3 -c 'from osgeo import gdal' 2>/dev/null; then missing+=(python3-gdal); fi
    if $for_exchange && ! command -v ogr2ogr >/dev/null; then missing+=(gdal-bin); fi
    if $for_firefox && ! has_firefox && ! is_ubuntu; then missing+=(firefox-esr); fi
    if $for_firefox && ! command -v Xvfb >/dev/null; then missing+=(xvfb); fi
    if $for_installing; then
        missing+=($(installing_packages))
        [[ " ${missing[*]} " == *" nginx "* ]] && web_server=nginx
    fi
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
    # The tests start their own; Debian's package starts one on port 6432.
    $has_pooler || ! command -v systemctl >/dev/null || as_root systemctl disable --now pgbouncer || true
    [[ -z $web_server ]] || ! command -v systemctl >/dev/null || as_root systemctl disable --now nginx || true

    # An environment that was set up for tests keeps its development tools.
    if $for_tests || [[ -e .venv/.for-tests ]]; then lock=requirements-dev.lock; fi
    if [[ ! -f .venv/.stamp || $(<.venv/.stamp) != "$(fingerprint)" ]]; then make_environment; fi
    if $for_tests; then install_checks; fi

    if $for_tests && ! has_chromium; then
        fail "The tests need Chromium, which Ubuntu offers only as a snap, and a snap cannot open our files." \
            "Run: .venv/bin/playwright install --with-deps chromium" \
            "Or install any Chromium or Chrome and name it: export FLURWERK_CHROMIUM=/path/to/chrome"
    fi
    if $for_firefox && ! has_firefox; then
        fail "Ubuntu offers Firefox only as a snap, and a snap cannot open our files." \
            "Install Mozilla's package of it and name it: export FLURWERK_FIREFOX=/path/to/firefox"
    fi
}

lock=requirements.lock
main
