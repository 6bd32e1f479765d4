#!/usr/bin/env python3
"""Tests of `mou doc` without a browser.

usage: weave.py --mou PROGRAM --root FOLDER [--update]

The pages of memo.mou are held against expected/; those of the rule library are checked for form and dead links; both come out the same
a second time, from elsewhere and in place of themselves. A folder that is not all its own output, and a folder whose rules have errors,
stay as they were. --update rewrites expected/, to be reviewed as a difference.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


class Tests:
    def __init__(self, mou, root, update):
        self.mou, self.root, self.update = str(mou.resolve()), root.resolve(), update
        self.passed = self.failed = 0

    def check(self, name, holds, detail=""):
        self.passed += bool(holds)
        self.failed += not holds
        if not holds:
            print(f"FAILED {name}\n{detail}")

    def doc(self, *words, cwd=None):
        return subprocess.run([self.mou, "doc", "--lang", "zh", *map(str, words)], cwd=cwd, capture_output=True, text=True)

    def pages(self, folder):
        return subprocess.run([sys.executable, str(HERE / "check_pages.py"), str(folder)], capture_output=True, text=True)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def expected_pages(tests, scratch):
    made = scratch / "memo"
    run = tests.doc(HERE / "memo.mou", "-o", made)
    tests.check("memo.mou is woven", run.returncode == 0, run.stderr)
    got = {name: text for name, text in content(made).items() if name != "style.css"}
    if tests.update:
        shutil.rmtree(HERE / "expected", ignore_errors=True)
        (HERE / "expected").mkdir()
        for name, text in got.items():
            (HERE / "expected" / name.lstrip(".")).write_bytes(text)
    wanted = content(HERE / "expected")
    for name in sorted(set(wanted) | {name.lstrip(".") for name in got}):
        have = got.get(name, got.get("." + name))
        same = have == wanted.get(name)
        tests.check(f"expected/{name}", same, "" if same else difference(wanted.get(name), have, scratch))
    pages = tests.pages(made)
    tests.check("pages of memo.mou", pages.returncode == 0, pages.stdout)
    head_in_english(tests, scratch)


def head_in_english(tests, scratch):
    made = scratch / "memo-english"
    run = subprocess.run([tests.mou, "doc", "--lang", "en", str(HERE / "memo.mou"), "-o", str(made)], capture_output=True, text=True)
    page = (made / "memo-新备忘录.html").read_text("utf-8") if run.returncode == 0 else run.stderr
    for words in ("runs out under the old one", "ends on the day of its repeal, 2025-01-01", "the shorter term counts"):
        tests.check(f"head in English: {words}", words in page, page[:4000])


def difference(wanted, have, scratch):
    for name, text in (("wanted", wanted), ("have", have)):
        (scratch / name).write_bytes(text or b"")
    return subprocess.run(["diff", "-u", str(scratch / "wanted"), str(scratch / "have")], capture_output=True, text=True).stdout[:4000]


def empty_columns(page):
    """Heads of columns of the tables at a glance in which no row says anything."""
    found = []
    for table in re.findall(r'<table class="glance">.*?</table>', page, re.DOTALL):
        heads = re.findall(r'<th scope="col">(.*?)</th>', table)
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table, re.DOTALL)]
        found += [head for i, head in enumerate(heads[1:]) if not any(row[i] for row in rows)]
    return found


def library(tests, scratch):
    rules = tests.root / "stdlib-rules"
    made, again, english = scratch / "library", scratch / "again", scratch / "english"
    run = tests.doc(rules, "-o", made)
    tests.check("the rule library is woven", run.returncode == 0, run.stderr)
    pages = tests.pages(made)
    tests.check("pages of the rule library", pages.returncode == 0, pages.stdout)
    for path in sorted(made.glob("memo-*.html")):
        tests.check(f"{path.name}: no empty column", not empty_columns(path.read_text("utf-8")), empty_columns(path.read_text("utf-8")))
    tests.doc(".", "-o", again, cwd=rules)
    tests.check("the same bytes from elsewhere", content(made) == content(again))
    before = content(made)
    run = tests.doc(rules, "-o", str(made) + "/")
    tests.check("in place of itself", run.returncode == 0 and content(made) == before, run.stderr)
    run = subprocess.run([tests.mou, "doc", "--lang", "en", str(rules), "-o", str(english)], capture_output=True, text=True)
    tests.check("in English", run.returncode == 0 and b"Legal bases" in content(english)["index.html"], run.stderr)
    pages = tests.pages(english)
    tests.check("pages in English", pages.returncode == 0, pages.stdout)


def refusals(tests, scratch):
    memo = HERE / "memo.mou"
    own = scratch / "own"
    tests.doc(memo, "-o", own)
    (own / "notes.txt").write_text("not ours")
    before = content(own)
    run = tests.doc(memo, "-o", own)
    tests.check("a file that is not ours", run.returncode == 5 and "notes.txt" in run.stderr and content(own) == before, run.stderr)
    foreign = scratch / "foreign"
    foreign.mkdir()
    (foreign / "index.html").write_text("somebody's page")
    run = tests.doc(memo, "-o", foreign)
    tests.check("a folder that is not ours", run.returncode == 5 and (foreign / "index.html").read_text() == "somebody's page", run.stderr)
    empty = scratch / "empty"
    empty.mkdir()
    run = tests.doc(memo, "-o", empty)
    tests.check("an empty folder is taken", run.returncode == 0 and (empty / "index.html").exists(), run.stderr)
    run = tests.doc(memo, "-o", foreign / "index.html")
    tests.check("a file is no folder", run.returncode == 5, run.stderr)
    run = tests.doc(memo, "-o", scratch / "nowhere" / "out")
    tests.check("no folder to write in", run.returncode == 5 and run.stderr, run.stderr)
    run = tests.doc(memo)
    tests.check("no -o", run.returncode == 2, run.stderr)
    wrong = scratch / "wrong.mou"
    wrong.write_text(memo.read_text("utf-8").replace("因   失信被执行人", "因   没有的认定"), "utf-8")
    run = tests.doc(wrong, "-o", own.parent / "wrong")
    tests.check("rules with errors", run.returncode == 1 and not (scratch / "wrong").exists(), run.stderr)
    left = [path.name for path in scratch.iterdir() if ".tmp" in path.name or ".old" in path.name]
    tests.check("nothing is left behind", not left, str(left))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    tests = Tests(arguments.mou, arguments.root, arguments.update)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        expected_pages(tests, scratch)
        library(tests, scratch)
        refusals(tests, scratch)
    print(f"{tests.passed} passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
