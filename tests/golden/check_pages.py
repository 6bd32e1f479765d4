#!/usr/bin/env python3
"""
Every diagnostic is worded in both languages with advice and, where the law asks, its article; and has a page in docs/errors that holds: explained in both languages, the wrong example gives exactly the marked messages, the right one
none, and `mou explain-error` prints it. Usage: check_pages.py MOU DOCS_ERRORS DIAGNOSTICS_DEF. Prints `N passed, N failed`.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import check_mistakes

DEFINITION = re.compile(r'^MOU_DIAGNOSTIC\(\w+, "(\w+)", (\w+), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)$', re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")
EXAMPLE = re.compile(r"^```mou( 转义)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ESCAPE = re.compile(rb"\\x([0-9A-F]{2})")
PARTS = ("## 中文", "## English")
NO_EXAMPLE = "没有例子 · no example"


def examples_of(page: str) -> dict[str, bytes]:
    found = {}
    for part in re.split(r"^(?=## )", page, flags=re.MULTILINE):
        match = EXAMPLE.search(part)
        if match:
            text = match[2].encode()
            found[part.splitlines()[0]] = ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), text) if match[1] else text
    return found


def wording_faults(code: str, zh: str, en: str, basis: str, help_zh: str, help_en: str) -> list[str]:
    """What every line of diagnostics.def says: both languages, advice in both, and the article of law where the law asks."""
    faults = []
    if not HAN.search(zh) or not re.search(r"[A-Za-z]{2}", en):
        faults.append("is not worded in both languages")
    if not HAN.search(help_zh) or not re.search(r"[A-Za-z]{2}", help_en):
        faults.append("gives no advice in both languages")
    of_law = (code.startswith(("E05", "W05")) and code != "E0533") or code in ("W0850", "W0851")
    if of_law and not basis:
        faults.append("names no article of law")
    return faults


def faults_of(mou: str, code: str, page: str, vocabulary: Path) -> list[str]:
    faults = [f"lacks the part {part}" for part in PARTS if part not in page]
    shown = {lang: subprocess.run([mou, "explain-error", code, "--lang", lang], capture_output=True, text=True) for lang in ("zh", "en")}
    if any(done.returncode != 0 or code not in done.stdout or len(done.stdout.splitlines()) < 3 for done in shown.values()):
        faults.append("is not what mou explain-error prints")
    if NO_EXAMPLE in page:
        return faults
    examples = examples_of(page)
    if set(examples) != {"## 错 · Wrong", "## 对 · Right"}:
        return faults + ["has not one wrong and one right example"]
    if f"{check_mistakes.MARK}{code}".encode() not in examples["## 错 · Wrong"]:
        faults.append(f"the wrong example does not mark {code}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / vocabulary.name).write_bytes(vocabulary.read_bytes())
        for part, text in examples.items():
            path = Path(folder) / "示例.mou"
            path.write_bytes(text)
            faults += [f"{part} {fault}" for fault in check_mistakes.check(mou, path, ["--notes"])]
    return faults


def main() -> int:
    mou, folder, definitions = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    codes = re.findall(r'^MOU_DIAGNOSTIC\(\w+, "(\w+)"', definitions.read_text("utf-8"), re.MULTILINE)
    os.environ["MOU_LIBRARY"] = str(folder)
    passed = failed = 0
    worded = {entry[0]: wording_faults(entry[0], *entry[2:]) for entry in DEFINITION.findall(definitions.read_text("utf-8"))}
    for code in codes:
        path = folder / f"{code}.md"
        faults = worded.get(code, ["is not a line of its own in diagnostics.def"]) + (
            faults_of(mou, code, path.read_text("utf-8"), folder / "词表.mou") if path.exists() else ["has no page: write one as README.md says"]
        )
        passed += not faults
        failed += bool(faults)
        for fault in faults:
            print(f"{code} {fault}")
    for path in sorted(folder.glob("[ENW]*.md")):
        if path.stem not in codes:
            print(f"{path.name} is of no diagnostic yet")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
