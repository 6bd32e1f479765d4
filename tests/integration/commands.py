#!/usr/bin/env python3
"""Whole commands as a user gives them: exit codes, streams, what a store holds afterwards. Prints `N passed, N failed`."""
import argparse
import csv
import io
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

SUBJECT = "91445202MA5K2P3Q56"
DAY = "2025-12-31"


class Bench:
    """Runs commands in a folder of its own."""

    def __init__(self, mou: str, root: Path, folder: Path):
        self.mou, self.root, self.folder = mou, root, folder
        # Nothing of the caller's but the path and what the sanitizers are told: without it they would not stop at what they find.
        self.environment = {"PATH": os.environ["PATH"], "LANG": "zh_CN.UTF-8", **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}

    def run(self, *words: str, **options) -> subprocess.CompletedProcess:
        environment = {**self.environment, **options.pop("environment", {})}
        return subprocess.run([self.mou, *words], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300, **options)

    def expect(self, code: int, *words: str, **options) -> subprocess.CompletedProcess:
        done = self.run(*words, **options)
        assert done.returncode == code, f"mou {' '.join(words)}: {done.returncode} instead of {code}\n{done.stdout}\n{done.stderr}"
        return done

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return name

    def store(self, name: str) -> Path:
        """A store with the small sample data."""
        made = self.folder / "sample"
        if not made.exists():
            subprocess.run([sys.executable, self.root / "samples/generate.py", "--out", made, "--organisations", "300", "--persons", "400"],
                           check=True, capture_output=True)
            self.expect(0, "build", "-q", str(self.root / "stdlib-rules"), "-o", "rules.moup")
        base = self.folder / "base.db"
        if not base.exists():
            self.expect(0, "init", "-q", "base.db", "--pack", "rules.moup")
            for entry in json.loads((made / "manifest.json").read_text("utf-8"))["files"]:
                done = self.expect(0, "import", "base.db", f"sample/{entry['file']}", *import_options(entry), "--json")
                counts = json.loads(done.stdout)
                assert counts["rows"] == entry["rows"], (entry, counts)
                assert counts["quarantined"] == entry["quarantined"], (entry, counts)
        shutil.copy(base, self.folder / name)
        return self.folder / name


def import_options(entry: dict) -> list[str]:
    record = "主体" if entry["as"] in ("自然人", "单位") else entry["as"]
    return ["--as", record, "--layout", entry["layout"]]


def dump(path: Path) -> list:
    """Everything that a store says, but for the times of runs."""
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1")]
        return [(table, database.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()) for table in tables]


def test_usage(bench: Bench):
    assert "mou" in bench.expect(0, "--version").stdout
    bench.expect(2)
    assert "check" in bench.expect(2, "chekc").stderr
    bench.expect(2, "check")
    bench.expect(2, "check", "--no-such", "x")
    bench.expect(2, "eval", "--pack", "x", "--as-of", "2024-02-30")
    assert "--next" in bench.expect(2, "eval", "--pack", "x", "--as-of", DAY, "--summary", "--next", "x.json").stderr
    for command in ("check", "fmt", "build", "dump", "test", "eval", "init", "import", "run", "query", "explain", "new",
                    "verify", "snapshot", "backup", "restore", "pack", "plan", "withdraw", "quarantine", "key", "head", "prove-entry", "verify-entry", "erase", "serve", "config", "export", "feedback", "report", "retain"):
        assert bench.expect(0, "help", command).stdout == bench.expect(0, command, "--help").stdout
    assert bench.expect(0, "help", "check", "--lang", "en").stdout.startswith("Examples")


def test_new_pack(bench: Bench):
    bench.expect(0, "new", "办公室")
    bench.expect(0, "check", "办公室")
    assert bench.expect(0, "test", "办公室").stdout.endswith("1 passed, 0 failed\n")
    assert bench.expect(0, "fmt", "--check", "办公室").stdout == ""
    bench.expect(5, "new", "办公室")


def test_check_says_where(bench: Bench):
    bench.file("wrong.mou", "主体类别 单位 标识 统一社会信用代码\n备忘录 甲\n    标题 \"甲\"\n认定 乙\n    当 罚款金额 大于 5万元\n")
    done = bench.expect(1, "check", "wrong.mou")
    assert "wrong.mou:5:7" in done.stderr and "罚款金额" in done.stderr, done.stderr
    found = json.loads(bench.expect(1, "check", "--json", "wrong.mou").stdout)
    assert found["schema"] == "mou/diag/1" and found["diagnostics"][0]["place"]["line"] == 5
    assert bench.expect(1, "check", "--format", "github", "wrong.mou").stdout.startswith("::error file=wrong.mou,line=5")
    bench.expect(5, "check", "nowhere.mou")


WRONG = """规则包 例 版本 "1"
机关 甲局 "甲局"
主体类别 单位 标识 统一社会信用代码
名单类别 黑名单
记录 处罚
    文书 文号 作出 日子
    文号： 文本 必填 主键
    日子： 日期 必填
    金额： 金额
备忘录 甲
    标题 "甲"
    牵头 甲局
    施行 2020年1月1日
认定 乙
    列入：黑名单
    凭   处罚
    当   金额 不少于5万元 并 日子 大于等于 2020年1月1日
    自   日子
    为期 如果 金额 大于 10万元 则 2年 否则 1年
"""


def test_check_formats(bench: Bench):
    bench.file("规则 一.mou", WRONG)
    sarif = json.loads(bench.expect(1, "check", "--format", "sarif", "规则 一.mou").stdout)
    run = sarif["runs"][0]
    assert sarif["version"] == "2.1.0" and run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules)) > 1
    lines = WRONG.splitlines()
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"] and result["level"] == "error" and result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "%E8%A7%84%E5%88%99%20%E4%B8%80.mou"
        region = place["region"]
        shown = lines[region["startLine"] - 1][region["startColumn"] - 1:region["endColumn"] - 1]
        assert shown in ("：", "不少于5万元", "并", "大于等于", "如果"), shown
        change = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
        assert change["deletedRegion"] == region and "text" in change["insertedContent"]
    github = bench.expect(1, "check", "--format", "github", "规则 一.mou").stdout.splitlines()
    assert len(github) == len(run["results"]) and all(line.startswith("::error file=规则 一.mou,line=") and ",title=E0" in line for line in github)
    found = json.loads(bench.expect(1, "check", "--json", "规则 一.mou").stdout)["diagnostics"]
    assert len(found) == len(github) and all(one["fix"]["place"]["path"] == "规则 一.mou" for one in found)


def test_check_fix(bench: Bench):
    bench.file("fix.mou", WRONG)
    (bench.folder / "fix.mou").chmod(0o640)
    bench.expect(0, "check", "--fix", "fix.mou")
    fixed = (bench.folder / "fix.mou").read_text("utf-8")
    assert "金额 不少于 5万元 且 日子 不少于 2020年1月1日" in fixed and "为期 若 金额" in fixed and "列入 黑名单" in fixed, fixed
    assert (bench.folder / "fix.mou").stat().st_mode & 0o777 == 0o640
    before = (bench.folder / "fix.mou").stat().st_mtime_ns
    bench.expect(0, "check", "--fix", "fix.mou")
    assert (bench.folder / "fix.mou").stat().st_mtime_ns == before, "a file without mistakes is not written"
    guess = WRONG.replace("金额 不少于5万元", "金頟 不少于 5万元").replace("并", "且").replace("大于等于", "不早于").replace("列入：", "列入 ").replace("如果", "若")
    bench.file("guess.mou", guess)
    bench.expect(1, "check", "--fix", "guess.mou")
    assert (bench.folder / "guess.mou").read_text("utf-8") == guess, "a guess is never carried out"
    (bench.folder / "gb.mou").write_bytes(WRONG.encode("gb18030"))
    bench.expect(1, "check", "--fix", "gb.mou")
    assert (bench.folder / "gb.mou").read_bytes() == WRONG.encode("gb18030"), "a file that cannot be read is left alone"


