"""Differential test: random packs over random worlds, the machine against the reference.

    python3 run.py --mou PATH --seed 1 --packs 50 --subjects 12 --options "" --options "--batch 2"

Every line of every decision must agree, and so must the exit code, for every
program and every set of options; the reference answers once for all of them.
A case that differs is shrunk and kept under --save. Without --mou the reference is checked
against itself: the order of the subjects in the world must not matter.
"""

import argparse
import json
import random
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from generate import Case, case_of_rules, make_case
from reference.dates import parse_iso
from reference.lexer import ReadError
from reference.pack import files_of, load_pack
from reference.run import Run
from reference.world import read_world
from shrink import shrunk


@dataclass
class Outcome:
    """What one side answered: its lines, its exit code, what it complained of."""

    lines: list
    code: int
    complaint: str = ""


def reference_outcome(pack, world_text: str, day: str) -> Outcome:
    run = Run(pack, read_world(world_text, pack), parse_iso(day), findings=True, next_dates=True,
              wanted=("duties", "repairs", "matters", "assertions"))
    lines = run.lines()
    return Outcome(lines, 4 if run.faults else 1 if run.refuted else 0)


def outcomes_of(expected: Outcome) -> Outcome:
    """What is left of an answer when only outcomes of decisions are asked for; faults are then not told."""
    lines = []
    for line in map(json.loads, expected.lines):
        if "grounds" in line:
            keys = list(line)
            kept = {key: line[key] for key in keys[:keys.index("outcome") + 1]}
            lines.append(json.dumps(kept, ensure_ascii=False))
    return Outcome(lines, 0)


NUMBERED = ("in_force", "suspended", "to_verify", "pending")


def count_lines(numbers: dict, subjects: int, faults: int) -> list:
    """Numbers as lines: a line for each measure that has decisions, and one of totals."""
    lines = [f"{memorandum} {rule}: {' '.join(map(str, of))}" for (memorandum, rule), of in sorted(numbers.items()) if any(of)]
    total = sum(sum(of) for of in numbers.values())
    return [*lines, f"{subjects} subjects, {total} decisions, {faults} faults"]


def numbers_of(expected: Outcome) -> Outcome:
    """What decisions come to where only their numbers are asked for: every measure by outcome, and the faults that decisions name."""
    numbers: dict = {}
    subjects = faults = 0
    for line in map(json.loads, expected.lines):
        subjects += "next" in line
        if "grounds" in line and line["kind"] != "finding":
            numbers.setdefault((line["memorandum"], line["rule"]), [0] * 4)[NUMBERED.index(line["outcome"])] += 1
            faults += sum("code" in entry for entry in line["missing"])
    return Outcome(count_lines(numbers, subjects, faults), 4 if faults else 0)


def summary_lines(text: str) -> list:
    """The program's summary in the shape of count_lines."""
    said = json.loads(text)
    numbers = {(m["memorandum"], m["rule"]): [m[word] for word in NUMBERED] for m in said["measures"]}
    lines = count_lines(numbers, said["subjects"], said["faults"])
    return lines if said["decisions"] == sum(map(sum, numbers.values())) else [*lines, f"a total of {said['decisions']}"]


