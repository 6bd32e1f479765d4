#!/usr/bin/env python3
"""Writes the input of a sample database: synthetic subjects of 揭阳, their records, relations and objections, with
defective rows mixed in and counted in manifest.json. Same arguments, same bytes.

    python3 samples/generate.py --out DIR [--organisations 20000] [--persons 30000] [--seed 34] [--core]

Every name and number is made up. Organisation codes begin with MX and resident numbers with area 445200, neither of
which is issued, so that none belongs to anybody; their check digits hold (GB 32100, GB 11714, GB 11643).
"""
import argparse
import csv
import datetime
import io
import json
import pathlib
import random
import sys

import memoranda

TODAY = datetime.date(2025, 12, 31)  # nothing in the sample is younger
DAY = datetime.timedelta(days=1)

DISTRICTS = ["445202", "445203", "445222", "445224", "445281"]
SURNAMES = "陈林黄张李王吴刘郑谢许蔡杨罗洪方邱何钟曾江庄孙卢魏袁姚游温赖"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
NUMERALS = "一二三四五六七八九"
TRADES = ["建材", "五金", "制衣", "塑料", "电缆", "食品", "茶业", "药业", "玉器", "鞋业", "建筑", "运输", "贸易", "电子", "纸品", "陶瓷"]
FORMS = [("91", "企业法人", "有限公司", 78), ("92", "个体工商户", "商行", 14), ("93", "农民专业合作社", "专业合作社", 4),
         ("12", "事业单位", "服务中心", 2), ("51", "社会团体", "行业协会", 2)]
# relations that say whether the person is directly responsible
GUILTY = {"财务负责人", "股东", "董事", "注册执业人员"}
# office, how its document numbers begin, domain
OFFICES = [("揭阳市市场监督管理局", "揭市监罚", "食品"), ("揭阳市市场监督管理局", "揭市监特罚", "特种设备"), ("揭阳市应急管理局", "揭应急罚", "安全生产"),
           ("揭阳市消防救援支队", "揭消行罚", "消防"), ("揭阳市生态环境局", "揭环罚", "生态环境"), ("国家税务总局揭阳市税务局", "揭税罚", "税务"),
           ("揭阳市人力资源和社会保障局", "揭人社罚", "劳动保障"), ("揭阳市住房和城乡建设局", "揭住建罚", "工程质量"),
           ("揭阳市城市管理局", "揭城管罚", "其他")]
CREDIT_OFFICE = "揭阳市社会信用体系建设统筹协调小组办公室"
OFFICE_CODE = "11445200007000011Y"  # a sample code with valid check digits

# The national 双公示 layout of penalties: code, header, field of 行政处罚 (None: tells who the subject is).
PENALTY_LAYOUT = [
    ("CF_XDR_MC", "行政相对人名称", None), ("CF_XDR_LB", "行政相对人类别", None),
    ("CF_XDR_SHXYM", "统一社会信用代码", None), ("CF_XDR_GSZC", "工商注册号", None),
    ("CF_XDR_ZZJG", "组织机构代码", None), ("CF_XDR_SWDJ", "税务登记号", None),
    ("CF_XDR_SYDW", "事业单位证书号", None), ("CF_XDR_SHZZ", "社会组织登记证号", None),
    ("CF_FRDB", "法定代表人", None), ("CF_FR_ZJLX", "法定代表人证件类型", None),
    ("CF_FR_ZJHM", "法定代表人证件号码", None), ("CF_XDR_ZJLX", "证件类型", None),
    ("CF_XDR_ZJHM", "证件号码", None), ("CF_WSH", "行政处罚决定书文号", "处罚决定书文号"),
    ("CF_WFXW", "违法行为类型", "违法行为类型"), ("CF_SY", "违法事实", "违法事实"), ("CF_YJ", "处罚依据", "处罚依据"),
    ("CF_CFLB", "处罚类别", "处罚种类"), ("CF_NR", "处罚内容", "处罚内容"),
    ("CF_NR_FK", "罚款金额(万元)", "罚款金额"), ("CF_NR_WFFF", "没收违法所得、没收非法财物的金额(万元)", "没收金额"),
    ("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", "暂扣或吊销证照"),
    ("CF_JDRQ", "处罚决定日期", "处罚决定日期"), ("CF_YXQ", "处罚有效期", "处罚有效期"),
    ("CF_GSJZQ", "公示截止期", "公示截止期"), ("CF_CFJG", "处罚机关", "处罚机关"),
    ("CF_CFJGDM", "处罚机关统一社会信用代码", "处罚机关代码"), ("CF_SJLY", "数据来源单位", "数据来源单位"),
    ("CF_SJLYDM", "数据来源单位统一社会信用代码", "数据来源单位代码"), ("CF_BZ", "备注", "备注"),
]
# Filled in by the credit office, after the columns of the standard.
PENALTY_SUPPLEMENT = ["领域", "失信程度", "简易程序", "已履行完毕"]

LICENCE_LAYOUT = [
    ("XK_XDR_MC", "行政相对人名称", None), ("XK_XDR_LB", "行政相对人类别", None),
    ("XK_XDR_SHXYM", "统一社会信用代码", None), ("XK_XDR_GSZC", "工商注册号", None),
    ("XK_XDR_ZZJG", "组织机构代码", None), ("XK_XDR_SWDJ", "税务登记号", None),
    ("XK_XDR_SYDW", "事业单位证书号", None), ("XK_XDR_SHZZ", "社会组织登记证号", None),
    ("XK_FRDB", "法定代表人", None), ("XK_FR_ZJLX", "法定代表人证件类型", None),
    ("XK_FR_ZJHM", "法定代表人证件号码", None), ("XK_XDR_ZJLX", "证件类型", None),
    ("XK_XDR_ZJHM", "证件号码", None), ("XK_XKWS", "行政许可决定文书名称", "许可决定书名称"),
    ("XK_WSH", "行政许可决定文书号", "许可决定书文号"), ("XK_XKLB", "许可类别", "许可类别"),
    ("XK_XKZS", "许可证书名称", "许可证书名称"), ("XK_XKBH", "许可编号", "许可编号"), ("XK_NR", "许可内容", "许可内容"),
    ("XK_JDRQ", "许可决定日期", "许可决定日期"), ("XK_YXQZ", "有效期自", "有效期自"), ("XK_YXQZI", "有效期至", "有效期至"),
    ("XK_XKJG", "许可机关", "许可机关"), ("XK_XKJGDM", "许可机关统一社会信用代码", "许可机关代码"),
    ("XK_ZT", "当前状态", "当前状态"), ("XK_LYDW", "数据来源单位", "数据来源单位"),
    ("XK_LYDWDM", "数据来源单位统一社会信用代码", "数据来源单位代码"), ("XK_BZ", "备注", "备注"),
]

