"""The bench's steps: making data, starting the programs that do the works, checking that they agree, letting them take turns. Used by suite.py."""
import datetime
import json
import os
import shutil
import subprocess
import sys

import common
import compiling
import lookup
import serve
from common import DAY, HERE, ROOT, output_of, say

PARTS = ("npm", "lookup", "serve", "daily", "first", "related", "memoranda", "compile", "growth", "memory")
TARGETS = {"执行案件": "cases", "行政处罚": "penalties", "欠薪决定": "wages", "税案": "taxes", "纳税评价": "ratings", "信用承诺": "commitments", "荣誉": "honours",
           "异议": "objections"}
SAMPLE = 2000  # subjects that an engine for one subject at a time judges


def day_number(years_before=0):
    """Days as the store counts them: since 1900-01-01."""
    return DAY.replace(year=DAY.year - years_before).toordinal() - datetime.date(1900, 1, 1).toordinal()


DAYS = {"today": day_number(), "two": day_number(2), "three": day_number(3), "five": day_number(5)}

# ---------------------------------------------------------------- the query

SANCTIONS = (("cases", "cases_rest", "cases_ahead = 1"), ("tax", "tax_rest", "tax_ahead = 1"), ("grave", "grave_rest", "grave_ahead = 1"),
             ("often", "often_rest", None), ("wages", "wages_rest", None), ("hinders", "hinders_rest", None),
             ("both_of", "both_rest", "(cases_ahead = 1 OR grave_ahead = 1)"))
INCENTIVES = (("d8", None), ("d9", "honour_ahead = 1 AND unlisted = 2"), ("d10", "honour_ahead = 1 AND unlisted = 2"), ("d11", None), ("d12", None))


def outcomes_sql(count):
    """The last columns; `count` makes one of a condition."""
    columns = []
    for name, rest, ahead in SANCTIONS:
        columns += [f"{name} = 2 AND {rest} = 2", f"{name} = 2 AND {rest} < 2", f"{name} = 1", f"{name} = 0 AND {ahead}" if ahead else None]
    for name, ahead in INCENTIVES:
        best = f"greatest({name}, {name}_rest)"
        columns += [f"{best} = 2", None, f"{best} = 1", f"{best} = 0 AND {ahead}" if ahead else None]
    return ", ".join("0" if condition is None else count(condition) for condition in columns)


STATES = ("cases, cases_rest, cases_ahead, hinders, hinders_rest, grave, grave_rest, grave_ahead, often, often_rest, wages, wages_rest, tax, tax_rest, tax_ahead, "
          "rated, kept, honour, honour_ahead, level")


def write_queries(folder):
    """The query for DuckDB, which is fastest where equal subjects are counted first (of five forms tried), and for SQLite, which is not."""
    text = (HERE / "pass" / "pass.sql").read_text("utf-8")
    body = text[text.index("WITH"):]
    duckdb = body.format(groups=f"g AS (SELECT {STATES}, count(*) AS subjects FROM s GROUP BY ALL),\n", states="g",
                         outcomes=outcomes_sql(lambda condition: f"coalesce(sum(subjects) FILTER (WHERE {condition}), 0)"), **DAYS)
    sqlite = body.format(groups="", states="s", outcomes=outcomes_sql(lambda condition: f"sum({condition})"), **DAYS)
    (folder / "duckdb.sql").write_text(duckdb, "utf-8")
    (folder / "sqlite.sql").write_text(sqlite.replace("greatest(", "max(").replace("least(", "min("), "utf-8")


# ---------------------------------------------------------------- programs that do works

