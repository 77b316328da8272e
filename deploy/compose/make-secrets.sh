#!/bin/sh
# Makes the secrets that compose.yaml reads, where they are missing. Can be repeated: what exists is not changed.
#
#   deploy/compose/make-secrets.sh && docker compose up
#
# POSTGRES_PASSWORD, if it is set, becomes the database's password: that of an existing volume, for instance.
set -eu
umask 077
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
cd "$folder"

random() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }

# Compose mounts each file as it is, and the users in the containers differ: every user may read the files, but only their
# owner may enter the folder.
keep() {
    printf '%s\n' "$2" >"$1.new"
    chmod 444 "$1.new"
    mv "$1.new" "$1"
    echo "Made $folder/$1."
}

[ -e database-password ] || keep database-password "${POSTGRES_PASSWORD:-$(random)}"
# Every byte of the password as %xx, since not every password can stand in a URL as it is.
[ -e database-url ] ||
    keep database-url "postgresql://flurwerk:$(tr -d '\n' <database-password | od -An -tx1 -v | tr -d '\n' | tr ' ' %)@database:5432/flurwerk"
[ -e secret ] || keep secret "$(random)"