# Subjects that are in every sample, for the manual and for trying things out (see README.md).
STORY = {
    "persons.csv": [["445200198512310023", "自然人", "郑甲", "1985-12-31", "445202"],
                    ["445200201001010031", "自然人", "郑丁", "2010-01-01", "445202"]],
    "organisations.csv": [
        ["91445202MA5K2P3Q56", "单位", "揭阳市榕江建材有限公司", "企业法人", "2015-01-01", "", "存续", "445202", "建材", ""],
        ["92445203MA7H8J9K1K", "单位", "揭阳市双溪茶业商行", "个体工商户", "2012-06-01", "", "存续", "445203", "茶业", ""]],
    "relations.csv": [["法定代表人", "91445202MA5K2P3Q56", "445200198512310023", "2015-01-01", "", ""]],
    "court_cases.ndjson": [
        {"主体": "445200201001010031", "案号": "（2024）粤52执9001号", "列入日期": "2024-06-03", "失信情形": "违反限制消费令", "履行情况": "全部未履行"},
        {"主体": "91445202MA5K2P3Q56", "案号": "（2024）粤52执9002号", "列入日期": "2024-06-03", "失信情形": "违反财产报告制度",
         "履行情况": "部分履行", "执行标的": "500000.00"}],
    "wage_decisions.csv": [["91445202MA5K2P3Q56", "揭人社监令〔2025〕9001号", "2025-03-03", "2025-03-04", "2025-03-18", "", 12, "80000.00",
                            "9000.00", "否", "否", ""]],
    "wage_listings.csv": [["91445202MA5K2P3Q56", "揭人社列〔2025〕9001号", "揭人社监令〔2025〕9001号", "2025-04-10", "2025-04-11", "否", "", "", "", ""]],
    "tax_ratings.csv": [["92445203MA7H8J9K1K", year, "A", 95, f"{year + 1}-04-25"] for year in (2022, 2023, 2024)],
    "objections.csv": [["91445202MA5K2P3Q56", "欠薪列入决定", "揭人社列〔2025〕9001号", "2025-12-20", ""]],
}

# ---------------------------------------------------------------- identifiers

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_VALUE = {char: value for value, char in enumerate(USCC_ALPHABET)}
USCC_WEIGHTS = [pow(3, i, 31) for i in range(17)]
BODY_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
PERSON_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def body_check(body):
    total = sum(weight * int(char, 36) for weight, char in zip(BODY_WEIGHTS, body))
    return "0123456789X0"[11 - total % 11]


def uscc_check(first17):
    total = sum(weight * USCC_VALUE[char] for weight, char in zip(USCC_WEIGHTS, first17))
    return USCC_ALPHABET[-total % 31]


