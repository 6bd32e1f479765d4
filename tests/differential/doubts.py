"""What the doubt stage calls impossible never happens: random packs over random worlds.

    python3 doubts.py --mou PATH --seed 1 --packs 50 --subjects 40

Every finding or measure of which `mou check` says that it can never hold must be in force for nobody. Prints how many such
rules were tried, so that a run that tried none is seen.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import make_case

NEVER = {"E0602", "E0605"}
HEAD = re.compile(r"^(认定|惩戒|激励|finding|sanction|incentive) (\S+)", re.MULTILINE)
DECLARATION = re.compile(r"^\S+ ", re.MULTILINE)
SECTION = re.compile(r"^ +(凭|on) ", re.MULTILINE)


def doomed_rules(mou: str, rules: Path) -> set[str]:
    """Rules that cannot hold because of a condition of their own, not of a row within it."""
    done = subprocess.run([mou, "check", "--json", str(rules)], capture_output=True, text=True, timeout=120)
    doomed = set()
    for found in json.loads(done.stdout)["diagnostics"]:
        if found["code"] not in NEVER:
            continue
        source = Path(found["place"]["path"]).read_bytes()
        heads = list(HEAD.finditer(source[: found["place"]["begin"]].decode("utf-8")))
        before = source[: found["place"]["begin"]].decode("utf-8").rsplit("\n", 1)[1]
        own = heads and heads[-1].start() == list(DECLARATION.finditer(source[: found["place"]["begin"]].decode("utf-8")))[-1].start()
        if not own or before.strip() not in ("当", "除非", "仅当", "when", "unless", "only if"):
            continue
        body = re.split(r"\n(?=\S)", source.decode("utf-8")[heads[-1].start():], maxsplit=1)[0]
        if len(SECTION.findall(body)) <= 1:
            doomed.add(heads[-1][2])
    return doomed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mou", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--packs", type=int, default=20)
    parser.add_argument("--subjects", type=int, default=40)
    options = parser.parse_args()
    passed = failed = tried = 0
    for seed in range(options.seed, options.seed + options.packs):
        case = make_case(seed, "rich", options.subjects, 3, False)
        with tempfile.TemporaryDirectory() as folder:
            rules = case.write(Path(folder))
            doomed = doomed_rules(options.mou, rules)
            tried += len(doomed)
            wrong = set()
            for day in case.dates if doomed else ():
                done = subprocess.run([options.mou, "eval", "--pack", str(rules), "--as-of", day, "--findings", "--generated",
                                       str(Path(folder) / "world.json")], capture_output=True, text=True, timeout=120)
                for line in done.stdout.splitlines():
                    decision = json.loads(line)
                    if decision.get("rule") in doomed and decision["outcome"] in ("in_force", "suspended"):
                        wrong.add((day, decision["rule"], decision["subject"]))
        passed += not wrong
        failed += bool(wrong)
        for one in sorted(wrong)[:3]:
            print(f"seed {seed}: called impossible, but it holds: {one}")
    print(f"{tried} rules called impossible")
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or tried == 0


sys.exit(main())
