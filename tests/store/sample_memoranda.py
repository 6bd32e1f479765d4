#!/usr/bin/env python3
"""The sample data shows every memorandum at work: in the small sample each memorandum that has measures has some in force. Prints `N passed, N failed`;
a pass is a memorandum.

    sample_memoranda.py --mou build/dev/mou --root . --store build/dev/tests/store/sample/store.db
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def memoranda(root: Path) -> set:
    """Those that state a sanction or an incentive."""
    found = set()
    for path in (root / "stdlib-rules").glob("*.mou"):
        for part in re.split(r"^(?=备忘录 )", path.read_text("utf-8"), flags=re.M)[1:]:
            if re.search(r"^(?:惩戒|激励) ", part, re.M):
                found.add(re.match(r"备忘录 (\S+)", part)[1])
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    parser.add_argument("--root", required=True, type=Path)
    parser.add_argument("--store", required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:  # of its own: a look-up writes its receipt, and other tests read the sample's pages
        store = shutil.copy(given.store, folder)
        lines = subprocess.run([given.mou, "eval", store, "--as-of", "2025-12-31"], check=True, capture_output=True, text=True).stdout.splitlines()
    shown = {one["memorandum"] for one in map(json.loads, lines) if one.get("outcome") == "in_force"}
    wanted = memoranda(given.root)
    for name in sorted(wanted - shown):
        print(f"no measure of {name} is in force in the sample")
    print(f"{len(wanted & shown)} passed, {len(wanted - shown)} failed")
    return wanted - shown != set()


if __name__ == "__main__":
    sys.exit(main())
