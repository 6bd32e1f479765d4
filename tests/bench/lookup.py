#!/usr/bin/env python3
"""Look-ups of one subject: the process, the open store, the machine alone, against what a user would do without Mou.

usage: lookup.py [--build build/release] [--work out/bench] [--rounds 11] [--subjects 400] [--json FILE]

Builds the bench programs and, once, two stores of 50,000 generated subjects: one with the rule library's pack, one with the pack of
twelve.mou, whose rules hand_decide.c has in C. Checks that all ways of deciding agree, then times them in turn, round by round, in one
run. Prints medians over the rounds, and ratios of the medians with the least and greatest ratio of any round.
"""
import argparse
import hashlib
import json
import os
import pathlib
import sqlite3
import shutil
import statistics
import sys
import time

import common
from common import HERE, ROOT, output_of, ratio, say, text_of

DAY = common.DAY.isoformat()


# ---------------------------------------------------------------- what is measured upon

def hash_of_pack(mou, rules, work):
    """What this program makes of the rules, and how it lays out a store: one with another pack, or another program's, is made anew."""
    pack = work / "now.moup"
    output_of(mou, "build", "--quiet", rules, "-o", pack)
    return hashlib.sha256(pack.read_bytes() + (ROOT / "store" / "schema.sql.def").read_bytes()).hexdigest()


