#!/usr/bin/env python3
"""Keeps docs/plan-coverage.md true: all 26 articles of the municipal plan in order, every rule, file and command that it names exists, and every
rule of the plan stands in the row of each article that it cites. Every rule quotes words of an article that it cites, as the text of the plan has
them; the plan's sanctions rest on the same findings, and the file of every finding of a black list is named in the row of article 9.
Prints `N passed, N failed`."""
import argparse
import re
import subprocess
import sys
from pathlib import Path

KINDS = "认定|惩戒|激励|职责|修复|事项|裁量表"
ARTICLES = 26
DIGITS = "零一二三四五六七八九"


def article_number(text):
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return DIGITS.index(text)
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)


def declarations(path):
    """(kind, name) -> the articles of the plan that the declaration cites."""
    found = {}
    for block in re.split(r"^(?=[^\s#])", path.read_text("utf-8"), flags=re.M):
        head = re.match(rf"({KINDS}) ([^\s(]+)", block)
        if head:
            cited = re.findall(r"揭府〔2017〕34号 第([一二三四五六七八九十]+)条((?:、第[一二三四五六七八九十]+条)*)", block)
            found[head[1], head[2]] = {article_number(one) for first, more in cited for one in [first, *re.findall(r"第([^条]+)条", more)]}
    return found


def blocks(path):
    return re.split(r"^(?=[^\s#])", path.read_text("utf-8"), flags=re.M)


def grounds(block):
    """The findings on which a sanction rests."""
    named = re.search(r"^    因 +(.*?)\n    (?=\S)", block, re.M | re.S)
    return frozenset(re.split(r"[、\s]+", named[1])) if named else None


def articles_of(path):
    return {article_number(number): text for number, text in re.findall(r"^（([一二三四五六七八九十]+)）(.*)$", path.read_text("utf-8"), re.M)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    parser.add_argument("--root", required=True, type=Path)
    given = parser.parse_args()
    library = given.root / "stdlib-rules"
    declared = {path.name: declarations(path) for path in library.glob("*.mou")}
    plan = declared["揭阳实施方案.mou"]
    everywhere = {rule for rules in declared.values() for rule in rules}
    problems, checks = [], 0

    def check(good, what):
        nonlocal checks
        checks += 1
        if not good:
            problems.append(what)

    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in (given.root / "docs/plan-coverage.md").read_text("utf-8").splitlines() if line.startswith("| 第")]
    check([article_number(row[0][1:-1]) for row in rows] == list(range(1, ARTICLES + 1)), "the articles are not 1 to 26, each once, in order")
    commands, named = set(), {}
    for row in rows:
        number = article_number(row[0][1:-1])
        check(len(row) == 4 and bool(row[2] or row[3]), f"{row[0]}: neither a place nor a reason")
        named[number] = set()
        for quoted in re.findall(r"`([^`]+)`", " ".join(row[2:])):
            rule = re.fullmatch(rf"({KINDS}) (\S+)", quoted)
            if rule:
                named[number].add((rule[1], rule[2]))
                check((rule[1], rule[2]) in everywhere, f"{row[0]}: there is no {quoted}")
            elif quoted.startswith("mou "):
                commands.add(quoted.split()[1])
            else:
                check((library / quoted).is_file(), f"{row[0]}: there is no file {quoted}")
    for rule, articles in plan.items():
        where = {number for number, rules in named.items() if rule in rules}
        check(bool(where), f"{' '.join(rule)} stands in no row")
        check(not articles or where >= articles, f"{' '.join(rule)} cites {sorted(articles)} and stands in {sorted(where)}")
        check(not articles or where <= articles, f"{' '.join(rule)} stands in {sorted(where)} and cites {sorted(articles)}")
    text = articles_of(library / "揭府〔2017〕34号.txt")
    check(sorted(text) == list(range(1, ARTICLES + 1)), "the text of the plan has not articles 1 to 26")
    sanctions = set()
    for block in blocks(library / "揭阳实施方案.mou"):
        head = re.match(rf"({KINDS}) ([^\s(]+)", block)
        if head is None or head[1] == "裁量表":
            continue
        words = re.search(r'^    原文 +"(.*)"$', block, re.M)
        pieces = [piece.strip("。；") for piece in words[1].split("……")] if words else []
        cited = plan[head[1], head[2]]
        check(bool(pieces) and all(any(piece in text[number] for number in cited) for piece in pieces), f"{head[0]}: no words of articles {sorted(cited)}")
        if head[1] == "惩戒" and not re.search("措施 M2[08]$", block, re.M):
            sanctions.add(grounds(block))
    check(len(sanctions) == 1, "the plan's sanctions do not all rest on the same findings")
    ninth = next((" ".join(row) for row in rows if row[0] == "第九条"), "")
    for path in sorted(library.glob("*.mou")):
        listed = {block.split()[1] for block in blocks(path) if block.startswith("认定 ") and re.search("^    列入 黑名单$", block, re.M)}
        check(not listed or path.name == "揭阳实施方案.mou" or f"`{path.name}`" in ninth, f"第九条: {path.name} has a black list and is not named")
    for command in sorted(commands):
        done = subprocess.run([given.mou, "help", command], capture_output=True, check=False)
        check(done.returncode == 0, f"there is no command {command}")
    for problem in problems:
        print(f"failed: {problem}")
    print(f"{checks - len(problems)} passed, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
