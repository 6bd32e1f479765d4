#!/usr/bin/env bash
# Small stores of the same sample data, made anew: under the whole rule library, and under a pack in which few subjects matter to others. sample_store.sh MOU FOLDER
set -euo pipefail
mou=$1
folder=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
rm -rf "$folder"
mkdir -p "$folder"
python3 "$root/samples/generate.py" --out "$folder/files" --organisations 700 --persons 900 >/dev/null 2>&1
"$mou" init --quiet "$folder/store.db" --pack "$root/stdlib-rules"
bash "$root/tools/import_sample.sh" "$mou" "$folder/store.db" "$folder/files" >/dev/null 2>&1
python3 "$root/samples/generate.py" --out "$folder/core" --organisations 700 --persons 900 --core >/dev/null 2>&1
"$mou" init --quiet "$folder/related.db" --pack "$root/tests/store/related.mou"
bash "$root/tools/import_sample.sh" "$mou" "$folder/related.db" "$folder/core" >/dev/null 2>&1