def answer_of(command: list) -> Outcome:
    try:
        done = subprocess.run(command, capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return Outcome([], -1, "no answer within two minutes")
    return Outcome(done.stdout.decode("utf-8", "replace").splitlines(), done.returncode, done.stderr.decode("utf-8", "replace"))


class Machine:
    """The program under test, started once per world and date."""

    def __init__(self, program: str, options: str):
        self.program, self.options = program, shlex.split(options)
        self.name = f"{program} {options}".rstrip()
        self.outcomes_only = "--outcomes" in self.options
        self.numbers_only = "--summary" in self.options

    def expects(self, expected: Outcome) -> Outcome:
        return outcomes_of(expected) if self.outcomes_only else numbers_of(expected) if self.numbers_only else expected

    def outcome(self, rules: Path, world: Path, day: str) -> Outcome:
        wanted = (["--findings"] if self.outcomes_only else ["--json"] if self.numbers_only
                  else ["--findings", "--next", "--duties", "--repairs", "--matters", "--assertions"])
        answer = answer_of([self.program, "eval", "--pack", str(rules), "--as-of", day, "--generated", *wanted, *self.options, str(world)])
        if self.numbers_only and answer.lines:
            answer.lines = summary_lines(answer.lines[0])
        return answer


class Reversed:
    """Stands in for the machine: the reference over the subjects in another order."""

    name = "the reference, subjects reordered"

    def expects(self, expected: Outcome) -> Outcome:
        return expected

    def outcome(self, rules: Path, world: Path, day: str) -> Outcome:
        entries = json.loads(world.read_text("utf-8"))["subjects"]
        random.Random(1).shuffle(entries)
        return reference_outcome(load_pack([rules]), json.dumps({"subjects": entries}), day)


@dataclass
class Difference:
    """How two answers differ; `sort` keeps refusals, decisions and next dates apart."""

    sort: str
    text: str


def compare(expected: Outcome, actual: Outcome) -> Difference | None:
    refused = actual.code in (1, 4) and expected.lines and not actual.lines
    if actual.code not in (0, 1, 4) or refused:
        named = re.search(r"E\d{4}", actual.complaint)
        return Difference(f"exit {actual.code} {named[0] if named else ''}", actual.complaint[:2000])
    for i in range(max(len(expected.lines), len(actual.lines))):
        want = expected.lines[i] if i < len(expected.lines) else "(no line)"
        got = actual.lines[i] if i < len(actual.lines) else "(no line)"
        if want != got:
            sort = "next date" if '"next": ' in want and '"next": ' in got else "decision"
            return Difference(sort, f"line {i + 1}\n  expected {want}\n  actual   {got}")
    if expected.code != actual.code:
        return Difference("code", f"exit code {actual.code} instead of {expected.code}")
    return None


class Harness:
    def __init__(self, machines: list, save: Path | None, shrink_steps: int):
        self.machines, self.save, self.shrink_steps = machines, save, shrink_steps

    def differs(self, case: Case, day: str):
        """(difference, expected, actual) of a case on one date, of the first machine that differs; None where the reference refuses it."""
        with tempfile.TemporaryDirectory() as folder:
            rules = case.write(Path(folder))
            try:
                expected = reference_outcome(load_pack([rules]), case.world_text(), day)
            except (ReadError, KeyError):
                return None
            for machine in self.machines:
                actual = machine.outcome(rules, Path(folder) / "world.json", day)
                difference = compare(machine.expects(expected), actual)
                if difference is not None:
                    difference.text = f"[{machine.name}] {difference.text}"
                    break
        return difference, expected, actual

    def check(self, case: Case, label: str) -> bool:
        for day in case.dates:
            found = self.differs(case, day)
            if found is None:
                print(f"{label}: the reference refuses the pack")
                return False
            if found[0] is not None:
                self.report(case, day, label, found[0])
                return False
        return True

    def report(self, case: Case, day: str, label: str, difference: Difference):
        print(f"{label} on {day}: {difference.sort}: {difference.text}")
        if self.save is None:
            return

        def interesting(smaller: Case) -> bool:
            try:
                found = self.differs(smaller, day)
            except (TypeError, AttributeError):      # what is left no longer makes sense
                return False
            return found is not None and found[0] is not None and found[0].sort == difference.sort
        small = shrunk(Case(case.files, case.subjects, [day]), interesting, self.shrink_steps)
        difference, expected, actual = self.differs(small, day)
        folder = self.save / label
        small.write(folder)
        (folder / "expected.ndjson").write_text("".join(line + "\n" for line in expected.lines), "utf-8")
        (folder / "actual.ndjson").write_text("".join(line + "\n" for line in actual.lines), "utf-8")
        (folder / "difference.txt").write_text(f"{difference.sort}: {difference.text}\n", "utf-8")
        print(f"  shrunk to {folder}: {difference.text}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mou", nargs="+", help="the programs under test")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first pack")
    parser.add_argument("--packs", type=int, default=20, help="how many packs")
    parser.add_argument("--subjects", type=int, default=12, help="subjects of a world")
    parser.add_argument("--dates", type=int, default=3, help="dates per world")
    parser.add_argument("--profile", choices=("simple", "rich", "both"), default="both")
    parser.add_argument("--rules", nargs="+", type=Path,
                        help="rule files or folders to make worlds for, instead of random packs")
    parser.add_argument("--options", action="append", help="options for `mou eval`, verbatim; may be given several times")
    parser.add_argument("--daring", action="store_true", help="also write what the texts leave open")
    parser.add_argument("--save", type=Path, help="folder for cases that differ, shrunk")
    parser.add_argument("--shrink-steps", type=int, default=250, help="most trials to shrink a case")
    parser.add_argument("--stop-after", type=int, default=0, help="stop after this many failures")
    return parser.parse_args()


def cases(options):
    """(label, case) one after the other, each from its own seed."""
    files = [file for path in options.rules or () for file in files_of(path)]
    pack = load_pack(files) if files else None
    for seed in range(options.seed, options.seed + options.packs):
        if files:
            yield f"rules-{seed}", case_of_rules(files, pack, seed, options.subjects, options.dates)
            continue
        profile = options.profile if options.profile != "both" else ("simple", "rich")[seed % 2]
        yield f"{profile}-{seed}", make_case(seed, profile, options.subjects, options.dates,
                                             options.daring)


def main() -> int:
    options = arguments()
    machines = [Machine(program, given) for program in options.mou or () for given in options.options or [""]]
    harness = Harness(machines or [Reversed()], options.save, options.shrink_steps)
    passed = failed = 0
    for label, case in cases(options):
        if harness.check(case, label):
            passed += 1
        else:
            failed += 1
        if options.stop_after and failed >= options.stop_after:
            break
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
