#!/usr/bin/env python3
"""What every file of the rule library says, whatever its subject: each rule names the article it stands on, each quotation stands with a rule that
does, each memorandum has title, number, lead and first day, each sanction and incentive a remedy, each publication its places; whoever is listed
may be listed wrongly, and is then let go; no clause has a figure of its own that should be a dated parameter; each memorandum has the measures of
its catalogue (matrix.md); and the bad cases that implementations get wrong at first have their tests (hard_cases.md).
Prints `N passed, N failed`.

    sources.py --root .
"""
import argparse
import re
import sys
from pathlib import Path

RULES = {"认定", "惩戒", "激励", "职责", "修复", "事项", "参数"}
BAD_LIST = re.compile("^    列入 (黑名单|重点关注名单)$", re.M)
# Ways in which a finding says that a wrong document is no ground: an ending of its own, or a definition that says so.
CORRECTED = re.compile("纠正恢复|已更正|已纠正|认定终局有效")


# Amounts, ratios and terms in a clause; nothing, the next day and the age of majority are no figures that an authority sets.
FIGURE = re.compile(r"(?<![\d.])(?!(?:0(?:元|日|个月)|1日|18年)(?![\d.]))\d+(?:\.\d+)?(?:年|个月|日|个工作日|元|万元|亿元|%)")


def figures_of(block: str) -> list:
    """The bare figures of a rule's clauses."""
    lines = [line for line in block.splitlines()[1:] if not re.match(r"\s*(#|依据|原文|救济|《)", line)]
    return FIGURE.findall(re.sub('"[^"]*"', "", "\n".join(lines)))


def blocks(text: str) -> list:
    return re.split(r"^(?=[^\s#])", text, flags=re.M)


def faults_of(block: str) -> list:
    """What one declaration leaves unsaid."""
    kind, name = re.match(r"(\S+) ?([^\s(]*)", block).groups()
    says = lambda word: re.search(rf"^    {word} ", block, re.M) is not None
    faults = []
    if kind in RULES - {"参数"} | {"定义"} and figures_of(block):
        faults.append(f"has figures of its own: {figures_of(block)}")
    if kind in RULES and not says("依据"):
        faults.append("names no article")
    if says("原文") and not says("依据"):
        faults.append("quotes words and names no article")
    if kind == "备忘录" and not all(map(says, ("标题", "文号", "牵头", "施行"))):
        faults.append("has not title, number, lead and first day")
    if kind in ("惩戒", "激励") and not says("救济"):
        faults.append("names no remedy")
    if kind == "惩戒" and "    措施 M19\n" in block and not (says("公示") or says("共享")):
        faults.append("publishes and does not say where")
    if kind == "认定" and BAD_LIST.search(block) and not CORRECTED.search(block):
        faults.append("does not let go who was listed wrongly")
    if kind == "认定" and "    列入 重点关注名单\n" in block and name != "交换的重点关注主体" and not says("领域"):
        faults.append("states no domain")
    return [f"{kind} {name} {fault}" for fault in faults]


def hard_cases(root: Path, tests: dict) -> tuple[int, list]:
    """The page of the hard cases: each row names tests that exist."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in (root / "tests/rules/hard_cases.md").read_text("utf-8").splitlines()
            if line.startswith("| ") and not line.startswith(("| 难例", "| ---"))]
    faults = []
    for case, file, titles in rows:
        for title in re.findall(r"`([^`]+)`", titles):
            elsewhere = root / file.strip("`")
            if title not in (elsewhere.read_text("utf-8") if elsewhere.is_file() else tests.get(file.strip("`"), set())):
                faults.append(f"hard_cases.md, {case}: there is no test “{title}” in {file}")
        if "`" not in titles:
            faults.append(f"hard_cases.md, {case}: no test")
    return len(rows), faults


def matrix(root: Path, items: dict) -> tuple[int, list]:
    """The page of the measures that each memorandum has at least."""
    rows = re.findall(r"^\| `(\S+\.mou)` \| ([MI0-9 ]+) \|$", (root / "tests/rules/matrix.md").read_text("utf-8"), re.M)
    return len(rows), [f"{file} lacks {sorted(set(codes.split()) - items.get(file, set()))}" for file, codes in rows if set(codes.split()) - items.get(file, set())]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, type=Path)
    root = parser.parse_args().root
    faults, declarations, tests, items = [], 0, {}, {}
    for path in sorted((root / "stdlib-rules").glob("*.mou")):
        text = path.read_text("utf-8")
        items[path.name] = set(re.findall(r"^    措施 ([MI]\d\d)$", text, re.M))
        tests[path.name] = set(re.findall(r'^测试 "([^"]*)"', text, re.M))
        for block in blocks(text)[1:]:
            declarations += 1
            faults += [f"{path.name}: {fault}" for fault in faults_of(block)]
    cases, missing = hard_cases(root, tests)
    memoranda, lacking = matrix(root, items)
    faults += missing + lacking
    for fault in faults:
        print(fault)
    print(f"{declarations + cases + memoranda - len(faults)} passed, {len(faults)} failed")
    return len(faults) != 0


if __name__ == "__main__":
    sys.exit(main())
