#!/usr/bin/env python3
"""House rules that a program can check, over all files that are under version control.

usage: check_style.py [--root FOLDER] [FILE...]

  length     functions of at most 70 lines, files of at most 1000
  banned     calls that overflow, depend on the locale or end the process; memory from the allocators of base only
  opening    every source file opens with a comment that says what it is for
  documented every group of declarations in a public header has a comment
  paths      no paths of one machine

Exemptions stand in tools/style_exemptions.txt, one a line: RULE FILE[:NAME] and the reason behind a #. An exemption that is not
needed is a mistake, too. Prints one line per finding, then `N passed, N failed` (files); exit code 1 if any failed.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 1000
PARTS = ("base", "grammar", "compiler", "vm", "store", "cli")
LIBRARIES = PARTS[:-1]
SOURCE_SUFFIXES = {".c", ".h", ".y", ".l", ".def"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".py", ".sh", ".md", ".txt", ".cmake", ".json", ".mou", ".in", ".yml", ""}
GENERATED = {"base/width_table.h"}

BANNED = ["sprintf", "vsprintf", "strcpy", "strcat", "strncpy", "strncat", "strtok", "atoi", "atol", "atoll", "atof", "strtod",
          "strtof", "setlocale", "gets", "rand", "srand", "system", "popen", "alloca", "tmpnam", "mktemp", "asctime", "ctime",
          "gmtime", "localtime"]
LIBRARY_BANNED = ["exit", "_Exit", "abort", "printf", "puts", "putchar", "perror", "fopen", "getenv", "time"]
MEMORY = ["malloc", "calloc", "realloc", "free", "strdup", "strndup", "asprintf"]
ROOTS_OF_EVERY_SYSTEM = {"usr", "etc", "dev", "proc", "sys", "bin", "lib"}
NOT_OURS = {"build", "out", ".git", "__pycache__"}


class Findings:
    """What was found, by file, less what is exempt."""

    def __init__(self, root):
        self.by_file = collections.defaultdict(list)
        self.exempt = {}
        self.used = set()
        listed = root / "tools" / "style_exemptions.txt"
        for line in listed.read_text("utf-8").splitlines() if listed.exists() else []:
            words = line.split("#")[0].split()
            if words:
                self.exempt[tuple(words[:2])] = line

    def add(self, rule, file, line, name, text):
        for key in ((rule, f"{file}:{name}"), (rule, str(file))):
            if key in self.exempt:
                self.used.add(key)
                return
        self.by_file[str(file)].append(f"{file}:{line}: {rule}: {text}")


def without_comments_and_texts(text):
    """C text with comments and literals blanked, line breaks kept."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.S)


def check_lengths(findings, root, files):
    for file in files:
        count = len((root / file).read_text("utf-8").splitlines())
        if count > FILE_LINES_MAX:
            findings.add("length", file, count, "", f"{count} lines")
    sources = [str(file) for file in files if file.suffix == ".c"]
    if not sources:
        return
    listing = subprocess.run(["ctags", "-x", "--c-kinds=f", "--fields=+ne", "--_xformat=%N %F %n %{end}", "-L", "-"], cwd=root,
                             input="\n".join(sources), capture_output=True, text=True, check=True).stdout
    for row in listing.splitlines():
        name, file, begin, end = row.rsplit(" ", 3)
        if end.isdigit() and int(end) - int(begin) + 1 > FUNCTION_LINES_MAX:
            findings.add("length", file, begin, name, f"{name} has {int(end) - int(begin) + 1} lines")


def check_calls(findings, file, text):
    part = file.parts[0]
    calls = list(BANNED)
    if part in LIBRARIES:
        calls += LIBRARY_BANNED
    if part in PARTS:
        calls += MEMORY
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(calls) + r")\s*\(")
    for number, line in enumerate(without_comments_and_texts(text).splitlines(), 1):
        for found in pattern.finditer(line):
            findings.add("banned", file, number, found[1], f"{found[1]}()")


def check_opening(findings, file, text):
    first = text.lstrip()
    if file.suffix in (".y", ".l"):
        first = re.sub(r"\A(%\w+[^\n]*\n|%\{\s*|\s+)*", "", first)
    if not first.startswith("/*"):
        findings.add("opening", file, 1, "", "no opening comment")


def check_documented(findings, file, text):
    number = 1
    for group in re.split(r"\n[ \t]*\n", text):
        if "MOU_API" in group and "define MOU_API" not in group and "/*" not in group:
            findings.add("documented", file, number, "", "declarations without a comment")
        number += group.count("\n") + 2


def check_paths(findings, root, file, text):
    pattern = re.compile(r"""(?:^|[\s"'=(`:])/([a-z][a-z0-9_-]+)/[A-Za-z0-9_.-]""")
    for number, line in enumerate(text.splitlines(), 1):
        for found in pattern.finditer(line):
            ours = (root / found[1]).is_dir()  # the rest of a path that a macro begins
            if not ours and found[1] not in ROOTS_OF_EVERY_SYSTEM:
                findings.add("paths", file, number, "", f"a path of one machine: {found[0].strip()}…")


def check_files(root, files):
    findings = Findings(root)
    hand_written = [file for file in files if str(file) not in GENERATED]
    c_files = [file for file in hand_written if file.suffix in SOURCE_SUFFIXES]
    check_lengths(findings, root, [file for file in c_files if file.suffix != ".def"])
    for file in hand_written:
        if file.suffix not in TEXT_SUFFIXES or "corpus" in file.parts:
            continue
        text = (root / file).read_text("utf-8", errors="replace")
        check_paths(findings, root, file, text)
        if file in c_files:
            check_opening(findings, file, text)
        if file.suffix in (".c", ".h", ".y", ".l"):
            check_calls(findings, file, text)
        if file.suffix == ".h" and file.parts[:2] == ("include", "mou"):
            check_documented(findings, file, text)
    return findings


def files_of(root):
    """Names of all files under version control; without git, of all files that are not made by a build."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout.decode()
        return [name for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = (path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file())
        return [str(path) for path in found if not NOT_OURS & set(path.parts)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    names = arguments.files or files_of(arguments.root)
    files = [pathlib.Path(name) for name in names if (arguments.root / name).is_file()]
    findings = check_files(arguments.root, files)
    for rows in findings.by_file.values():
        print("\n".join(rows))
    failed = len(findings.by_file)
    if not arguments.files:
        for key in sorted(set(findings.exempt) - findings.used):
            print(f"tools/style_exemptions.txt: not needed: {' '.join(key)}")
            failed += 1
    print(f"{max(0, len(files) - failed)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
