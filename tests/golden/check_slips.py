#!/usr/bin/env python3
"""
A memorandum as officers write it, with one slip of the pen at a time: each gives exactly one message, at the place of the slip, with advice; and what the
message corrects by itself leaves no error. Ten slips at once give nothing beyond their own messages. Usage: check_slips.py MOU FOLDER [EVERY]: every EVERY-th slip only. Prints `N passed, N failed`.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

NOTHING = "无"
TOGETHER = 10  # slips made at once
ROUNDS = 24


class Slip:
    def __init__(self, block: list[str]):
        self.what = block[0][2:]
        self.right = "\n".join(line[2:] for line in block if line.startswith("- "))
        self.wrong = "\n".join(line[2:] for line in block if line.startswith("+ "))
        wanted = next(line[2:] for line in block if line.startswith("= "))
        self.wanted, _, self.suggestion = wanted.partition(" => ")
        assert self.right != self.wrong, self.what


def slips_of(text: str) -> list[Slip]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [Slip(block) for block in blocks if block[0].startswith("? ")]


def diagnose(mou: str, path: Path) -> list[dict]:
    done = subprocess.run([mou, "check", "--json", str(path)], capture_output=True, text=True)
    if not done.stdout:
        return [{"code": f"exit {done.returncode}", "message": done.stderr, "place": None, "help": "", "suggestion": "", "fix": None}]
    return json.loads(done.stdout)["diagnostics"]


def faults_of(mou: str, slip: Slip, good: str, path: Path) -> list[str]:
    if good.count(slip.right) != 1:
        return ["stands not once in the memorandum"]
    before = good.index(slip.right)
    source = (good[:before] + slip.wrong + good[before + len(slip.right) :]).encode()
    path.write_bytes(source)
    found = diagnose(mou, path)
    if slip.wanted == NOTHING:
        return [f"gives {one['code']} {one['message']}" for one in found]
    if len(found) != 1:
        return [f"gives {len(found)} messages: " + "; ".join(f"{one['code']} {one['message']}" for one in found)]
    one, faults = found[0], []
    place = one["place"] or {"begin": 0, "end": 0, "line": 0}
    first = good[:before].count("\n") + 1
    if not first <= place["line"] <= first + slip.wrong.count("\n"):
        faults.append(f"is reported in line {place['line']}")
    shown = f"{one['code']} {source[place['begin'] : place['end']].decode('utf-8', 'replace')}"
    if shown != slip.wanted or one["suggestion"] != slip.suggestion:
        faults.append(f"gives {shown} => {one['suggestion']}")
    if not one["help"] and not one["suggestion"] and not one["fix"]:
        faults.append("has no advice")
    if one["fix"]:
        subprocess.run([mou, "check", "--fix", str(path)], capture_output=True)
        faults += [f"is corrected to {other['code']} {other['message']}" for other in diagnose(mou, path)]
    return faults


def together(mou: str, slips: list[Slip], good: str, path: Path, chance: random.Random) -> list[str]:
    """Several slips at once give no message beyond their own."""
    chosen: list[tuple[int, int, Slip]] = []
    for slip in chance.sample(slips, len(slips)):
        begin = good.index(slip.right)
        end = begin + len(slip.right)
        if len(chosen) < TOGETHER and all(end + 1 < b or begin > e + 1 for b, e, _ in chosen):
            chosen.append((begin, end, slip))
    text = good
    for begin, end, slip in sorted(chosen, key=lambda one: -one[0]):
        text = text[:begin] + slip.wrong + text[end:]
    path.write_text(text, "utf-8")
    wanted = [slip.wanted for _, _, slip in chosen]
    source, faults = text.encode(), []
    for one in diagnose(mou, path):
        place = one["place"] or {"begin": 0, "end": 0}
        shown = f"{one['code']} {source[place['begin'] : place['end']].decode('utf-8', 'replace')}"
        if shown in wanted:
            wanted.remove(shown)
        else:
            faults.append(f"{'; '.join(slip.what for _, _, slip in chosen)}: give also {shown}")
    return faults


def main() -> int:
    mou, folder = sys.argv[1], Path(sys.argv[2])
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.environ["MOU_LIBRARY"] = str(Path(__file__).parents[2] / "docs" / "errors")  # 引用 词表
    good = (folder / "slips.mou").read_text("utf-8")
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "slip.mou"
        path.write_text(good, "utf-8")
        faults = [f"the memorandum itself gives {one['code']} {one['message']}" for one in diagnose(mou, path)]
        for slip in slips_of((folder / "slips.txt").read_text("utf-8"))[::every]:
            own = faults_of(mou, slip, good, path)
            faults += [f"{slip.what}: {fault}" for fault in own]
            passed += not own
            failed += bool(own)
        several = [slip for slip in slips_of((folder / "slips.txt").read_text("utf-8")) if slip.wanted != NOTHING]
        for seed in range(ROUNDS // every):
            faults += together(mou, several, good, path, random.Random(seed))
    for fault in faults:
        print(fault)
    print(f"{passed} passed, {failed} failed")
    return bool(faults) or passed == 0


if __name__ == "__main__":
    sys.exit(main())