def zipped(names: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return out.getvalue()


def foreign_files_are_told(bench: Bench, good: str):
    """What is no rule text gives one message that says what it seems to be and how to go on, whatever the command."""
    noise = random.Random(1).randbytes(4000)
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    found: dict[str, tuple[bytes, str, str, str]] = {
        "docx": (zipped({"[Content_Types].xml": "<x/>" * 50, "word/document.xml": good}), "E0125", "Word 文档", "a Word document"),
        "xlsx": (zipped({"xl/workbook.xml": good}), "E0125", "Excel 工作簿", "an Excel workbook"),
        "zip": (zipped({"a.txt": good}), "E0125", "压缩文件", "a compressed file"),
        "ofd": (zipped({"OFD.xml": good}), "E0125", "OFD 版式文件", "an OFD document"),
        "doc": (compound + noise + "WordDocument".encode("utf-16-le") + noise, "E0125", "Word 文档", "a Word document"),
        "wps": (compound + noise, "E0125", "办公软件的文档", "a document of an office program"),
        "pdf": (b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n" + noise, "E0125", "PDF 文件", "a PDF file"),
        "rtf": (b"{\\rtf1\\ansi\\ansicpg936 \\'cb\\'ce\\par}", "E0125", "RTF 文档", "an RTF document"),
        "html": (f"<html><body>{good}</body></html>".encode(), "E0125", "网页", "a web page"),
        "noise": (noise, "E0125", "二进制文件", "a binary file"),
        "nul": (b"\0x" * 4000, "E0125", "二进制文件", "a binary file"),
        "mixed": ("".join(line + "\n" if i % 2 else "" for i, line in enumerate(good.split("\n"))).encode() + good.encode("gb18030"), "E0125", "几种编码", "several encodings"),
        "utf16le": (good.encode("utf-16-le"), "E0122", "UTF-16LE", "UTF-16LE"),
        "utf16be": (good.encode("utf-16-be"), "E0122", "UTF-16BE", "UTF-16BE"),
        "utf32": (good.encode("utf-32"), "E0122", "UTF-32", "UTF-32"),
        "mac": (good.replace("\n", "\r").encode(), "E0103", "回车符", "carriage return"),
        "cr": (good.replace("\n", "\r", 9).encode(), "E0103", "回车符", "carriage return"),
    }
    bench.expect(0, "build", "good.mou", "-o", "good.moup")
    found["moup"] = ((bench.folder / "good.moup").read_bytes(), "E0125", "编译好的规则包", "a compiled pack")
    for name, (data, code, zh, en) in found.items():
        path = f"一份 {name}.mou"
        (bench.folder / path).write_bytes(data)
        for arguments in (("check",), ("build", "-o", "x.moup"), ("fmt",), ("test",), ("doc", "-o", "x.html")):
            said = bench.expect(3 if arguments == ("test",) else 1, arguments[0], path, *arguments[1:]).stderr
            assert said.count("错误[") == 1 and f"错误[{code}]" in said and zh in said and path in said and "建议：" in said, (name, arguments, said[:500])
            assert len(said) < 600 and "\ufffd" not in said, said
        said = bench.expect(1, "check", "--lang", "en", path).stderr
        assert said.count("error[") == 1 and en in said and "help:" in said, said
        bench.expect(1, "check", "--fix", path)
        assert (bench.folder / path).read_bytes() == data
        (bench.folder / path).unlink()


def test_check_strange_files(bench: Bench):
    good = WRONG.replace("不少于5万元 并 日子 大于等于", "不少于 5万元 且 日子 不早于").replace("列入：", "列入 ").replace("如果", "若")
    bench.file("good.mou", good)
    bench.expect(0, "check", "good.mou")
    (bench.folder / "bom.mou").write_bytes(b"\xef\xbb\xbf" + good.encode())
    assert bench.expect(0, "check", "bom.mou").stderr == ""
    (bench.folder / "crlf.mou").write_bytes(good.replace("\n", "\r\n").encode())
    assert bench.expect(0, "check", "crlf.mou").stderr == ""
    for encoding, name in (("gb18030", "GB18030"), ("utf-16", "UTF-16")):
        (bench.folder / "other.mou").write_bytes(good.encode(encoding))
        found = json.loads(bench.expect(1, "check", "--json", "other.mou").stdout)["diagnostics"]
        assert [one["code"] for one in found] == ["E0122"] and name in found[0]["message"] and f"iconv -f {name}" in found[0]["help"], found
    foreign_files_are_told(bench, good)
    (bench.folder / "empty").mkdir()
    assert "没有规则文件" in bench.expect(5, "check", "empty").stderr
    (bench.folder / "loop.mou").symlink_to("loop.mou")
    assert "loop.mou" in bench.expect(5, "check", "loop.mou").stderr
    (bench.folder / "loop.mou").unlink()
    huge = good.replace("为期 若", "为期 " + " " * 3_000_000 + "如果")
    bench.file("huge.mou", huge)
    done = bench.expect(1, "check", "huge.mou")
    assert "huge.mou:19:" in done.stderr and len(done.stderr) < 4000, len(done.stderr)


def test_use_prefers_what_declares_the_name(bench: Bench):
    """A file that is only called so must not hide the one that declares the name."""
    for folder in ("a", "b"):
        (bench.folder / "several" / folder).mkdir(parents=True)
    bench.file("several/a/词表.mou", '规则包 另一词表 版本 "1"\n')
    bench.file("several/b/共用.mou", '规则包 词表 版本 "1"\n机关 甲局 "甲局"\n')
    bench.file("several/memo.mou", '引用 词表\n备忘录 示例\n    标题 "示例"\n    牵头 甲局\n    施行 2020年1月1日\n')
    assert "E0" not in bench.expect(0, "check", "several/memo.mou").stderr


def test_missing_use_is_told_once(bench: Bench):
    """Names of a file of the library that is not used: one message, which names what to use; a name that nothing declares stays unknown."""
    memo = """引用 基础词表

备忘录 示例
    标题 "示例"
    牵头 市场监管局
    施行 2024年1月1日

认定 受罚单位
    列入 黑名单
    凭   行政处罚
    自   处罚决定日期
    为期 1年

惩戒 限制采购
    措施 M01
    因   受罚单位
    对   单位：本单位；自然人：本人
    由   财政局
    依据 《政府采购法》第二十二条
    程度 禁止
    为期 随认定
    解除 自动
    救济 "依法申请行政复议"

惩戒 限制招标
    措施 M02
    因   受罚单位
    对   单位：本单位；自然人：本人
    由   财政局
    依据 《招标投标法》第五十三条
    程度 禁止
    为期 随认定
    解除 自动
    救济 "依法申请行政复议"
"""
    bench.file("uses.mou", memo)
    found = [one for one in json.loads(bench.expect(1, "check", "--json", "uses.mou").stdout)["diagnostics"]]
    assert [(one["code"], one["place"]["line"]) for one in found] == [("E0316", 15)], found
    assert "惩戒措施目录" in found[0]["message"] and "引用 惩戒措施目录" in found[0]["help"], found
    assert "1 处错误" in bench.expect(1, "check", "uses.mou").stderr
    bench.file("uses.mou", memo.replace("引用 基础词表", "引用 基础词表\n引用 惩戒措施目录"))
    assert not [one for one in json.loads(bench.run("check", "--json", "uses.mou").stdout)["diagnostics"] if one["code"].startswith("E03")]
    bench.file("uses.mou", memo.replace("引用 基础词表", "引用 惩戒措施目录").replace("M01", "M99"))
    codes = [(one["code"], one["message"]) for one in json.loads(bench.expect(1, "check", "--json", "uses.mou").stdout)["diagnostics"]]
    assert [code for code, _ in codes if code.startswith("E03")].count("E0301") == 1 and any("M99" in message for _, message in codes), codes


def test_check_languages(bench: Bench):
    bench.file("lang.mou", WRONG)
    for environment, english in (({"LANG": "en_GB.UTF-8"}, True), ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, False),
                                 ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, True), ({"LANG": "C"}, False)):
        said = bench.expect(1, "check", "lang.mou", environment=environment).stderr
        assert ("error[E0211]: “如果” is no keyword; write “若”" in said) == english and ("错误[E0211]" in said) != english, said
    said = bench.expect(1, "check", "--lang", "en", "lang.mou").stderr
    assert "did you mean" in said and "help:" in said
    assert bench.expect(0, "explain-error", "E0501", "--lang", "en").stdout.startswith("E0501 error: measure")
    assert len(bench.expect(0, "explain-error").stdout.splitlines()) > 100
    for spelling in ("e0501", "0501", "501", "e501", "Ｅ０５０１", "５０１", "ｅ0501"):
        assert bench.expect(0, "explain-error", spelling).stdout.startswith("E0501"), spelling
    for wrong in ("E9999", "", "E", "E05011", "X0501", "E0501 ", "五百零一"):
        bench.expect(2, "explain-error", wrong)


