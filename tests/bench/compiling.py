"""How long it takes to check and build rules, by the number of memoranda: the bench's memorandum under many names. Used by suite.py."""
import pathlib
import re
import shutil

from common import HERE, output_of, say, timed

COUNTS = (250, 500, 1000)


def make_rules(folder, count):
    """So many memoranda of the bench's twelve decisions, a file each, over one vocabulary; how many lines they have."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(HERE / "pass" / "词表.mou", folder)
    text = (HERE / "pass" / "备忘录.mou").read_text("utf-8")
    for i in range(count):
        (folder / f"{i:04}.mou").write_text(re.sub(r"^备忘录 基准$", f"备忘录 基准{i:04}", text, flags=re.M).replace("14号", f"{100 + i}号"), "utf-8")
    return text.count("\n") * count


def again(mou, folder, count, rounds):
    """Milliseconds of the processor for compiling once more after one file was changed, and for compiling all; both are compared and are the same bytes."""
    worker = pathlib.Path(mou).parent / "tests/bench/bench_recompile"
    lines = output_of(worker, folder, f"{count // 2:04}.mou", "为期 2年", "为期 4年", rounds).splitlines()
    return [list(column) for column in zip(*(map(float, line.split()) for line in lines))]


def measure(mou, work, rounds, counts=COUNTS):
    """
    number of memoranda -> lines, and of each round seconds of the processor and MB for checking and building all of them, and milliseconds for one changed file.
    """
    found = {}
    for count in counts:
        say(f"compiling {count} memoranda …")
        folder = work / f"compile-{count}"
        entry = {"lines": make_rules(folder, count), "check": [], "build": [], "MB": []}
        for _ in range(rounds):
            _, used, _, _ = timed(mou, "check", "--quiet", folder)
            entry["check"].append(used)
            _, used, resident, _ = timed(mou, "build", "--quiet", folder, "-o", work / "compile.moup")
            entry["build"].append(used)
            entry["MB"].append(resident)
        entry["again"], entry["anew"] = again(mou, folder, count, max(rounds, 2))
        found[count] = entry
        shutil.rmtree(folder)
    return found
