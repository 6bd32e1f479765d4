#!/usr/bin/env bash
# One command of mou under every single fault of a kind, on a small rule pack. See sweep.sh for what is judged.
#
#   scenarios.sh MOU LIBRARY KIND NAME        KIND: malloc or sqlite; NAME: a function below
set -eu
mou=$(realpath "$1")
library=$(realpath "$2")
kind=$3
name=$4
here=$(realpath "$(dirname "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$here/small" "$folder/small"
cd "$folder"
export LANG=C.UTF-8

# Digests and times differ from run to run.
mask='s/[0-9a-fA-F]{64}/DIGEST/g; s/[0-9]{13}/TIME/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?/TIME/g'
database='sqlite3 work.db .dump'

partial=
sweep() { # BEFORE STATE COMMAND...: each request failing alone, then each with all later ones
    local code=0 before=$1 state=$2 counts=() last
    shift 2
    for from in "" --from; do
        bash "$here/sweep.sh" --library "$library" --kind "$kind" $from $partial --before "$before" --state "$state" --mask "$mask" -- "$@" \
            >counts || code=1
        last=$(tail -n 1 counts)
        head -n -1 counts
        counts+=("$last")
    done
    echo "${counts[*]}" | awk '{for (i = 1; i <= NF; i++) {if ($i ~ /^passed/) p += $(i-1); if ($i == "failed") f += $(i-1)}}
                               END {print p " passed, " f " failed"}'
    return $code
}

restore='rm -f work.db*; cp base.db work.db'
make_store() {
    "$mou" build -q small -o small.moup
    "$mou" init -q work.db --pack small.moup
    "$mou" import -q work.db --as 主体 small/units.csv >/dev/null
}
keep_store() { # everything into one file, so that a copy of it is the store
    sqlite3 work.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    cp work.db base.db
}

check() { sweep : : "$mou" check small; }
check_wrong() {
    sed 's/罚款金额 不少于/罚款金客 不少于/' small/备忘录.mou >wrong.mou
    sweep : : "$mou" check --json wrong.mou small/词表.mou
}
fmt() { sweep "rm -rf work; cp -r small work; sed -i 's/^    /  /' work/备忘录.mou" 'cat work/*' "$mou" fmt work; }
build() { sweep 'rm -f small.moup' 'sha256sum *.moup; ls *.tmp' "$mou" build small -o small.moup; }
test() { sweep : : "$mou" test small; }
doc() {
    "$mou" doc -q small -o base
    sweep 'rm -rf pages*; cp -r base pages; echo old >>pages/index.html' 'cat pages/* pages/.mou-doc | sha256sum; ls -d pages*' "$mou" doc small -o pages
}
eval_world() {
    "$mou" build -q small -o small.moup
    sweep : : "$mou" eval --pack small.moup --as-of 2024-06-01 --findings --next small/world.json
}
eval_trace() {
    "$mou" build -q small -o small.moup
    partial=--partial
    sweep 'rm -f trace' 'cat trace' "$mou" eval --pack small.moup --as-of 2024-06-01 --trace trace small/world.json
}
init() {
    "$mou" build -q small -o small.moup
    sweep 'rm -f work.db*' "$database | grep -v '^PRAGMA\|^BEGIN\|^COMMIT'; rm -f work.db*" "$mou" init work.db --pack small.moup
}
import() {
    make_store && keep_store
    sweep "$restore" "$database" "$mou" import work.db --as 行政处罚 small/penalties.csv
}
import_lines() {
    make_store && keep_store
    sweep "$restore" "$database" "$mou" import work.db --as 行政处罚 small/penalties.ndjson
}
run() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    keep_store
    sweep "$restore" "$database" "$mou" run work.db --as-of 2024-06-01
}
query() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    "$mou" run -q work.db --as-of 2024-06-01 >/dev/null
    keep_store
    sweep "$restore" : "$mou" query work.db 91445202MA5K2P3Q56 --as-of 2024-06-01
}
explain() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    keep_store
    sweep "$restore" : "$mou" explain work.db 91445202MA5K2P3Q56 重点监管 --as-of 2024-06-01
}

"$name"
