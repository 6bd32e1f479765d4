#!/usr/bin/env python3
"""The manual pages that the program writes.

usage: check_man.py --mou PROGRAM

In both languages: a page for every command that `mou help` lists and one for mou itself, each with every option that the command's help
names, and without a warning of mandoc where that is installed. Prints `N passed, N failed` (pages); exit code 1 if any failed.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def output(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def check(mou, page, command, lang):
    if not page.exists():
        return "is missing"
    text = page.read_text("utf-8").replace("\\-", "-").replace("\\fR", "").replace("\\fB", "").replace("\\fI", "")
    for option in re.findall(r"^  .{4}(--[a-z-]+)", output(mou, "help", "--lang", lang, command), re.M) if command else []:
        if option not in text:
            return f"lacks {option}"
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(page)], capture_output=True, text=True)
        return lint.stdout + lint.stderr if lint.returncode else ""
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", type=pathlib.Path, required=True)
    mou = parser.parse_args().mou
    passed = failed = 0
    for lang in ("zh", "en"):
        with tempfile.TemporaryDirectory() as folder:
            output(mou, "help", "--lang", lang, "--man", folder)
            commands = re.findall(r"^  ([a-z-]+) ", output(mou, "help", "--lang", lang), re.M)
            wanted = {"mou.1": None, **{f"mou-{command}.1": command for command in commands}}
            for name in sorted(set(wanted) | {path.name for path in pathlib.Path(folder).iterdir()}):
                problem = check(mou, pathlib.Path(folder) / name, wanted[name], lang) if name in wanted else "is not asked for"
                print(f"{lang}/{name}: {problem}\n" if problem else "", end="")
                passed, failed = passed + (not problem), failed + bool(problem)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