def test_build_repeats(bench: Bench):
    bench.expect(0, "build", "-q", str(bench.root / "stdlib-rules"), "-o", "a.moup")
    bench.expect(0, "build", "-q", str(bench.root / "stdlib-rules"), "-o", "b.moup")
    first = (bench.folder / "a.moup").read_bytes()
    assert first == (bench.folder / "b.moup").read_bytes()
    assert "cost" in bench.expect(0, "dump", "a.moup").stdout
    for place in (0, 8, 40, 200, len(first) // 2, len(first) - 1):
        damaged = bytearray(first)
        damaged[place] ^= 1
        (bench.folder / "c.moup").write_bytes(damaged)
        bench.expect(3, "dump", "c.moup")
    bench.file("empty.moup", "")
    bench.expect(3, "dump", "empty.moup")


def test_worlds_refused(bench: Bench):
    rules = str(bench.root / "stdlib-rules")
    cases = ['{', '{"subjects": 1}', '{"subjects": [{"id": "a", "kind": "没有"}]}', '{"subjects": [{"id": "a", "kind": "自然人", "attributes": {"没有": 1}}]}',
             '{"subjects": [{"id": "a", "kind": "自然人", "attributes": {"出生日期": "2024-02-30"}}]}',
             '{"subjects": [{"id": "a", "kind": "自然人"}, {"id": "a", "kind": "自然人"}]}']
    bench.expect(0, "build", "-q", rules, "-o", "rules.moup")
    for text in cases:
        done = bench.expect(4, "eval", "--pack", "rules.moup", "--as-of", DAY, "-", input=text)
        assert done.stdout == "" and "错误" in done.stderr, done.stderr


def test_store_runs_twice(bench: Bench):
    store = bench.store("twice.db")
    first = json.loads(bench.expect(0, "run", str(store), "--as-of", DAY, "--json").stdout)
    assert first["decisions"] == first["opened"] > 0
    second = json.loads(bench.expect(0, "run", str(store), "--as-of", DAY, "--json").stdout)
    assert (second["opened"], second["changed"], second["closed"]) == (0, 0, 0)
    later = json.loads(bench.expect(0, "run", str(store), "--as-of", "2040-01-01", "--json").stdout)
    assert later["closed"] > 0


def test_runs_go_forward_once_measures_are_handled(bench: Bench):
    """A slip in the year ends nothing that officers have in hand: such a day is shown, never recorded."""
    store = bench.store("forward.db")
    bench.expect(0, "run", str(store), "--as-of", "2025-12-30", "--json")
    bench.expect(0, "run", str(store), "--as-of", "2105-12-31", "--json")  # nobody has acted: only proposals come and go
    bench.expect(0, "run", str(store), "--as-of", DAY, "--json")
    proposed = map(json.loads, bench.expect(0, "decide", "list", str(store), "--state", "拟", "--json").stdout.splitlines())
    number = next(measure["decision"] for measure in proposed if measure["kind"] == "sanction")
    bench.expect(0, "decide", "notify", str(store), str(number), "--actor", "甲", "--on", DAY)
    before = dump(store)
    for day, reason in (("2105-12-31", "在今天之后"), ("2015-12-31", "早于上一次运行")):
        assert reason in bench.expect(2, "run", str(store), "--as-of", day).stderr
        bench.expect(0, "run", str(store), "--as-of", day, "--summary")
        assert dump(store) == before
    bench.expect(0, "run", str(store), "--as-of", DAY)


def test_names_that_nothing_bears(bench: Bench):
    """A misspelt name is not answered with an empty list that would be taken for a true one."""
    store = str(bench.store("named.db"))
    bench.expect(0, "run", "-q", store, "--as-of", DAY)
    assert "请核对名称" in bench.expect(0, "export", "决定", store, "-o", "none.csv", "--for", "财正局").stderr
    assert "请核对" not in bench.expect(0, "export", "决定", store, "-o", "none.csv", "--for", "财政局").stderr
    (bench.folder / "none.csv").unlink()
    assert "请核对名单的名称" in bench.expect(2, "export", "名单", store, "-o", "none.csv", "--list", "黒名单").stderr
    assert not (bench.folder / "none.csv").exists()
    assert "请核对名称" in bench.expect(0, "duty", store, "--authority", "财正局", "--as-of", DAY).stderr
    assert "没有符合的措施" in bench.expect(0, "decide", "list", store, "--measure", "限制参加政府采构").stderr
    assert "没有这个文件或文件夹" in bench.expect(5, "import", store, "没有.csv", "--as", "主体").stderr
    assert "文件夹" in bench.expect(5, "import", store, "sample", "--as", "主体").stderr


def test_duties_of_offices_that_act_together(bench: Bench):
    """A measure by two offices is among the duties of each."""
    bench.expect(0, "new", "共同")
    rules = bench.folder / "共同"
    for path in rules.glob("*.mou"):
        text = path.read_text("utf-8").replace("机关 主管部门", '机关 财政局 "财政局"\n机关 主管部门').replace("由   主管部门", "由   主管部门、财政局")
        path.write_text(text, "utf-8")
    bench.expect(0, "build", "-q", "共同", "-o", "共同.moup")
    bench.expect(0, "init", "-q", "共同.db", "--pack", "共同.moup")
    bench.file("企业.csv", f"标识,主体类别,名称\n{SUBJECT},单位,甲公司\n")
    bench.file("处罚.csv", f"主体,决定书文号,决定日期,罚款金额\n{SUBJECT},甲〔2025〕1号,2025-06-01,60000.00\n")
    bench.expect(0, "import", "共同.db", "企业.csv", "--as", "主体")
    bench.expect(0, "import", "共同.db", "处罚.csv", "--as", "行政处罚")
    bench.expect(0, "run", "共同.db", "--as-of", DAY)
    for office in ("主管部门", "财政局"):
        assert "重点监管" in bench.expect(0, "duty", "共同.db", "--authority", office).stdout, office


def test_files_that_are_no_store(bench: Bench):
    """Another program's database is left alone, and what is said of a wrong file says what to do."""
    bench.store("wrong.db")
    other = bench.folder / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE ledger(amount)")
    before = dump(other)
    assert "别的程序的数据库" in bench.expect(5, "init", "other.db", "--pack", "rules.moup").stderr
    assert "请核对文件名" in bench.expect(5, "query", "other.db", SUBJECT).stderr
    assert dump(other) == before
    bench.file("text.db", "不是数据库，是一段文字。\n" * 100)
    for words in (("init", "text.db", "--pack", "rules.moup"), ("query", "text.db", SUBJECT), ("verify", "text.db")):
        assert "这个文件不是数据库" in bench.expect(5, *words).stderr
    bench.file("empty.db", "")
    bench.expect(0, "init", "-q", "empty.db", "--pack", "rules.moup")


def test_same_file_twice(bench: Bench):
    store = bench.store("again.db")
    before = dump(store)
    done = bench.expect(0, "import", str(store), "sample/court_cases.ndjson", "--as", "执行案件", "--json")
    assert json.loads(done.stdout)["seen_before"]
    bench.expect(0, "import", str(store), "sample/persons.csv", "--as", "主体", "--dry-run", "--json")
    assert dump(store) == before


def test_rows_of_another_length_are_listed(bench: Bench):
    """What is wrong with a row as a whole has no field before it."""
    store = bench.store("lengths.db")
    bench.file("long.csv", f"标识,主体类别,名称\n{SUBJECT},单位,甲公司,乙\n")
    bench.run("import", str(store), "long.csv", "--as", "主体")
    lines = bench.expect(0, "quarantine", "list", str(store)).stdout.splitlines()
    assert any(line.endswith("long.csv 第 2 行第 4 列  列数与表头不同") for line in lines), lines[-2:]
    assert any(".ndjson 第 6 行  " in line for line in lines)
    assert not [line for line in lines if "  ：" in line or "第 0 列" in line]


def test_closed_output_is_told_in_words(bench: Bench):
    store = bench.store("closed.db")
    for words in (("query", store, SUBJECT, "--as-of", DAY), ("report", store, "--month", "2025-12"), ("help",), ("explain-error",)):
        for lang, wanted in (("zh", "不能写到标准输出：没有打开"), ("en", "cannot write to standard output: it is not open")):
            command = "exec " + " ".join(f"'{word}'" for word in (bench.mou, *map(str, words), "--lang", lang)) + " >&-"
            done = subprocess.run(["bash", "-c", command], cwd=bench.folder, env=bench.environment, stderr=subprocess.PIPE, text=True)
            assert done.returncode == 5 and wanted in done.stderr, (words, done)


def test_written_files_are_named(bench: Bench):
    """A command says which file it wrote, on standard error, unless it is to be quiet."""
    store = bench.store("named.db")
    for path, words in (("月报.html", ("report", store, "--month", "2025-12", "--html")), ("树头.txt", ("head", store, "--output"))):
        done = bench.expect(0, *map(str, words), path)
        assert f"已写入 {path}" in done.stderr and done.stdout == "", done
        assert bench.run(*map(str, words), path, "-q").stderr == ""
        assert f"wrote {path}" in bench.run(*map(str, words), path, "--lang", "en").stderr


def test_nothing_to_repair_is_said(bench: Bench):
    bench.expect(0, "new", "-q", "修复")
    bench.expect(0, "build", "-q", "修复", "-o", "修复.moup")
    bench.expect(0, "init", "-q", "修复.db", "--pack", "修复.moup")
    bench.file("subject.csv", f"标识,主体类别,名称\n{SUBJECT},单位,甲公司\n")
    bench.expect(0, "import", "-q", "修复.db", "subject.csv", "--as", "主体")
    done = bench.expect(0, "repair", "check", "修复.db", SUBJECT)
    assert done.stdout == "" and "没有规则允许修复的记录" in done.stderr, done


def test_what_is_no_pack(bench: Bench):
    bench.expect(0, "build", "-q", str(bench.root / "stdlib-rules"), "-o", "whole.moup")
    whole = (bench.folder / "whole.moup").read_bytes()
    for name, data, zh, en in (
        ("empty.moup", b"", "不是规则包", "is no pack"),
        ("short.moup", whole[:5], "不是规则包", "is no pack"),
        ("noise.moup", b"x" * 5000, "不是规则包", "is no pack"),
        ("rules.csv", "标识,主体类别\n".encode(), "不是规则包", "is no pack"),
        ("cut.moup", whole[:-100], "不完整", "is not whole"),
        ("altered.moup", whole[:3000] + b"?" + whole[3001:], "不完整、被改动过", "was altered"),
    ):
        (bench.folder / name).write_bytes(data)
        for words in (("dump", name), ("init", "none.db", "--pack", name)):
            assert zh in bench.expect(3, *words).stderr, words
            assert en in bench.expect(3, *words, "--lang", "en").stderr, words
    assert not (bench.folder / "none.db").exists()


def test_import_refuses_whole_files(bench: Bench):
    store = bench.store("refuse.db")
    before = dump(store)
    for name, text, record in (("a.csv", "", "主体"), ("b.csv", "甲,乙\n1,2\n", "主体"), ("c.csv", "主体,没有这列\nx,y\n", "执行案件"), ("d.csv", "主体\nx\n", "没有")):
        bench.file(name, text)
        bench.expect(4, "import", str(store), name, "--as", record)
    for mark, shown in ((";", "“;”"), ("\t", "“制表符”"), ("，", "“，”"), ("；", "“；”"), ("|", "“|”")):
        bench.file("s.csv", f"标识,主体类别,名称\n{SUBJECT},单位,甲公司\n".replace(",", mark))
        said = bench.expect(4, "import", str(store), "s.csv", "--as", "主体").stderr
        assert f"像是用{shown}分隔的" in said and ".xlsx" in said and said.count("\n") == 1, said
        said = bench.expect(4, "import", str(store), "s.csv", "--as", "主体", "--lang", "en").stderr
        assert "seems to be separated by" in said, said
    for text in ('{"标识": "x", "主体类别": "单位"}\n', '[{"标识": "x"}]\n', '{\n  "标识": "x"\n}\n', "[\n"):
        bench.file("j.json", text)
        said = bench.expect(4, "import", str(store), "j.json", "--as", "主体").stderr
        assert "像是 JSON" in said and ".ndjson" in said, said
    (bench.folder / "e.csv").write_bytes(b"\xff\xfe\xff" * 10)
    bench.expect(4, "import", str(store), "e.csv", "--as", "主体")
    assert dump(store) == before


def test_query_and_explain(bench: Bench):
    store = bench.store("query.db")
    lines = [json.loads(line) for line in bench.expect(0, "query", str(store), SUBJECT, "--as-of", DAY, "--json").stdout.splitlines()]
    rules = {line["rule"]: line for line in lines}
    assert rules["限制参加政府采购"]["outcome"] == "in_force"
    for line in lines:
        if line["outcome"] == "in_force" and line["kind"] == "sanction":
            assert line["grounds"] and line["basis"] and line["authority"] and line["remedy"] and (line["until"] or line["term"]), line
    text = bench.expect(0, "explain", str(store), SUBJECT, "限制参加政府采购", "--as-of", DAY).stdout
    assert "《政府采购法》" in text and "救济" in text
    assert "1985-12-31" not in bench.expect(0, "explain", str(store), "445200198512310023", "--as-of", DAY).stdout
    brief = bench.expect(0, "query", str(store), SUBJECT, "--as-of", DAY).stdout.splitlines()
    assert [line.split()[0] for line in brief] == [line["rule"] for line in lines], brief
    words = {"in_force": "生效", "suspended": "暂停", "to_verify": "待核实", "pending": "未生效"}
    for short, line in zip(brief, lines, strict=True):
        assert words[line["outcome"]] in short and line["memorandum"] in short, short
        assert not line["basis"] or line["basis"][0] in short, short
        assert line["outcome"] == "to_verify" or line["until"] is None or f"至 {line['until']}" in short, short
        assert "状态：" not in short, short
    full = bench.expect(0, "query", str(store), SUBJECT, "--as-of", DAY, "--full").stdout
    assert full == bench.expect(0, "explain", str(store), SUBJECT, "--as-of", DAY).stdout and len(full.splitlines()) > 3 * len(brief)
    bench.expect(1, "query", str(store), "没有此人")
    bench.expect(5, "query", "nowhere.db", SUBJECT)
    bench.file("text.db", "这不是数据库" * 100)
    bench.expect(5, "query", "text.db", SUBJECT)


def test_history_is_explained_in_words(bench: Bench):
    """What the compiler adds to a listing is said with the names that it is about, in both languages; no line is a mere kind of condition."""
    page = (bench.root / "docs/cookbook/history.md").read_text("utf-8")
    bench.file("history.mou", page.split("```mou\n")[1].split("```")[0])
    records = {"列入决定": [{"列入文号": "列1", "列入日期": "2020-01-01"}, {"列入文号": "列2", "列入日期": "2023-01-01"}],
               "提前移出": [{"移出文号": "移1", "原列入文号": "列1", "移出日期": "2020-07-01"}]}
    bench.file("listed.json", json.dumps({"subjects": [{"id": SUBJECT, "kind": "单位", "attributes": {}, "records": records, "relations": {}, "objections": []}]}))
    for lang, wanted, generic in (
            ("zh", ("列入日期、2015-01-01 中最晚的 早于 今日", "列入日期、2015-01-01 中最晚的 早于 列入日期 + 若 曾 列入 严重失信名单", "没有这样的 提前移出"),
             ("比较", "看以下情形", "以下不成立")),
            ("en", ("the latest of 列入日期, 2015-01-01 before today", "before 列入日期 + 若 曾 列入 严重失信名单", "no such 提前移出"),
             ("comparison", "as follows", "what follows does not hold"))):
        bench.expect(0, "eval", "--pack", "history.mou", "--as-of", "2024-06-01", "--trace", "trace.txt", "--lang", lang, "listed.json")
        told = (bench.folder / "trace.txt").read_text("utf-8")
        assert "曾 列入 严重失信名单" in told and "列入次数(严重失信名单" in told
        for words in wanted:
            assert words in told, (words, told)
        for line in told.splitlines():
            assert not line.endswith(generic), line


def test_filter_looks_at_names_alone(bench: Bench):
    """A pattern that stands further on in the file, in another name or in the rules, chooses nothing; nothing run is not success."""
    rules = '引用 基础词表\n备忘录 筛选\n    标题 "筛选"\n    施行 2024年1月1日\n认定 甲\n    当 名称 已填\n'
    tests = "".join(f'测试 "{name}"\n    主体 单位 甲公司\n        名称 "甲"\n    于 2024年3月1日\n    应有 甲\n' for name in ("第一个", "第二个", "末了"))
    bench.file("filter.mou", rules + tests)
    for pattern, count in (("末了", 1), ("^第.*个$", 2), ("第二", 1), ("甲公司", 0), ("", 3)):
        done = bench.expect(0 if count > 0 else 2, "test", "--generated", "--filter", pattern, "filter.mou")
        assert done.stdout.endswith(f"{count} passed, 0 failed\n"), (pattern, done.stdout)
        assert ("没有一个测试" in done.stderr) == (count == 0), done.stderr
    for more in ("--mutate", "--coverage", "--tap"):
        bench.expect(2, "test", "--generated", more, "--filter", "没有这个", "filter.mou")


def test_refuted_rules_of_every_sort_tell_why(bench: Bench):
    """What should not be and is comes with its reasons, for duties, repairs, matters and assertions as for measures."""
    rules = """引用 基础词表
引用 惩戒措施目录
备忘录 反驳
    标题 "反驳"
    施行 2024年1月1日
认定 受罚单位
    凭 行政处罚
    自 处罚决定日期
    为期 3年
职责 公示处罚
    凭 行政处罚
    由 市场监管局
    时限 自 处罚决定日期 起 7个工作日
修复 处罚修复
    针对 行政处罚
    可申请 当 已履行完毕 且 处罚决定日期 满 6个月
惩戒 限制采购
    措施 M01
    因 受罚单位
    对 单位：本单位；自然人：无
    由 财政局
    依据 《政府采购法》第二十二条
    程度 限制
    为期 随认定
    解除 自动
    救济 "向财政局提出异议"
事项 资格审查
    查 限制采购
    禁止 当 限制采购
"""
    reasons = {"公示处罚 逾期": "期限届满：2024-03-12", "处罚修复 可申请": "✓ 是　已履行完毕", "资格审查 禁止": "✓ 是　禁止：限制采购", "受罚单位": "✓ 是　凭：行政处罚 示1号"}
    for expected, why in reasons.items():
        test = f"""测试 "反驳"
    主体 单位 甲厂
        名称 "甲厂"
        行政处罚： 处罚决定书文号 "示1号"、处罚决定日期 2024年3月1日、处罚种类 罚款、处罚机关 "示例局"、已履行完毕 是
    于 2024年11月1日
    应无 甲厂 {expected}
"""
        bench.file("refuted.mou", rules + test)
        done = bench.expect(1, "test", "--generated", "--lang", "zh", "refuted.mou")
        assert "应当没有，实为" in done.stdout and done.stdout.count(why) == 1, (expected, done.stdout)
    test = test.replace("应无 甲厂 受罚单位", "应有 甲厂 受罚单位")
    bench.file("assertion.mou", rules + '断言 "无人受限"\n    非 (限制采购 生效)\n' + test)
    done = bench.expect(1, "test", "--generated", "--lang", "zh", "assertion.mou")
    reasons = re.search(r"断言“无人受限”不成立：甲厂 限制采购\n.*✗ 否　条件：非 \(限制采购 生效\).*✓ 是　限制采购 生效.*查：限制采购：生效，自 2024-03-01", done.stdout, re.DOTALL)
    assert reasons is not None and done.stdout.count("✗ 否　条件") == 1, done.stdout


def test_ten_minutes_of_the_readme(bench: Bench):
    """The commands with which the README begins, literally, in an empty folder."""
    folder = bench.folder / "ten minutes"
    folder.mkdir()
    part = (bench.root / "README.md").read_text("utf-8").split("## 十分钟上手\n")[1].split("\n## ")[0]
    lines = [line.strip() for line in part.splitlines() if line.startswith("    ")]
    lines = lines[: next(i for i, line in enumerate(lines) if " serve " in line) + 1]  # behind them stands what a rule looks like
    said = ""
    for line in lines:
        command = line.replace("build/release/mou", f"'{bench.mou}'")
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=bench.environment, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        if " retain " in line:  # the memorandum at hand does not say how long records are kept, and the README says that it must
            assert done.returncode != 0 and "参数 保存期限" in done.stderr and "参数 保存期限" in line, (line, done.stderr)
        else:
            assert done.returncode == 0 and "注意：" not in done.stderr, (line, done.stdout, done.stderr)
        said += done.stdout
    assert len(lines) > 30 and "重点监管（2025-12-31）：生效" in said and "失去 1" in said, said


def test_files_are_written_where_links_lead(bench: Bench):
    """A link stays a link, a pipe a pipe, and a file keeps its permissions."""
    bench.file("真.mou", '备忘录  甲\n标题 "甲"\n')
    (bench.folder / "真.mou").chmod(0o640)
    (bench.folder / "链.mou").symlink_to("真.mou")
    bench.expect(0, "fmt", "链.mou")
    assert (bench.folder / "链.mou").is_symlink()
    assert (bench.folder / "真.mou").read_text("utf-8") == '备忘录 甲\n    标题 "甲"\n'
    assert (bench.folder / "真.mou").stat().st_mode & 0o777 == 0o640
    bench.expect(0, "build", "-q", "--generated", "真.mou", "-o", "/dev/null")
    assert Path("/dev/null").is_char_device()
    assert not list(bench.folder.glob("*.tmp"))


def test_exceptions_are_explained_as_exceptions(bench: Bench):
    """除非 任一 R 满足 … and 除非 x 已填 are said as exceptions with what they are; 无 R 满足 … and x 未填 say the negation themselves."""
    bench.file("exception.mou", """引用 基础词表
备忘录 除外
    施行 2024年1月1日
认定 甲
    凭   行政处罚 罚
    当   无 纠正恢复 满足 纠正对象文号 是 罚.处罚决定书文号
    除非 任一 修复决定 满足 修复有效
    自   处罚决定日期
    为期 1年
定义 修复有效(修复决定) 为 修复决定日期 已填
测试 "甲"
    主体 单位 甲公司
        行政处罚： 处罚决定书文号 "一"、处罚决定日期 2024年2月1日、处罚种类 罚款、处罚机关 "局"
    于 2024年3月1日
    应无 甲
""".replace("\n    施行", "\n    标题 \"除外\"\n    施行"))
    told = bench.expect(1, "test", "--generated", "exception.mou").stdout
    assert re.search("✗ 否　除非：任一 修复决定 满足 修复有效", told), told
    assert re.search("✓ 是　无 纠正恢复 满足", told), told


def test_serve_answers_line_by_line(bench: Bench):
    bench.store("serve.db")
    asked = [{"id": 1, "subject": SUBJECT, "as_of": DAY}, {"id": 2, "subject": SUBJECT, "as_of": DAY, "next": True, "explain": "限制参加政府采购"},
             {"id": 3, "subject": "没有"}, {"id": 4, "subject": SUBJECT, "mater": "x"}, {"id": 5, "subject": SUBJECT, "matter": "政府采购供应商资格审查"},
             {"id": 6, "subject": SUBJECT, "matter": "没有"}, {"id": 7, "subject": SUBJECT, "as_of": "2025-02-30"}, {"id": 8, "subject": SUBJECT, "explain": "没有"}]
    lines = "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in asked)
    done = bench.expect(0, "serve", "serve.db", "--stdio", input="\n" + lines + "nonsense\n" + '{"id": 9, "subject": "' + "x" * 70000 + '"}\n')
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4, 5, 6, 7, 8, None, None], answers
    queried = [json.loads(line) for line in bench.expect(0, "query", "serve.db", SUBJECT, "--as-of", DAY, "--json").stdout.splitlines()]
    assert answers[0]["decisions"] == queried and len(queried) > 5
    assert answers[1]["next"] > DAY and answers[1]["explanation"]
    assert answers[4]["matter"]["rule"] == "政府采购供应商资格审查"
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes == [None, None, "unknown_subject", "bad_request", None, "unknown_matter", "bad_request", "unknown_rule", "bad_request", "bad_request"], codes
    bench.expect(2, "serve", "serve.db", input="")
    bench.expect(0, "serve", "serve.db", "--stdio", input="")


