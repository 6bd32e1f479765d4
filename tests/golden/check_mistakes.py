#!/usr/bin/env python3
"""Every file of mistakes/ gives exactly the diagnostics that its first line names, each with a place. Prints `N passed, N failed`."""
import json
import subprocess
import sys
from pathlib import Path


def main() -> int:
    passed = failed = 0
    for path in sorted((Path(__file__).parent / "mistakes").glob("*.mou")):
        first = path.read_text("utf-8").splitlines()[0]
        wanted = sorted(first.removeprefix("#").split()) if first.startswith("# E") else []
        done = subprocess.run([sys.argv[1], "check", "--json", str(path)], capture_output=True, text=True)
        found = json.loads(done.stdout)["diagnostics"] if done.stdout else []
        codes = sorted(one["code"] for one in found)
        if codes == wanted and all(one["place"] for one in found) and done.returncode == (1 if wanted else 0):
            passed += 1
        else:
            failed += 1
            print(f"{path.name}: wanted {wanted}, got {codes} (exit {done.returncode})")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
