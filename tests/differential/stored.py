"""Random packs over random worlds kept in a store: the numbers that a summary counts must be those of the decisions of everybody.

    python3 stored.py --mou PATH --seed 1 --packs 20 --subjects 150

Counting takes short cuts that no single decision takes: columns without keys, subjects of an objection apart, a snapshot beside the store, and
those who changed since then out of the tables. Whole decisions are held against the reference by run.py; here numbers are held against decisions.
Rows that the store refuses are left out of all of them. A case that differs is kept under --save.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import Case, make_case
from run import NUMBERED, count_lines, summary_lines

BATCHES = ("1", "7", "64")


class Refused(Exception):
    """The program does not do what it must."""


class Store:
    """A store of a case's pack; its subjects come in two parts."""

    def __init__(self, mou: str, folder: Path, rules: Path):
        self.mou, self.folder, self.path = str(Path(mou).resolve()), folder, folder / "s.db"
        self.seen = 0  # decisions that numbers were held against
        self.run("build", "-q", "--generated", rules, "-o", folder / "p.moup")
        self.run("init", "-q", self.path, "--pack", folder / "p.moup")

    def run(self, *words, codes=(0,)) -> str:
        command = [self.mou, *map(str, words)]
        done = subprocess.run(command, capture_output=True, timeout=120, env={**os.environ, "USER": "tester", "LANG": "en_US.UTF-8"})
        if done.returncode not in codes:
            raise Refused(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr.decode('utf-8', 'replace')[:2000]}")
        return done.stdout.decode("utf-8")

    def take(self, target: str, rows: list):
        """Import rows; those that do not fit go to quarantine (exit code 4)."""
        if rows:
            file = self.folder / "in.ndjson"
            file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
            self.run("import", "-q", self.path, "--as", target, file, codes=(0, 4))

    def take_subjects(self, subjects: list):
        self.take("主体", [{"标识": s["id"], "主体类别": s["kind"], **plain(s["attributes"])} for s in subjects])

    def take_contents(self, subjects: list):
        records: dict = {}
        relations, objections = [], []
        for s in subjects:
            for name, rows in s["records"].items():
                records.setdefault(name, []).extend({"主体": s["id"], **plain(row)} for row in rows)
            for name, rows in s["relations"].items():
                relations += [{"关系": name, "从": s["id"], "到": row["to"], "自": row.get("from"), "至": row.get("until"),
                               **{key: value for key, value in plain(row).items() if key not in ("to", "from", "until")}} for row in rows]
            objections += [{"主体": s["id"], "记录": o["record"], "键": o["key"], "提出": o["lodged"], "办结": o["closed"]} for o in s["objections"]]
        for name, rows in records.items():
            self.take(name, rows)
        self.take("关系", relations)
        self.take("异议", objections)

    def decided(self, day: str) -> list:
        """The numbers of the decisions of everybody."""
        numbers: dict = {}
        subjects = faults = 0
        for line in map(json.loads, self.run("eval", self.path, "--as-of", day, "--next", codes=(0, 4)).splitlines()):
            subjects += "next" in line
            if "outcome" in line:
                numbers.setdefault((line["memorandum"], line["rule"]), [0] * 4)[NUMBERED.index(line["outcome"])] += 1
                faults += sum("code" in entry for entry in line["missing"])
        self.seen += sum(map(sum, numbers.values()))
        return count_lines(numbers, subjects, faults)

    def counted(self, day: str) -> dict:
        """The same numbers in every way of counting, by name."""
        ways = {f"eval --batch {size}": ("eval", self.path, "--batch", size) for size in BATCHES}
        ways |= {f"run --threads {n}": ("run", self.path, "--threads", n) for n in (1, 3)}
        return {name: summary_lines(self.run(*words, "--as-of", day, "--summary", "--json", codes=(0, 4))) for name, words in ways.items()}


def plain(values: dict) -> dict:
    """Amounts in fen as amounts in yuan, the only ones that a store takes; rows of nested types the same."""
    out = {}
    for name, value in values.items():
        if name.endswith("_fen"):
            out[name[:-len("_fen")]] = f"{value // 100}.{value % 100:02d}"
        else:
            out[name] = [plain(row) for row in value] if isinstance(value, list) else value
    return out


def complaint(store: Store, when: str, dates: list) -> str:
    """How the first way that differs does; empty where none does."""
    for day in dates:
        decided = store.decided(day)
        for name, counted in store.counted(day).items():
            if counted != decided:
                return f"{when}, {name} on {day}:\n  decided {decided}\n  counted {counted}"
    return ""


def check(case: Case, store: Store) -> str:
    """What differs, empty where nothing does."""
    half = len(case.subjects) // 2
    later = case.subjects[half:]
    store.take_subjects(case.subjects)
    store.take_contents(case.subjects[:half] + later[::2])
    found = complaint(store, "from the tables", case.dates[:1])
    store.run("snapshot", "-q", store.path)
    found = found or complaint(store, "from the snapshot", case.dates)
    store.take_contents(later[1::2])
    if not (store.folder / "s.db-snapshot").exists():
        return found or "there is no snapshot"
    return found or complaint(store, "from a snapshot that is behind", case.dates[-1:])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mou", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--packs", type=int, default=10)
    parser.add_argument("--subjects", type=int, default=150)
    parser.add_argument("--profile", choices=("simple", "rich", "both"), default="both")
    parser.add_argument("--save", type=Path, help="folder for cases that differ")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    failed = seen = 0
    for seed in range(options.seed, options.seed + options.packs):
        profile = options.profile if options.profile != "both" else ("simple", "rich")[seed % 2]
        with tempfile.TemporaryDirectory() as folder:
            case = make_case(seed, profile, options.subjects, 3, complete=True)
            try:
                store = Store(options.mou, Path(folder), case.write(Path(folder)))
                found = check(case, store)
                seen += store.seen
            except Refused as refusal:
                found = str(refusal)
            if found:
                failed += 1
                print(f"{profile}-{seed}: {found}")
                if options.save is not None:
                    shutil.copytree(folder, options.save / f"{profile}-{seed}", dirs_exist_ok=True)
    print(f"{options.packs - failed} passed, {failed} failed: {seen} decisions")
    return 1 if failed or seen < options.packs else 0  # fewer say nothing


if __name__ == "__main__":
    sys.exit(main())
