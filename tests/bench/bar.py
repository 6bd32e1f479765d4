"""The bar: what the bench's figures are held against, row by row, and the tables in words. Used by suite.py."""
import re
import statistics

from common import ratio


def milliseconds(values):
    return statistics.median(values) / 1e6


def row(work, zh, bar, found, holds, stretch=""):
    return {"work": work, "zh": zh, "bar": bar, "stretch": stretch, "found": found, "holds": holds}


def said(found, unit=" ×"):
    return f"{found['ratio']:.2f}{unit} ({found['least']:.2f} to {found['greatest']:.2f})"


def many(name, found):
    """The name of a work on several threads; on one core there is none of its own."""
    return next((other for other in found["full pass"]["times"] if re.fullmatch(re.escape(name) + r", \d+ threads", other)), None)


def times_of(found, name, clock="cpu"):
    return found["full pass"]["times"][name][clock]


UNMEASURED = "not measured"
GROUPS = {"any": "任取", "with decisions": "有决定"}
PACKS = {"twelve decisions": "十二项决定", "rule library": "规则库"}


def full_pass_rows(found):
    times = found["full pass"]["times"]
    kept = "mou, snapshot" if "mou, snapshot" in times else "mou"
    rows = []
    if "DuckDB" in times:
        faster = ratio(times_of(found, "DuckDB"), times_of(found, kept))
        rows.append(row("full pass, snapshot, counts only, 1 thread, to DuckDB on its own storage", "全部主体，快照，只计数，一个线程：对 DuckDB 自有存储", "≥ 5 × as fast", said(faster), faster["ratio"] >= 5, "≥ 10 ×"))
    limit = ratio(times_of(found, kept), times_of(found, "by hand, vector"))
    rows.append(row("the same, to the hand-written vectorised limit", "同上：对手写向量化的极限", "≤ 4 × the time", said(limit), limit["ratio"] <= 4, "≤ 2 ×"))
    own, other = many(kept, found) or many("mou", found), many("DuckDB", found)
    if own and other:
        faster = ratio(times_of(found, other, "ns"), times_of(found, own, "ns"))
        rows.append(row("the same on all cores, to DuckDB on all cores", "同上，全部处理器：对 DuckDB 全部处理器", "≥ 5 × as fast", said(faster), faster["ratio"] >= 5, "≥ 10 ×"))
    for name, bound, stretch in (("mou, plain stepping", 1.25, "≤ 1.1 ×"),):
        if name in times:
            scan = ratio(times_of(found, name), times_of(found, "bare scan"))
            rows.append(row("full pass from SQLite alone, plain stepping, to a bare scan", "全部主体，只有 SQLite，逐行读：对裸扫描", f"≤ {bound} × the time", said(scan), scan["ratio"] <= bound, stretch))
    for name, ways, manner, bound, stretch in (("mou, plain stepping", "plain stepping", "逐行读", 1.3, ""), ("mou, pages", "page decoding", "解析数据页", 5, "≥ 10 ×")):
        faster = ratio(times_of(found, "DuckDB, attached"), times_of(found, name)) if "DuckDB, attached" in times and name in times else None
        rows.append(row(f"full pass from SQLite alone, {ways}, to DuckDB attached to the file", f"全部主体，只有 SQLite，{manner}：对 DuckDB 挂接该文件", f"≥ {bound} × as fast",
                        said(faster) if faster else UNMEASURED + ": npm has no SQLite extension", faster["ratio"] >= bound if faster else None, stretch))
    pages = "mou, pages" if "mou, pages" in times else "mou"
    if "DuckDB" in times:
        faster = ratio(times_of(found, "DuckDB"), times_of(found, pages))
        rows.append(row("full pass from SQLite alone, page decoding, to DuckDB on its own storage", "全部主体，只有 SQLite，解析数据页：对 DuckDB 自有存储", "≥ 1.5 × as fast", said(faster), faster["ratio"] >= 1.5, "≥ 3 ×"))
    if "mou, making the snapshot" in times:
        made = ratio(times_of(found, "mou, making the snapshot"), times_of(found, "bare scan"))
        rows.append(row("making the snapshot, to a bare scan", "做快照：对裸扫描", "≤ 1.5 × the time", said(made), made["ratio"] <= 1.5))
    return rows


