"""Random memoranda: parameters, definitions, tables, findings, measures."""

from datetime import date

from .expressions import COMPARISON, Expressions, Frame, Known
from .others import Others
from .vocabulary import DEGREES
from .words import date_literal, shifted

PARAMETER_TYPES = ("money", "integer", "ratio", "months", "days")


class FindingMade:
    """What later rules need to know of a finding."""

    def __init__(self, name, memo, sections, safe, begun):
        self.name, self.memo = name, memo
        self.sections = sections          # record types of 凭
        self.safe = safe                  # may be the ground of a sanction
        self.begun = begun                # every section has 自


class Rules:
    """Writes the memoranda of a pack over one vocabulary."""

    def __init__(self, chance, vocabulary, pools, spell, settings):
        self.chance, self.voc, self.pools, self.k = chance, vocabulary, pools, spell
        self.settings = settings
        self.ex = Expressions(chance, vocabulary, pools, spell, settings)
        self.ex.open_lists = set(vocabulary.lists)
        self.findings: list[FindingMade] = []
        self.made_measures: list[tuple[str, str]] = []      # (memorandum, name)
        self.others = Others(self)
        self.count = 0
        self.own_list, self.asked_own = None, False     # of the finding in the making
        self.lighter = False          # the memorandum applies 从旧兼从轻

    def memoranda(self) -> list[tuple[str, list[str], list[str]]]:
        """(name, names that it uses, declarations) of each memorandum."""
        out = []
        for i in range(self.chance.between(self.settings.memoranda)):
            name = f"备忘{'甲乙丙'[i]}"
            uses = [n for n, _, _ in out if self.chance.likely(0.6)]
            out.append((name, uses, self.memorandum(name, uses)))
        return out

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def memorandum(self, name: str, uses: list[str]) -> list[str]:
        chance, settings, ex = self.chance, self.settings, self.ex
        ex.memo, ex.visible = name, {name, *uses}
        self.lighter = chance.likely(0.25)
        self.start = chance.choice(self.pools.dates) if chance.likely(0.25) else date(2015, 1, 1)
        out = [self.parameter() for _ in range(chance.between(settings.parameters))]
        steps = [self.definition] * chance.between(settings.definitions)
        steps += [self.finding] * chance.between(settings.findings)
        if chance.likely(settings.tables):
            out.append(self.table())
        chance.shuffle(steps)
        out += [step() for step in steps]
        out += [self.measure() for _ in range(chance.between(settings.measures))]
        out += self.others.all()
        if chance.likely(0.3):
            chance.shuffle(out)
        return [self.head(name)] + [text for text in out if text]

    def head(self, name: str) -> str:
        chance, k = self.chance, self.k
        lines = [f"{k('备忘录')} {name}", f'{k("标题")} "{name}标题"',
                 f"{k('文号')} 试发〔2020〕{'甲乙丙'.index(name[-1]) + 1}号",
                 f"{k('牵头')} {self.voc.authorities[0]}"]
        if chance.likely(0.4):
            lines.append(f"{k('联签')} {'、'.join(self.voc.authorities)}")
        start = self.start
        lines.append(f"{k('施行')} {date_literal(chance, start)}")
        if chance.likely(0.25):
            lines.append(f"{k('废止')} {date_literal(chance, self.later(start))}")
        if self.lighter:
            lines.append(k("从旧兼从轻"))
        if name[-1] != "甲" and chance.likely(0.25):
            lines.append(f"{k('替代')} 备忘甲")
        if chance.likely(0.3):
            lines.append('版本 "2.0"')
        if chance.likely(0.2):
            lines.append("异议 不停止执行 依据 《某某条例》第三条")
        return "\n    ".join(lines)

    def later(self, start: date) -> date:
        ahead = [d for d in self.pools.dates if d > start]
        return self.chance.choice(ahead) if ahead else shifted(start, 12)

    # -- parameters, definitions, tables --------------------------------------

    def parameter(self) -> str:
        chance, name = self.chance, self.name("门槛")
        type_ = chance.choice(PARAMETER_TYPES)
        days = sorted(chance.sample(self.pools.dates, chance.randint(1, 2)))
        if chance.likely(0.7):
            days[0] = date(2014, 10, 1)
        lines = [f"{self.k('参数')} {name}"]
        lines += [f"{self.ex.literal(type_).text} {self.k('自')} {date_literal(chance, d)}"
                  for d in sorted(set(days))]
        lines.append(f"{self.k('依据')} 《某某办法》第六条")
        self.ex.known.append(Known(name, self.ex.memo, type_, kind="parameter"))
        return "\n    ".join(lines)

    def definition(self) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        ex.start()
        record = chance.choice(self.voc.records) if chance.likely(0.5) else None
        scope = [Frame()] + ([Frame(record)] if record else [])
        name, depth = self.name("定义项"), self.settings.depth
        if chance.likely(0.7):
            type_, body = "truth", ex.condition(scope, min(depth, 2))
        else:
            type_ = chance.choice(("integer", "money", "date"))
            base = ex.field(scope, type_) or ex.literal(type_)
            body = ex.arithmetic(type_, scope, min(depth, 1), base)
        ex.known.append(Known(name, ex.memo, type_, record, ex.safe_so_far, ex.today_so_far))
        argument = f"({record.name})" if record else ""
        return f"{k('定义')} {name}{argument} {k('为')} {body.text}"

    def table(self) -> str:
        """A table over a code and a number, complete and without overlap."""
        chance, k, name = self.chance, self.k, self.name("裁量")
        table = chance.choice(list(self.voc.codes))
        coded = chance.likely(0.5)
        out = chance.choice(list(self.voc.codes)) if coded else None
        results = list(self.voc.codes[out]) if coded else ["口头提醒", "书面提醒", "公开谴责"]
        lines = [f"{k('裁量表')} {name}(情节： {k('代码')} {table}、次数： {k('整数')})"]
        for code in self.voc.codes[table]:
            n = chance.choice((None, 1, 2))
            cells = [k("任意")] if n is None else [f"< {n}", f"≥ {n}"]
            lines += [f"{code} | {cell} => {chance.choice(results)}" for cell in cells]
        used = sorted({line.split("=> ")[1] for line in lines[1:]})
        self.ex.known.append(Known(name, self.ex.memo, ("code", out) if coded else "text", kind="table",
                                   args=[("code", table), "integer"], results=used))
        return "\n    ".join(lines)

    # -- findings -------------------------------------------------------------

    def finding(self) -> str:
        ex, k = self.ex, self.k
        name = self.name("认定项")
        ex.start(safe=self.chance.likely(0.5))
        enters = self.own_list = self.enters()
        self.asked_own = False
        if self.chance.likely(0.7):
            lines, sections, begun = self.sectioned()
            safe = all(record.instrument for record in sections)
        else:
            lines, sections, begun = self.plain_condition(), [], False
            safe = ex.safe
        made = FindingMade(name, ex.memo, sections, safe, begun)
        all_safe = ex.safe_so_far and safe
        if enters in ex.open_lists:      # a list that this very finding asked for is closed to it
            ex.entered[enters] = ex.entered.get(enters, True) and all_safe
            lines.insert(0, f"{k('列入')} {enters}")
            if sections:
                ex.dated_lists.add(enters)
            if self.asked_own:           # its term asked for earlier listings: nobody else may enter
                ex.open_lists.discard(enters)
        self.findings.append(made)
        ex.known.append(Known(name, ex.memo, "truth", None, all_safe, True, "finding", args=sections))
        return "\n    ".join([f"{k('认定')} {name}"] + lines + self.marks() + self.publications())

    def enters(self):
        return self.chance.choice(sorted(self.ex.open_lists)) \
            if self.ex.open_lists and self.chance.likely(0.5) else None

    def plain_condition(self) -> list[str]:
        """A finding without 凭; where it must be safe, it rests on instruments."""
        ex, k, depth = self.ex, self.k, self.settings.depth
        scope = [Frame()]
        if not ex.safe:
            lines = [f"{k('当')} {ex.condition(scope, depth).text}"]
        else:
            base = self.instrument_base(scope)
            more = f" {k('且')} {ex.condition(scope, depth - 1).at(COMPARISON)}" \
                if self.chance.likely(0.5) else ""
            lines = [f"{k('当')} {base}{more}"]
        if self.chance.likely(0.2):
            lines.insert(0, f"{k('除非')} {ex.condition(scope, 1).text}")
        return lines

    def instrument_base(self, scope) -> str:
        ex, k = self.ex, self.k
        record = self.chance.choice([r for r in self.voc.records if r.instrument and r.parent is None])
        inner = scope + [Frame(record)]
        if self.chance.likely(0.5):
            return f"{k('任一')} {record.name} {k('满足')} ({ex.condition(inner, 1).text})"
        return f"{k('计数')}({record.name} {k('满足')} {ex.condition(inner, 1).text}) 不少于 {self.chance.choice((1, 2))}"

    def sectioned(self):
        """Sections of 凭: their lines, record types, and whether each has 自."""
        chance, ex, k = self.chance, self.ex, self.k
        keyed = [r for r in self.voc.records if r.key and (r.instrument or not ex.safe)]
        lines = []
        if chance.likely(0.25):
            lines.append(f"{k('除非')} {ex.condition([Frame()], 1).text}")
        records, begun = [], True
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            record = chance.choice(keyed)
            records.append(record)
            section, has_begin = self.section(record)
            lines += section
            begun &= has_begin
        return lines, records, begun

    def section(self, record):
        chance, ex, k = self.chance, self.ex, self.k
        frame = Frame(record, None, ex.alias() if chance.likely(0.4) else None)
        scope = [Frame(), frame]
        ex.used = set()
        if self.lighter:
            ex.barred = {"definition"} | (set() if record.act and record.made else {"parameter"})
        lines = [f"{k('凭')} {record.name}" + (f" {frame.alias}" if frame.alias else "")]
        if chance.likely(0.85):
            lines.append(f"{k('当')} {ex.condition(scope, self.settings.depth).text}")
        if chance.likely(0.2):
            lines.append(f"{k('除非')} {ex.condition(scope, 1).text}")
        ex.timeless = True
        begun = chance.likely(0.9) or bool(record.served) and not self.settings.daring
        if begun:
            lines.append(f"{k('自')} {self.begin(record, scope)}")
        lines.append(self.section_end(record, scope, begun))
        ex.barred = set()
        while chance.likely(0.2):
            lines.append(self.ending(scope))
        ex.timeless = False
        return lines, begun

    def begin(self, record, scope) -> str:
        """Mostly the day that the instrument was made."""
        if record.made and self.chance.likely(0.6):
            return record.made
        ex = self.ex
        days = ex.fields([Frame(record)], "date") or ex.fields(scope, "date")
        day = self.chance.choice(days)
        return ex.date_arithmetic(scope, day).text if self.chance.likely(0.25) else day.text

    def section_end(self, record, scope, begun: bool) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        roll = chance.random()
        if begun and roll < 0.15 and self.own_list in ex.open_lists:
            return self.again(scope)
        if begun and roll < 0.7:
            return f"{k('为期')} {self.term(scope)}"
        if roll < 0.88:
            days = ex.fields([Frame(record)], "date") or ex.fields(scope, "date")
            day = chance.choice(days)
            if chance.likely(0.7):
                return f"{k('至')} {day.text} + {ex.literal('months').text}"
            return f"{k('至')} {day.text}"
        return f"{k('至')} {k('长期')}"

    def again(self, scope) -> str:
        """A longer term for who was listed before: the list that this very finding enters."""
        k = self.k
        self.asked_own = True
        word = k("曾列入").replace("曾列", "曾 列")
        test = f"{word} {self.own_list} {k('满足')} {self.ex.listing_test(scope, True)}"
        return f"{k('为期')} {k('若')} {test} {k('则')} 2年 {k('否则')} 1年"

    def ending(self, scope) -> str:
        """An event that ends the ground: of its own row, or a record of another type."""
        chance, ex, k = self.chance, self.ex, self.k
        words = [k("终止")]
        if chance.likely(0.7):
            record = chance.choice([r for r in self.voc.records if r.instrument or not ex.safe])
            ex.safe_so_far &= record.instrument
            frame = Frame(record, None, ex.alias())
            scope = scope + [frame]
            words.append(f"{k('凭')} {record.name}" + (f" {frame.alias}" if frame.alias else ""))
        if len(words) == 1 or chance.likely(0.7):
            words.append(f"{k('当')} {ex.condition(scope, 1).text}")
        day = chance.choice(ex.fields(scope[-1:], "date") or ex.fields(scope, "date"))
        text = ex.date_arithmetic(scope, day).text if chance.likely(0.25) else day.text
        return " ".join([*words, f"{k('自')} {text}"])

    def term(self, scope, sums=True) -> str:
        """A duration in months or days over a scope, without a word of today."""
        chance, ex, k = self.chance, self.ex, self.k
        literal = ex.literal(chance.choice(("months", "months", "days")))
        fields = ex.fields(scope, "months")
        roll = chance.random()
        if fields and sums and roll < 0.2:
            field, base = chance.choice(fields).text, ex.literal("months").text
            return f"{k('若')} {field} {k('已填')} {k('则')} {base} + {field} {k('否则')} {base}"
        if fields and roll < 0.4:
            return f"取 {chance.choice(fields).text} 缺省 {ex.literal('months').text}"
        found = [n for t in ("months", "days") for n in ex.names("parameter", t, scope)]
        if found and roll < 0.6:
            return ex.spelled(chance.choice(found))
        if roll < 0.7:
            condition = ex.condition(scope, 1).text
            return f"{k('若')} {condition} {k('则')} {ex.literal('months').text} {k('否则')} " \
                   f"{ex.literal('months').text}"
        return literal.text

    # -- measures -------------------------------------------------------------

    def measure(self) -> str:
        ex = self.ex
        seen = [f for f in self.findings if f.memo in ex.visible]
        safe = [f for f in seen if f.safe]
        if safe and self.chance.likely(0.7):
            return self.written("惩戒", self.name("措施项"), self.chance.sample(safe, min(len(safe), self.pick())))
        if seen:
            return self.written("激励", self.name("便利项"), self.chance.sample(seen, min(len(seen), self.pick())))
        return ""

    def pick(self) -> int:
        return self.chance.choice((1, 1, 1, 2))

    def written(self, kind: str, name: str, because: list[FindingMade]) -> str:
        chance, ex, k, voc = self.chance, self.ex, self.k, self.voc
        ex.start()
        self.made_measures.append((ex.memo, name))
        targets, reached = self.targets()
        items = voc.items_on(self.start) if kind == "惩戒" else voc.incentive_items
        item = chance.choice([i for i, (_, covers) in items.items() if reached <= set(covers)])
        lines = [f"{k('措施')} {item}", f"{k('因')} {'、'.join(self.cause(f) for f in because)}"]
        lines += self.guard("仅当", 0.25)
        lines += self.guard("除非", 0.25)
        lines.append(f"{k('对')} {'；'.join(targets)}")
        lines += self.office(because)
        lines.append(f"{k('由')} {self.acting(because)}")
        basis = ["《某某规定》第三条第一款第（一）项", "《某某法》第二十二条、第二十三条第二款", "试发〔2020〕1号 第四条"]
        lines.append(f"{k('依据')} {'、'.join(chance.some_of(basis, 1, 2))}")
        if kind == "惩戒" and chance.likely(0.7):
            most = DEGREES.index(items[item][0])
            lines.append(f"{k('程度')} {k(DEGREES[chance.randint(0, most)])}")
        if kind == "激励" and chance.likely(0.4):
            lines.append(f"{k('给予')} {self.grants()}")
        lines += self.publications()
        lines.append(self.own_end(kind, because))
        if kind == "惩戒":
            lines += [f"{k('解除')} {k('自动')}", f'{k("救济")} "向机关提出异议"']
        return "\n    ".join([f"{k(kind)} {name}"] + lines)

    def cause(self, finding: FindingMade) -> str:
        if finding.memo != self.ex.memo and self.chance.likely(0.4):
            return f"{finding.memo}.{finding.name}"
        return finding.name

    def targets(self):
        """The clause 对 by kind, and the kinds reached."""
        chance, k = self.chance, self.k
        while True:
            lines, reached = [], set()
            for kind in self.voc.kinds:
                ways = [(r.name + self.asked(r, r.target), r.target)
                        for r in self.voc.relations if r.source == kind]
                ways += [(r.inverse + self.asked(r, r.source), r.source)
                         for r in self.voc.relations if r.inverse and r.target == kind]
                options = [(k("本人"), kind)] + ways
                chosen = [] if chance.likely(0.2) else chance.some_of(options, 1, 2)
                reached |= {to for _, to in chosen}
                lines.append(f"{kind}：{'、'.join(way for way, _ in chosen) or '无'}")
            if reached:
                return lines, reached

    def marks(self) -> list[str]:
        """领域, 层级 and 辖区 of a finding, each from one table of the pack."""
        out = []
        for word, table in self.voc.marks.items():
            if self.chance.likely(0.5):
                code = self.chance.choice(self.voc.codes[table])
                alone = code != "其他" and self.chance.likely(0.6)      # every table has its 其他
                out.append(f"{self.k(word)} {code if alone else table + '.' + code}")
                self.ex.marks.setdefault(word, table)
        return out

    def publications(self) -> list[str]:
        """公示 and 共享 with how often and how long, as constants or parameters."""
        chance, ex, k = self.chance, self.ex, self.k
        out = []
        for word in chance.sample(("公示", "共享", "公示"), chance.choice((0, 0, 0, 1, 2))):
            text = f"{k(word)} {'、'.join(chance.some_of(self.voc.authorities, 1, 2))}"
            if chance.likely(0.5):
                text += f" {k('每隔')} {ex.literal(chance.choice(('months', 'days'))).text}"
            found = [n for t in ("months", "days") for n in ex.names("parameter", t, [])]
            if found and chance.likely(0.4):
                text += f" {k('期限')} {ex.spelled(chance.choice(found))}"
            elif chance.likely(0.5):
                text += f" {k('期限')} {ex.literal(chance.choice(('months', 'days'))).text}"
            out.append(text)
        return out

    def asked(self, relation, kind: str) -> str:
        """What the rows of a relation must satisfy, in parentheses, or nothing."""
        if not self.chance.likely(0.35):
            return ""
        condition = self.ex.condition([Frame(), Frame(None, kind, None, relation)], 1)
        return f"({condition.text})"

    def acting(self, because) -> str:
        """Declared authorities, or the field of the grounds that names one."""
        chance = self.chance
        names = chance.some_of(self.voc.authorities, 1, 2)
        sections = [record for f in because for record in f.sections]
        fields = sections and all(f.sections for f in because) \
            and all(any(f.name == "决定机关" for f in record.fields) for record in sections)
        if fields and chance.likely(0.6):
            names = chance.choice((["决定机关"], ["决定机关", *names[:1]]))
        return "、".join(names)

    def guard(self, word: str, p: float) -> list[str]:
        if not self.chance.likely(p):
            return []
        condition = self.ex.condition([Frame()], min(2, self.settings.depth))
        return [f"{self.k(word)} {condition.text}"]

    def office(self, because) -> list[str]:
        sections = [record for f in because for record in f.sections]
        options = ["认定时", "当前"]
        if sections and all(record.act for record in sections) and all(f.sections for f in because):
            options.append("行为时")
        return [f"任职 于 {self.chance.choice(options)}"] if self.chance.likely(0.5) else []

    def grants(self) -> str:
        ex = self.ex
        made = []
        for type_ in self.chance.sample(("money", "integer", "days", "ratio", "date"), self.chance.randint(1, 2)):
            made.append(f"{self.name('额度')} = {ex.literal(type_).text}")
        return "、".join(made)

    def own_end(self, kind: str, because) -> str:
        k, chance = self.k, self.chance
        plain = any(not f.sections for f in because)
        begun = all(f.begun for f in because if f.sections)
        follows = f"{k('为期')} {k('随认定')}"
        if plain and kind == "惩戒":
            return f"{k('为期')} {self.measure_term()}"
        if begun and chance.likely(0.4):
            return f"{k('为期')} {self.measure_term()}"
        return follows

    def measure_term(self) -> str:
        self.ex.timeless = True
        text = self.ex.literal("months").text if self.chance.likely(0.6) else self.term([Frame()], self.settings.daring)
        self.ex.timeless = False
        return text
