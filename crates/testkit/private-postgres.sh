#!/bin/sh
# A private PostgreSQL server that lives exactly as long as its standard input stays open.
#
#   private-postgres.sh BIN_DIR BASE_DIR PORT durable|fast
#
# Makes a cluster in a fresh folder below BASE_DIR, starts it on 127.0.0.1:PORT and on a socket in that folder,
# prints "ready <url>" (or "failed <why>") and waits for the end of its input. Whoever holds the other end of that pipe owns the
# server: when it ends, however it ends, the server stops and the folder is removed. Must not be run as root.
# "fast" gives up flushing to disk and is for tests that do not pull the plug; "durable" is PostgreSQL as it is.
set -eu
exec 2>&1
bin=$1 base=$2 port=$3 durability=$4

# The owner's end is learnt from the pipe. A signal to the whole group must not come first and skip the cleaning.
trap '' INT TERM HUP
folder=$(mktemp -d "$base/polytill-postgres.XXXXXX")
data=$folder/data
log=$folder/log
fail() {
  [ -f "$log" ] && tail -n 20 "$log"
  echo "failed $1"
  rm -rf "$folder"
  exit 1
}

sync=--no-sync
[ "$durability" = durable ] && sync=
# shellcheck disable=SC2086 # an empty $sync must vanish
"$bin/initdb" -D "$data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 $sync >"$log" 2>&1 ||
  fail "initdb failed"

flushing="-c fsync=on"
[ "$durability" = durable ] || flushing="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# shellcheck disable=SC2086 # several words on purpose
"$bin/postgres" -D "$data" -h 127.0.0.1 -p "$port" -k "$folder" -c max_connections=200 -c shared_buffers=256MB \
  -c max_wal_size=4GB -c log_min_messages=warning $flushing >>"$log" 2>&1 </dev/null &
server=$!

tries=0
until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U postgres; do
  tries=$((tries + 1))
  kill -0 "$server" 2>/dev/null || fail "the server ended while starting"
  [ "$tries" -lt 600 ] || { kill -KILL "$server"; fail "the server is not ready after a minute"; }
  sleep 0.1
done
# Another server may have taken the port in between: the one that answers must be ours.
[ -S "$folder/.s.PGSQL.$port" ] || { kill -KILL "$server"; fail "port $port is taken"; }
echo "ready postgres://postgres@127.0.0.1:$port/postgres"

# Blocks until the owner is gone.
cat >/dev/null || true
kill -QUIT "$server" 2>/dev/null || true
wait "$server" 2>/dev/null || true
rm -rf "$folder"
