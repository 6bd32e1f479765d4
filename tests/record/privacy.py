#!/usr/bin/env python3
"""Who acts, what is recorded of look-ups, and what is never shown without a purpose. Prints `N passed, N failed`."""
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile

from common import OTHER, SUBJECT, Bench, main

PERSON = "445200198512310023"
DAY = "2024-06-01"
RULES = """规则包 保密例 版本 "1"
机关 主管部门   "某市某局"
主体类别 单位     "单位"     标识 统一社会信用代码
主体类别 自然人   "自然人"   标识 居民身份证号
属性 单位
    名称： 文本
属性 自然人
    姓名：     文本
    出生日期： 日期 保密
记录 举报处理 "举报处理决定"
    来源 主管部门
    文书 处理文号 作出 处理日期
    处理文号： 文本 必填 主键 保密
    处理日期： 日期 必填
    经手金额： 金额 保密
    情节：     文本
名单类别 黑名单、重点关注名单、红名单
措施目录 惩戒目录 版本 "1"
    M18 纳入重点监管   性质 管理措施 程度 从严 适用 单位、自然人
措施目录 激励目录 版本 "1"
    I04 优化检查频次   性质 便利服务 程度 优先 适用 单位、自然人
备忘录 保密备忘录
    标题 "保密备忘录"
    牵头 主管部门
    施行 2024年1月1日
认定 查实
    列入 重点关注名单
    凭   举报处理
    当   经手金额 不少于 5万元 且 情节 不是 "无"
    自   处理日期
    为期 1年
惩戒 重点检查
    措施 M18
    因   查实
    对   单位：本单位；自然人：本人
    由   主管部门
    依据 《行政处罚法》第六十三条
    程度 从严
    为期 随认定
    解除 自动
    救济 "依法申请行政复议或者提起行政诉讼"
激励 少查
    措施 I04
    因   查实
    对   单位：本单位；自然人：本人
    由   主管部门
    依据 《行政处罚法》第六十三条
    程度 优先
    为期 1年
    给予 上次金额 = 最大(举报处理.经手金额)
"""


def secret_store(bench: Bench) -> str:
    bench.file("rules.mou", RULES)
    bench.expect(0, "build", "--generated", "-q", "rules.mou", "-o", "rules.moup")
    bench.expect(0, "init", "-q", "secret.db", "--pack", "rules.moup")
    bench.file("subjects.csv", f"标识,主体类别,名称,姓名,出生日期\n{SUBJECT},单位,甲公司,,\n{PERSON},自然人,,赵某某,1985-12-31\n{OTHER},自然人,,,1985-13-31\n")
    bench.expect(0, "import", "secret.db", "--as", "主体", "subjects.csv")
    bench.file("cases.csv", f"主体,处理文号,处理日期,经手金额,情节\n{SUBJECT},密1号,2024-03-01,71234.56,重\n{PERSON},密2号,2024-03-02,81234.56,\n"
               f"{PERSON},密3号,2024-02-30,91234.56,轻\n")
    bench.expect(0, "import", "secret.db", "--as", "举报处理", "cases.csv")
    return "secret.db"


def receipts(bench: Bench, store: str, kind: str) -> list[dict]:
    with sqlite3.connect(bench.folder / store) as database:
        return [json.loads(body) for (body,) in database.execute("SELECT body FROM ledger WHERE kind = ? AND body IS NOT NULL ORDER BY id", (kind,))]


SECRETS = ("密1号", "密2号", "密3号", "71234", "81234", "91234", "1985-1")


