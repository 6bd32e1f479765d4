#!/usr/bin/env python3
"""Runs every example of the manual.

usage: run_examples.py --mou PROGRAM --root FOLDER [PAGE...]

Fenced blocks of docs/**/*.md (but for docs/errors, whose examples tests/golden/check_pages.py runs):

  ```mou             checks without errors or warnings and its tests pass: on its own, or behind the blocks above it that it goes on from
  ```mou warns       gives warnings, no errors, and its tests pass
  ```mou FILE.mou    goes behind what FILE.mou holds, for the commands of the page; the whole file checks and its tests pass
  ```mou wrong       is refused by `mou check`; `wrong FILE.mou` is also put into that file
  ```console         lines that begin with `$ ` are run in the page's own folder; what they print is the lines below them. A line `…`
                     stands for any lines, `…` within a line for any text.

Prints one line per finding, then `N passed, N failed` (blocks and commands); exit code 1 if any failed.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```\s*$", re.M | re.S)


def run(words, folder, mou):
    path = f"{mou.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, env=environment)


def accepted(mou, folder, text, warns=False):
    """What is wrong with rule text; empty if nothing is. `warns`: warnings are meant."""
    (folder / "example.mou").write_text(text, "utf-8")
    check = run([str(mou), "check", "--lang", "zh", *([] if warns else ["--warnings-as-errors"]), "example.mou"], folder, mou)
    if check.returncode != 0:
        return check.stdout + check.stderr
    if warns and "警告[" not in check.stderr + check.stdout:
        return "gives no warning"
    if re.search(r"^(测试|test)\b|^测试", text, re.M) is None:
        return ""
    tests = run([str(mou), "test", "--lang", "zh", "example.mou"], folder, mou)
    return tests.stdout + tests.stderr if tests.returncode != 0 else ""


def alike(wanted, have):
    """Whether the lines have are the lines wanted, with … for anything."""
    pattern = ""
    for line in wanted:
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in have)) is not None


class Page:
    def __init__(self, path, name, mou):
        self.path, self.name, self.mou = path, name, mou
        self.passed = self.failed = 0
        self.chain = ""
        self.warns = False

    def result(self, line, problem):
        self.passed += not problem
        self.failed += bool(problem)
        if problem:
            print(f"{self.name}:{line}: {problem[:4000]}")

    def rules(self, line, label, text, folder, scratch):
        if label.split()[:1] == ["wrong"]:
            for name in label.split()[1:]:
                (folder / name).write_text(text, "utf-8")
            self.result(line, "" if accepted(self.mou, scratch, text) else "is not refused")
            return
        if label.endswith(".mou"):
            with open(folder / label, "a", encoding="utf-8") as file:
                file.write(text + "\n")
            self.result(line, accepted(self.mou, scratch, (folder / label).read_text("utf-8")))
            return
        problem = accepted(self.mou, scratch, text, label == "warns")
        if not problem:
            self.chain, self.warns = text, label == "warns"
        elif self.chain:
            problem = accepted(self.mou, scratch, self.chain + "\n" + text, self.warns)
            if not problem:
                self.chain += "\n" + text
        self.result(line, problem)

    def commands(self, line, text, folder):
        parts = re.split(r"^\$ ", text, flags=re.M)
        for part in parts[1:]:
            command, *wanted = part.rstrip("\n").split("\n")
            done = run(["bash", "-c", command + " 2>&1"], folder, self.mou)
            have = done.stdout.splitlines()
            self.result(line, "" if alike(wanted, have) else f"$ {command}\n" + "\n".join(have))

    def run(self, folder, scratch):
        text = self.path.read_text("utf-8")
        for found in FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            language, _, label = found[1].strip().partition(" ")
            if language == "mou":
                self.rules(line, label.strip(), found[2], folder, scratch)
            elif language == "console":
                self.commands(line, found[2], folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    root, mou = arguments.root.resolve(), arguments.mou.resolve()
    passed = failed = 0
    for path in arguments.pages or sorted(set((root / "docs").rglob("*.md")) - set((root / "docs/errors").glob("*.md"))):
        page = Page(path, path, mou)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
            page.run(pathlib.Path(folder), pathlib.Path(scratch))
        passed, failed = passed + page.passed, failed + page.failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
