#!/usr/bin/env python3
"""Files that a generator has spoiled, into a store: each is taken, row by row or to quarantine, or refused with a message; never a crash, never much memory.

usage: hostile.py --mou MOU --root ROOT [--files 10000] [--seed 1] [--huge] [--keep FOLDER]

Every file is made from its seed alone: --seed N --files 1 makes the N-th again, --keep keeps it. --huge adds lines of two gigabytes, through a pipe and in a sparse file.
Under sanitizers memory is not measured. Prints `N passed, N failed`.
"""
import argparse
import concurrent.futures
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import zipfile

from workbooks import HEAD, MAIN, Cell, Workbook, number

SUBJECTS = ["91445202MA5K2P3Q56", "92445203MA7H8J9K1K"]
HEADER = ["主体", "决定书文号", "决定日期", "罚款金额"]
RESIDENT_MB_MAX = 160
CODES = {0, 2, 4}
EVIL = ["", "\0", "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "9.14E+17", "-0", "1e309", "NaN", "99999999999999999999", "2024-02-30", "０.５", '"', '""', ",", "\r", "\n", "\ufeff", "甲" * 5000,
        "\u202e", "&lt;", "&a;", "<![CDATA[x]]>", "]]>", "%s%n", "../../etc/passwd", "A" * 70000, "\x07", "1904-01-01", "60", "0", "45292", "1,000.00", "５万元"]


def rows_of(rand) -> list:
    rows = [list(HEADER)]
    for at in range(rand.randrange(1, 12)):
        rows.append([rand.choice(SUBJECTS), f"甲{at}号", f"2024-{rand.randrange(1, 13):02d}-{rand.randrange(1, 29):02d}", rand.choice(["", "5000.00", "3万元", "1"])])
    for _ in range(rand.randrange(4)):
        row = rand.choice(rows)
        row[rand.randrange(len(row))] = rand.choice(EVIL)
    return rows


def spoil_bytes(rand, data: bytes, times: int) -> bytes:
    out = bytearray(data)
    for _ in range(times):
        at = rand.randrange(len(out) + 1)
        way = rand.randrange(7)
        if way == 0 and at < len(out):
            out[at] ^= 1 << rand.randrange(8)
        elif way == 1:
            out[at:at] = rand.choice([b"\0", b"\xff", b"\x80", b'"', b"\n", b"\r", b",", b"\xe7\x94", b"\xa4\xc0", bytes(rand.randrange(40))])
        elif way == 2:
            del out[at:at + rand.randrange(1, 30)]
        elif way == 3:
            out = out[:at] if rand.randrange(4) == 0 else out
        elif way == 4:
            begin = rand.randrange(len(out) + 1)
            out[at:at] = out[begin:begin + rand.randrange(200)]
        elif way == 5 and at < len(out):
            out[at:at + 4] = rand.randbytes(4)
        else:
            out[at:at] = rand.choice(EVIL).encode("utf-8", "surrogatepass")
    return bytes(out)


def make_csv(rand) -> bytes:
    rows = rows_of(rand)
    if rand.randrange(12) == 0:  # so long that it is read ahead of what is stored
        rows += [[rand.choice(SUBJECTS), f"{'长' * rand.randrange(12000)}{at}号", "2024-03-01", rand.choice(["", "1", "一元", '"'])] for at in range(40)]
    text = rand.choice(["\n", "\r\n", "\r"]).join(",".join(f'"{cell}"' if rand.randrange(3) == 0 else cell for cell in row) for row in rows)
    data = text.encode(rand.choice(["utf-8", "utf-8", "gb18030", "utf-8-sig", "utf-16", "big5hkscs"]), "replace")
    return spoil_bytes(rand, data, rand.choice([0, 0, 1, 3, 20]))


def make_ndjson(rand) -> bytes:
    lines = [json.dumps(dict(zip(HEADER, row)), ensure_ascii=rand.randrange(2) == 0) for row in rows_of(rand)[1:]]
    if rand.randrange(4) == 0:
        lines.append(rand.choice(["[" * 5000, '{"主体":' * 3000, "null", "1e999", '{"主体": {"a": 1}}', '{"主体": "\\u0000"}', '{"主体": 1, "主体": 2}', "{}" + "x" * 70000]))
    return spoil_bytes(rand, "\n".join(lines).encode(), rand.choice([0, 0, 1, 5]))


