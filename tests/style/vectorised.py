#!/usr/bin/env python3
"""The comparisons of columns are vectorised: compiles vm/column_compare.c as a release does and looks for vector comparisons in every form.

usage: vectorised.py COMPILER

Ends with 77 (skipped) where the compiler's target or objdump is not one that it knows.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPES = ("int8_t", "int16_t", "int32_t", "int64_t")
# Comparisons of whole vectors, as wide as the form's registers.
FORMS = {
    "x86_64": {"plain": r"\bpcmp(eq|gt)[bwd]\b.*%xmm", "avx2": r"\bvpcmp(eq|gt)\w*\b.*%ymm",
               "avx512": r"\bvp(cmp|min|max)\w*\b.*%[yz]mm"},
    "aarch64": {"plain": r"\bcm(eq|gt|ge|hi|hs|lt)\b.*v\d+\."},
}


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def functions(listing):
    """Name of each function, and its instructions."""
    found = {}
    for part in re.split(r"\n(?=[0-9a-f]+ <)", listing):
        head = re.match(r"[0-9a-f]+ <([^>]+)>:\n(.*)", part.lstrip(), re.S)
        if head:
            found[head[1]] = head[2]
    return found


def main():
    compiler = sys.argv[1]
    machine = run(compiler, "-dumpmachine").split("-")[0]
    if machine not in FORMS or shutil.which("objdump") is None:
        print(f"skipped: nothing is known of {machine}, or there is no objdump")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "column_compare.o"
        run(compiler, "-std=c17", "-O3", "-fPIC", "-I", ROOT / "vm", "-c", ROOT / "vm/column_compare.c", "-o", made)
        listing = functions(run("objdump", "-d", "--no-show-raw-insn", made))
    failed, passed = 0, 0
    for form, pattern in FORMS[machine].items():
        for relation in ("equal", "less", "greater"):
            for kind in TYPES[:3] if (machine, form) == ("x86_64", "plain") else TYPES:  # whose baseline compares no 64-bit numbers
                name = f"{relation}_{kind}_{form}"
                body = next((text for label, text in listing.items() if label == name or label.startswith(name + ".")), "")
                if re.search(pattern, body):
                    passed += 1
                else:
                    failed += 1
                    print(f"{name}: no vector comparison")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
