#!/usr/bin/env bash
# Imports generated sample data in the order of its manifest. import_sample.sh MOU DATABASE FOLDER
set -euo pipefail
mou=$1
database=$2
folder=$3
imports=$(python3 -c '
import json, sys
for entry in json.load(open(sys.argv[1], encoding="utf-8"))["files"]:
    print(entry["file"], entry["as"], entry["layout"], sep="\t")' "$folder/manifest.json")
while IFS=$'\t' read -r file as layout; do
    case "$as" in 自然人 | 单位) as=主体 ;; esac
    if [ "$layout" = 双公示 ]; then
        "$mou" import --quiet "$database" --as "$as" "$folder/$file" --layout 双公示
    else
        "$mou" import --quiet "$database" --as "$as" "$folder/$file"
    fi
done <<<"$imports"
