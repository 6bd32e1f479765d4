#!/usr/bin/env python3
"""Forms for a processor are what they are said to be: compiles vm/column_compare.c as a release does and looks for vector comparisons in every form, and
vm/row_runs.c for the instructions that gather and spread bits.

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
# Instructions of vm/row_runs.c, by function.
ROW_RUNS = {"x86_64": {"pack_by_bmi2": r"\bpext\b", "spread_by_bmi2": r"\bpdep\b", "count_by_bmi2": r"\bpopcnt\b"}, "aarch64": {}}


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


def disassembled(compiler, source):
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "made.o"
        run(compiler, "-std=c17", "-O3", "-fPIC", "-I", ROOT / "vm", "-c", ROOT / "vm" / source, "-o", made)
        return functions(run("objdump", "-d", "--no-show-raw-insn", made))


def body_of(listing, name):
    """The compiler may have given it another ending."""
    return next((text for label, text in listing.items() if label == name or label.startswith(name + ".")), "")


def main():
    compiler = sys.argv[1]
    machine = run(compiler, "-dumpmachine").split("-")[0]
    if machine not in FORMS or shutil.which("objdump") is None:
        print(f"skipped: nothing is known of {machine}, or there is no objdump")
        return 77
    missing = []
    looked_at = 0
    listing = disassembled(compiler, "column_compare.c")
    for form, pattern in FORMS[machine].items():
        for relation in ("equal", "less", "greater"):
            for kind in TYPES[:3] if (machine, form) == ("x86_64", "plain") else TYPES:  # whose baseline compares no 64-bit numbers
                name = f"{relation}_{kind}_{form}"
                looked_at += 1
                missing += [] if re.search(pattern, body_of(listing, name)) else [f"{name}: no vector comparison"]
    listing = disassembled(compiler, "row_runs.c")
    for name, pattern in ROW_RUNS[machine].items():
        looked_at += 1
        missing += [] if re.search(pattern, body_of(listing, name)) else [f"{name}: not the processor's own instruction"]
    print("\n".join(missing + [f"{looked_at - len(missing)} passed, {len(missing)} failed"]))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