def odd_cell(rand, value):
    return rand.choice([value, value, number(rand.choice(EVIL) or 0), Cell("s", f"<v>{rand.randrange(-2, 40)}</v>"), Cell("e", "<v>#REF!</v>"), Cell("", "<f>1</f>"),
                        Cell("b", "<v>1</v>"), Cell(rand.choice(["inlineStr", "str", "d", "x", "n"]), "<is><t>甲</t><rPh><t>乙</t></rPh></is>"), number(rand.choice([45292, 60, 2958466, -1, "1e7"]), rand.randrange(4)),
                        Cell("s", "<v>" + "9" * rand.randrange(1, 40) + "</v>"), Cell("", f"<v>{'1' * rand.randrange(1, 200)}</v>")])


def spoil_xml(rand, text: str) -> str:
    for _ in range(rand.choice([0, 1, 1, 2, 6])):
        at = rand.randrange(len(text) + 1)
        way = rand.randrange(6)
        if way == 0:
            text = text[:at] + rand.choice(["<", ">", "&", '"', "</row>", "<row>", "<c>", "<mergeCell ref=\"A1:XFD1048576\"/>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<?x?>", "<!--", "&#0;", "&#xD800;", "]]>", "\0"]) + text[at:]
        elif way == 1:
            text = text[:at] + text[at + rand.randrange(1, 20):]
        elif way == 2:
            digits = [i for i, c in enumerate(text) if c.isdigit()] or [0]
            place = rand.choice(digits)
            text = text[:place] + rand.choice(["0", "-1", "65536", "4294967296", "99999999999999999999", "XFE"]) + text[place + 1:]
        elif way == 3:
            begin = rand.randrange(len(text) + 1)
            text = text[:at] + text[begin:begin + rand.randrange(300)] + text[at:]
        elif way == 4:
            text = text.replace(rand.choice(["<row ", "<c ", "r=", "t=", "<v>", "</v>", "<sheetData>", "xmlns="]), rand.choice(["<row ", "<x ", "s=", "<f>", "", "<v><v>"]), rand.randrange(1, 4))
        else:
            text = text[:at]
    return text


def make_xlsx(rand) -> bytes:
    rows = [[odd_cell(rand, value) if at > 0 or rand.randrange(30) == 0 else value for value in row] for at, row in enumerate(rows_of(rand))]
    merges = [f"{rand.choice('ABCD')}{rand.randrange(1, 6)}:{rand.choice('ABCDZ')}{rand.randrange(1, 12)}" for _ in range(rand.choice([0, 0, 1, 3]))]
    book = Workbook(rows, merges=merges, from_1904=rand.randrange(5) == 0, strict=rand.randrange(5) == 0, styles=rand.choice([(0, 14), (0, "0000", "yyyy", "[$-804]"), ()]))
    for _ in range(rand.randrange(3)):
        book.sheet(rand.choice(["表", "S" * 200, "", "<&>"]), rows_of(rand))
    parts = book.parts()
    for _ in range(rand.randrange(3)):
        name = rand.choice(sorted(parts))
        book.change(name, rand.choice([None, "", spoil_xml(rand, parts[name]), spoil_xml(rand, parts[name]), spoil_bytes(rand, parts[name].encode(), 3)]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rand.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])) as package:
        for name, text in book.parts().items():
            package.writestr(zipfile.ZipInfo(rand.choice([name] * 12 + ["/" + name, "../" + name, name.upper(), "C:\\" + name])), text, package.compression)
        for _ in range(rand.choice([0, 0, 0, 1])):
            package.writestr(zipfile.ZipInfo(rand.choice(["xl/workbook.xml", "../../../../tmp/mou-escaped", "/etc/mou-escaped", "x" * 600, "xl/big.xml"])), bytes(rand.randrange(3 << 20)), zipfile.ZIP_DEFLATED)
    data = out.getvalue()
    return spoil_bytes(rand, data, rand.choice([0, 0, 0, 1, 4])) if rand.randrange(2) else data


def make_mapping(rand) -> bytes:
    text = "列 主体 = 主体\n列 决定书文号 = 决定书文号\n列 决定日期 = 决定日期 日期 年月日\n列 罚款金额 = 罚款金额 单位 元\n不取其余\n"
    return spoil_bytes(rand, text.encode(), rand.choice([0, 1, 4]))


MAKERS = {"csv": make_csv, "ndjson": make_ndjson, "xlsx": make_xlsx}


def run(command, folder, measured, **more):
    """Exit code, output, message, greatest resident size in MB."""
    process = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    return process.returncode, output, errors, usage.ru_maxrss / 1024 if measured else 0


