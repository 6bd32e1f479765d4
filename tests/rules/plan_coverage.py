#!/usr/bin/env python3
"""Keeps docs/plan-coverage.md true: all 26 articles of the municipal plan in order, every rule, file and command that it names exists, and every
rule of the plan stands in the row of each article that it cites. Prints `N passed, N failed`."""
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
    for command in sorted(commands):
        done = subprocess.run([given.mou, "help", command], capture_output=True, check=False)
        check(done.returncode == 0, f"there is no command {command}")
    for problem in problems:
        print(f"failed: {problem}")
    print(f"{checks - len(problems)} passed, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
