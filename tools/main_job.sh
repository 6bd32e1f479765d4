#!/usr/bin/env bash
# The main job on the sample data: generate, compile, import, run, summary, and one decision explained in full.
# main_job.sh MOU OUT: the program, and a folder for what is made (made anew each time).
set -euo pipefail
mou=$1
out=$2
root=$(cd "$(dirname "$0")/.." && pwd)
database=$out/信用.db
day=2025-12-31
rm -rf "$out"
mkdir -p "$out"

python3 "$root/samples/generate.py" --out "$out/sample" >/dev/null 2>&1
"$mou" build --quiet "$root/stdlib-rules" -o "$out/规则.moup"
"$mou" init --quiet "$database" --pack "$out/规则.moup"

echo "一、导入样例数据"
bash "$root/tools/import_sample.sh" "$mou" "$database" "$out/sample" | sed "s|$out/sample/||"

echo
echo "二、运行规则"
"$mou" run --quiet "$database" --as-of "$day"

echo
echo "三、说明一项决定：91445202MA5K2P3Q56 限制参加政府采购"
"$mou" explain --quiet "$database" 91445202MA5K2P3Q56 限制参加政府采购 --as-of "$day"
