#!/usr/bin/env python3
"""Who acts, what is recorded of look-ups, and what is never shown without a purpose. Prints `N passed, N failed`."""
import json
import os
import pwd
import sqlite3
import sys

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


if __name__ == "__main__":
    sys.exit(main("__main__"))