def judge(done, what) -> str:
    """What is wrong with a run; empty: nothing."""
    code, output, errors, resident = done
    try:
        said = errors.decode("utf-8")
        if code not in CODES:
            return f"{what}: exit code {code}: {said[-2000:]}"
        if resident > RESIDENT_MB_MAX:
            return f"{what}: {resident:.0f} MB"
        if code != 0:
            return "" if said.startswith("错误：") and said.count("\n") >= 1 else f"{what}: no message: {said!r}"
        report = json.loads(output)
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        return f"{what}: {problem}: {output[-500:]!r} {errors[-500:]!r}"
    counted = report["added"] + report["corrected"] + report["unchanged"] + report["quarantined"]
    refused = sum(reason["rows"] for reason in report["reasons"])
    return "" if report["rows"] == counted and (refused == report["quarantined"] or len(report["reasons"]) == 200) else f"{what}: counts differ: {report}"


def one(given, folder, number_, measured) -> str:
    rand = random.Random(f"{given.seed}:{number_}")
    ending = rand.choice(sorted(MAKERS))
    path = folder / f"{number_}.{rand.choice([ending] * 9 + ['csv'])}"
    path.write_bytes(MAKERS[ending](rand))
    words = [given.mou, "import", folder / f"store{number_ % 2}.db", path, "--as", rand.choice(["行政处罚"] * 6 + ["主体", "关系", "异议", "撤回"]), "--json"]
    words += rand.choice([[], [], ["--dry-run"], ["--layout", "双公示"], ["--encoding", "gb18030"], ["--accept-check-digit"], ["--header-row", "2"], ["--sheet", "Sheet1"]])
    if rand.randrange(6) == 0 and ending != "ndjson" and "--layout" not in words:
        (folder / f"{number_}.txt").write_bytes(make_mapping(rand))
        words += ["--mapping", folder / f"{number_}.txt"]
    problem = judge(run(words, folder, measured, env={"PATH": os.environ["PATH"], "LANG": "zh_CN.UTF-8", **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}), f"file {number_} ({path.name})")
    if problem and given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        (given.keep / path.name).write_bytes(path.read_bytes())
    path.unlink()
    return problem


def huge(given, folder) -> list:
    """Lines of two gigabytes."""
    sparse = folder / "sparse.csv"
    with open(sparse, "w", encoding="utf-8") as file:
        file.write("主体,决定书文号,决定日期\n" + SUBJECTS[0] + ",")
        file.truncate(2 << 30)
    problems = [judge(run([given.mou, "import", folder / "store0.db", sparse, "--as", "行政处罚", "--json"], folder, True), "2 GB in a sparse file")]
    sparse.unlink()
    for name, shell in (("2 GB through a pipe", "(printf '主体,决定书文号,决定日期\\n'; head -c 2147483648 /dev/zero | tr '\\0' 'a')"), ("2 GB of one line of JSON", "(head -c 2147483648 /dev/zero | tr '\\0' '[')")):
        problems.append(judge(run(["bash", "-c", f'{shell} | exec "$0" import "$1" - --as 行政处罚 --json', given.mou, folder / "store0.db"], folder, True), name))
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mou", required=True, type=pathlib.Path)
    parser.add_argument("--root", required=True, type=pathlib.Path)
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--huge", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path)
    given = parser.parse_args()
    given.mou = given.mou.resolve()
    measured = "ASAN_OPTIONS" not in os.environ or b"__asan_init" not in given.mou.read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["LANG"] = "zh_CN.UTF-8"
        subprocess.run([given.mou, "init", "-q", folder / "store0.db", "--pack", given.root.resolve() / "tests/fault/small"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([given.mou, "import", "-q", folder / "store0.db", "--as", "主体", given.root.resolve() / "tests/fault/small/units.csv"], check=True, stdout=subprocess.DEVNULL)
        (folder / "store1.db").write_bytes((folder / "store0.db").read_bytes())
        numbers = range(given.first, given.first + given.files)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            halves = [pool.submit(lambda half: [one(given, folder, i, measured) for i in numbers if i % 2 == half], half) for half in (0, 1)]
            problems = [problem for half in halves for problem in half.result()]
        problems += huge(given, folder) if given.huge else []
        for store in ("store0.db", "store1.db"):
            done = subprocess.run([given.mou, "verify", folder / store], capture_output=True, text=True)
            problems.append("" if done.returncode == 0 else f"{store}: {done.stdout}{done.stderr}")
    failed = [problem for problem in problems if problem]
    print("\n".join(failed[:20]), end="\n" if failed else "")
    print(f"{len(problems) - len(failed)} passed, {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
