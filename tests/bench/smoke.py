#!/usr/bin/env python3
"""The bench without npm and without a clock, on few subjects: that its parts run and that all ways count the same decisions.

usage: smoke.py BUILD WORK
"""
import pathlib
import shutil
import sys

import compiling
import steps


def memory_is_linear(mou, work):
    """Twice the memoranda, about twice the memory."""
    fewer, more = (entry["MB"][0] for entry in compiling.measure(mou, work, 1, (100, 200)).values())
    return more <= 2.2 * fewer


def main():
    build, work = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    shutil.rmtree(work, ignore_errors=True)
    bench = steps.Bench(build, work, seed=7, rounds=1, threads=2, without={"npm"})
    folder = bench.data(3000)
    workers = bench.workers(folder)
    counts = bench.check(workers, bench.works(folder))
    outcomes = workers["c"].do("sample 200")["outcomes"].split()
    for worker in workers.values():
        worker.close()
    stored = bench.changing(3000)
    memoranda = bench.memoranda(3000)
    linear = memory_is_linear(bench.mou, work)
    seen = {digit for outcome in outcomes for digit in outcome}
    good = linear and sum(counts) > 3000 and len(outcomes) >= 200 and seen >= set("0234") and all(len(stored[name]) == 1 for name in stored) and len(memoranda[10]) == 1
    print(f"{1 if good else 0} passed, {0 if good else 1} failed")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
