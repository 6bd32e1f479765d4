"""Named cases: one per rule of the fine print and per decision on what the language leaves open.

    python3 run_cases.py [--mou PATH] [NAME...]

A case is a folder with rules.mou, world.json, as-of (one date per line) and
expected.ndjson (the lines of all dates, one after the other). The reference and,
with --mou, the machine must print exactly these lines, and exit with 4 where a
fault is among what is missing, with 1 where an assertion is refuted, else with 0. Asked for outcomes alone, the machine must print these lines of
decisions up to the outcome. A file `tests` holds what running the case's own test blocks must count.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases"


OTHERS = ["--duties", "--repairs", "--matters", "--assertions"]


def reference_commands(case: Path, day: str):
    head = [sys.executable, "-m", "reference"]
    yield "eval", head + ["--as-of", day, "--findings", "--next", *OTHERS, "--rules", "rules.mou", "--",
                          str(case / "world.json")]
    yield "test", head + ["--tests", "rules.mou"]


def machine_commands(program: str, day: str):
    yield "eval", [program, "eval", "--pack", "rules.mou", "--as-of", day, "--findings", "--next",
                   *OTHERS, "world.json"]
    yield "test", [program, "test", "rules.mou"]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess:
    environment = {"PYTHONPATH": str(HERE), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
                   **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120)


def check_evaluation(case: Path, commands) -> str | None:
    """The first difference over all dates, None where everything agrees."""
    expected = (case / "expected.ndjson").read_text("utf-8").splitlines()
    actual: list[str] = []
    for day in (case / "as-of").read_text("utf-8").split():
        done = run(dict(commands(day))["eval"], case)
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        refuted = any('"outcome": "refuted"' in line for line in lines)
        if done.returncode != (4 if any('"code": "F' in line for line in lines) else refuted):
            return f"{day}: exit code {done.returncode}: {done.stderr.decode('utf-8', 'replace')[:800]}"
        actual += lines
    return first_difference(expected, actual)


def first_difference(expected: list[str], actual: list[str]) -> str | None:
    for i in range(max(len(expected), len(actual))):
        want = expected[i] if i < len(expected) else "(no line)"
        got = actual[i] if i < len(actual) else "(no line)"
        if want != got:
            return f"line {i + 1}{named(want)}\n    expected {want}\n    actual   {got}"
    return None


def named(line: str) -> str:
    try:
        data = json.loads(line)
    except ValueError:
        return ""
    return f" ({data['subject']} {data.get('rule', 'next')})"


def check_outcomes(case: Path, program: str) -> str | None:
    """A run that only counts, against the lines of decisions up to the outcome."""
    expected, actual = [], []
    for line in map(json.loads, (case / "expected.ndjson").read_text("utf-8").splitlines()):
        if "grounds" in line:
            keys = list(line)
            expected.append(json.dumps({key: line[key] for key in keys[:keys.index("outcome") + 1]}, ensure_ascii=False))
    for day in (case / "as-of").read_text("utf-8").split():
        done = run([program, "eval", "--pack", "rules.mou", "--as-of", day, "--findings", "--outcomes", "world.json"], case)
        if done.returncode != 0:
            return f"{day}: exit code {done.returncode}: {done.stderr.decode('utf-8', 'replace')[:800]}"
        actual += done.stdout.decode("utf-8", "replace").splitlines()
    return first_difference(expected, actual)


def check_tests(case: Path, commands) -> str | None:
    wanted = re.findall(r"\d+", (case / "tests").read_text("utf-8"))
    done = run(dict(commands("2000-01-01"))["test"], case)
    last = (done.stdout.decode("utf-8", "replace").splitlines() or [""])[-1]
    return None if re.findall(r"\d+", last)[:2] == wanted else f"tests: {last!r}"


def check(case: Path, commands) -> str | None:
    try:
        found = check_evaluation(case, commands)
        if found is None and (case / "tests").exists():
            found = check_tests(case, commands)
        return found
    except subprocess.TimeoutExpired:
        return "no answer within two minutes"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mou", help="the program under test, beside the reference")
    parser.add_argument("names", nargs="*", help="only these cases")
    options = parser.parse_args()
    cases = sorted(p for p in CASES.iterdir() if p.is_dir() and (not options.names or p.name in options.names))
    passed = failed = 0
    for case in cases:
        sides = {"reference": lambda day, case=case: reference_commands(case, day)}
        if options.mou:
            program = str(Path(options.mou).resolve())
            sides["mou"] = lambda day: machine_commands(program, day)
        for side, commands in sides.items():
            difference = check(case, commands)
            passed, failed = passed + (difference is None), failed + (difference is not None)
            if difference is not None:
                print(f"{case.name}: {side}: {difference}")
        if options.mou:
            difference = check_outcomes(case, program)
            passed, failed = passed + (difference is None), failed + (difference is not None)
            if difference is not None:
                print(f"{case.name}: outcomes alone: {difference}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