def test_fields_of_relations(bench: Bench):
    """Shares come with the relation's rows, count for whole runs as for look-ups, and are part of what a correction changes."""
    page = (bench.root / "docs/cookbook/relations.md").read_text("utf-8")
    bench.file("shares.mou", page.split("```mou\n")[1].split("```")[0])
    holders = {"445200198512310023": "5%", "445202199001010018": "4.99%", "44520219880715004X": ""}
    bench.expect(0, "init", "shares.db", "--pack", "shares.mou")
    bench.file("subjects.csv", f"标识,主体类别,名称,姓名\n{SUBJECT},单位,甲公司,\n" + "".join(f"{holder},自然人,,某人\n" for holder in holders))
    bench.expect(0, "import", "shares.db", "--as", "主体", "subjects.csv")
    bench.file("cases.csv", f"主体,案号,列入日期,失信情形\n{SUBJECT},（2024）粤52执1号,2024-06-01,违反财产报告制度\n")
    bench.expect(0, "import", "shares.db", "--as", "执行案件", "cases.csv")
    head = "关系,从,到,自,例出资比例,例实缴\n"
    bench.file("relations.csv", head + "".join(f"例出资人,{SUBJECT},{holder},2020-01-01,{share},是\n" for holder, share in holders.items())
               + f"例出资人,{SUBJECT},{list(holders)[0]},2021-01-01,五成,是\n")
    said = json.loads(bench.expect(0, "import", "shares.db", "--as", "关系", "relations.csv", "--json").stdout)
    assert (said["added"], said["quarantined"]) == (3, 1), said

    purpose = ("--unmask", "--purpose", "核对")

    def outcomes() -> list:
        bench.expect(0, "run", "shares.db", "--full", "--as-of", "2024-07-01", "--out", "run.ndjson", *purpose)
        lines = [json.loads(line) for line in (bench.folder / "run.ndjson").read_text("utf-8").splitlines()]
        for holder in holders:
            asked = bench.run("query", "shares.db", holder, "--as-of", "2024-07-01", "--json", *purpose).stdout.splitlines()
            decided = [{name: value for name, value in json.loads(line).items() if name not in ("state", "in_effect")} for line in asked]
            assert decided == [line for line in lines if line["subject"] == holder], asked
        return [(line["subject"], line["outcome"]) for line in lines if line["rule"] == "例限制出资人"]

    first, second, third = holders
    assert outcomes() == [(first, "in_force"), (third, "to_verify")], outcomes()
    bench.file("more.ndjson", json.dumps({"关系": "例出资人", "从": SUBJECT, "到": second, "自": "2020-01-01", "例出资比例": "5.01%", "例实缴": True}) + "\n")
    said = json.loads(bench.expect(0, "import", "shares.db", "--as", "关系", "more.ndjson", "--json").stdout)
    assert said["corrected"] == 1, said
    assert outcomes() == sorted([(first, "in_force"), (second, "in_force"), (third, "to_verify")]), outcomes()
    bench.expect(0, "verify", "shares.db", "--runs")