def lookup_rows(found):
    if "lookups" not in found:
        return []
    works = found["lookups"]["in one process, microseconds"]
    rows = []
    for group in ("any", "with decisions"):
        twelve = works[f"twelve decisions, {group}"]
        middle, late = (statistics.median(figures) for figures in twelve["machine counts"])
        rows.append(row(f"one subject ({group}), machine alone, record in memory", f"一个主体（{GROUPS[group]}），只有机器，记录在内存", "p50 ≤ 3 µs, p99 ≤ 10 µs", f"p50 {middle:.2f} µs, p99 {late:.2f} µs",
                        middle <= 3 and late <= 10, "≤ 1 µs"))
        reading = ratio(twelve["store and machine"][0], twelve["hand from the store"][0])
        rows.append(row(f"one subject ({group}) from the open store, warm, to hand-written prepared statements", f"一个主体（{GROUPS[group]}），从打开的库：对手写预编译语句", "≤ 1.3 × the time", said(reading), reading["ratio"] <= 1.3))
    for group in ("any", "with decisions"):
        middle, late = (statistics.median(figures) for figures in works[f"rule library, {group}"]["machine counts"])
        rows.append(row(f"one subject ({group}) under the rule library, machine alone", f"一个主体（{GROUPS[group]}），规则库，只有机器", "p50 ≤ 3 µs, p99 ≤ 10 µs", f"p50 {middle:.2f} µs, p99 {late:.2f} µs",
                        middle <= 3 and late <= 10, "≤ 1 µs"))
    for pack in ("twelve decisions", "rule library"):
        figures = works[f"{pack}, with decisions"]
        longer = statistics.median(figures["machine explanation"][0])
        rows.append(row(f"one subject with its explanation ({pack})", f"一个主体连同说明（{PACKS[pack]}）", "≤ 50 µs", f"{longer:.1f} µs", longer <= 50))
    return rows


def stored_rows(found):
    stored = found.get("stored", {})
    rows = []
    if stored.get("daily"):
        daily, full = ([answer["ns"] for answer in stored[name]] for name in ("daily", "full"))
        share = ratio([max(0, taken - 5e6) for taken in daily], full, 100)
        rows.append(row("daily run, 0.1 % changed, without 5 ms, to a full run that stores", "千分之一变动的每日运行，减去 5 毫秒：对写库的整库运行", "≤ 1 %", said(share, " %"), share["ratio"] <= 1))
        spread = ratio([max(0, answer["ns"] - 5e6) for answer in stored["daily, all cores"]], [answer["ns"] for answer in stored["full, all cores"]], 100)
        rows.append(row("the same, both on all cores", "同上，两者都用全部处理器", "≤ 1 %", said(spread, " %"), spread["ratio"] <= 1))
    if stored.get("by hand"):
        first, talk, hand = ([answer["cpu"] for answer in stored[name]] for name in ("first", "said", "by hand"))
        spread, along = ([answer["ns"] for answer in stored[name]] for name in ("first, all cores", "by hand"))
        wide = ratio(spread, along)
        rows.append(row("first run on all cores, to a bulk insert of the same rows by hand, by time elapsed", "第一次运行，全部处理器：对手写批量写入同样的行，按经过的时间", "at its rate", said(wide), wide["ratio"] <= 1.1))
        whole = ratio(first, hand)
        rows.append(row("the same on one thread, by time of the processor", "同上，一个线程，按处理器时间", "at its rate", said(whole), whole["ratio"] <= 1.1))
        writing = ratio([a - b for a, b in zip(first, talk)], hand)
        rows.append(row("the same without judging and wording", "同上，减去判断和成文", "at its rate", said(writing), writing["ratio"] <= 1.1))
    return rows


def growth_rows(found):
    rows = []
    sizes = sorted(found.get("growth", {}), key=int)
    for small, large in zip(sizes, sizes[1:]):
        if int(large) == 10 * int(small):
            more = ratio(found["growth"][large]["mou, snapshot"]["cpu"], found["growth"][small]["mou, snapshot"]["cpu"])
            rows.append(row(f"{int(large):,} instead of {int(small):,} subjects, snapshot", f"主体 {int(small):,} 增至 {int(large):,}，快照", "≤ 10.5 × the time", said(more), more["ratio"] <= 10.5))
    if "memoranda" in found:
        more = ratio(found["memoranda"]["10"], found["memoranda"]["1"])
        rows.append(row("ten times the memoranda, the same conditions", "备忘录增至十倍，条件相同", "≤ 8 × the time", said(more), more["ratio"] <= 8))
    return rows


def compile_rows(found):
    if "compile" not in found:
        return []
    by_count = sorted((int(count), entry) for count, entry in found["compile"].items())
    count, most = by_count[-1]
    check, build, again, anew = (statistics.median(most[name]) for name in ("check", "build", "again", "anew"))
    rows = [row(f"{count:,} memoranda of {most['lines']:,} lines checked, and checked and built, on one core", f"{count:,} 个备忘录、{most['lines']:,} 行，检查、检查并编译，一个核", "< 1 s",
                f"{check:.2f} s, {build:.2f} s", max(check, build) < 1),
            row("one changed file of them compiled again", "其中一个文件改动后重新编译", "milliseconds", f"{again:.0f} ms, all of them {anew:.0f} ms", again < 10)]
    for (fewer, small), (more, large) in zip(by_count, by_count[1:]):
        memory, time = ratio(large["MB"], small["MB"]), ratio(large["build"], small["build"])
        rows.append(row(f"memory and time, {more:,} instead of {fewer:,} memoranda", f"内存和时间，备忘录 {fewer:,} 增至 {more:,}", "linear", f"{memory['ratio']:.2f} × the memory, {time['ratio']:.2f} × the time",
                        memory["ratio"] <= 1.1 * more / fewer and time["ratio"] <= 1.25 * more / fewer))
    return rows


