#!/usr/bin/env python3
"""A full pass over a store: a bare scan of the columns needed; columns made of the tables, through statements and by pages; outcomes counted from them.

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


def ratio(times, above, below):
    """Of medians, with the least and greatest of any round; `above` and `below` are sums of works."""
    above, below = ([sum(parts) for parts in zip(*(times[name] for name in names.split(" + ")))] for names in (above, below))
    each = [a / b for a, b in zip(above, below)]
    return {"median": round(statistics.median(above) / statistics.median(below), 3), "least": round(min(each), 3), "greatest": round(max(each), 3)}


# What is set against what. The names are those of full_pass.c.
RATIOS = [("statements", "scan"), ("statements threads", "scan"), ("pages", "scan"), ("pages threads", "scan"), ("count", "scan"), ("pages + count", "scan"),
          ("statements + count", "scan"), ("pages + store", "scan"), ("take + count stored", "scan"),
          ("count", "count threads"), ("tables", "pages + count")]


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
    elapsed, used, facts = {}, {}, {}
    for line in output_of(given.build / "tests/bench/bench_full_pass", store, DAY, given.rounds, given.threads, SAMPLE).splitlines():
        name, number, nanoseconds, of_processors = line.split("\t")
        if int(number) == 0:
            facts[name] = int(nanoseconds)
        else:
            elapsed.setdefault(name, []).append(int(nanoseconds) / 1e6)
            used.setdefault(name, []).append(int(of_processors) / 1e6)
    for times in (elapsed, used):
        times["tables"] = [value * facts["subjects"] / min(SAMPLE, facts["subjects"]) for value in times["tables"]]  # a part of the store, in proportion
    result = {"subjects": facts["subjects"], "rows": facts["rows"]}
    for name, times in (("elapsed", elapsed), ("of processors", used)):
        result[name] = {"milliseconds": {work: round(statistics.median(values), 1) for work, values in times.items()},
                        "ratios": {f"{above} / {below}": ratio(times, above, below) for above, below in RATIOS}}
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
