#!/usr/bin/env python3
"""
Every rule file of a folder gives exactly the diagnostics that it marks, each once, at the marked place. Usage: check_mistakes.py MOU FOLDER...
A line `# ↓ CODE [TEXT]` speaks of the next line that is no mark: there the diagnostic's span begins and covers TEXT (`TEXT…`: begins with it).
Prints `N passed, N failed`.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MARK = "# ↓ "


def wanted_of(lines: list[str]) -> list[tuple[str, int, str]]:
    wanted, waiting = [], []
    for number, line in enumerate(lines, 1):
        if line.startswith(MARK):
            code, _, text = line.removeprefix(MARK).partition(" ")
            waiting.append((code, text))
        else:
            wanted += [(code, number, text) for code, text in waiting]
            waiting = []
    assert not waiting, "a mark at the end speaks of no line"
    return wanted


def fits(found: dict, code: str, line: int, text: str, source: bytes) -> bool:
    place = found["place"]
    if found["code"] != code or place is None or place["line"] != line:
        return False
    covered = source[place["begin"] : place["end"]].decode("utf-8", "replace")
    return covered.startswith(text[:-1]) if text.endswith("…") else text in ("", covered)


def diagnostics_of(mou: str, path: Path) -> list[dict]:
    done = subprocess.run([mou, "check", "--json", str(path)], capture_output=True, text=True)
    return json.loads(done.stdout)["diagnostics"] if done.stdout else []


def check(mou: str, path: Path, options: list[str]) -> list[str]:
    source = path.read_bytes()
    wanted = wanted_of(source.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"))
    done = subprocess.run([mou, "check", "--json", *options, str(path)], capture_output=True, text=True)
    found = json.loads(done.stdout)["diagnostics"] if done.stdout else []
    faults = []
    for code, line, text in wanted:
        match = next((one for one in found if fits(one, code, line, text, source)), None)
        if match is None:
            faults.append(f"lacks {code} at line {line} {text}")
        else:
            found.remove(match)
    for one in found:
        place = one["place"] or {"line": 0, "begin": 0, "end": 0}
        covered = source[place["begin"] : place["end"]].decode("utf-8", "replace")
        faults.append(f"has also {one['code']} at line {place['line']} {covered!r}: {one['message']}")
    errors = any(code.startswith("E") for code, _, _ in wanted)
    if done.returncode != (1 if errors else 0):
        faults.append(f"exits {done.returncode}")
    return faults


def check_fix(mou: str, path: Path) -> list[str]:
    """What offers a certain correction is corrected by `mou check --fix`; what does not stays, and nothing is misread then;
    where all is corrected, nothing is left."""
    found = diagnostics_of(mou, path)
    if not any(one["fix"] for one in found):
        return []
    left = [one["code"] for one in found if not one["fix"]]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes())
        subprocess.run([mou, "check", "--fix", str(copy)], capture_output=True)
        now = diagnostics_of(mou, copy)
    faults = []
    for one in now:
        if one["code"] in left:
            left.remove(one["code"])
        elif one["code"].startswith("E0" if all(one["fix"] for one in found) else ("E01", "E02")):
            faults.append(f"--fix leaves {one['code']}: {one['message']}")
    return faults


def main() -> int:
    os.environ["MOU_LIBRARY"] = str(Path(__file__).parents[2] / "docs" / "errors")  # 引用 词表
    passed = failed = 0
    for folder in sys.argv[2:]:
        for path in sorted(Path(folder).glob("*.mou")):
            faults = check(sys.argv[1], path, []) + check_fix(sys.argv[1], path)
            passed += not faults
            failed += bool(faults)
            for fault in faults:
                print(f"{path.name}: {fault}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
