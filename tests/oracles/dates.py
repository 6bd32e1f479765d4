#!/usr/bin/env python3
"""Dates that `mou` reaches by adding months, days and working days, against two npm packages: chinese-days (working days) and
@js-temporal/polyfill (the calendar). Installs them by name into a folder of its own.

    python3 tests/oracles/dates.py --mou build/dev/mou --packages FOLDER

exit code 0: all agree, 1: the differences are printed, 77: npm cannot be reached here
"""
import argparse
import datetime
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = HERE.parents[1] / "stdlib-rules"
PACKAGES = ["chinese-days@1.5.7", "@js-temporal/polyfill@0.5.1"]
SKIPPED = 77
MONTHS = 6000
DAY = datetime.timedelta(days=1)
# The last day of which the calendar in the rule library tells whether people work on it.
LAST_DAY = datetime.date(2026, 12, 31)
AS_OF = "2199-12-31"
UNIT = {"后移月": "P{}M", "前移月": "P{}M", "后移日": "P{}D", "工作日": "P{}WD"}


def install(folder):
    """False where npm is not there or cannot fetch."""
    if all((folder / "node_modules" / name.rsplit("@", 1)[0]).is_dir() for name in PACKAGES):
        return True
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', "utf-8")
    return subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False).returncode == 0


def questions():
    """Every day of the calendar with some number of working days; random days with months and days, month ends among them."""
    draw = random.Random(20170707)
    day = datetime.date(2004, 1, 1)
    while day <= LAST_DAY:
        yield "工作日", day, draw.randrange(0, 31)
        day += DAY
    for _ in range(MONTHS):
        start = datetime.date(1950, 1, 1) + draw.randrange(0, 55000) * DAY
        if draw.random() < 0.5:
            start = start.replace(day=1) - DAY
        yield "后移月", start, draw.choice([1, 2, 3, 6, 11, 12, 13, 24, 36, 48, 60, 120, draw.randrange(0, 400)])
        yield "前移月", start, draw.randrange(0, 400)
        yield "后移日", start, draw.randrange(0, 5000)


def reached(mou, asked):
    """question number -> date or None where Mou says that it cannot know"""
    subjects = []
    for number, (move, start, count) in enumerate(asked):
        row = {"文号": f"第{number}号", "起日": start.isoformat(), move: UNIT[move].format(count)}
        subjects.append({"id": f"{number:06}", "kind": "单位", "attributes": {}, "records": {"起算": [row]}, "relations": {}})
    with tempfile.TemporaryDirectory() as folder:
        world = pathlib.Path(folder) / "world.json"
        world.write_text(json.dumps({"subjects": subjects}, ensure_ascii=False), "utf-8")
        shutil.copy(HERE / "dates.mou", folder)
        shutil.copy(LIBRARY / "工作日历.mou", folder)
        done = subprocess.run([mou, "eval", "--pack", folder, "--as-of", AS_OF, "--findings", world], capture_output=True, text=True,
                              check=False)
    if done.returncode not in (0, 4):
        sys.exit(f"mou eval: exit code {done.returncode}\n{done.stderr}")
    found = {}
    for line in done.stdout.splitlines():
        decision = json.loads(line)
        number = int(decision["subject"])
        if decision["outcome"] == "in_force":
            found[number] = decision["from"]
        elif [missing.get("code") for missing in decision["missing"]] == ["F002"]:
            found[number] = None
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mou", required=True)
    arguments.add_argument("--packages", required=True, type=pathlib.Path)
    given = arguments.parse_args()
    if not install(given.packages):
        print("npm is not reached: nothing was compared")
        return SKIPPED
    asked = list(questions())
    lines = "".join(json.dumps({"move": move, "from": start.isoformat(), "count": count}) + "\n" for move, start, count in asked)
    answers = subprocess.run(["node", HERE / "dates.mjs", given.packages], input=lines, capture_output=True, text=True,
                             check=True).stdout.split()
    found = reached(given.mou, asked)
    differences = []
    for number, ((move, start, count), answer) in enumerate(zip(asked, answers, strict=True)):
        # Beyond the published years the package takes every weekday for a working day; Mou says that it does not know.
        unpublished = move == "工作日" and answer > LAST_DAY.isoformat()
        wanted = None if unpublished else answer
        if found.get(number, "nothing") != wanted:
            differences.append(f"{start} {move} {count}: {found.get(number, 'nothing')}, not {wanted}")
    for difference in differences[:20]:
        print(difference)
    print(f"{len(asked) - len(differences)} passed, {len(differences)} failed")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
