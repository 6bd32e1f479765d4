#!/usr/bin/env python3
"""The bench: a full pass, look-ups, daily runs, compiling and growth, side by side with what a user could pick instead, in one run.

usage: suite.py [--build build/release] [--work out/bench] [--size 1000000] [--seed 1] [--rounds 5] [--growth 10000,100000,1000000] [--threads N] [--stored 1000000]
                [--without npm,lookup,serve,daily,first,related,memoranda,compile,growth,memory] [--json FILE] [--html FILE]
                [--duckdb VERSION] [--sqlite-scanner FILE]

Builds the programs; makes data from seed and size once (a subject has 4.5 rows in seven tables); installs DuckDB, GoRules Zen and a CEL engine with npm
into the work folder. Checks that all ways count the same decisions, then lets them take turns, round by round. Ratios are ratios of medians over the
rounds; in parentheses the least and greatest ratio of any round. Works on one thread are compared by processor time, which other work on the machine
disturbs less; works on several threads and processes by time elapsed. Prints the tables and the bar, and writes them as JSON and as a page with plots.
DuckDB attached to the SQLite file takes part where its extension for that is at hand, built for just the version of the npm package: DuckDB gets it from a
server of its own, and no package has it. --duckdb takes another version of the package than package.json names.
"""
import argparse
import json
import os
import pathlib
import sys

import bar
import page
import steps
from common import ROOT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "out/bench")
    parser.add_argument("--size", type=int, default=1000000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--stored", type=int, default=1000000, help="subjects of the store that keeps decisions, at most --size")
    parser.add_argument("--growth", default="10000,100000,1000000")
    parser.add_argument("--without", default="", help="parts left out: " + ", ".join(steps.PARTS))
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--html", type=pathlib.Path)
    parser.add_argument("--duckdb", help="version of the package @duckdb/node-api")
    parser.add_argument("--sqlite-scanner", type=lambda word: pathlib.Path(word).resolve(strict=True), help="DuckDB's extension sqlite_scanner, as a file")
    given = parser.parse_args()
    without = set(filter(None, given.without.split(",")))
    unknown = without - set(steps.PARTS)
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}")
    bench = steps.Bench(given.build.resolve(), given.work.resolve(), given.seed, given.rounds, given.threads, without,
                        given.duckdb, given.sqlite_scanner)
    bench.build()
    sizes = [] if "growth" in without else [int(size) for size in given.growth.split(",")]
    found = bench.run(given.size, sizes, given.stored)
    found = json.loads(json.dumps(found))  # as it will be read again
    text = bar.report(found)
    print(text)
    given.work.mkdir(parents=True, exist_ok=True)
    (given.json or given.work / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (given.html or given.work / "bench.html").write_text(page.make(found, text), "utf-8")


if __name__ == "__main__":
    main()