def test_nothing_confidential_is_shown(bench: Bench):
    store = secret_store(bench)
    commands = [("query", store, SUBJECT, "--as-of", DAY, "--full"), ("query", store, SUBJECT, "--as-of", DAY, "--json"), ("query", store, PERSON, "--as-of", DAY, "--json"),
                ("query", store, SUBJECT, "--as-of", DAY, "--findings", "--json"), ("explain", store, SUBJECT, "--as-of", DAY), ("explain", store, PERSON, "--as-of", DAY),
                ("explain", store, SUBJECT, "重点检查", "--as-of", DAY, "--json"), ("explain", store, SUBJECT, "少查", "--why-not", "--as-of", DAY),
                ("eval", store, "--as-of", DAY, "--findings", "--next"), ("eval", store, "--as-of", DAY, "--trace", "trace.txt"),
                ("run", store, "--as-of", DAY, "--out", "run.ndjson"), ("run", store, "--as-of", DAY, "--summary", "--out", "trial.ndjson"),
                ("quarantine", "list", store), ("quarantine", "list", store, "--json")]
    shown = 0
    for command in commands:
        written = [bench.folder / name for name in ("trace.txt", "run.ndjson", "trial.ndjson")]
        for path in written:
            path.unlink(missing_ok=True)
        hidden = bench.expect(0, *command) + "".join(path.read_text("utf-8") for path in written if path.exists())
        assert not any(secret in hidden for secret in SECRETS), (command, hidden)
        assert "***" in hidden or "保密" in hidden, (command, hidden)
        refused = bench.run(*command, "--unmask")
        assert refused.returncode == 2 and "--purpose" in refused.stderr, (command, refused)
        before = len(receipts(bench, store, "lookup") + receipts(bench, store, "unmask"))
        plain = bench.expect(0, *command, "--unmask", "--purpose", "案件复核") + "".join(path.read_text("utf-8") for path in written if path.exists())
        shown += any(secret in plain for secret in SECRETS)
        noted = receipts(bench, store, "lookup") + receipts(bench, store, "unmask")
        assert len(noted) == before + 1 and any(note["purpose"] == "案件复核" for note in noted), command
    assert shown == len(commands), shown
    brief = bench.expect(0, "query", store, SUBJECT, "--as-of", DAY, "--unmask", "--purpose", "案件复核")
    assert brief and not any(secret in brief for secret in SECRETS), brief
    bench.expect(0, "verify", store, "--runs")


def test_serve_masks_and_records(bench: Bench):
    import subprocess
    store = secret_store(bench)
    asked = [{"id": 1, "subject": SUBJECT, "as_of": DAY, "explain": "重点检查"}, {"id": 2, "subject": PERSON, "as_of": DAY, "actor": "窗口甲", "department": "财政局", "purpose": "招标"},
             {"id": 3, "subject": "没有"}, {"id": 4, "subject": SUBJECT, "purpose": ""}]
    lines = "".join(json.dumps(line) + "\n" for line in asked)
    done = subprocess.run([bench.mou, "serve", store, "--stdio"], cwd=bench.folder, env=bench.environment, input=lines, capture_output=True, text=True, check=True)
    assert not any(secret in done.stdout for secret in SECRETS) and "***" in done.stdout, done.stdout
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, None, "unknown_subject", "bad_request"]
    first, second = receipts(bench, store, "lookup")
    assert first["actor"] == pwd.getpwuid(os.getuid()).pw_name and first["stated"] is False and first["lookup"] == SUBJECT
    assert second["actor"] == "窗口甲" and "stated" not in second and second["department"] == "财政局" and second["purpose"] == "招标"
    assert first["rules"] == ["保密备忘录.少查", "保密备忘录.重点检查"], first


def test_every_look_up_is_recorded(bench: Bench):
    store = secret_store(bench)
    for command in (("query", store, SUBJECT), ("explain", store, SUBJECT), ("eval", store, "--as-of", DAY), ("query", store, SUBJECT, "--json")):
        before = len(receipts(bench, store, "lookup"))
        bench.expect(0, *command)
        noted = receipts(bench, store, "lookup")
        assert len(noted) == before + 1, command
        assert noted[-1]["actor"] == pwd.getpwuid(os.getuid()).pw_name and noted[-1]["stated"] is False
    bench.expect(1, "query", store, "没有此人")
    assert len(receipts(bench, store, "lookup")) == 4