class Worker:
    """A program that does one work after the other, as it is told."""

    def __init__(self, command, cwd=None):
        self.command = [str(word) for word in command]
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd)

    def do(self, work):
        self.process.stdin.write(work + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if line == "":
            sys.exit(f"{self.command[0]} {work}: ended with {self.process.wait()}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Bench:
    def __init__(self, build, work, seed, rounds, threads, without, duckdb=None, sqlite_scanner=None):
        self.build_folder, self.work, self.seed, self.rounds, self.threads, self.without = build, work, seed, rounds, threads, without
        self.mou = build / "mou"
        self.packages = json.loads((HERE / "package.json").read_text("utf-8"))
        if duckdb:
            self.packages["dependencies"]["@duckdb/node-api"] = duckdb
        self.sqlite_scanner = sqlite_scanner

    def build(self):
        common.build(self.build_folder)
        if "npm" not in self.without:
            self.install()

    def install(self):
        """The packages that package.json names, with their versions; no lock file, which would name a registry."""
        folder = self.work / "npm"
        folder.mkdir(parents=True, exist_ok=True)
        wanted = json.dumps(self.packages, indent=2)
        if not (folder / "package.json").exists() or (folder / "package.json").read_text("utf-8") != wanted or not (folder / "node_modules").exists():
            say("npm install …")
            (folder / "package.json").write_text(wanted, "utf-8")
            output_of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", cwd=folder)
        shutil.copy(HERE / "pass_others.mjs", folder / "pass_others.mjs")

    # ------------------------------------------------------------ data

    def data(self, size):
        """The folder with the data of so many subjects; made once. The store is filled anew where this program makes another pack."""
        folder = self.work / f"pass-{size}-{self.seed}"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "rows").exists():
            say(f"{size} subjects …")
            for left in folder.glob("duck.*"):
                left.unlink()
            rows = output_of(self.build_folder / "tests/bench/bench_generate", folder, size, self.seed)
            (folder / "size").write_text(str(size), "utf-8")
            (folder / "rows").write_text(rows.strip(), "utf-8")
        made_of = lookup.hash_of_pack(self.mou, HERE / "pass", self.work)
        if common.text_of(folder / "mou.pack") != made_of:
            say(f"a store of {size} subjects …")
            for left in folder.glob("mou.[dp]*"):
                left.unlink()
            self.fill_store(folder, folder / "mou.part")
            (folder / "mou.part").rename(folder / "mou.db")
            (folder / "mou.pack").write_text(made_of, "utf-8")
            for left in folder.glob("kept.*"):
                left.unlink()
        if not (folder / "kept.db").exists():
            shutil.copy(folder / "mou.db", folder / "kept.db")  # this one gets a snapshot
        write_queries(folder)
        return folder

    def fill_store(self, folder, store):
        output_of(self.mou, "init", "--quiet", store, "--pack", HERE / "pass")
        output_of(self.mou, "import", "--quiet", store, "--as", "主体", folder / "mou-subjects.csv")
        for target, name in TARGETS.items():
            output_of(self.mou, "import", "--quiet", store, "--as", target, folder / f"mou-{name}.csv")

    def workers(self, folder):
        result = {"c": Worker([self.build_folder / "tests/bench/bench_pass", folder, DAY.isoformat()])}
        if "npm" not in self.without:
            result["node"] = Worker(["node", "pass_others.mjs", folder, folder / "duckdb.sql"] + list(DAYS.values()), cwd=self.work / "npm")
        return result

    def works(self, folder):
        """name -> (program, work, threads) of the full pass; whatever counts must count the same."""
        works = {
            "mou, snapshot": ("c", "snapshot 1", 1),
            f"mou, snapshot, {self.threads} threads": ("c", f"snapshot {self.threads}", self.threads),
            "mou": ("c", "count 1", 1),
            f"mou, {self.threads} threads": ("c", f"count {self.threads}", self.threads),
            "mou, plain stepping": ("c", "statements", 1),
            "mou, pages": ("c", "pages", 1),
            "mou, making the snapshot": ("c", "make", 1),
            "bare scan": ("c", "scan", 1),
            "by hand, scalar": ("c", "scalar", 1),
            "by hand, vector": ("c", "vector 1", 1),
            f"by hand, vector, {self.threads} threads": ("c", f"vector {self.threads}", self.threads),
            "SQLite": ("c", f"sql {folder / 'sqlite.sql'}", 1),
        }
        if "npm" not in self.without:
            works["DuckDB"] = ("node", "duckdb 1", 1)
            works[f"DuckDB, {self.threads} threads"] = ("node", f"duckdb {self.threads}", self.threads)
            if self.sqlite_scanner:
                works["DuckDB, attached"] = ("node", f"attached 1 {self.sqlite_scanner}", 1)
                works[f"DuckDB, attached, {self.threads} threads"] = ("node", f"attached {self.threads} {self.sqlite_scanner}", self.threads)
        return works

    # ------------------------------------------------------------ the full pass

    def check(self, workers, works):
        """Every work once, not timed; sys.exit where two do not count the same."""
        agreed, first = None, None
        for name, (program, work, _) in works.items():
            counts = workers[program].do(work)["counts"]
            if counts and agreed is None:
                agreed, first = counts, name
            if counts and counts != agreed:
                sys.exit(f"{name} counts {counts},\n{first} {agreed}: no time is shown")
        return agreed

    def take_turns(self, workers, works, rounds):
        times = {name: {"ns": [], "cpu": []} for name in works}
        for _ in range(rounds):
            for name, (program, work, _) in works.items():
                answer = workers[program].do(work)
                times[name]["ns"].append(answer["ns"])
                times[name]["cpu"].append(answer["cpu"])
        return times

    def full_pass(self, size):
        folder = self.data(size)
        workers = self.workers(folder)
        works = self.works(folder)
        say(f"full pass, {size} subjects: checking …")
        counts = self.check(workers, works)
        say("full pass: taking turns …")
        times = self.take_turns(workers, works, self.rounds)
        found = {"subjects": size, "rows": int((folder / "rows").read_text()), "decisions": sum(counts), "counts": counts, "times": times,
                 "threads": {name: work[2] for name, work in works.items()}}
        if "npm" not in self.without:
            found["one by one"] = self.one_by_one(workers)
        for worker in workers.values():
            worker.close()
        return found

    def one_by_one(self, workers):
        """Engines that judge one subject at a time, on a sample; each subject's outcomes must be those of the program by hand."""
        wanted = workers["c"].do(f"sample {SAMPLE}")["outcomes"]
        found = {}
        for engine in ("zen", "cel"):
            rounds = []
            for _ in range(self.rounds):
                answer = workers["node"].do(f"{engine} {SAMPLE}")
                if answer["outcomes"] != wanted:
                    at = next(i for i, pair in enumerate(zip(answer["outcomes"].split(), wanted.split())) if pair[0] != pair[1])
                    sys.exit(f"{engine}: subject {at} of the sample: {answer['outcomes'].split()[at]}, by hand {wanted.split()[at]}: no time is shown")
                rounds.append(answer["cpu"] / SAMPLE)
            found[engine] = rounds
        return found

    # ------------------------------------------------------------ the rest

    def growth(self, sizes, done):
        """Works on one thread by size; `done` has a size whose times are known."""
        found = {}
        for size in sizes:
            if size in done:
                found[size] = done[size]
                continue
            folder = self.data(size)
            workers = self.workers(folder)
            works = {name: work for name, work in self.works(folder).items() if work[2] == 1}
            self.check(workers, works)
            say(f"growth: {size} subjects …")
            found[size] = self.take_turns(workers, works, self.rounds)
            for worker in workers.values():
                worker.close()
        return found

    def memory_of(self, folder, name):
        """Most memory of a program that does one work and nothing else, in kilobytes."""
        program, work, _ = self.works(folder)[name]
        worker = self.workers_of(folder, program)
        kilobytes = worker.do(work)["kilobytes"]
        worker.close()
        return kilobytes

    def memory(self, size):
        folder = self.data(size)
        return {name: self.memory_of(folder, name) for name in self.works(folder)}

    def growth_memory(self, sizes):
        return {size: {name: self.memory_of(self.data(size), name) for name in ("mou, snapshot", "mou")} for size in sizes}

    def workers_of(self, folder, program):
        if program == "c":
            return Worker([self.build_folder / "tests/bench/bench_pass", folder, DAY.isoformat()])
        return Worker(["node", "pass_others.mjs", folder, folder / "duckdb.sql"] + list(DAYS.values()), cwd=self.work / "npm")

    def memoranda(self, size):
        """The memorandum ten times, under other names: what shared conditions save."""
        folder = self.data(size)
        packs = {}
        for times in (1, 10):
            rules = self.work / f"memoranda-{times}"
            compiling.make_rules(rules, times)
            packs[times] = self.work / f"memoranda-{times}.moup"
            output_of(self.mou, "build", "--quiet", rules, "-o", packs[times])
        worker = self.workers_of(folder, "c")
        found = {1: [], 10: []}
        for _ in range(self.rounds):
            for times, pack in packs.items():
                worker.do(f"try {pack}")
                found[times].append(worker.do("count 1")["cpu"])
        worker.close()
        return found

    def fresh_copy(self, folder, name):
        """The store without decisions; the copies that were made before are gone."""
        for left in self.work.glob("daily-*.db*"):
            left.unlink()
        shutil.copy(folder / "mou.db", self.work / name)
        return self.work / name

    def changing(self, size):
        """A store that keeps its decisions: the first run, the same rows by hand, then days on which one subject in a thousand changed."""
        folder = self.data(size)
        store = None
        found = {"first": [], "said": [], "by hand": [], "first, all cores": [], "full": [], "daily": [], "full, all cores": [], "daily, all cores": []}
        worker = self.workers_of(folder, "c")
        for round_ in range(self.rounds if "first" not in self.without else 1):
            say("first run …")
            if "first" not in self.without:
                store = self.fresh_copy(folder, f"daily-many-{round_}.db")
                found["first, all cores"].append(worker.do(f"run {store} {self.threads}"))
            store = self.fresh_copy(folder, f"daily-{round_}.db")
            found["first"].append(worker.do(f"run {store}"))
            if "first" not in self.without:
                found["by hand"].append(worker.do(f"bulk {store}"))
                found["said"].append(worker.do(f"say {store}"))
        if "daily" not in self.without:
            say("daily runs …")
            for round_ in range(self.rounds):
                for turn, (cores, threads) in enumerate((("", 1), (", all cores", self.threads))):
                    worker.do(f"change {store} {size // 1000} {2 * round_ + turn}")
                    found["daily" + cores].append(worker.do(f"run {store} {threads}"))
                    found["full" + cores].append(worker.do(f"full {store} {threads}"))
        worker.close()
        for left in self.work.glob("daily-*.db*"):
            left.unlink()
        return {name: [{key: answer[key] for key in ("ns", "cpu")} for answer in answers] for name, answers in found.items()}

    def related(self):
        """A daily run where measures fall through relations: commitments of one organisation in a hundred, among 50,000 subjects; then the same day in full. Both must leave the same."""
        _, twelve = lookup.make_stores(self.mou, self.work)
        sample, state, copy = self.work / "library" / "sample", self.work / "related.db", self.work / "related-copy.db"
        lines = (sample / "commitments.csv").read_text("utf-8-sig").splitlines()
        row = next(line for line in lines[1:] if ",全部履行," in line).split(",")
        chosen = [line.split(",")[0] for line in (sample / "organisations.csv").read_text("utf-8-sig").splitlines()[1::100]]
        changes = self.work / "related.csv"
        changes.write_text("\n".join([lines[0], *(",".join([identifier, f"DAY{number:06}", *row[2:]]) for number, identifier in enumerate(chosen)), ""]), "utf-8")
        shutil.copyfile(twelve, state)
        output_of(self.mou, "import", "--quiet", state, "--as", "信用承诺", changes)
        found = {"changed": len(chosen), "daily": [], "full": []}
        for _ in range(self.rounds):
            answers = []
            for name, options in (("daily", []), ("full", ["--full"])):
                shutil.copyfile(state, copy)
                _, used, _, output = common.timed(self.mou, "run", copy, "--as-of", DAY.isoformat(), "--json", *options)
                found[name].append(used * 1e9)
                answers.append(json.loads(output))
            if not answers[0]["incremental"] or any(answers[0][key] != answers[1][key] for key in ("subjects", "decisions", "opened", "measures")):
                sys.exit("the daily run and the full one do not agree")
            found["evaluated"], found["subjects"] = answers[0]["evaluated"], answers[0]["subjects"]
        for left in self.work.glob("related*"):
            left.unlink()
        return found

    def lookups(self):
        library, twelve = lookup.make_stores(self.mou, self.work)
        found = {}
        program = self.build_folder / "tests/bench/bench_lookup"
        for title, store, by_hand in (("twelve decisions", twelve, True), ("rule library", library, False)):
            groups, middle = lookup.choose_subjects(store, 400)
            for group, identifiers in groups.items():
                found[f"{title}, {group}"] = lookup.time_lookups(program, store, by_hand, identifiers, self.rounds)
        for identifier in [middle] + groups["with decisions"][:20]:
            lookup.check_query(self.mou, library, identifier)
        return {"in one process, microseconds": found, "processes, milliseconds": lookup.time_processes(self.mou, library, middle, self.rounds)}

    def served(self):
        library, twelve = lookup.make_stores(self.mou, self.work)
        found = {}
        for title, store in (("twelve decisions", twelve), ("rule library", library)):
            identifiers = lookup.choose_subjects(store, 400)[0]["any"]
            found[title] = serve.measure(self.mou, store, identifiers, self.rounds)
        return found

    def machine(self):
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
        versions = {"sqlite": output_of("sqlite3", "--version").split()[0], "commit": output_of("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()}
        if "npm" not in self.without:
            versions.update(self.packages["dependencies"])
        return {"processor": models[0] if models else "?", "cores": os.cpu_count(), "load": os.getloadavg()[0], "versions": versions,
                "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")}

    def run(self, size, sizes, stored):
        found = {"machine": self.machine(), "rounds": self.rounds, "full pass": self.full_pass(size)}
        if "lookup" not in self.without:
            say("look-ups …")
            found["lookups"] = self.lookups()
        if "serve" not in self.without:
            found["serve"] = self.served()
        if "memoranda" not in self.without:
            say("ten times the memoranda …")
            found["memoranda"] = self.memoranda(min(size, 100000))
        if "compile" not in self.without:
            found["compile"] = compiling.measure(self.mou, self.work, self.rounds)
        if not {"daily", "first"} <= self.without:
            found["stored"] = self.changing(min(size, stored))
            found["stored"]["subjects"] = min(size, stored)
        if "related" not in self.without:
            say("a daily run along relations …")
            found["related"] = self.related()
        if sizes:
            full = found["full pass"]
            found["growth"] = self.growth(sizes, {size: {name: times for name, times in full["times"].items() if full["threads"][name] == 1}})
            found["growth memory"] = self.growth_memory(sizes)
        if "memory" not in self.without:
            found["memory"] = self.memory(size)
        return found