def test_lengths_of_the_national_layout(bench: Bench):
    """A licence whose text is longer than the standard's column waits in quarantine; one that fills it is taken."""
    store = bench.store("lengths.db")
    columns = {"行政许可决定文书号": 64, "行政许可决定文书名称": 64, "许可类别": None, "许可证书名称": 64, "许可编号": 64, "许可内容": 4000, "许可机关": 200}
    header = ["统一社会信用代码", *columns, "许可决定日期", "有效期自", "有效期至", "许可机关统一社会信用代码", "当前状态", "数据来源单位", "数据来源单位统一社会信用代码"]
    rows = []
    for number, (column, length) in enumerate([(None, 0), *[(name, length) for name, length in columns.items() if length]]):
        for excess in (0, 1) if column else (0,):
            cells = {"行政许可决定文书号": f"许可{number}{excess}号", "行政许可决定文书名称": "决定书", "许可类别": "普通", "许可证书名称": "证", "许可编号": "1", "许可内容": "内容", "许可机关": "某局"}
            if column:
                cells[column] = (cells[column] + "长" * 5000)[:length + excess]
            rows.append([SUBJECT, *cells.values(), "2024-03-01", "2024-03-01", "2026-03-01", "11445200007038337R", "有效", "某局", "11445200007038337R"])
    (bench.folder / "licences.csv").write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", "utf-8")
    said = json.loads(bench.expect(0, "import", str(store), "licences.csv", "--as", "行政许可", "--layout", "双公示", "--json").stdout)
    waiting = [json.loads(line) for line in bench.expect(0, "quarantine", "list", str(store), "--json").stdout.splitlines()]
    waiting = [row for row in waiting if row["file"].endswith("licences.csv") and row["import"] == said["import"]]
    assert (said["added"], said["quarantined"]) == (7, 6) and all("超过双公示标准规定的长度" in row["reason"] for row in waiting), (said, waiting)
    assert [row["line"] for row in waiting] == [4, 6, 8, 10, 12, 14], waiting