def organisation_id(kind, district, number):
    scrambled = number * 7_654_321 % 31**6  # a permutation: 7,654,321 and 31 have no common factor
    body = "MX" + "".join(USCC_ALPHABET[scrambled // 31**i % 31] for i in range(6))
    first17 = kind + district + body + body_check(body)
    return first17 + uscc_check(first17)


def person_id(born, serial):
    first17 = f"445200{born:%Y%m%d}{serial:03d}"
    return first17 + "10X98765432"[sum(weight * int(char) for weight, char in zip(PERSON_WEIGHTS, first17)) % 11]


def wrong_check(identifier):
    last = identifier[-1]
    return identifier[:-1] + ("1" if last != "1" else "2")


def full_width(text):
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


# ---------------------------------------------------------------- files


class Table:
    """One file to be written, with the count of what is wrong in it."""

    def __init__(self, sample, name, target, layout="plain", encoding="UTF-8"):
        self.name, self.target, self.layout, self.encoding = name, target, layout, encoding
        self.random = random.Random(f"{sample.seed}:{name}")
        self.rows = list(STORY.get(name, []))
        self.counts = {"quarantine": {}, "check_digit": 0, "normalised": {}, "correction": 0}
        sample.tables.append(self)

    def add(self, row, treatment=None, reason=None):
        self.rows.append(row)
        if reason:
            counts = self.counts[treatment]
            counts[reason] = counts.get(reason, 0) + 1
        elif treatment:
            self.counts[treatment] += 1

    def scatter(self, clean):
        """Mixes the rows added after the first `clean` ones into them; a row that must come later than another stays so."""
        late = self.rows[clean:]
        places = sorted(self.random.randrange(clean // 2, clean + 1) for _ in late) if clean else [0] * len(late)
        rows, mixed, start = self.rows, [], 0
        for place, row in zip(places, late):
            mixed += rows[start:place] + [row]
            start = place
        self.rows = mixed + rows[start:clean]

    def summary(self):
        refused = sum(self.counts["quarantine"].values()) + self.counts["check_digit"]
        return {"file": self.name, "as": self.target, "layout": self.layout, "encoding": self.encoding,
                "rows": len(self.rows), "accepted": len(self.rows) - refused, "quarantined": refused, **self.counts}


class CsvTable(Table):
    def __init__(self, sample, name, target, header, layout="plain", encoding="UTF-8", line_end="\n"):
        super().__init__(sample, name, target, layout, encoding)
        self.header, self.line_end = header, line_end

    def write(self, folder):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator=self.line_end)
        writer.writerow(self.header)
        writer.writerows(self.rows)
        codec = {"UTF-8": "utf-8", "UTF-8 BOM": "utf-8-sig", "GB 18030": "gb18030"}[self.encoding]
        (folder / self.name).write_bytes(text.getvalue().encode(codec))


class JsonTable(Table):
    def write(self, folder):
        with open(folder / self.name, "w", encoding="utf-8", newline="\n") as out:
            for row in self.rows:
                out.write(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False))
                out.write("\n")


class Sample:
    def __init__(self, seed, organisations, persons, defects):
        self.seed, self.organisation_count, self.person_count, self.defects = seed, organisations, persons, defects
        self.tables = []
        self.organisations = []  # (identifier, name, founded, legal representative or None)
        self.charities = []      # those of them that are charities
        self.persons = []        # (identifier, name, born)
        self.contestable = []    # (subject, record, key, date)
        self.decided = []        # (subject, document number, date) of what has to be published


def between(rand, first, last):
    return first + DAY * rand.randrange((last - first).days + 1)


def sometimes(rand, share, value, otherwise=""):
    return value if rand.random() < share else otherwise


def document_number(office, year, number):
    return f"{office}〔{year}〕{number}号"


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def wan_yuan(fen):
    """In units of ten thousand yuan with at most six decimals, as the 双公示 standard has amounts."""
    text = f"{fen // 1_000_000}.{fen % 1_000_000:06d}".rstrip("0").rstrip(".")
    return text or "0"


# ---------------------------------------------------------------- subjects


def make_persons(sample):
    table = CsvTable(sample, "persons.csv", "自然人", ["标识", "主体类别", "姓名", "出生日期", "行政区划"])
    rand = table.random
    taken = set()
    for number in range(sample.person_count):
        while True:
            born = between(rand, datetime.date(1950, 1, 1), datetime.date(2012, 12, 31))
            identifier = person_id(born, rand.randrange(1, 1000))
            if identifier not in taken:
                break
        taken.add(identifier)
        name = SURNAMES[number % len(SURNAMES)] + STEMS[number // len(SURNAMES) % 10]
        if number >= len(SURNAMES) * 10:
            name += NUMERALS[number // (len(SURNAMES) * 10) % 9]
        sample.persons.append((identifier, name, born))
        table.add([identifier, "自然人", name, sometimes(rand, 0.99, born.isoformat()), rand.choice(DISTRICTS)])
    spare = (person_id(datetime.date(1950, 1, 1) + DAY * number, 0) for number in range(10**4))
    spoil_subjects(sample, table, sample.persons, lambda: next(spare), "自然人", [None, "1985-02-30", "445202"])


def make_organisations(sample):
    header = ["标识", "主体类别", "名称", "单位类别", "成立日期", "注销日期", "登记状态", "行政区划", "行业", "慈善组织"]
    table = CsvTable(sample, "organisations.csv", "单位", header)
    rand = table.random
    letters = STEMS + BRANCHES
    for number in range(sample.organisation_count):
        kind, form, ending, _ = rand.choices(FORMS, [form[3] for form in FORMS])[0]
        district, trade = rand.choice(DISTRICTS), rand.choice(TRADES)
        mark = "".join(letters[number // 22**i % 22] for i in range(3 if number < 22**3 else 4))
        name = f"揭阳市{mark}{trade}{ending}"
        identifier = organisation_id(kind, district, number + 1)
        founded = between(rand, datetime.date(1996, 1, 1), TODAY)
        closed = between(rand, founded, TODAY) if rand.random() < 0.03 else None
        sample.organisations.append((identifier, name, founded))
        charity = kind == "51" and number % 2 == 0
        if charity:
            sample.charities.append(sample.organisations[-1])
        table.add([identifier, "单位", name, form, sometimes(rand, 0.985, founded.isoformat()),
                   closed.isoformat() if closed else "", "注销" if closed else sometimes(rand, 0.99, "存续", "吊销"),
                   district, trade, "是" if charity else ""])
    spare = iter(range(sample.organisation_count + 1, 31**6))
    spoil_subjects(sample, table, sample.organisations, lambda: organisation_id("91", DISTRICTS[0], next(spare)), "单位",
                   ["企业法人", "2019-06-31", "", "存续", "445202", "建材", ""])


def spoil_subjects(sample, table, subjects, fresh, kind, tail):
    """Defective rows; every one has an identifier of its own unless that is the defect."""
    clean = len(table.rows)
    good_tail = [tail[0], "2001-06-30"] + tail[2:] if kind == "单位" else ["2001-06-30", tail[2]]
    bad_date_tail = tail if kind == "单位" else tail[1:]
    name = "揭阳市测试贸易有限公司" if kind == "单位" else "赖癸九"
    for number in range(sample.defects):
        table.add([fresh(), kind, name] + bad_date_tail, "quarantine", "bad_date")
        table.add([fresh(), kind, ""] + good_tail, "quarantine", "missing_required")
        table.add([fresh(), kind, name] + good_tail[:-1], "quarantine", "column_count")
        table.add([fresh(), "组织", name] + good_tail, "quarantine", "unknown_kind")
        table.add([subjects[number % len(subjects)][0], kind, name] + good_tail, "correction")
        identifier = fresh()
        table.add([f"{identifier[:6]} {identifier[6:]}", kind, name] + good_tail, "quarantine", "identifier_inner_space")
        table.add([f" {fresh()}　", kind, name] + good_tail, "normalised", "identifier_spaces")
        table.add([full_width(fresh()), kind, name] + good_tail, "normalised", "identifier_full_width")
        table.add([wrong_check(fresh()), kind, name] + good_tail, "check_digit")
    table.scatter(clean)


def make_relations(sample):
    table = CsvTable(sample, "relations.csv", "关系", ["关系", "从", "到", "自", "至", "负有直接责任"])
    rand = table.random
    people = sample.persons

    def relate(relation, organisation, founded, share):
        if rand.random() >= share:
            return
        start = between(rand, founded, TODAY)
        guilt = rand.choice(["是", "是", "否", ""]) if relation in GUILTY else ""
        first = rand.choice(people)[0]
        if rand.random() < 0.1:
            change = between(rand, start, TODAY)
            table.add([relation, organisation, first, start.isoformat(), change.isoformat(), guilt])
            table.add([relation, organisation, rand.choice(people)[0], change.isoformat(), "", guilt])
        else:
            table.add([relation, organisation, first, sometimes(rand, 0.995, start.isoformat()), "", guilt])

    for organisation, _, founded in sample.organisations:
        for relation, share in [("法定代表人", 0.98), ("主要负责人", 0.15), ("实际控制人", 0.25), ("财务负责人", 0.2),
                                ("直接责任人员", 0.03), ("高级管理人员", 0.1), ("股东", 0.2), ("董事", 0.05), ("注册执业人员", 0.02)]:
            relate(relation, organisation, founded, share)
    clean = len(table.rows)
    for number in range(sample.defects):
        organisation, person = rand.choice(sample.organisations)[0], rand.choice(people)[0]
        table.add(["法定代表人", organisation, person, "2020-13-01", "", ""], "quarantine", "bad_date")
        table.add(["介绍人", organisation, person, "2020-01-01", "", ""], "quarantine", "unknown_relation")
        table.add(["法定代表人", organisation, "", "2020-01-01", "", ""], "quarantine", "missing_required")
        table.add(["法定代表人", organisation, person, "2020-01-01"], "quarantine", "column_count")
        table.add(["法定代表人", person, organisation, "2020-01-01", "", ""], "quarantine", "wrong_kind")
    table.scatter(clean)


# ---------------------------------------------------------------- records


def make_penalties(sample):
    headers = [header for _, header, _ in PENALTY_LAYOUT]
    tables = [
        CsvTable(sample, "penalties_2016_2021.csv", "行政处罚", [code for code, _, _ in PENALTY_LAYOUT], "双公示", "GB 18030", "\r\n"),
        CsvTable(sample, "penalties_2022_2025.csv", "行政处罚", headers + PENALTY_SUPPLEMENT, "双公示", "UTF-8 BOM"),
    ]
    rand = random.Random(f"{sample.seed}:penalties")
    at = {header: place for place, header in enumerate(headers)}
    numbers = iter(range(1, 10**9))

    def row(subject, name, person, decided):
        office, mark, domain = rand.choice(OFFICES)
        kind = rand.choices(["警告", "通报批评", "罚款", "没收违法所得", "吊销许可证件", "责令停产停业", "限制从业"],
                            [18, 4, 66, 5, 2, 3, 2])[0]
        fine = rand.choice([20_000, 50_000, 500_000, 2_000_000, 4_999_999, 5_000_000, rand.randrange(1, 3_000_000) * 100]) \
            if kind == "罚款" else None
        line = [""] * len(headers)
        line[at["行政相对人名称"]] = name
        line[at["行政相对人类别"]] = "自然人" if person else "法人及非法人组织"
        if person:
            line[at["证件类型"]], line[at["证件号码"]] = "身份证", subject
        else:
            line[at["统一社会信用代码"]] = subject
        line[at["行政处罚决定书文号"]] = document_number(mark, decided.year, next(numbers))
        line[at["违法行为类型"]] = f"违反{domain}管理规定"
        line[at["违法事实"]] = rand.choice(["经查，当事人未按规定登记。", "现场检查时，当事人说“不清楚”，\n未能提供台账。",
                                         "当事人在𬭎江路经营，未取得许可。"])
        line[at["处罚依据"]] = "《行政处罚法》第九条"
        line[at["处罚类别"]], line[at["处罚内容"]] = kind, kind
        line[at["罚款金额(万元)"]] = wan_yuan(fine) if fine is not None else ""
        line[at["处罚决定日期"]] = decided.isoformat()
        line[at["处罚有效期"]] = "2099-12-31"
        line[at["公示截止期"]] = sometimes(rand, 0.9, decided.replace(year=decided.year + 3, day=min(decided.day, 28)).isoformat())
        line[at["处罚机关"]], line[at["处罚机关统一社会信用代码"]] = office, OFFICE_CODE
        line[at["数据来源单位"]], line[at["数据来源单位统一社会信用代码"]] = CREDIT_OFFICE, OFFICE_CODE
        supplement = [sometimes(rand, 0.95, domain), sometimes(rand, 0.95, "轻微" if kind in ("警告", "通报批评") else
                                                               "严重" if kind in ("吊销许可证件", "限制从业") else "一般"),
                      "是" if fine is not None and fine <= 20_000 else "否", sometimes(rand, 0.92, rand.choice(["是", "是", "否"]))]
        return line, supplement

    def add(subject, name, person, decided, spoil=None, treatment=None, reason=None, remember=True):
        table = tables[decided.year >= 2022]
        line, supplement = row(subject, name, person, decided)
        if spoil:
            spoil(line)
        table.add(line + (supplement if table is tables[1] else []), treatment, reason)
        if remember:
            sample.contestable.append((subject, "行政处罚", line[at["行政处罚决定书文号"]], decided))
            sample.decided.append((subject, line[at["行政处罚决定书文号"]], decided))
        return line

    for subject, name, founded in sample.organisations:
        if rand.random() < 0.055:
            for _ in range(rand.choices([1, 2, 3, 4], [70, 20, 7, 3])[0]):
                add(subject, name, False, between(rand, max(founded, datetime.date(2016, 1, 1)), TODAY))
    for subject, name, born in sample.persons:
        if rand.random() < 0.004 and born.year < 2000:
            add(subject, name, True, between(rand, datetime.date(2018, 1, 1), TODAY))

    clean = [len(table.rows) for table in tables]

    def put(header, value):
        return lambda line: line.__setitem__(at[header], value)

    def cut(line):
        del line[-2:]

    for number in range(sample.defects):
        for decided in (datetime.date(2020, 3, 2), datetime.date(2023, 3, 1)):
            subject, name, _ = rand.choice(sample.organisations)

            def bad(reason, spoil, treatment="quarantine"):
                return add(subject, name, False, decided, spoil, treatment, reason, remember=False)

            bad("bad_date", put("处罚决定日期", rand.choice(["2023-02-29", "2020年13月1日", "去年三月", "20201301"])))
            bad("unknown_code", put("处罚类别", rand.choice(["口头教育", "罚金", "3年"])))
            bad("missing_required", put(rand.choice(["行政处罚决定书文号", "处罚机关", "处罚决定日期"]), ""))
            bad("column_count", cut)
            bad("amount", put("罚款金额(万元)", rand.choice(["贰万元", "0.5万", "2.0.0", "约2"])))
            bad("unknown_subject", put("统一社会信用代码", organisation_id("91", "445203", 31**5 + number * 2 + (decided.year > 2021))))
            original = add(subject, name, False, decided)
            bad("duplicate_key", lambda line: (put("行政处罚决定书文号", original[at["行政处罚决定书文号"]])(line), put("备注", "重报")(line)))
            bad("identifier_inner_space", put("统一社会信用代码", f"{subject[:8]} {subject[8:]}"))
            bad("identifier_spaces", put("统一社会信用代码", f" {subject}　"), "normalised")
            bad("identifier_full_width", put("统一社会信用代码", full_width(subject)), "normalised")
            bad("date_form", put("处罚决定日期", rand.choice([f"{decided.year}年{decided.month}月{decided.day}日",
                                                         f"{decided.year}/{decided.month}/{decided.day}", f"{decided:%Y%m%d}"])), "normalised")
    for table, count in zip(tables, clean):
        table.scatter(count)


def make_licences(sample):
    headers = [header for _, header, _ in LICENCE_LAYOUT]
    table = CsvTable(sample, "licences.csv", "行政许可", headers, "双公示")
    rand = table.random
    at = {header: place for place, header in enumerate(headers)}
    numbers = iter(range(1, 10**9))

    def row(subject, name, decided):
        line = [""] * len(headers)
        number = next(numbers)
        for header, value in {
                "行政相对人名称": name, "行政相对人类别": "法人及非法人组织", "统一社会信用代码": subject,
                "行政许可决定文书名称": "准予行政许可决定书", "行政许可决定文书号": document_number("揭许", decided.year, number),
                "许可类别": rand.choice(["普通", "普通", "核准", "登记"]), "许可证书名称": "经营许可证",
                "许可编号": f"JY{number:08d}", "许可内容": "准予从事许可证载明的经营活动", "许可决定日期": decided.isoformat(),
                "有效期自": decided.isoformat(), "有效期至": rand.choice(["2099-12-31", f"{decided.year + 5}-{decided.month:02d}-01"]),
                "许可机关": "揭阳市政务服务和数据管理局", "许可机关统一社会信用代码": OFFICE_CODE, "当前状态": sometimes(rand, 0.95, "有效", "无效"),
                "数据来源单位": CREDIT_OFFICE, "数据来源单位统一社会信用代码": OFFICE_CODE}.items():
            line[at[header]] = value
        return line

    for subject, name, founded in sample.organisations:
        if rand.random() < 0.06:
            decided = between(rand, max(founded, datetime.date(2018, 1, 1)), TODAY)
            table.add(row(subject, name, decided))
            sample.decided.append((subject, table.rows[-1][at["行政许可决定文书号"]], decided))
    clean = len(table.rows)
    for _ in range(sample.defects):
        subject, name, _ = rand.choice(sample.organisations)
        for reason, header, value in [("bad_date", "许可决定日期", "2021-04-31"), ("unknown_code", "许可类别", "特批"),
                                      ("missing_required", "许可机关", "")]:
            line = row(subject, name, datetime.date(2021, 4, 1))
            line[at[header]] = value
            table.add(line, "quarantine", reason)
    table.scatter(clean)


def make_court_cases(sample):
    table = JsonTable(sample, "court_cases.ndjson", "执行案件")
    rand = table.random
    situations = ["有履行能力而拒不履行", "以伪造证据或者暴力威胁等方法妨碍执行", "以虚假诉讼或者隐匿转移财产等方法规避执行",
                  "违反财产报告制度", "违反限制消费令", "无正当理由拒不履行执行和解协议"]
    numbers = iter(range(1, 10**9))

    def row(subject, first):
        listed = between(rand, first, TODAY)
        if rand.random() < 0.05:  # the last day of the term, the day after it, a leap day
            listed = max(first, rand.choice([datetime.date(2024, 1, 1), datetime.date(2023, 12, 31), datetime.date(2024, 2, 29)]))
        case = {"主体": subject, "案号": f"（{listed.year}）粤52执{next(numbers)}号", "执行法院": "揭阳市中级人民法院",
                "执行依据文号": f"（{listed.year - 1}）粤52民初{rand.randrange(1, 9000)}号", "列入日期": listed.isoformat(),
                "失信情形": rand.choices(situations, [40, 4, 8, 20, 20, 8])[0], "执行标的": yuan(rand.randrange(1_000_000, 5_000_000_00))}
        state = rand.random()
        if state < 0.2:
            case["履行情况"] = "全部履行"
            case["履行完毕日期"] = between(rand, listed, TODAY).isoformat()
        elif state < 0.96:
            case["履行情况"] = rand.choice(["部分履行", "全部未履行", "全部未履行"])
        if rand.random() < 0.05:
            case["多项失信行为"], case["延长期限"] = True, rand.choice(["P1Y", "P2Y", "P3Y", "P11M", "P4Y"])
        if rand.random() < 0.04:
            case[rand.choice(["提供充分担保", "查封财产足以清偿", "履行顺序在后"])] = True
        if rand.random() < 0.08:
            case["决定限制出境"] = True
        if rand.random() < 0.08:
            case["删除日期"] = between(rand, listed, TODAY).isoformat()
            case["删除原因"] = rand.choice(["和解履行完毕", "申请执行人书面申请", "终本后未发现财产"])
        sample.contestable.append((subject, "执行案件", case["案号"], listed))
        return case

    for subject, _, founded in sample.organisations:
        if rand.random() < 0.015:
            for _ in range(rand.choices([1, 2, 5], [80, 16, 4])[0]):
                table.add(row(subject, max(founded, datetime.date(2017, 5, 1))))
    for subject, _, born in sample.persons:
        if rand.random() < (0.02 if born.year < 2004 else 0.001):  # a few minors
            table.add(row(subject, datetime.date(2017, 5, 1)))
    clean = len(table.rows)
    for number in range(sample.defects):
        subject = rand.choice(sample.organisations)[0]
        case = {"主体": subject, "案号": f"（2023）粤52执坏{number}号", "列入日期": "2023-06-01", "失信情形": "违反限制消费令", "履行情况": "部分履行"}

        def bad(reason, tag, treatment="quarantine", **changes):
            line = {**case, "案号": f"（2023）粤52执坏{tag}{number}号", **changes}
            table.add({name: value for name, value in line.items() if value is not None}, treatment, reason)

        bad("bad_date", "甲", 列入日期="2023-06-31")
        bad("unknown_code", "乙", 失信情形="其他情形")
        bad("missing_required", "丙", 列入日期=None)
        bad("amount", "丁", 执行标的="十二万元")
        bad("unknown_subject", "戊", 主体=organisation_id("91", "445222", 31**5 + number))
        bad("unknown_field", "己", 承办人="某某")
        bad("wrong_type", "庚", 列入日期=20230601.5)
        table.add(json.dumps(case, ensure_ascii=False)[:-9], "quarantine", "broken_json")
        bad("identifier_full_width", "壬", "normalised", 主体=full_width(subject))
    table.scatter(clean)


def make_tax_cases(sample):
    table = JsonTable(sample, "tax_cases.ndjson", "税收违法案件")
    rand = table.random
    numbers = iter(range(1, 10**9))

    def year_row(year, short, due):
        row = {"年度": year, "少缴税额": yuan(short)}
        if due is not None:
            row["应纳税额"] = yuan(due)
        return row

    def row(subject, first):
        decided = between(rand, first, TODAY - 200 * DAY)
        served = decided + rand.randrange(1, 8) * DAY
        case = {"主体": subject, "决定书文号": document_number("揭税稽处", decided.year, next(numbers)), "决定日期": decided.isoformat(),
                "税务机关": "国家税务总局揭阳市税务局稽查局"}
        if rand.random() < 0.97:
            case["送达日期"] = served.isoformat()
            case["救济期满日期"] = (served + 180 * DAY).isoformat()
        kind = rand.choices(["逃避缴纳税款", "逃避追缴欠税", "骗取出口退税", "抗税", "虚开专用发票", "虚开普通发票", "走逃失联"],
                            [40, 10, 8, 2, 18, 16, 6])[0]
        case["情形"] = kind
        if kind == "逃避缴纳税款":
            year = decided.year - 1
            case["税收违法年度"] = rand.choice([
                [year_row(year - 1, 400_000_00, 9_000_000_00), year_row(year, 600_000_00, 6_000_000_00)],      # exactly both thresholds
                [year_row(year, 999_999_99, 5_000_000_00)],                                                    # a fen too little
                [year_row(year - 1, 600_000_00, 7_000_000_00), year_row(year, 599_999_99, 6_000_000_00)],      # 9.99… %
                [year_row(year, 1_200_000_00, 0)], [year_row(year, 1_200_000_00, None)],
                [year_row(year - i, rand.randrange(100_000_00, 3_000_000_00), rand.randrange(1_000_000_00, 90_000_000_00)) for i in range(3)],
            ])
            if case["税收违法年度"][0].get("应纳税额") is None:
                case["涉案金额"] = "1200000.00"
        elif kind == "虚开普通发票":
            count, amount = rand.choice([(99, 3_999_999_99), (100, 10_000_00), (3, 4_000_000_00), (rand.randrange(1, 500), rand.randrange(1_000_000_000))])
            case["虚开普通发票份数"], case["虚开票面金额"] = count, yuan(amount)
        else:
            case["涉案金额"] = yuan(rand.choice([1_000_000_00, 999_999_99, rand.randrange(10_000_00, 20_000_000_00)]))
        if served + 180 * DAY < TODAY and rand.random() < 0.8:
            settled = served + 181 * DAY
            published = (settled.replace(day=1) + 32 * DAY).replace(day=15)
            case["确定日期"], case["确定文书送达日期"] = settled.isoformat(), min(settled + DAY, TODAY).isoformat()
            if published <= TODAY:
                case["公布日期"] = published.isoformat()
                if rand.random() < 0.3:
                    case["缴清日期"] = between(rand, served, TODAY).isoformat()
        sample.contestable.append((subject, "税收违法案件", case["决定书文号"], decided))
        return case

    for subject, _, founded in sample.organisations:
        if rand.random() < 0.006 and founded.year < 2023:
            table.add(row(subject, max(founded, datetime.date(2017, 1, 1))))
    for subject, _, born in sample.persons:
        if rand.random() < 0.0008 and born.year < 1998:
            table.add(row(subject, datetime.date(2018, 1, 1)))
    clean = len(table.rows)
    for number in range(sample.defects):
        subject = rand.choice(sample.organisations)[0]
        case = {"主体": subject, "决定日期": "2023-03-01", "送达日期": "2023-03-02", "救济期满日期": "2023-09-02", "情形": "逃避缴纳税款",
                "税收违法年度": [year_row(2021, 600_000_00, 6_000_000_00)]}

        def bad(reason, tag, **changes):
            table.add({**case, "决定书文号": f"揭税稽坏{tag}〔2023〕{number}号", **changes}, "quarantine", reason)

        bad("bad_date", "甲", 决定日期="2023-02-29")
        bad("unknown_code", "乙", 情形="漏税")
        bad("nested_missing_required", "丙", 税收违法年度=[{"年度": 2021, "应纳税额": "6000000.00"}])
        bad("nested_amount", "丁", 税收违法年度=[{"年度": 2021, "少缴税额": "六十万", "应纳税额": "6000000.00"}])
        bad("nested_not_an_array", "戊", 税收违法年度={"年度": 2021})
    table.scatter(clean)


def make_wages(sample):
    decisions = CsvTable(sample, "wage_decisions.csv", "拖欠工资决定",
                         ["主体", "责令文书文号", "责令日期", "送达日期", "支付限期", "支付日期", "涉及人数", "拖欠金额", "单人三月以上最高拖欠额",
                          "引发群体性事件", "引发极端事件", "书面承诺日期"])
    listings = CsvTable(sample, "wage_listings.csv", "欠薪列入决定",
                        ["主体", "列入决定书文号", "依据责令文书文号", "列入决定日期", "列入送达日期", "再次列入", "改正日期", "移出承诺日期", "提前移出日期",
                         "列入撤销日期"])
    rand = decisions.random
    numbers = iter(range(1, 10**9))

    def decide(subject, first):
        ordered = between(rand, first, TODAY - 60 * DAY)
        deadline = ordered + 15 * DAY
        number = document_number("揭人社监令", ordered.year, next(numbers))
        people, total, single = rand.choice([(10, 30_000_00, 0), (9, 300_000_00, 4_999_99), (11, 29_999_99, 5_000_00),
                                             (rand.randrange(1, 120), rand.randrange(1_000_00, 3_000_000_00), rand.randrange(0, 30_000_00))])
        paid = rand.choice([None, None, deadline, deadline + DAY, ordered + rand.randrange(1, 50) * DAY])
        decisions.add([subject, number, ordered.isoformat(), sometimes(rand, 0.97, (ordered + DAY).isoformat()), deadline.isoformat(),
                       paid.isoformat() if paid else "", people, yuan(total), sometimes(rand, 0.93, yuan(single)),
                       sometimes(rand, 0.1, "是", "否"), sometimes(rand, 0.03, "是", "否"),
                       (paid + DAY).isoformat() if paid and rand.random() < 0.5 else ""])
        sample.contestable.append((subject, "拖欠工资决定", number, ordered))
        if rand.random() < 0.6:
            listed = deadline + rand.randrange(10, 29) * DAY
            corrected = between(rand, listed, TODAY) if rand.random() < 0.3 else None
            removed = corrected + 190 * DAY if corrected and corrected + 190 * DAY < TODAY and rand.random() < 0.6 else None
            listing = document_number("揭人社列", listed.year, next(numbers))
            listings.add([subject, listing, number, listed.isoformat(), sometimes(rand, 0.98, (listed + 2 * DAY).isoformat()),
                          sometimes(rand, 0.1, "是", "否"), corrected.isoformat() if corrected else "",
                          corrected.isoformat() if corrected else "", removed.isoformat() if removed else "", ""])
            sample.contestable.append((subject, "欠薪列入决定", listing, listed))

    for subject, _, founded in sample.organisations:
        if rand.random() < 0.008 and founded.year < 2024:
            for _ in range(rand.choices([1, 2], [85, 15])[0]):
                decide(subject, max(founded, datetime.date(2018, 1, 1)))
    clean = len(decisions.rows)
    good = ["2023-03-01", "2023-03-02", "2023-03-15", "", "12", "80000.00", "9000.00", "否", "否", ""]
    for number in range(sample.defects):
        subject = rand.choice(sample.organisations)[0]

        def bad(reason, tag, treatment="quarantine", **changes):
            line = good[:]
            for place, value in changes.items():
                line[int(place[1:])] = value
            decisions.add([subject, f"揭人社监坏{tag}〔2023〕{number}号"] + line, treatment, reason)

        bad("bad_date", "甲", _2="2023-03-32")
        bad("amount", "乙", _5="8万元左右")
        bad("missing_required", "丙", _4="")
        bad("integer", "丁", _4="十二")
        bad("yes_no", "戊", _7="也许")
        bad("amount_with_separators", "己", "normalised", _5="80,000.00")
    decisions.scatter(clean)


def make_ratings(sample):
    table = CsvTable(sample, "tax_ratings.csv", "纳税信用评价", ["主体", "年度", "级别", "评价得分", "公告日期"])
    rand = table.random
    for subject, _, founded in sample.organisations:
        if rand.random() < 0.15 and founded.year < 2022:
            usual = rand.choices(["A", "B", "M", "C", "D"], [30, 45, 15, 7, 3])[0]
            for year in range(max(founded.year + 1, 2019), 2025):
                level = usual if rand.random() < 0.85 else rand.choice("ABMC")
                points = {"A": [90, 93, 98], "B": [70, 89], "M": [""], "C": [40, 69], "D": [0, 39]}[level]
                table.add([subject, year, level, sometimes(rand, 0.97, rand.choice(points)), sometimes(rand, 0.98, f"{year + 1}-04-{rand.randrange(18, 29)}")])
    clean = len(table.rows)
    for number in range(sample.defects):
        subject = rand.choice(sample.organisations)[0]
        table.add([subject, 1990 + number % 20, "AA", "", ""], "quarantine", "unknown_code")
        table.add([subject, 2023, "", "", ""], "quarantine", "missing_required")
        table.add([subject, "二〇二三", "A", "", ""], "quarantine", "integer")
        table.add([organisation_id("91", "445224", 31**5 + number), 2023, "A", "", ""], "quarantine", "unknown_subject")
        table.add([subject, 2023, "A", "", "", "多一列"], "quarantine", "column_count")
    table.scatter(clean)


def make_merits(sample):
    honours = CsvTable(sample, "honours.csv", "诚信典型认定", ["主体", "典型编号", "典型名称", "典型类别", "典型认定单位", "典型认定日期", "典型撤销日期"])
    rand = honours.random
    for number, (subject, _, founded) in enumerate(sample.organisations):
        if rand.random() < 0.004:
            awarded = between(rand, max(founded, datetime.date(2018, 1, 1)), TODAY)
            honours.add([subject, f"CX{number:06d}", "诚信示范单位", rand.choice(["诚信示范单位", "行业协会推荐会员", "新闻媒体推介"]), "揭阳市精神文明建设委员会办公室",
                         awarded.isoformat(), between(rand, awarded, TODAY).isoformat() if rand.random() < 0.05 else ""])
    volunteers = CsvTable(sample, "volunteers.csv", "志愿者评定", ["主体", "评定编号", "评定日期", "星级", "服务时长", "优秀青年志愿者"])
    for number, (subject, _, born) in enumerate(sample.persons):
        if rand.random() < 0.01 and born.year > 1980:
            hours = rand.choice([100, 300, 600, 999, 1000, 1499, 1500, rand.randrange(100, 3000)])
            stars = sum(hours >= least for least in (100, 300, 600, 1000, 1500))
            volunteers.add([subject, f"ZY{number:06d}", between(rand, datetime.date(2019, 1, 1), TODAY).isoformat(), "一二三四五"[stars - 1] + "星",
                            hours, "是" if stars == 5 and rand.random() < 0.8 else "否"])
    promises = CsvTable(sample, "commitments.csv", "信用承诺", ["主体", "承诺编码", "承诺类型", "承诺领域", "承诺事由", "承诺作出日期", "承诺有效期至", "履行状态", "状态确认日期"])
    for number, (subject, _, founded) in enumerate(sample.organisations):
        if rand.random() < 0.03:
            made = between(rand, max(founded, datetime.date(2019, 1, 1)), TODAY)
            state = rand.choices(["未到期", "全部履行", "部分履行", "违反承诺"], [40, 52, 4, 4])[0]
            promises.add([subject, f"CN{number:06d}", rand.choice(["容缺受理型", "审批替代型", "主动公示型"]),
                          rand.choice(["产品服务质量", "安全生产", "劳动保障", "环境保护", "公共资源交易"]), "办理行政许可", made.isoformat(),
                          (made + 365 * DAY).isoformat(), state, "" if state == "未到期" else between(rand, made, TODAY).isoformat()])


def make_other_decisions(sample):
    orders = JsonTable(sample, "consumption_orders.ndjson", "限制消费令")
    rand = orders.random
    number = 0
    for subject, _, since in sample.organisations + sample.persons:
        if rand.random() >= 0.004:
            continue
        number += 1
        signed = between(rand, min(max(since, datetime.date(2019, 1, 1)), TODAY), TODAY)
        order = {"主体": subject, "限制消费令文号": f"（{signed.year}）粤52执限{number}号", "签发日期": signed.isoformat()}
        if rand.random() < 0.4:
            order["解除日期"] = between(rand, signed, TODAY).isoformat()
        if rand.random() < 0.1:
            order["必需消费批准"] = [{"批准文号": f"（{signed.year}）粤52执限{number}号之{NUMERALS[i]}", "批准起始日期": (signed + (30 + 60 * i) * DAY).isoformat(),
                               "批准截止日期": (signed + (40 + 60 * i) * DAY).isoformat()} for i in range(rand.choice([1, 2]))]
        orders.add(order)
    judgments = CsvTable(sample, "judgments.csv", "刑事判决", ["主体", "判决书文号", "判决日期", "罪名类别", "刑罚执行期满日期"])
    for subject, _, born in sample.persons:
        if rand.random() < 0.001 and born.year < 1995:
            judged = between(rand, datetime.date(2014, 1, 1), datetime.date(2024, 1, 1))
            judgments.add([subject, f"（{judged.year}）粤52刑初{len(judgments.rows) + 1}号", judged.isoformat(),
                           rand.choice(["危害税收征管罪", "拒不支付劳动报酬罪", "拒不执行判决裁定罪", "其他"]),
                           sometimes(rand, 0.9, (judged + rand.randrange(100, 1500) * DAY).isoformat())])
    members = CsvTable(sample, "association_decisions.csv", "会员失信处理", ["主体", "处理决定文号", "协会名称", "处理日期", "处理送达日期", "严重程度"])
    for subject, _, founded in sample.organisations:
        for _ in range(rand.choices([0, 1, 2, 3], [9970, 20, 7, 3])[0]):
            handled = between(rand, max(founded, datetime.date(2024, 6, 1)), TODAY)
            members.add([subject, document_number("揭协", handled.year, len(members.rows) + 1), "揭阳市五金行业协会", handled.isoformat(),
                         handled.isoformat(), rand.choice(["轻微", "轻微", "一般", "严重"])])


def make_memoranda(sample):
    """The records of the other memoranda (memoranda.py): at least a few subjects each, so that a small sample has them, too."""
    penalised = [(subject, key, date) for subject, record, key, date in sample.contestable if record == "行政处罚"]
    subjects = {}
    for file, record, who, share, first, fields in memoranda.RECORDS:
        table = JsonTable(sample, file, record)
        rand, first = table.random, datetime.date.fromisoformat(first)
        if who == "罚":
            pool = [(subject, key, max(first, date + 30 * DAY)) for subject, key, date in penalised if date + 60 * DAY < TODAY]
        elif who.startswith("随 "):
            have = subjects.get(who[2:]) or sorted({subject for subject, record, _, _ in sample.contestable if record == who[2:]})
            pool = [(subject, None, first) for subject in have]
        elif who in ("单位", "慈善"):
            pool = [(subject, None, max(first, founded)) for subject, _, founded in (sample.organisations if who == "单位" else sample.charities)]
        else:
            pool = [(subject, None, first) for subject, _, born in sample.persons if born.year < 1990]
        wanted = len(pool) if share == 1 else max(8, round(share * (len(sample.persons) if who == "自然人" else len(sample.organisations))))
        chosen = sorted(rand.sample(range(len(pool)), min(wanted, len(pool))))

        def row(subject, reference, since, serial):
            when = between(rand, min(since, TODAY), TODAY)
            values = {name: field(rand, when, serial) if callable(field) else reference if field == "罚" else field for name, field in fields.items()}
            return {"主体": subject, **{name: value for name, value in values.items() if value is not None and not is_future(value)}}

        for serial, place in enumerate(chosen, 1):
            table.add(row(*pool[place], serial))
        subjects[file] = [pool[place][0] for place in chosen]
        clean = len(table.rows)
        for number in range(min(sample.defects, 2) if pool else 0):
            bad = row(*rand.choice(pool), 9000 + 2 * number)
            days = [name for name, value in bad.items() if is_day(value)]
            if days:
                table.add({**bad, days[0]: "2023-02-30"}, "quarantine", "bad_date")
            table.add({**row(*rand.choice(pool), 9001 + 2 * number), "编外栏": "无此字段"}, "quarantine", "unknown_field")
        table.scatter(clean)


def is_day(value):
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"


def is_future(value):
    return is_day(value) and value > TODAY.isoformat()


def make_publications(sample):
    table = CsvTable(sample, "publications.csv", "公示记录", ["主体", "公示编号", "公示文书号", "公示日期", "公示渠道", "撤下日期"])
    rand = table.random
    for number, (subject, document, decided) in enumerate(sample.decided):
        shown = decided + rand.randrange(0, 15) * DAY  # mostly within seven working days, some too late
        if shown <= TODAY and rand.random() < 0.93:
            table.add([subject, f"GS{number:07d}", document, shown.isoformat(), "信用揭阳",
                       between(rand, shown, TODAY).isoformat() if rand.random() < 0.05 else ""])


def make_objections(sample):
    table = CsvTable(sample, "objections.csv", "异议", ["主体", "记录", "键", "提出", "办结"])
    rand = table.random
    for subject, record, key, date in sample.contestable:
        if rand.random() < 0.03:
            lodged = between(rand, date + DAY, max(date + DAY, TODAY))
            closed = lodged + rand.randrange(3, 40) * DAY
            table.add([subject, record, key, lodged.isoformat(), closed.isoformat() if closed <= TODAY and rand.random() < 0.7 else ""])
    clean = len(table.rows)
    for number in range(sample.defects if sample.contestable else 0):
        subject, record, key, _ = rand.choice(sample.contestable)
        table.add([organisation_id("91", "445281", 31**5 + number), record, key, "2025-06-01", ""], "quarantine", "unknown_subject")
        table.add([subject, "无此记录", key, "2025-06-01", ""], "quarantine", "unknown_record_type")
        table.add([subject, record, key, "2025-06-31", ""], "quarantine", "bad_date")
        table.add([subject, record, key, "2025-06-10", "2025-06-01"], "quarantine", "closed_before_lodged")
    table.scatter(clean)


MAKERS = [make_persons, make_organisations, make_relations, make_penalties, make_licences, make_court_cases, make_tax_cases,
          make_wages, make_ratings, make_merits, make_other_decisions, make_memoranda, make_publications, make_objections]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder to write into; made if it is not there")
    parser.add_argument("--organisations", type=int, default=20000)
    parser.add_argument("--persons", type=int, default=30000)
    parser.add_argument("--seed", type=int, default=34)
    parser.add_argument("--core", action="store_true", help="without the records of the memoranda beyond courts, tax and wages")
    parser.add_argument("--defects", type=int, default=24, help="rows of each kind of defect in each file; 0 for clean files")
    arguments = parser.parse_args()
    if arguments.organisations < 1 or arguments.persons < 1 or arguments.defects < 0:
        parser.error("needs at least one organisation and one person, and no negative number")

    sample = Sample(arguments.seed, arguments.organisations, arguments.persons, arguments.defects)
    for make in MAKERS:
        if make is not make_memoranda or not arguments.core:
            make(sample)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for table in sample.tables:
        table.write(arguments.out)
    manifest = {"seed": arguments.seed, "organisations": arguments.organisations, "persons": arguments.persons, "defects": arguments.defects,
                "latest": TODAY.isoformat(), "files": [table.summary() for table in sample.tables]}
    with open(arguments.out / "manifest.json", "w", encoding="utf-8", newline="\n") as out:
        json.dump(manifest, out, ensure_ascii=False, indent=1)
        out.write("\n")
    print(f"{len(sample.tables)} files, {sum(len(table.rows) for table in sample.tables)} rows in {arguments.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
