#!/usr/bin/env python3
"""Counts the test cases of a verbose ctest log: cmocka's lines, the runners' closing lines, and each other test as one case. Prints how many
passed, failed and were skipped."""
import re
import sys


def main() -> None:
    counts: dict[str, list[int]] = {}
    outcome: dict[str, bool] = {}
    skipped = 0
    for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
        if done := re.match(r"\s*\d+/\d+ Test\s+#(\d+): \S+ \.+\s*(\**)(Passed|Failed|Not Run|Timeout|Exception|Skipped)?", line):
            if done[3] == "Skipped":
                skipped += 1
                continue
            outcome[done[1]] = done[3] == "Passed"
            continue
        if not (spoken := re.match(r"(\d+): (.*)", line)):
            continue
        count = counts.setdefault(spoken[1], [0, 0])
        if re.match(r"\[       OK \]", spoken[2]):
            count[0] += 1
        elif re.match(r"\[  FAILED  \] \S+$", spoken[2]):
            count[1] += 1
        elif closing := re.match(r"(\d+) passed, (\d+) failed", spoken[2]):
            count[0] += int(closing[1])
            count[1] += int(closing[2])
    for number, passed in outcome.items():
        count = counts.setdefault(number, [0, 0])
        if sum(count) == 0 or (not passed and count[1] == 0):
            count[0 if passed else 1] += 1
    print(sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values()), skipped)


main()
