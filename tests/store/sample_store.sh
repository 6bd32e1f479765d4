#!/usr/bin/env bash
# A small store of sample data under the whole rule library, made anew. sample_store.sh MOU FOLDER
set -euo pipefail
mou=$1
folder=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
rm -rf "$folder"
mkdir -p "$folder"
python3 "$root/samples/generate.py" --out "$folder/files" --organisations 700 --persons 900 >/dev/null 2>&1
"$mou" init --quiet "$folder/store.db" --pack "$root/stdlib-rules"
bash "$root/tools/import_sample.sh" "$mou" "$folder/store.db" "$folder/files" >/dev/null 2>&1