def test_matters(bench: Bench):
    store = bench.store("matters.db")
    seen = set()
    with sqlite3.connect(store) as database:
        subjects = [row[0] for row in database.execute("SELECT identifier FROM subject ORDER BY 1 LIMIT 60")]
    for subject in dict.fromkeys([SUBJECT, *subjects]):
        done = bench.run("query", str(store), subject, "--as-of", DAY, "--matter", "政府采购供应商资格审查", "--proposals", "--json")
        answer = json.loads(done.stdout)
        assert done.returncode == (answer["outcome"] == "deny"), answer
        looked_up = [found["rule"] for found in answer["looked_up"]]
        assert "限制参加政府采购" in looked_up and answer["kind"] == "matter", answer
        if answer["outcome"] == "deny":
            assert any(found["decisive"] and found["outcome"] == "in_force" for found in answer["looked_up"]), answer
        seen.add(answer["outcome"])
    assert "allow" in seen, seen
    text = bench.run("query", str(store), SUBJECT, "--as-of", DAY, "--matter", "揭阳联合奖惩实施方案.政府采购供应商资格审查").stdout
    assert "查：限制参加政府采购" in text, text
    told = bench.expect(0, "explain", str(store), SUBJECT, "政府采购供应商资格审查", "--as-of", DAY).stdout
    assert told == text, told
    with sqlite3.connect(store) as database:
        (punished,) = database.execute('SELECT identifier FROM subject WHERE id = (SELECT min("#subject") FROM "记录_行政处罚")').fetchone()
        (spared,) = database.execute('SELECT identifier FROM subject WHERE id NOT IN (SELECT "#subject" FROM "记录_行政处罚") ORDER BY id').fetchone()
    for rule, words in (("公示行政处罚", "期限届满："), ("行政处罚信息修复", "办理：受理 3个工作日（名单修复受理期限）")):
        assert words in bench.expect(0, "explain", str(store), punished, rule, "--as-of", DAY).stdout
        bench.expect(1, "explain", str(store), spared, rule, "--as-of", DAY)
    bench.expect(2, "explain", str(store), SUBJECT, "没有这条规则")
    bench.expect(2, "query", str(store), SUBJECT, "--matter", "没有这个事项")
    bench.expect(2, "query", str(store), SUBJECT, "--matter", "政府采购供应商资格审查", "--as-of", "1999-01-01")
    # A run's findings are proposals: they deny nothing, and are told beside the answer. What the rules say is there for who asks for it.
    bench.expect(0, "run", str(store), "--as-of", DAY)
    allowed = bench.expect(0, "query", str(store), SUBJECT, "--as-of", DAY, "--matter", "政府采购供应商资格审查", "--json")
    assert "没有在执行（状态：拟），未据以答复" in allowed.stderr and json.loads(allowed.stdout)["outcome"] == "allow", allowed.stderr
    bench.expect(1, "query", str(store), SUBJECT, "--as-of", DAY, "--matter", "政府采购供应商资格审查", "--proposals", "--json")


