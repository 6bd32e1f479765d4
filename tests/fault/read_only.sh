#!/usr/bin/env bash
# Every command that writes, on a disk that has become read-only: it says so, ends with exit code 5, and changes nothing.
#
#   read_only.sh MOU LIBRARY        LIBRARY: libfail_nth.so. Prints `N passed, N failed`
set -eu
mou=$(realpath "$1")
library=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$here/small" "$folder/small"
cd "$folder"
export LANG=C.UTF-8
subject=91445202MA5K2P3Q56
fine=揭市监罚〔2024〕1号
passed=0
failed=0

"$mou" build -q small -o small.moup
"$mou" init -q work.db --pack small.moup
"$mou" import -q work.db --as 主体 small/units.csv >/dev/null
"$mou" import -q work.db --as 行政处罚 small/penalties.csv >/dev/null
"$mou" run -q work.db --as-of 2024-06-01
"$mou" decide notify work.db 1 --actor 甲 --on 2024-06-03 >/dev/null
"$mou" repair apply work.db $subject 提前移出 $fine --reason 缴清 --actor 甲 --on 2024-06-04 >/dev/null
sqlite3 work.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
printf '主体,决定书文号,决定日期,罚款金额\n%s,新〔2024〕1号,2024-05-01,1.00\n' $subject >more.csv
before=$(sha256sum work.db)

refused() { # COMMAND...
    local code=0
    rm -f report
    LD_PRELOAD=$library FAIL_READONLY=1 FAIL_REPORT=$folder/report "$mou" "$@" >out 2>err </dev/null || code=$?
    if [ $code -eq 5 ] && [ -s err ] && [ -e report ] && [ "$(sha256sum work.db)" = "$before" ] && ! ls ./*copy* ./*.tmp 2>/dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "mou $*: exit code $code: $(head -n 2 err)"
    fi
}

refused init new.db --pack small.moup
refused import work.db --as 行政处罚 more.csv
refused run work.db --as-of 2024-06-05
refused withdraw work.db 行政处罚 $subject $fine --reason 撤销
refused query work.db $subject --as-of 2024-06-05
refused decide serve work.db 1 --actor 甲 --on 2024-06-05
refused object open work.db 行政处罚 $subject $fine --reason 缴清 --actor 乙 --on 2024-06-05
refused correct work.db 行政处罚 $subject $fine 罚款金额=1.00 --reason 有误 --actor 乙 --on 2024-06-05
refused repair decide work.db 1 --grant --reason 齐全 --actor 乙 --on 2024-06-05
refused quarantine replay work.db --actor 甲
refused erase work.db 行政处罚 $subject $fine --reason 撤销 --actor 甲
refused pack retire work.db small.moup --actor 甲
refused feedback work.db $subject 重点监管 --executed 2024-06-02 --department 财政局 --actor 甲
refused export decisions work.db -o copy.csv --as-of 2024-06-05
refused backup work.db copy.db
refused snapshot work.db
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