def rows_of(found):
    return full_pass_rows(found) + lookup_rows(found) + stored_rows(found) + growth_rows(found) + compile_rows(found)


WORDS = {True: "holds", False: "not yet", None: "–"}


def full_pass_table(found):
    full = found["full pass"]
    lines = [f"full pass: {full['subjects']:,} subjects, {full['rows']:,} rows in seven tables, {full['decisions']:,} decisions; milliseconds, median of {found['rounds']} rounds",
             f"{'':34}{'elapsed':>10}{'processor':>11}{'to DuckDB / by hand, processor':>34}"]
    for name, times in full["times"].items():
        against = []
        for other in ("DuckDB", "by hand, vector"):
            if other in full["times"]:
                against.append(f"{ratio(times['cpu'], full['times'][other]['cpu'])['ratio']:.2f}")
        lines.append(f"  {name:32}{milliseconds(times['ns']):10.1f}{milliseconds(times['cpu']):11.1f}{' / '.join(against):>34}")
    for engine, rounds in full.get("one by one", {}).items():
        middle = statistics.median(rounds) / 1000
        lines.append(f"  {engine:32}{middle:10.1f} µs a subject: {middle * full['subjects'] / 1e6:.0f} s for all")
    return lines


def lookup_table(found):
    if "lookups" not in found:
        return []
    lines = ["", f"one subject, microseconds: p50 / p99, medians of {found['rounds']} rounds"]
    for title, works in found["lookups"]["in one process, microseconds"].items():
        figures = ", ".join(f"{name} {statistics.median(middle):.1f} / {statistics.median(late):.1f}" for name, (middle, late) in works.items() if name != "clock")
        lines.append(f"  {title}: {figures}")
    processes = found["lookups"]["processes, milliseconds"]
    lines.append("  processes, ms: " + ", ".join(f"{name} {statistics.median(taken):.1f}" for name, taken in processes.items()))
    return lines


def serve_table(found):
    if "serve" not in found:
        return []
    lines = ["", "mou serve --stdio: microseconds from request to answer, p50 / p99; requests a second where none waits for the answer before"]
    for title, rounds in found["serve"].items():
        lines.append(f"  {title}: " + " / ".join(f"{statistics.median(rounds[name]):.0f}" for name in ("p50", "p99")) + f"; {statistics.median(rounds['requests a second']):.0f} a second")
    return lines


def stored_table(found):
    lines = []
    if "stored" in found:
        stored = {name: milliseconds([answer["ns"] for answer in answers]) for name, answers in found["stored"].items() if name != "subjects" and answers}
        lines += ["", f"a store that keeps decisions, {found['stored']['subjects']:,} subjects; milliseconds elapsed", "  " + ", ".join(f"{name} {taken:.1f}" for name, taken in stored.items())]
    if "related" in found:
        related = found["related"]
        lines.append(f"  along relations, {related['subjects']:,} subjects: {related['changed']} changed, {related['evaluated']} looked at; "
                     + ", ".join(f"{name} {milliseconds(related[name]):.1f}" for name in ("daily", "full")) + " ms of the processor, a process each")
    return lines


def memory_table(found):
    if "memory" not in found:
        return []
    grown = [f"{int(size):,} subjects: " + ", ".join(f"{name} {kilobytes / 1024:.0f}" for name, kilobytes in works.items()) for size, works in found.get("growth memory", {}).items()]
    return ["", *grown, "most memory of a program that does this and nothing else, MB: "
            + ", ".join(f"{name} {kilobytes / 1024:.0f}" for name, kilobytes in found["memory"].items())]


def report(found):
    machine = found["machine"]
    lines = [f"{machine['processor']}, {machine['cores']} cores, load {machine['load']:.1f} at the start, {machine['at']}; "
             + ", ".join(f"{name} {version}" for name, version in machine["versions"].items()), ""]
    lines += full_pass_table(found) + lookup_table(found) + serve_table(found) + stored_table(found) + memory_table(found)
    lines += ["", "the bar"]
    for entry in rows_of(found):
        lines.append(f"  {WORDS[entry['holds']]:8}{entry['work']}: {entry['bar']}; measured {entry['found']}")
    return "\n".join(lines)
