#!/bin/sh
# Load on a running server that holds the demo world: /healthz, a project by id, a page of blockers.
#
#   PASSWORD=... benches/load.sh [seconds of each, at most 60]
#
# BASE (http://127.0.0.1:8080), EMAIL (province@demo.fiveone), CONNECTIONS (8, at most 64) and SERVER, the
# server's process id, whose resident memory is then told, may be set. Needs wrk and curl; loopback only.
set -eu

base=${BASE:-http://127.0.0.1:8080}
email=${EMAIL:-province@demo.fiveone}
seconds=${1:-10}
connections=${CONNECTIONS:-8}

stop() {
    echo "load.sh: $1" >&2
    exit 2
}

for tool in wrk curl; do
    command -v "$tool" >/dev/null || stop "$tool is missing (Debian: apt-get install $tool)"
done
case $base in
    http://127.0.0.1:* | http://localhost:* | 'http://[::1]:'*) ;;
    *) stop "BASE must be on loopback: this is a load, not a client" ;;
esac
case $seconds$connections in *[!0-9]*) stop "seconds and CONNECTIONS are numbers" ;; esac
[ "$seconds" -ge 1 ] && [ "$seconds" -le 60 ] || stop "1 to 60 seconds"
[ "$connections" -ge 1 ] && [ "$connections" -le 64 ] || stop "1 to 64 connections"
[ -n "${PASSWORD:-}" ] || stop "set PASSWORD to that of the demo accounts, as serve --demo printed it"

field() {
    sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

token=$(printf '{"email":"%s","password":"%s"}' "$email" "$PASSWORD" |
    curl -sS --max-time 10 "$base/api/v1/sessions" -H 'content-type: application/json' -d @- |
    field access_token)
[ -n "$token" ] || stop "$email cannot sign in at $base"
bearer="authorization: Bearer $token"
project=$(curl -sS --max-time 10 "$base/api/v1/projects?state=active&limit=1" -H "$bearer" |
    sed 's/.*"items":\[{"id":"\([^"]*\)".*/\1/')
case $project in *[!0-9a-f-]* | '') stop "there is no active project to ask for" ;; esac

load() {
    answered=$(curl -sS -o /dev/null -w '%{http_code}' --max-time 10 "$base$2" -H "$bearer")
    [ "$answered" = 200 ] || stop "$2 answers $answered"
    wrk -t1 -c"$connections" -d"${seconds}s" --latency --timeout 5s -H "$bearer" "$base$2" |
        awk -v name="$1" '
            $1 == "50%" { p50 = $2 }
            $1 == "99%" { p99 = $2 }
            $1 == "Requests/sec:" { rate = $2 }
            /Non-2xx/ || /Socket errors/ { wrong = wrong " " $0 }
            END { printf "%-26s %10s %10s %12s%s\n", name, p50, p99, rate, wrong }'
}

echo "$connections connections, $seconds s each"
printf '%-26s %10s %10s %12s\n' '' p50 p99 'per second'
load healthz /healthz
load 'project by id' "/api/v1/projects/$project"
load 'blockers by due day' '/api/v1/blockers?region=360100&limit=50'
if [ -n "${SERVER:-}" ]; then
    awk '/^VmRSS/ { printf "resident memory %.0f MiB\n", $2 / 1024 }' "/proc/$SERVER/status"
fi
