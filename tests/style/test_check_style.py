#!/usr/bin/env python3
"""tools/check_style.py finds what it is there to find, and nothing in what is right. Prints `N passed, N failed`."""
import pathlib
import subprocess
import sys
import tempfile

CHECK = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_style.py"
OPENING = "/*\n * What it is for.\n */\n"

# name, content, the finding that is expected or None
CASES = [
    ("base/fine.c", OPENING + 'int f(void)\n{\n    return 0; /* exit() */\n}\nconst char *g = "strcpy(a, b)";\n', None),
    ("base/naked.c", "int f(void);\n", "opening"),
    ("base/copy.c", OPENING + "void f(char *a)\n{\n    strcpy(a, a);\n}\n", "banned"),
    ("base/end.c", OPENING + "void f(void)\n{\n    exit(1);\n}\n", "banned"),
    ("cli/end.c", OPENING + "void f(void)\n{\n    exit(1);\n}\n", None),
    ("cli/heap.c", OPENING + "void *f(void)\n{\n    return malloc(1);\n}\n", "banned"),
    ("cli/own.c", OPENING + "void *f(void)\n{\n    return mou_exit(1) + a->free(1);\n}\n", None),
    ("vm/long.c", OPENING + "int f(void)\n{\n" + "    f();\n" * 68 + "}\n", "length"),
    ("vm/short.c", OPENING + "int f(void)\n{\n" + "    f();\n" * 67 + "}\n", None),
    ("vm/huge.c", OPENING + "int a;\n" * 1000, "length"),
    ("include/mou/bare.h", OPENING + "\nMOU_API int f(void);\n", "documented"),
    ("include/mou/told.h", OPENING + "\n/** Does. */\nMOU_API int f(void);\nMOU_API int g(void);\n", None),
    ("docs/a.md", "see " + "/" + "home/somebody/file\n", "paths"),
    ("docs/b.md", "see /usr/share/unicode and docs/a.md and a/b/c\n", None),
    ("grammar/a.y", "%require \"3.8\"\n%{\n/* The grammar. */\n%}\n%%\n", None),
    ("grammar/b.y", "%require \"3.8\"\n%%\n", "opening"),
]


def run(root, *names):
    done = subprocess.run([sys.executable, CHECK, "--root", root, *names], capture_output=True, text=True)
    return done.returncode, done.stdout


def problem_of(root, name, expected):
    code, out = run(root, name)
    if expected is None:
        return None if code == 0 and out == "1 passed, 0 failed\n" else out
    return None if code == 1 and f": {expected}: " in out and out.endswith("0 passed, 1 failed\n") else out or "nothing was found"


def problem_of_exemptions(root):
    (root / "tools").mkdir()
    (root / "tools/style_exemptions.txt").write_text("banned base/copy.c:strcpy # on purpose\nlength base/fine.c # in vain\n", "utf-8")
    code, out = run(root)
    wrong = "base/copy.c:" in out or "not needed: length base/fine.c" not in out or code != 1
    return out if wrong else None


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content, _ in CASES:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, "utf-8")
        results = [(name, problem_of(root, name, expected)) for name, _, expected in CASES]
        results.append(("exemptions", problem_of_exemptions(root)))
        for name, problem in results:
            passed, failed = passed + (problem is None), failed + (problem is not None)
            if problem is not None:
                print(f"{name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
