#!/usr/bin/env python3
"""A daily run: some subjects changed since the run before, against a full run of the same day.

usage: daily.py [--build build/release] [--work out/bench] [--size 1000000] [--changed 0.001] [--rounds 3] [--json FILE]

Uses the store of full_pass.py. A full run is stored, a file with a commitment for every so many-th organisation imported, and then, in turn on copies of that state, the incremental
run and the full run are timed. Both must leave the same decisions, or no time is printed.
"""
import argparse
import json
import pathlib
import resource
import shutil
import statistics
import sys
import time

import full_pass


def timed(*command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    text = full_pass.output_of(*command)
    elapsed = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(text), 1000 * elapsed, 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def make_changes(work, size, changed):
    """A file that changes so many subjects: the header and one of the rows of the sample's own commitments, for others."""
    folder = work / f"pass-{size}"
    lines = (folder / "commitments.csv").read_text("utf-8-sig").splitlines()
    header, row = lines[0], next(line for line in lines[1:] if ",全部履行," in line).split(",")
    organisations = (folder / "organisations.csv").read_text("utf-8-sig").splitlines()[1:]
    wanted = max(1, int(size * changed))
    chosen = organisations[:: max(1, len(organisations) // wanted)][:wanted]
    rows = [",".join([line.split(",")[0], f"DAY{number:06d}", *row[2:]]) for number, line in enumerate(chosen)]
    path = work / f"day-{size}.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return path, len(rows)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=full_pass.ROOT / "build/release")
    arguments.add_argument("--work", type=pathlib.Path, default=full_pass.ROOT / "out/bench")
    arguments.add_argument("--size", type=int, default=1000000)
    arguments.add_argument("--changed", type=float, default=0.001)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=pathlib.Path)
    given = arguments.parse_args()
    mou = given.build / "mou"
    store = full_pass.make_store(mou, given.work, given.size)
    path, count = make_changes(given.work, given.size, given.changed)
    state, copy = given.work / "daily.db", given.work / "daily-copy.db"
    shutil.copyfile(store, state)
    full_pass.output_of(mou, "init", "--quiet", state)
    full_pass.output_of(mou, "run", state, "--as-of", full_pass.DAY, "--json")
    full_pass.output_of(mou, "import", "--quiet", state, "--as", "信用承诺", path)
    elapsed, used = {"daily": [], "full": []}, {"daily": [], "full": []}
    for _ in range(given.rounds):
        answers = []
        for name, options in (("daily", []), ("full", ["--full"])):
            shutil.copyfile(state, copy)
            answer, milliseconds, of_processors = timed(mou, "run", copy, "--as-of", full_pass.DAY, "--json", *options)
            answers.append(answer)
            elapsed[name].append(milliseconds)
            used[name].append(of_processors)
        if not answers[0]["incremental"] or answers[1]["incremental"] or any(answers[0][key] != answers[1][key] for key in ("subjects", "decisions", "opened", "measures")):
            sys.exit("the daily run and the full one do not agree")
        evaluated = answers[0]["evaluated"]
    copy.unlink()
    state.unlink()
    result = {"subjects": answers[0]["subjects"], "changed": count, "evaluated": evaluated}
    for name, times in (("elapsed", elapsed), ("of processors", used)):
        result[name] = {"milliseconds": {work: round(statistics.median(values), 1) for work, values in times.items()},
                        "daily / full": full_pass.ratio(times, "daily", "full")}
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
