#!/usr/bin/env python3
"""Holds the table of the national 双公示 layouts, 基础词表.mou and the importer's table of columns to each other: every column is known to the
importer, every field stands in the record with its type and its 必填, and every field of the standard part is in the table.
Prints `N passed, N failed`.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TYPES = {"C": ("文本", "代码"), "D": ("日期",), "N": ("金额",)}


def fields(vocabulary: str, record: str) -> tuple[dict, dict]:
    """name -> (type, required) of the standard's part of a record, and of the part that the office adds."""
    block = re.search(rf"^记录 {record} .*?(?=^记录 |^#\s-+)", vocabulary, re.MULTILINE | re.DOTALL)[0]
    standard, _, added = block.partition("# 以下各栏不在标准之内")
    found = [{name: (kind, "必填" in rest) for name, kind, rest in re.findall(r"^    (\S+?)：\s+(\S+)(.*)$", part, re.MULTILINE)}
             for part in (standard, added)]
    return found[0], found[1]


def main() -> int:
    page = (ROOT / "stdlib-rules/双公示.md").read_text("utf-8")
    vocabulary = (ROOT / "stdlib-rules/基础词表.mou").read_text("utf-8")
    layout = (ROOT / "store/layout.c").read_text("utf-8")
    passed, failed = 0, []

    def check(what: str, holds: bool):
        nonlocal passed
        passed += holds
        if not holds:
            failed.append(what)

    for prefix, record in (("XK_", "行政许可"), ("CF_", "行政处罚")):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in page.splitlines() if line.startswith(f"| {prefix}")]
        standard, added = fields(vocabulary, record)
        check(f"{record}: fields in the order of the standard", [row[5] for row in rows if row[5]] == list(standard))
        for code, name, kind, length, required, field in rows:
            check(f"{code}: the importer knows the code", f'"{code}"' in layout or f'"{code[3:]}"' in layout)
            check(f"{code}: the importer knows the name {name}", f'"{name}"' in layout)
            check(f"{code}: length", re.fullmatch(r"\d*(,6)?", length) is not None and (kind != "N" or length == "18,6"))
            if field:
                check(f"{code}: {field} is in the record, not among what the office adds", field in standard and field not in added)
                check(f"{code}: type of {field}", standard.get(field, ("",))[0] in TYPES[kind])
                check(f"{code}: 必填 of {field}", standard.get(field, ("", None))[1] == (required == "是"))
                check(f"{code}: the importer puts it in {field}", f'"{name}", "{field}"' in layout)
                if standard.get(field, ("",))[0] == "文本":
                    own = re.search(rf'{{"{code}", "{name}", "{field}", (\d+)}}', layout) or re.search(rf'{{"{code[3:]}", "{name}", "{field}", (\d+)}}', layout)
                    check(f"{code}: the importer takes {length or 'any'} characters", own is not None and own[1] == (length or "0"))
    print("\n".join(failed), end="\n" if failed else "")
    print(f"{passed} passed, {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