def test_who_acts_is_configured(bench: Bench):
    store = secret_store(bench)

    def asked(**environment) -> tuple:
        bench.environment = {**plain, **environment}
        bench.expect(0, "query", store, SUBJECT)
        bench.environment = plain
        last = receipts(bench, store, "lookup")[-1]
        return last["actor"], last["department"]

    plain = dict(bench.environment)
    user = bench.folder / "home/.config/mou"
    user.mkdir(parents=True)
    (user / "config").write_text("# 本人\nactor = 王某\n department=财政局 \n", "utf-8")
    home = {"HOME": str(bench.folder / "home")}
    assert asked(**home) == ("王某", "财政局")
    bench.file("mou.conf", "department = 市场监管局\n")
    assert asked(**home) == ("王某", "市场监管局")
    assert asked(**home, MOU_ACTOR="李某") == ("李某", "市场监管局")
    assert asked(XDG_CONFIG_HOME=str(bench.folder / "home/.config"), MOU_DEPARTMENT="海关") == ("王某", "海关")
    bench.environment = {**plain, **home}
    bench.expect(0, "query", store, SUBJECT, "--actor", "赵某", "--department", "税务局")
    last = receipts(bench, store, "lookup")[-1]
    assert (last["actor"], last["department"]) == ("赵某", "税务局")
    shown = [json.loads(line) for line in bench.expect(0, "config", "show", "--json").splitlines()]
    assert [(one["name"], one["value"]) for one in shown] == [("actor", "王某"), ("department", "市场监管局")] and shown[1]["origin"] == "mou.conf"
    bench.file("mou.conf", "没有这项 = 1\n")
    wrong = bench.run("query", store, SUBJECT)
    assert wrong.returncode == 2 and "mou.conf" in wrong.stderr and "1" in wrong.stderr, wrong
    bench.expect(2, "config", "set")