def test_assertions(bench: Bench):
    world = {"subjects": [{"id": "甲", "kind": "自然人"}]}
    head = '备忘录 甲\n    标题 "甲"\n    施行 2020-01-01\n'
    vocabulary = '规则包 词 版本 "1"\n主体类别 自然人 "自然人" 标识 身份号\n名单类别 黑名单\n属性 自然人\n    姓名： 文本\n'
    bench.file("kept.mou", vocabulary + head + '断言 "无名不在名单" 非 (在 黑名单)\n')
    bench.file("refuted.mou", vocabulary + head + '断言 "人人有名" 姓名 已填\n')
    text = json.dumps(world, ensure_ascii=False)
    assert bench.expect(0, "eval", "--pack", "kept.mou", "--as-of", DAY, "--assertions", "-", input=text).stdout == ""
    found = json.loads(bench.expect(1, "eval", "--pack", "refuted.mou", "--as-of", DAY, "--assertions", "-", input=text).stdout)
    assert (found["rule"], found["outcome"], found["subject"]) == ("人人有名", "refuted", "甲"), found
    bench.expect(0, "eval", "--pack", "refuted.mou", "--as-of", "2019-12-31", "--assertions", "-", input=text)
    bench.expect(0, "eval", "--pack", "refuted.mou", "--as-of", DAY, "-", input=text)


def test_trace_of_other_rules(bench: Bench):
    """Every duty, repair and matter that is output has its reasons in the trace, as mou explain would give them."""
    case = bench.root / "tests/differential/cases/d1-duties-repairs-matters"
    day = (case / "as-of").read_text("utf-8").split()[0]
    done = bench.run("eval", "--pack", str(case / "rules.mou"), "--as-of", day, "--duties", "--repairs", "--matters", "--trace", "others.txt", str(case / "world.json"))
    heads = [line for line in (bench.folder / "others.txt").read_text("utf-8").splitlines() if line and not line.startswith(" ")]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["kind"] for line in lines} >= {"duty", "repair", "matter"}, done
    assert sorted((line["subject"], line["rule"]) for line in lines) == sorted(tuple(head.split("（")[0].split()[:2]) for head in heads), heads


def test_jobs_and_watch(bench: Bench):
    rules = bench.root / "tests/differential/cases/d1-duties-repairs-matters/rules.mou"
    (bench.folder / "watched").mkdir()
    watched = bench.folder / "watched/rules.mou"
    shutil.copy(rules, watched)
    answers = {bench.expect(1, "test", str(watched), "--jobs", jobs, *form).stdout for jobs in ("1", "2", "7") for form in ((), ("-j", jobs))}
    assert len(answers) == 1 and next(iter(answers)).endswith("2 passed, 2 failed\n"), answers
    for form in ("junit", "tap"):
        assert len({bench.expect(1, "test", str(watched), "--jobs", jobs, "--format", form).stdout for jobs in ("1", "3")}) == 1
    bench.expect(2, "test", str(watched), "--jobs", "0")
    log = bench.folder / "watch.log"
    said = bench.folder / "watch.said"
    with log.open("w") as out, said.open("w") as errors:
        running = subprocess.Popen([bench.mou, "test", "--watch", "watched"], cwd=bench.folder, stdout=out, stderr=errors)
        rounds = lambda: log.read_text("utf-8").count(" passed, ")
        wait_for(lambda: rounds() == 1)
        save(watched, watched.read_text("utf-8").replace("应有 采购审查 允许", "应有 采购审查 禁止"))
        wait_for(lambda: rounds() == 2)
        save(bench.folder / "watched/又一份.mou", "# 新的文件\n")
        wait_for(lambda: rounds() == 3)
        good = watched.read_text("utf-8")
        save(watched, good + "惩戒 《\n")
        wait_for(lambda: said.read_text("utf-8").count("[E0") > 0)
        save(watched, good + "# 又改好了\n")
        wait_for(lambda: rounds() == 4)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
    blocks = log.read_text("utf-8").split(" failed\n")
    assert blocks[2] == blocks[3], "what was read before the mistake is as good as before"


def test_watch_sees_what_is_used(bench: Bench):
    """A file beside the one named, and a file of the rule library, are read because they are used: they are watched."""
    folder = bench.folder / "used"
    (folder / "library").mkdir(parents=True)
    (folder / "library/词表.mou").write_text((bench.root / "docs/errors/词表.mou").read_text("utf-8"), "utf-8")
    (folder / "规则.mou").write_text('引用 词表\n\n备忘录 甲\n    标题 "甲"\n    文号 试发〔2020〕1号\n    牵头 甲局\n    施行 2020-01-01\n\n'
                                   '认定 多次\n    当 计数(行政处罚) 不少于 1\n\n测试 "一"\n    主体 单位 甲公司\n        行政处罚： 文号 "1"、决定日期 2020-03-01\n'
                                   "    于 2020-06-01\n    应有 多次\n", "utf-8")
    log = folder / "log"
    with log.open("w") as out:
        running = subprocess.Popen([bench.mou, "test", "--watch", "规则.mou"], cwd=folder, stdout=out, stderr=subprocess.DEVNULL,
                                   env={**bench.environment, "MOU_LIBRARY": str(folder / "library")})
        rounds = lambda: log.read_text("utf-8").count("1 passed, ")
        wait_for(lambda: rounds() == 1)
        save(folder / "library/词表.mou", (folder / "library/词表.mou").read_text("utf-8") + "\n机关 丙局 \"丙局\"\n")
        wait_for(lambda: rounds() == 2)
        save(folder / "旁边.mou", "# 旁边的文件\n")
        wait_for(lambda: rounds() == 3)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130


