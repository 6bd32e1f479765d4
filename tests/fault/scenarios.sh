#!/usr/bin/env bash
# One command of mou under every single fault of a kind, on a small rule pack. See sweep.sh for what is judged.
#
#   scenarios.sh MOU LIBRARY KIND NAME        KIND: malloc, sqlite, write or lock; NAME: a function below
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
silent=
sweep() { # BEFORE STATE COMMAND...: each request failing alone, then each with all later ones
    local code=0 before=$1 state=$2 counts=() last
    shift 2
    local ways=("" --from)
    [ "$kind" = lock ] && ways=("") # where no lock can be had at all, the store waits ten seconds for it
    for from in "${ways[@]}"; do
        bash "$here/sweep.sh" --library "$library" --kind "$kind" $from $partial $silent --before "$before" --state "$state" --mask "$mask" -- "$@" \
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
test() { sweep : : "$mou" test --jobs 1 small; } # one worker: which request is the nth must not depend on the scheduler
doc() {
    "$mou" doc -q small -o base
    sweep 'rm -rf pages*; cp -r base pages; echo old >>pages/index.html' 'cat pages/* pages/.mou-doc | sha256sum; ls -d pages*' "$mou" doc small -o pages
}
eval_world() {
    "$mou" build -q small -o small.moup
    sweep : : "$mou" eval --pack small.moup --as-of 2024-06-01 --findings --duties --repairs --matters --assertions --next small/world.json
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
import_long() { # long enough that a thread of its own reads it
    make_store && keep_store
    python3 - >long.csv <<'END'
print("主体,决定书文号,决定日期,罚款金额")
for number in range(24):
    print(f"91445202MA5K2P3Q56,{'某' * 10000}{number},2024-0{1 + number % 9}-01,{'x' if number % 8 == 7 else number}.00")
END
    sweep "$restore" "$database" "$mou" import work.db --as 行政处罚 long.csv
}
import_lines() {
    make_store && keep_store
    sweep "$restore" "$database" "$mou" import work.db --as 行政处罚 small/penalties.ndjson
}
import_sheet() {
    make_store && keep_store
    sweep "$restore" "$database" "$mou" import work.db --as 行政处罚 small/penalties.xlsx
}
import_mapped() {
    make_store && keep_store
    sweep "$restore" "$database" "$mou" import work.db --as 行政处罚 --mapping small/mapping.txt small/mapped.csv
}
run() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    keep_store
    sweep "$restore" "$database" "$mou" run work.db --as-of 2024-06-01
}
make_history() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    "$mou" run -q work.db --as-of 2024-06-01 >/dev/null
}
make_other_pack() {
    sed -i 's/5万元 自/4万元 自/' small/备忘录.mou
    "$mou" build -q small -o other.moup
}
run_again() { # building on a run before
    make_history && keep_store
    sweep "$restore" "$database" "$mou" run work.db --as-of 2025-06-01 --json
}
run_ahead() { # with so many to look at that another thread reads some of them over a connection of its own
    "$mou" build -q "$here/../store/due.mou" -o due.moup
    "$mou" init -q work.db --pack due.moup
    python3 - <<'END'
with open("units.csv", "w") as units, open("first.csv", "w") as first, open("then.csv", "w") as then:
    units.write("标识,主体类别,规模\n")
    first.write("主体,文号,作出日,款额\n")
    then.write("主体,文号,作出日,款额\n")
    for number in range(420):
        units.write(f"U{number:03},单位,5\n")
        first.write(f"U{number:03},k{number},2024-01-1{number % 10},{100 + number}.00\n")
        then.write(f"U{number:03},{'k' if number % 5 == 0 else 'm'}{number},2024-02-1{number % 10},{400 - number // 2}.00\n")
END
    "$mou" import -q work.db --as 主体 units.csv >/dev/null
    "$mou" import -q work.db --as 案 first.csv >/dev/null
    "$mou" run -q work.db --as-of 2024-03-20 >/dev/null
    "$mou" import -q work.db --as 案 then.csv >/dev/null
    keep_store
    sweep "$restore" "$database" "$mou" run work.db --as-of 2024-03-25 --threads 2 --json
}
withdraw() {
    make_history && keep_store
    sweep "$restore" "$database" "$mou" withdraw work.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --reason 撤销
}
pack() {
    make_history && make_other_pack
    "$mou" pack install work.db other.moup --actor 甲 --effective 2024-07-01 >/dev/null
    keep_store
    sweep "$restore" "$database" "$mou" pack install work.db other.moup --actor 乙 --approve
}
plan() {
    make_history && make_other_pack && keep_store
    sweep "$restore" "$database" "$mou" plan work.db 现行 other.moup --as-of 2024-06-01 --json
}
verify() {
    make_history && keep_store
    sweep "$restore" "$database" "$mou" verify work.db --runs --json
}
quarantine() {
    make_history && keep_store
    sweep "$restore" "$database" "$mou" quarantine fix work.db 1 --row '92445203MA7H8J9K1K,揭市监罚〔2024〕4号,2024-02-29,60000.00' --actor 甲
}
prove() {
    make_history && keep_store
    "$mou" key new -q office.key
    sweep "$restore; rm -f proof" "cat proof" "$mou" prove-entry work.db 3 -o proof
}
backup() {
    make_history && keep_store
    sweep "$restore; rm -f copy.db*" "sqlite3 -readonly copy.db .dump | grep -v '^PRAGMA'; ls | grep -c copy" "$mou" backup work.db copy.db
}
snapshot() { # made, renewed after an import, and left out where it fails
    make_history && keep_store
    "$mou" snapshot -q work.db && cp work.db-snapshot kept
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null && sqlite3 work.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    sweep "$restore; rm -f work.db-snapshot*" "$database; ls | grep -c snapshot" "$mou" snapshot work.db
    sweep "$restore; cp kept work.db-snapshot" "$database" "$mou" run work.db --summary --threads 1 --as-of 2024-06-01 --known-at 2099-01-01
}
init_former() { # bringing a store of format 1 up
    make_pack_and_former
    sweep "$restore" "$database" "$mou" init work.db
}
make_pack_and_former() {
    sqlite3 work.db <"$here/../record/format1.sql"
    cp work.db base.db
}
export_lists() {
    make_history && keep_store
    sweep "$restore; rm -f out.*" "$database | grep -v -e 'INTO ledger' -e ledger_head; cat out.csv; ls | grep -c out" "$mou" export lists work.db -o out.csv --as-of 2024-06-01 --known-at 2099-01-01
}
feedback() {
    make_history && keep_store
    sweep "$restore" "$database" "$mou" feedback work.db 91445202MA5K2P3Q56 重点监管 --executed 2024-06-02 --department 财政局 --actor 甲
}
report() {
    make_history && keep_store
    sweep "$restore; rm -f page.html*" "cat page.html; ls | grep -c page" "$mou" report work.db --from 2024-01-01 --until 2025-01-01 --html page.html
}
make_measure() { # a proposal that was put forward
    make_history
    "$mou" decide notify work.db 1 --actor 甲 --on 2024-06-03 >/dev/null
}
decide() {
    make_measure && keep_store
    sweep "$restore" "$database" "$mou" decide serve work.db 1 --note 直接送达 --actor 甲 --on 2024-06-04
}
object() {
    make_measure && keep_store
    sweep "$restore" "$database" "$mou" object open work.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --reason 已经缴清 --actor 乙 --on 2024-06-04
}
correct() {
    make_measure && keep_store
    sweep "$restore" "$database" "$mou" correct work.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 罚款金额=1.00 --reason 有误 --actor 乙 --on 2024-06-10 --json
}
repair() {
    make_measure && keep_store
    sweep "$restore" "$database" "$mou" repair apply work.db 91445202MA5K2P3Q56 提前移出 揭市监罚〔2024〕1号 --reason 已经缴清 --actor 乙 --on 2024-06-04
}
duty() {
    make_measure && keep_store
    sweep "$restore" "$database" "$mou" duty work.db --as-of 2024-06-04
}
erase() {
    make_history && keep_store
    sweep "$restore" "$database" "$mou" erase work.db 行政处罚 91445202MA5K2P3Q56 揭市监罚〔2024〕1号 --actor 甲 --reason 依法删除
}
query() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    "$mou" run -q work.db --as-of 2024-06-01 >/dev/null
    keep_store
    sweep "$restore" "$database" "$mou" query work.db 91445202MA5K2P3Q56 --as-of 2024-06-01
}
hold_store() { # another program in the middle of a transaction that writes, until the script ends
    exec {holding}> >(python3 -c 'import sqlite3, sys
database = sqlite3.connect("work.db", isolation_level=None)
database.execute("BEGIN IMMEDIATE")
open("held", "w").close()
sys.stdin.read()')
    until [ -e held ]; do sleep 0.05; done
}
look_up=(query work.db 91445202MA5K2P3Q56 --as-of 2024-06-01)
query_held() { # the receipt is kept beside the store: one there already, and the one of the look-up
    make_history && keep_store && hold_store
    "$mou" "${look_up[@]}" --purpose 先前 >/dev/null
    cp work.db-waiting kept
    silent=--silent
    sweep 'rm -f work.db-waiting*; cp kept work.db-waiting' "sqlite3 work.db-waiting 'SELECT kind, body FROM waiting ORDER BY id'" "$mou" "${look_up[@]}" --purpose 其后
    sweep 'rm -f work.db-waiting*' "sqlite3 -readonly work.db-waiting 'SELECT kind, body FROM waiting' 2>/dev/null || :" "$mou" "${look_up[@]}" --purpose 其后
}
query_taking() { # what waits goes into the ledger with the look-up's own receipt, both or neither, and once wherever it stops
    make_history && keep_store && hold_store
    "$mou" "${look_up[@]}" --purpose 先前 >/dev/null
    exec {holding}>&-
    wait $! || :
    cp work.db-waiting kept
    silent=--silent
    sweep "$restore; cp kept work.db-waiting" "sqlite3 work.db 'SELECT body FROM ledger WHERE kind = \"lookup\" ORDER BY body'; '$mou' verify work.db --json | grep -o -e '\"waiting.*, \"root' -e 'problems.*'" \
        "$mou" "${look_up[@]}" --purpose 其后
}
backup_held() { # a copy has what waits beside it, or there is none
    make_history && keep_store && hold_store
    "$mou" "${look_up[@]}" --purpose 先前 >/dev/null
    sweep 'rm -f copy.db*' "sqlite3 -readonly copy.db-waiting 'SELECT kind, body FROM waiting' 2>/dev/null; ls copy.db; ls | grep -c copy" "$mou" backup work.db copy.db
}
eval_store() {
    make_history && keep_store
    sweep "$restore" "$database" "$mou" eval work.db --as-of 2024-06-01 --findings --known-at 2099-01-01
}
explain() {
    make_store
    "$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
    keep_store
    sweep "$restore" : "$mou" explain work.db 91445202MA5K2P3Q56 重点监管 --as-of 2024-06-01
}

"$name"