def test_eval_of_a_store_is_eval_of_its_runs(bench: Bench):
    """mou eval DB gives the run's decisions, at every past state of knowledge too, whatever the batch."""
    store = secret_store(bench)
    purpose = ("--unmask", "--purpose", "核对")
    bench.expect(0, "run", store, "--as-of", DAY, "--out", "first.ndjson", *purpose)
    first = (bench.folder / "first.ndjson").read_text("utf-8")
    assert first and bench.expect(0, "eval", store, "--as-of", DAY, *purpose) == first
    with sqlite3.connect(bench.folder / store) as database:
        (known,) = database.execute("SELECT known_at FROM run ORDER BY id DESC LIMIT 1").fetchone()
    import datetime
    moment = datetime.datetime.fromtimestamp(known // 1000 + 1, datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y-%m-%dT%H:%M:%S")
    import time
    time.sleep(2.1)
    bench.file("more.csv", f"主体,处理文号,处理日期,经手金额,情节\n{SUBJECT},密1号,2024-03-01,1.00,重\n")
    bench.expect(0, "import", store, "--as", "举报处理", "more.csv")
    later = bench.expect(0, "eval", store, "--as-of", DAY, *purpose)
    assert later != first
    for batch in ("1", "2", "2048"):
        assert bench.expect(0, "eval", store, "--as-of", DAY, "--known-at", moment, "--batch", batch, *purpose) == first
    assert bench.expect(0, "eval", store, "--as-of", DAY, "--duties", *purpose) == later, "read in batches, the same"
    for threads in ("1", "2", "9"):
        assert bench.expect(0, "eval", store, "--as-of", DAY, "--threads", threads, "--batch", "1", *purpose) == later
    outcomes = bench.expect(0, "eval", store, "--as-of", DAY, "--outcomes", "--findings", *purpose).splitlines()
    told = bench.expect(0, "eval", store, "--as-of", DAY, "--findings", *purpose).splitlines()
    assert len(outcomes) == len(told) > 0
    for short, whole in zip(map(json.loads, outcomes), map(json.loads, told)):
        assert short == {key: whole[key] for key in short} and list(short)[-1] == "outcome"
    for words in (("--pack", "rules.moup"), ("--pack", "rules.mou")):
        assert bench.expect(0, "eval", store, "--as-of", DAY, *words, *purpose) == later
    bench.expect(2, "eval", store, "--known-at", "gestern")
    bench.expect(2, "eval", "--pack", "rules.moup", "--as-of", DAY, "--known-at", DAY, "world.json")


# ------------------------------------------------------------------ identity numbers of persons

class Sample:
    """A small store of the sample data, and whether what comes out of a command has the identity number of any person in it."""

    def __init__(self, bench: Bench):
        self.bench = bench
        subprocess.run([sys.executable, bench.root / "samples/generate.py", "--out", bench.folder / "files", "--organisations", "60", "--persons", "80"], check=True, capture_output=True)
        bench.expect(0, "init", "-q", "sample.db", "--pack", bench.root / "stdlib-rules")
        subprocess.run(["bash", bench.root / "tools/import_sample.sh", bench.mou, "sample.db", "files"], cwd=bench.folder, env=bench.environment, check=True, capture_output=True)
        with sqlite3.connect(bench.folder / "sample.db") as database:
            self.ids = [row[0] for row in database.execute("SELECT identifier FROM subject WHERE kind = '自然人' ORDER BY 1")]
            (waiting,) = database.execute("SELECT group_concat(raw) FROM quarantine").fetchone()
        self.ids += sorted(set(re.findall(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X](?![0-9])", waiting)) - set(self.ids))
        assert len(self.ids) > 80, "the sample has mistyped numbers, too"
        self.pattern = re.compile("|".join(self.ids))

    def numbers(self, path: str) -> list:
        whole = (self.bench.folder / path).read_bytes()
        if path.endswith(".pdf"):
            whole = subprocess.run(["pdftotext", self.bench.folder / path, "-"], check=True, capture_output=True).stdout
        elif path.endswith(".xlsx"):
            with zipfile.ZipFile(self.bench.folder / path) as book:
                whole = b"".join(book.read(name) for name in book.namelist())
        return self.pattern.findall(whole.decode("utf-8"))

    def hides(self, *words, code=0, file=None, input=None):
        """Nothing by default, whatever the exit code."""
        done = subprocess.run([self.bench.mou, *map(str, words)], cwd=self.bench.folder, env=self.bench.environment, input=input, capture_output=True, text=True, timeout=300)
        assert done.returncode == code, (words, done.returncode, done.stderr)
        found = self.pattern.findall(done.stdout + done.stderr) + (self.numbers(file) if file else [])
        assert not found, (words, found[:3])

    def shows(self, *words, file=None):
        """All of it with a purpose, which has its receipt."""
        before = noted(self.bench, "sample.db")
        done = self.bench.run(*words, "--unmask", "--purpose", "案件复核")
        assert done.returncode == 0 and self.pattern.findall(done.stdout) + (self.numbers(file) if file else []), (words, done)
        assert noted(self.bench, "sample.db") == before + 1, words


def noted(bench: Bench, store: str) -> int:
    with sqlite3.connect(bench.folder / store) as database:
        return database.execute("SELECT count(*) FROM ledger WHERE kind IN ('lookup', 'unmask', 'export') AND body LIKE '%\"unmask\": true%' OR kind = 'unmask'").fetchone()[0]


def test_no_identity_number_gets_out(bench: Bench):
    sample = Sample(bench)
    hides, shows, store, day = sample.hides, sample.shows, "sample.db", ("--as-of", "2025-12-31")
    hides("run", store, *day, "--out", "run.ndjson", file="run.ndjson")
    hides("run", store, *day, "--full", "--out", "run.csv", file="run.csv")
    shows("run", store, *day, "--full", "--out", "run.csv", file="run.csv")
    for subject in (PERSON, SUBJECT):
        for words in (["query", store, subject, "--findings"], ["query", store, subject, "--json", "--findings"], ["query", store, subject, "--full"], ["explain", store, subject],
                      ["explain", store, subject, "--json"], ["explain", store, subject, "限制乘坐飞机", "--why-not"],
                      ["query", store, subject, "--matter", "政府采购供应商资格审查"], ["query", store, subject, "--matter", "政府采购供应商资格审查", "--json"]):
            hides(*words, *day)
        hides("repair", "check", store, subject, "--json")
    shows("query", store, PERSON, "--json", *day)
    shows("explain", store, PERSON, *day)
    hides("query", store, sample.ids[-1], code=1)
    everything = ("--findings", "--next", "--duties", "--repairs", "--matters", "--trace", "trace.txt")
    hides("eval", store, *day, "--findings")
    hides("eval", store, *day, *everything, file="trace.txt")
    shows("eval", store, *day, *everything, file="trace.txt")
    hides("serve", store, "--stdio", input="".join(json.dumps({"subject": one, "as_of": "2025-12-31", "explain": "限制乘坐飞机", "next": True, "findings": True}) + "\n"
                                                  for one in (PERSON, SUBJECT, *sample.ids[:5], "44520219900101001X")))
    hides("decide", "list", store)
    hides("decide", "list", store, "--json")
    hides("decide", "list", store, "-o", "list.csv", file="list.csv")
    shows("decide", "list", store, "--json")
    with sqlite3.connect(bench.folder / store) as database:
        proposed = "SELECT d.id FROM decision d JOIN subject s ON s.id = d.subject JOIN measure m ON m.decision = d.id WHERE m.state = 'proposed' AND d.kind = 'sanction' AND s.identifier = ?"
        number = database.execute(proposed, (PERSON,)).fetchone()[0]
        case, key = database.execute('SELECT s.identifier, r."案号" FROM "记录_执行案件" r JOIN subject s ON s.id = r."#subject" WHERE s.kind = ? AND r."#known_until" IS NULL AND NOT EXISTS '
                                     '(SELECT 1 FROM objection o WHERE o.subject = s.id) ORDER BY 1 LIMIT 1', ("自然人",)).fetchone()
    for form in ("txt", "html", "pdf"):
        hides("notice", "print", store, number, "--actor", "甲", "-o", f"notice.{form}", file=f"notice.{form}")
        shows("notice", "print", store, number, "--actor", "甲", "-o", f"notice.{form}", file=f"notice.{form}")
    hides("decide", "notify", store, number, "--actor", "甲")
    hides("notice", "serve", store, number, "--actor", "甲", "--way", "直接送达")
    hides("decide", "show", store, number, "--json")
    hides("notice", "list", store, "--json")
    hides("duty", store)
    hides("report", store, "--html", "report.html", file="report.html")
    hides("quarantine", "list", store)
    hides("quarantine", "list", store, "--json")
    for what in ("lists", "decisions", "publication"):
        for form in ("csv", "xlsx", "json", "xml"):
            hides("export", what, store, "-o", f"out.{form}", *day, file=f"out.{form}")
    shows("export", "lists", store, "-o", "out.csv", *day, file="out.csv")
    hides("object", "open", store, "执行案件", case, key, "--actor", "甲", "--reason", f"{case} 已经履行")
    hides("object", "open", store, "执行案件", case, key, "--actor", "甲", "--reason", "再次", code=4)
    hides("object", "list", store)
    hides("object", "list", store, "--json")
    hides("correct", store, "执行案件", case, key, "履行情况=全部履行", "--actor", "甲", "--reason", "录入有误")
    hides("correct", store, "--json")
    hides("correct", store, "执行案件", case, "没有", "履行情况=全部履行", "--actor", "甲", "--reason", "录入有误", code=4)
    hides("withdraw", store, "执行案件", case, "没有", "--actor", "甲", "--reason", "撤销", code=4)
    bench.file("wrong.csv", f"主体,案号,列入日期\n{PERSON},甲1号,2024-13-01\n{PERSON},甲2号,x\n445200199001010017,甲3号,2024-01-01\n")
    hides("import", store, "--as", "执行案件", "wrong.csv", "--dry-run")
    hides("import", store, "--as", "执行案件", "wrong.csv")
    hides("feedback", store, PERSON, "限制乘坐飞机", "--executed", "2025-12-31", "--department", "民航局", "--actor", "丁")
    hides("export", "feedback", store, "-o", "out.csv", file="out.csv")
    hides("erase", store, "执行案件", case, "没有", "--actor", "甲", "--reason", "删除", code=4)
    hides("verify", store)
    # Whom other rules would concern, whose records are old enough, who applied for a repair.
    shutil.copytree(bench.root / "stdlib-rules", bench.folder / "other-rules")
    changed = bench.folder / "other-rules/失信被执行人.mou"
    changed.write_text(changed.read_text("utf-8").replace("施行 2016年1月20日", "施行 2027年1月20日"), "utf-8")
    for form in ((), ("--json",), ("--csv",)):
        hides("plan", store, "现行", "other-rules", *day, *form)
        shows("plan", store, "现行", "other-rules", *day, *form)
    hides("plan", store, "现行", "other-rules", *day, "--unmask", code=2)
    for form in ((), ("--json",)):
        hides("retain", store, "--dry-run", "--as-of", "2099-01-01", *form)
    subject, repair, case = next((one, state["rule"], state["key"]) for one in sample.ids[:80]
                                 for state in map(json.loads, bench.run("repair", "check", store, one, "--json").stdout.splitlines()) if state["outcome"] == "eligible")
    hides("repair", "apply", store, subject, repair, case, "--reason", f"{subject} 已经履行", "--actor", "甲")
    for form in ((), ("--json",), ("--all",)):
        hides("repair", "list", store, *form)
    shows("repair", "list", store)
    # Something altered behind the program's back is told without saying of whom.
    with sqlite3.connect(bench.folder / store) as database:
        looked_up = database.execute("SELECT id FROM ledger WHERE kind = 'lookup' AND body LIKE ? LIMIT 1", (f"%{PERSON}%",)).fetchone()[0]
    hides("prove-entry", store, looked_up, code=2)
    shows("prove-entry", store, looked_up)
    hides("prove-entry", store, 1)


def test_what_is_an_identity_number(bench: Bench):
    """By its form, wherever it stands; digits of a hash or of a longer number are none."""
    store = secret_store(bench)
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    for text, shown in ((f"某 {PERSON}，", "某 445***********0023，"), (f"某，{PERSON.translate(wide)}、", "某，４４５＊＊＊＊＊＊＊＊＊＊＊００２３、"),
                        ("44520219880715004X".translate(wide), "４４５＊＊＊＊＊＊＊＊＊＊＊００４Ｘ"), (PERSON[:9] + PERSON[9:].translate(wide), "445******＊＊＊＊＊００２３"),
                        (f"，a{PERSON}b", f"，a{PERSON}b"), (PERSON[:17].translate(wide), PERSON[:17].translate(wide)), (f"x{PERSON}", "x445***********0023"), (f"{PERSON}{PERSON}", PERSON + PERSON), (f"a{PERSON}b", f"a{PERSON}b"),
                        ("44520219880715004X", "445***********004X"), ("44520219880715004x、" + PERSON, "445***********004x、445***********0023"), (f"0{PERSON}", f"0{PERSON}"),
                        (PERSON[:17], PERSON[:17]), ("4452002" + PERSON[7:], "4452002" + PERSON[7:])):
        assert f"“{shown}”" in bench.run("query", store, text).stderr, (text, bench.run("query", store, text).stderr)


if __name__ == "__main__":
    sys.exit(main("__main__"))