def test_watch_waits_until_a_file_is_written(bench: Bench):
    """Many editors empty a file and then fill it: what is in between is nobody's rules."""
    folder = bench.folder / "slow"
    folder.mkdir()
    watched = folder / "规则.mou"
    text = (bench.root / "tests/differential/cases/d1-duties-repairs-matters/rules.mou").read_text("utf-8")
    save(watched, text)
    log = folder / "log"
    stalled = 0
    with log.open("w") as out:
        running = subprocess.Popen([bench.mou, "test", "--watch", "规则.mou"], cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        rounds = lambda: log.read_text("utf-8").count("2 passed, 2 failed")
        wait_for(lambda: rounds() == 1)
        for i in range(1, 7):
            begun = time.monotonic()
            watched.write_bytes(b"")
            time.sleep(0.06)
            watched.write_text(text + "#" * i + "\n", "utf-8")
            stalled += time.monotonic() - begun > 0.09  # so long that the program may take it for what was meant
            wait_for(lambda: rounds() > i)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
    assert log.read_text("utf-8").count("0 passed") <= stalled, log.read_text("utf-8")


def save(path, text):
    """At one stroke: nobody sees a part of it."""
    beside = path.with_name("." + path.name)
    beside.write_text(text, "utf-8")
    beside.replace(path)


def wait_for(condition):
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about within two minutes")


def test_run_equals_eval_of_query(bench: Bench):
    store = bench.store("equal.db")
    bench.expect(0, "run", str(store), "--as-of", DAY, "--out", "decisions.ndjson", "--json")
    lines = (bench.folder / "decisions.ndjson").read_text("utf-8").splitlines()
    mine = [line for line in lines if json.loads(line)["subject"] == SUBJECT]
    queried = bench.expect(0, "query", str(store), SUBJECT, "--as-of", DAY, "--json").stdout
    assert "\n".join(mine) + "\n" == re.sub(r', "state": "[a-z_]+", "in_effect": (true|false)}\n', "}\n", queried), queried


def test_profile_tells_where_the_time_went(bench: Bench):
    store = bench.store("profile.db")
    plain = bench.expect(0, "run", store, "--as-of", DAY, "--summary").stdout
    for threads in ("1", "3"):
        timed = bench.expect(0, "run", store, "--as-of", DAY, "--summary", "--threads", threads, "--profile", "--flame", "times.txt").stdout
        assert timed.startswith(plain), "the summary is the same"
        report = timed[len(plain):]
        for word in ("毫秒", "步骤", "读表成列", "切批", "备忘录", "规则", "指令，费时最多的"):
            assert word in report, (word, report)
        assert re.search(r"r\d+ [A-Z_]+ ", report), "instructions by name"
        assert "下一日期" not in report and "写决定" not in report, "a summary does neither"
        stacks = [line.rsplit(" ", 1) for line in (bench.folder / "times.txt").read_text("utf-8").splitlines()]
        assert all(2 <= len(stack.split(";")) <= 3 and int(time) >= 0 for stack, time in stacks), stacks
        total = int(report.split("：", 1)[1].split(" ", 1)[0])
        assert abs(sum(int(time) for _, time in stacks) / 1e6 - total) <= 1, "the stacks are the whole time"
    bench.expect(0, "run", store, "--as-of", DAY, "--flame", "times.svg")
    boxes = ElementTree.parse(bench.folder / "times.svg").getroot().findall("{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}rect")
    assert len(boxes) > 5 and all(0 <= float(box.get("x")) and float(box.get("x")) + float(box.get("width")) <= 1200.2 for box in boxes)
    again = bench.expect(0, "run", store, "--as-of", DAY, "--full", "--profile").stdout
    assert "写决定" in again and "下一日期" in again
    assert "逐个主体作决定" in (bench.folder / "times.txt").read_text("utf-8")
    bench.expect(2, "run", store, "--as-of", DAY, "--profile", "--json")
    bench.expect(5, "run", store, "--as-of", DAY, "--summary", "--flame", "no/such/folder.svg")


def test_run_out_as_csv_says_what_the_lines_say(bench: Bench):
    store = bench.store("table.db")
    for summary in ([], ["--summary"]):
        bench.expect(0, "run", str(store), "--as-of", DAY, *summary, "--out", "decisions.ndjson")
        bench.expect(0, "run", str(store), "--as-of", DAY, *summary, "--out", "decisions.csv")
        lines = [json.loads(line) for line in (bench.folder / "decisions.ndjson").read_text("utf-8").splitlines()]
        with open(bench.folder / "decisions.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(lines) > 100
        words = {"in_force": "生效", "suspended": "暂停", "to_verify": "待核实", "pending": "未生效"}
        for row, line in zip(rows, lines):
            assert (row["主体"], row["备忘录"], row["规则"], row["目录项"], row["结果"]) == (line["subject"], line["memorandum"], line["rule"], line["item"] or "", words[line["outcome"]])
            assert (row["自"], row["至"], row["依据"]) == (line["from"] or "", line["until"] or "", "；".join(line["basis"]))
            assert row["事由"] == "；".join(" ".join(filter(None, (g["subject"], g["record"], g["key"]))) for g in line["grounds"])
    english = bench.expect(0, "run", str(store), "--as-of", DAY, "--summary", "--out", "english.csv", "--lang", "en")
    assert english is not None and (bench.folder / "english.csv").read_text("utf-8-sig").splitlines()[0].startswith('"subject","memorandum"')


def test_known_at(bench: Bench):
    store = bench.store("known.db")
    bench.expect(1, "query", str(store), SUBJECT, "--as-of", DAY, "--known-at", "2000-01-01", "--json")


def committed_runs(path: Path) -> int:
    with sqlite3.connect(path) as database:
        return database.execute("SELECT count(*) FROM run").fetchone()[0]


def test_killed_run_leaves_the_store(bench: Bench):
    store = bench.store("killed.db")
    bench.expect(0, "run", str(store), "--as-of", DAY, "--json")
    before = dump(store)
    for pause in (0.01, 0.03, 0.06, 0.1, 0.15):
        process = subprocess.Popen([bench.mou, "run", str(store), "--as-of", "2030-01-01"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        done = process.wait()
        if done == 0 or committed_runs(store) == 2:
            break  # it was done before the signal came: the store is the one after the run
        assert dump(store) == before
    bench.expect(0, "run", str(store), "--as-of", "2030-01-01", "--json")


def test_full_disk_and_read_only(bench: Bench):
    store = bench.store("full.db")
    before = dump(store)
    limit = f"ulimit -f 300; exec {bench.mou} run {store} --as-of {DAY}"
    done = subprocess.run(["bash", "-c", limit], capture_output=True, text=True)
    assert done.returncode == 5, done
    assert dump(store) == before


def test_what_cannot_be_written_leaves_what_was_there(bench: Bench):
    """A run's file takes its name when it is whole: yesterday's stays where today's cannot be written, and nothing unfinished is left."""
    store = bench.store("outputs.db")
    for words in (("run", store, "--as-of", DAY, "--summary", "--out", "yesterday.ndjson"), ("run", store, "--as-of", DAY, "--summary", "--out", "yesterday.csv"),
                  ("eval", str(store), "--as-of", DAY, "--trace", "yesterday.txt")):
        bench.file(words[-1], "昨天的\n")
        command = "ulimit -f 8; exec " + " ".join(map(str, (bench.mou, *words)))
        done = subprocess.run(["bash", "-c", command], cwd=bench.folder, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 5 and done.stderr, (words, done)
        assert (bench.folder / words[-1]).read_text("utf-8") == "昨天的\n", words
        bench.expect(0, *map(str, words))
        assert len((bench.folder / words[-1]).read_bytes()) > 5000, words
    assert not list(bench.folder.glob("*.tmp"))


def test_stopped_backup_leaves_no_file(bench: Bench):
    store = bench.store("copied.db")
    stopped = 0
    pauses = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.4, 0.8, 1.6, 3.2)
    for pause in (pause * (1 + step / 5) for step in range(5) for pause in pauses):
        copy = bench.folder / "copy.db"
        process = subprocess.Popen([bench.mou, "backup", store, copy], env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
        assert code in (0, 5, -signal.SIGTERM), code  # before it began, it may die of the signal
        assert copy.exists() == (code == 0), code
        assert not list(bench.folder.glob("copy.db.*")), list(bench.folder.glob("copy.db*"))
        stopped += code == 5
        copy.unlink(missing_ok=True)
        if stopped > 0 and code == 0:
            break
    assert stopped > 0, "no backup was stopped in the middle"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", required=True)
    parser.add_argument("--root", required=True, type=Path)
    given = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(str(Path(given.mou).resolve()), given.root.resolve(), Path(folder))
        for name, test in [(name, test) for name, test in globals().items() if name.startswith("test_")]:
            try:
                test(bench)
                passed += 1
            except Exception as problem:  # a failing case must not hide the others
                failed += 1
                print(f"{name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
