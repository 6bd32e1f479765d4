#!/usr/bin/env python3
"""Prints of a verbose ctest log what a reader needs of the tests that failed: of each its name and its last lines, those of its cases that
passed left out. Used by ./test."""
import re
import sys
from collections import deque

LAST_LINES = 60
PASSED = re.compile(r"\[( RUN      |       OK |==========|  PASSED  )\]")


def main() -> None:
    spoken: dict[str, deque[str]] = {}
    failed: dict[str, str] = {}
    for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
        if said := re.match(r"(\d+): (.*)", line):
            if not PASSED.match(said[2]):
                spoken.setdefault(said[1], deque(maxlen=LAST_LINES)).append(said[2])
        elif done := re.match(r"\s*\d+/\d+ Test\s+#(\d+): (\S+) \.+\s*\**(?!Passed|Skipped)(\w.*\S)", line):
            failed[done[1]] = f"{done[2]}: {done[3]}"
    for number, outcome in failed.items():
        print(f"-- {outcome}", *spoken.get(number, ["(it printed nothing)"]), sep="\n")


main()
