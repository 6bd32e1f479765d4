#!/usr/bin/env python3
"""Keeps stdlib-rules/待核实.md true: one table of every place where the library says that it is not sure of the published text, taken from the
comments of the rule files, with the value that holds until an officer has compared it with the original.

    unsure.py --root . [--write]

Without --write, compares the page with the files and prints `N passed, N failed`: a passed one is a row.
"""
import argparse
import re
import sys
from pathlib import Path

MARKS = re.compile("核实后|待核实|待与|待核对|核对后|不确知|没有看到|没有写明|没有规定|据各方转述|其余见原件|不另作推断|条文不清|文本不清|核定以后")
# What a rule yields at run time has the same name; sentences that speak of it are no doubts about the text.
OUTCOMES = re.compile("规则得出|得出“?待核实|的待核实|，待核实的|的，待核实|期限不明|一律待核实|不明的待核实|没有载明的|没有注明期限")
PAGE_HEAD = """# 待核实的各处

规则库依据的事实表没有原件全文。凡文号、条号、数额、期限、名单归类不确知的，规则文件里写成参数或者注释，这里逐处列出，供经办人员同原件核对：
核对无误的，删去那句注释；有误的，在参数下添一行新的日期或者改正依据。这张表由 `tests/rules/unsure.py --write` 从规则文件的注释写出，
同文件不一致的，测试不通过。

| 文件 | 哪一处 | 现在取 | 要核对的 |
| --- | --- | --- | --- |
"""


def sentences(comment: list) -> list:
    """The doubting sentences of a comment."""
    text = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", " ".join(comment))
    found = [one.strip() for one in re.split(r"(?<=[。；])", text) if MARKS.search(one)]
    return [one.rstrip("。；") for one in found if not OUTCOMES.search(one)]


def value_of(lines: list, at: int) -> str:
    """The dated values of the parameter declared on line `at`, or nothing."""
    if not lines[at].startswith("参数 "):
        return ""
    values = []
    for line in lines[at + 1:]:
        dated = re.fullmatch(r"    (\S.*?) +自 (\S+)", line)
        if dated is None or line.startswith("    依据"):
            break
        values.append(f"{dated[1]}（自{dated[2]}）")
    return "、".join(values)


def rows_of(path: Path) -> list:
    lines = path.read_text("utf-8").splitlines()
    rows, comment, where = [], [], "文件头"
    for at, line in enumerate(lines):
        stripped = line.strip()
        if re.fullmatch(r"#\s*-+.*", stripped):
            comment = []
        elif stripped.startswith("#"):
            comment.append(stripped.lstrip("# "))
        else:
            if line and not line[0].isspace():
                words = line.split("(")[0].split()
                where = " ".join(words[:2]) if len(words) > 1 else line
            if comment and (stripped or not rows and at < 40):
                place = "文件头" if not any(one.strip() and not one.startswith("#") for one in lines[:at]) else where
                for doubt in sentences(comment):
                    rows.append((path.name, place, value_of(lines, at), doubt))
                comment = []
    return rows


def page(root: Path) -> str:
    rows = [row for path in sorted((root / "stdlib-rules").glob("*.mou")) for row in rows_of(path)]
    return PAGE_HEAD + "".join(f"| `{file}` | {place} | {value} | {doubt} |\n" for file, place, value, doubt in rows)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    target, wanted = given.root / "stdlib-rules/待核实.md", page(given.root)
    if given.write:
        target.write_text(wanted, "utf-8")
        return 0
    found = target.read_text("utf-8").splitlines()
    wrong = sorted(set(wanted.splitlines()) ^ set(found))
    for line in wrong:
        print(f"{'missing' if line in wanted else 'no longer in the files'}: {line}")
    print(f"{sum(line.startswith('| `') for line in found) - len(wrong)} passed, {len(wrong)} failed")
    return len(wrong) != 0


if __name__ == "__main__":
    sys.exit(main())
