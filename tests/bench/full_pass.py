#!/usr/bin/env python3
"""A full pass over a store: a bare scan of the columns needed, the snapshot, outcomes counted from it, and batches read from the tables.

usage: full_pass.py [--build build/release] [--work out/bench] [--size 1000000] [--rounds 5] [--threads 2] [--json FILE]

Makes the store once: generated subjects (two organisations to three persons), the twelve decisions of twelve.mou. Checks that all ways of counting
agree, then times them in turn. Prints medians over the rounds, and ratios of the medians with the least and greatest ratio of any round.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = "2025-12-31"
SAMPLE = 20000  # subjects read batch by batch from the tables: the whole store would take minutes


def output_of(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stderr}{done.stdout[-2000:]}")
    return done.stdout


def make_store(mou, work, size):
    store = work / f"pass-{size}.db"
    if not store.exists():
        print("making the store …", file=sys.stderr)
        work.mkdir(parents=True, exist_ok=True)
        files, unfinished = work / f"pass-{size}", work / f"pass-{size}.part"
        for left in work.glob(f"pass-{size}.part*"):
            left.unlink()
        output_of(sys.executable, ROOT / "samples/generate.py", "--out", files, "--organisations", size * 2 // 5, "--persons", size * 3 // 5,
                  "--defects", 0)
        output_of(mou, "init", "--quiet", unfinished, "--pack", ROOT / "tests/bench/twelve.mou")
        output_of("bash", ROOT / "tools/import_sample.sh", mou, unfinished, files)
        unfinished.rename(store)
    return store


def ratio(times, above, below, scale=1.0):
    each = [scale * a / b for a, b in zip(times[above], times[below])]
    middle = scale * statistics.median(times[above]) / statistics.median(times[below])
    return {"median": round(middle, 2), "least": round(min(each), 2), "greatest": round(max(each), 2)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    arguments.add_argument("--work", type=pathlib.Path, default=ROOT / "out/bench")
    arguments.add_argument("--size", type=int, default=1000000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--json", type=pathlib.Path)
    given = arguments.parse_args()
    output_of("cmake", "-S", ROOT, "-B", given.build, "-DBUILD_TESTING=ON", "-DCMAKE_BUILD_TYPE=Release", "-G", "Ninja")
    output_of("cmake", "--build", given.build, "--target", "bench")
    store = make_store(given.build / "mou", given.work, given.size)
    times, facts = {}, {}
    for line in output_of(given.build / "tests/bench/bench_full_pass", store, DAY, given.rounds, given.threads, SAMPLE).splitlines():
        name, number, value = line.split("\t")
        if int(number) == 0:
            facts[name] = int(value)
        else:
            times.setdefault(name, []).append(int(value) / 1e6)
    per_subject = facts["subjects"] / min(SAMPLE, facts["subjects"])
    result = {
        "subjects": facts["subjects"], "rows": facts["rows"],
        "milliseconds": {name: round(statistics.median(values), 1) for name, values in times.items()},
        "snapshot / scan": ratio(times, "snapshot", "scan"),
        "snapshot and count / scan": ratio({"whole": [a + b for a, b in zip(times["snapshot"], times["count"])], **times}, "whole", "scan"),
        "count / scan": ratio(times, "count", "scan"),
        "one thread / threads": ratio(times, "count", "count threads"),
        "batches from tables, whole store / snapshot and count":
            ratio({"whole": [a + b for a, b in zip(times["snapshot"], times["count"])], **times}, "tables", "whole", per_subject),
    }
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