def import_known(mou, store, sample):
    """The sample data as far as the store's vocabulary has them."""
    with sqlite3.connect(store) as database:
        known = {row[0].split("_", 1)[1] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '记录_*'")}
    for entry in json.loads((sample / "manifest.json").read_text("utf-8"))["files"]:
        target = "主体" if entry["as"] in ("自然人", "单位") else entry["as"]
        if target in known | {"主体", "关系", "异议"}:
            output_of(mou, "import", "--quiet", store, "--as", target, sample / entry["file"], *(["--layout", "双公示"] if entry["layout"] == "双公示" else []))


def make_stores(mou, work):
    """The library's store and the twelve decisions' store, both after a full run."""
    library, twelve = work / "library" / "信用.db", work / "twelve.db"
    work.mkdir(parents=True, exist_ok=True)
    made_of = hash_of_pack(mou, ROOT / "stdlib-rules", work)
    if text_of(work / "library" / "made-of") != made_of:
        say("making the sample store …")
        output_of("bash", ROOT / "tools" / "main_job.sh", mou, work / "library")
        (work / "library" / "made-of").write_text(made_of, "utf-8")
    made_of += hash_of_pack(mou, HERE / "twelve.mou", work)
    if text_of(work / "twelve.made-of") != made_of:
        unfinished = work / "twelve.part"
        for left in list(work.glob("twelve.part*")) + list(work.glob("twelve.db*")):
            left.unlink()
        output_of(mou, "init", "--quiet", unfinished, "--pack", HERE / "twelve.mou")
        import_known(mou, unfinished, work / "library" / "sample")
        output_of(mou, "run", "--quiet", unfinished, "--as-of", DAY)
        unfinished.rename(twelve)
        (work / "twelve.made-of").write_text(made_of, "utf-8")
    return library, twelve


def spread(identifiers, count):
    step = max(1, len(identifiers) // count)
    return identifiers[step // 2::step][:count]


def choose_subjects(store, count):
    """Every so-manieth subject, and every so-manieth of those with an open decision; the one in the middle."""
    with sqlite3.connect(store) as database:
        everybody = [row[0] for row in database.execute("SELECT identifier FROM subject ORDER BY identifier")]
        decided = [row[0] for row in database.execute(
            "SELECT DISTINCT s.identifier FROM lasting d JOIN subject s ON s.id = d.subject WHERE d.decision IS NOT NULL AND d.closed_run = 0 ORDER BY 1")]
    return {"any": spread(everybody, count), "with decisions": spread(decided, count)}, everybody[len(everybody) // 2]


# ---------------------------------------------------------------- in one process

def time_lookups(program, store, by_hand, identifiers, rounds):
    """name -> ([p50 of each round], [p99 of each round]) in microseconds."""
    lines = output_of(program, store, DAY, rounds, "hand" if by_hand else "-", input="\n".join(identifiers))
    result = {}
    for line in lines.splitlines():
        name, _, median, tail = line.split("\t")
        middle, late = result.setdefault(name, ([], []))
        middle.append(int(median) / 1000)
        late.append(int(tail) / 1000)
    return result


# ---------------------------------------------------------------- whole processes

def reading_of(store, depth):
    """SQL that reads what a look-up reads: the subject, what is related to it up to `depth`, and all their records as known now."""
    with sqlite3.connect(store) as database:
        kinds = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '主体_*' ORDER BY 1")]
        types = database.execute("SELECT type, name FROM record_type ORDER BY name").fetchall()
    closure = ("CREATE TEMP TABLE near AS WITH RECURSIVE near(id, depth) AS (SELECT id, 0 FROM subject WHERE identifier = '{0}' UNION "
               "SELECT CASE WHEN r.from_subject = n.id THEN r.to_subject ELSE r.from_subject END, n.depth + 1 FROM near n JOIN relation r "
               f"ON (r.from_subject = n.id OR r.to_subject = n.id) AND r.known_until IS NULL WHERE n.depth < {depth}) "
               "SELECT DISTINCT id FROM near;")
    reads = [f'SELECT * FROM near n CROSS JOIN "{table}" t ON t."#subject" = n.id WHERE t."#known_until" IS NULL;' for table in kinds]
    reads += [f'SELECT t.* FROM near n CROSS JOIN record_of o ON o.subject = n.id AND o.type = {type} CROSS JOIN "记录_{name}" t ON t."#version" = o.version '
              'WHERE t."#known_until" IS NULL;' for type, name in types]
    reads += ["SELECT * FROM near n CROSS JOIN subject s ON s.id = n.id;",
              "SELECT * FROM near n CROSS JOIN relation r ON r.from_subject = n.id WHERE r.known_until IS NULL;",
              "SELECT * FROM near n CROSS JOIN objection o ON o.subject = n.id WHERE o.known_until IS NULL;"]
    return closure + "".join(reads)


def time_process(command, sink):
    begin = time.perf_counter_ns()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, sink, 1), (os.POSIX_SPAWN_DUP2, sink, 2)])
    _, status = os.waitpid(child, 0)
    taken = time.perf_counter_ns() - begin
    if status != 0:
        sys.exit(f"{command[0]}: status {status}")
    return taken / 1e6


def check_query(mou, store, identifier):
    """The query says what the full run stored."""
    lines = output_of(mou, "query", store, identifier, "--as-of", DAY, "--json").splitlines()
    said = sorted((entry["memorandum"], entry["rule"], entry["outcome"]) for entry in map(json.loads, lines))
    with sqlite3.connect(store) as database:
        kept = sorted(database.execute("SELECT d.memorandum, d.rule, o.outcome FROM decision_lasting d JOIN subject s ON s.id = d.subject "
                                       "JOIN decision_status o ON o.id = (SELECT max(id) FROM decision_status WHERE decision = d.id) WHERE d.closed_run IS NULL AND s.identifier = ?", (identifier,)))
    if said != kept:
        sys.exit(f"{identifier}: the query says {said}, the run stored {kept}")


def time_processes(mou, store, identifier, rounds):
    """name -> [median of each round] in milliseconds; in every round each command runs in turn several times."""
    shell = shutil.which("sqlite3")
    commands = {
        "true": [shutil.which("true")],
        "mou --version": [str(mou), "--version"],
        "sqlite3, reading": [shell, "-readonly", str(store), reading_of(store, 2).format(identifier)],
        "mou query --json": [str(mou), "query", str(store), identifier, "--as-of", DAY, "--json"],
        "mou query": [str(mou), "query", str(store), identifier, "--as-of", DAY],
    }
    result = {name: [] for name in commands}
    with open(os.devnull, "wb") as sink:
        for _ in range(rounds):
            times = {name: [] for name in commands}
            for _ in range(9):
                for name, command in commands.items():
                    times[name].append(time_process(command, sink.fileno()))
            for name, taken in times.items():
                result[name].append(statistics.median(taken))
    return result


# ---------------------------------------------------------------- the report

def show_ratio(name, found):
    print(f"    {name:44}{found['ratio']:9.2f}  ({found['least']:.2f} to {found['greatest']:.2f})")


def report_lookups(title, times):
    print(f"\n{title}: microseconds, median of the rounds\n{'':28}{'p50':>10}{'p99':>10}")
    for name, (middle, late) in times.items():
        print(f"  {name:26}{statistics.median(middle):10.2f}{statistics.median(late):10.2f}")
    ratios = {}
    for above, below in (("machine counts", "hand in memory"), ("store and machine", "hand from the store"),
                         ("machine explanation", "machine grounds")):
        if above in times and below in times:
            ratios[f"{above} / {below}"] = ratio(times[above][0], times[below][0])
            show_ratio(f"{above} / {below}", ratios[f"{above} / {below}"])
    return {"us": {name: {"p50": middle, "p99": late} for name, (middle, late) in times.items()}, "ratios": ratios}


def report_processes(times):
    print("\nprocesses, one subject in the middle: milliseconds, median of the rounds")
    for name, taken in times.items():
        print(f"  {name:26}{statistics.median(taken):10.2f}")
    ratios = {f"mou query / {name}": ratio(times["mou query"], times[name]) for name in ("true", "sqlite3, reading")}
    for name, found in ratios.items():
        show_ratio(name, found)
    return {"ms": times, "ratios": ratios}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "out" / "bench")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--subjects", type=int, default=400)
    parser.add_argument("--json", type=pathlib.Path)
    given = parser.parse_args()
    common.build(given.build)
    mou, program = given.build / "mou", given.build / "tests" / "bench" / "bench_lookup"
    library, twelve = make_stores(mou, given.work)
    results = {}
    for title, store, by_hand in (("twelve decisions", twelve, True), ("rule library", library, False)):
        groups, middle = choose_subjects(store, given.subjects)
        for group, identifiers in groups.items():
            times = time_lookups(program, store, by_hand, identifiers, given.rounds)
            name = f"{title}, {len(identifiers)} subjects ({group})"
            results[name] = report_lookups(name, times)
    for identifier in [middle] + groups["with decisions"][:20]:
        check_query(mou, library, identifier)
    results["processes"] = report_processes(time_processes(mou, library, middle, given.rounds))
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
