"""Random duties, repairs, matters and assertions of one memorandum."""

from .expressions import Frame

STATES = ("生效", "暂停", "待核实", "未生效")


class Others:
    """Writes them with the expressions and names that the other rules of the memorandum use."""

    def __init__(self, rules):
        self.rules, self.chance, self.ex, self.k = rules, rules.chance, rules.ex, rules.k
        self.voc, self.settings = rules.voc, rules.settings

    def all(self) -> list[str]:
        chance = self.chance
        out = [self.duty() for _ in range(chance.choice((0, 1, 1, 2)))]
        out += [self.repair() for _ in range(chance.choice((0, 1, 1)))]
        out += [self.matter() for _ in range(chance.choice((0, 1, 2)))]
        out += [self.assertion() for _ in range(chance.choice((0, 1, 1)))]
        return out

    def basis(self) -> str:
        return f"{self.k('依据')} {self.chance.choice(['《某某法》第四条', '《某某法》第五条、第六条第（二）项'])}"

    def row(self, record, alias=None):
        return [Frame(), Frame(record, None, alias)]

    # -- duties ---------------------------------------------------------------

    def duty(self) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        ex.start()
        record = chance.choice(self.voc.records)
        alias = ex.alias() if chance.likely(0.3) else None
        scope = self.row(record, alias)
        lines = [f"{k('职责')} {self.rules.name('职责项')}",
                 f"{k('凭')} {record.name}" + (f" {alias}" if alias else "")]
        if chance.likely(0.5):
            lines.append(f"{k('当')} {ex.condition(scope, 2).text}")
        lines.append(f"{k('由')} {self.authority(scope, record)}")
        ex.timeless = True
        begin = self.rules.begin(record, scope)
        options = [self.rules.term(scope), ex.literal("months").text, ex.literal("days").text]
        if self.voc.calendar:
            options += [f"{chance.randint(0, 12)}个工作日"] * 2
        within = chance.choice(options)
        ex.timeless = False
        roll = f" {k('顺延')}" if self.voc.calendar and chance.likely(0.4) else ""
        lines.append(f"{k('时限')} {k('自')} {begin} {k('起')} {within}{roll}")
        lines += [self.completion(scope) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
        return "\n    ".join(lines + [self.basis()])

    def authority(self, scope, record) -> str:
        named = [f.text for type_ in ("text", *[("code", t) for t in self.voc.codes])
                 for f in self.ex.fields([Frame(record)], type_)]
        if named and self.chance.likely(0.3):
            return self.chance.choice(named)
        return "、".join(self.chance.some_of(self.voc.authorities, 1, 2))

    def completion(self, scope) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        if chance.likely(0.4):
            return f"{k('完成')} {k('当')} {ex.condition(scope, 2).text}"
        record = chance.choice(self.voc.records)
        alias = ex.alias()
        text = f"{k('完成')} {k('凭')} {record.name}" + (f" {alias}" if alias else "")
        if chance.likely(0.2):
            return text
        return f"{text} {k('当')} {ex.condition(scope + [Frame(record, None, alias)], 2).text}"

    # -- repairs --------------------------------------------------------------

    def repair(self) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        ex.start()
        record = chance.choice(self.voc.records)
        scope = self.row(record)
        lines = [f"{k('修复')} {self.rules.name('修复项')}", f"{k('针对')} {record.name}"]
        if chance.likely(0.9):
            lines.append(f"{k('可申请')} {k('当')} {self.eligible(scope)}")
        if chance.likely(0.6):
            lines.append(f"{k('不予')} {k('当')} {ex.condition(scope, 2).text}")
        if chance.likely(0.6):
            named = [known for type_ in ("months", "days") for known in ex.names("parameter", type_, scope) if known.memo == ex.memo]
            audit = chance.choice(named).name if named and chance.likely(0.6) else "10日"
            lines.append(f"{k('办理')} 受理 3个工作日、审核 {audit}、答复")
        if chance.likely(0.6):
            lines.append(f"{k('准予后')} 停止公示、停止 共享 5日、{k('解除')} {k('惩戒')}")
        return "\n    ".join(lines + [self.basis()])

    def eligible(self, scope) -> str:
        """Mostly something that time alone brings about."""
        ex, k = self.ex, self.k
        condition = ex.condition(scope, 2)
        days = ex.fields(scope, "date")
        if not days or self.chance.likely(0.3):
            return condition.text
        day = self.chance.choice(days).text
        waited = self.chance.choice((f"{day} {k('满')} {ex.literal('months').text}",
                                     f"{day} {k('满')} {ex.literal('days').text}"))
        return waited if self.chance.likely(0.4) else f"({condition.text}) {k('且')} {waited}"

    # -- matters and assertions -----------------------------------------------

    def matter(self) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        ex.start()
        seen = self.measures()
        lines = [f"{k('事项')} {self.rules.name('事项项')}"]
        if seen and chance.likely(0.7):
            names = [self.spelled(m) for m in chance.sample(seen, min(len(seen), 2))]
            lines.append(f"{k('查')} {'、'.join(names)}")
        for word in ("禁止", "提示"):
            for _ in range(chance.choice((0, 1, 1, 1, 2))):
                lines.append(f"{k(word)} {k('当')} {self.asked(2, True)}")
        return "\n    ".join(lines + [self.basis()])

    def assertion(self) -> str:
        chance, ex, k = self.chance, self.ex, self.k
        ex.start()
        name = self.rules.name("断言项")
        if chance.likely(0.4):
            word = chance.choice(("每个", "任一", "无"))
            return f'{k("断言")} "{name}" {k(word)} {k(chance.choice(("惩戒", "激励")))} {k("满足")} ({self.each()})'
        return f'{k("断言")} "{name}" {k("非")} ({self.asked(2, False)})'

    def each(self) -> str:
        """A condition on the measure that a quantifier over measures is at."""
        chance, k = self.chance, self.k
        state = k(chance.choice((*STATES, "有争议")))
        if chance.likely(0.5):
            return f"{k('非')} ({state} {k(chance.choice(('且', '或')))} {self.ex.condition([Frame()], 1).text})"
        return f"{k('非')} ({state} {k('且')} {k('有争议')})"

    def asked(self, depth: int, matter: bool) -> str:
        """A condition over the subject and what was decided upon it."""
        chance, ex, k = self.chance, self.ex, self.k
        if depth > 0 and chance.likely(0.5):
            word = k(chance.choice(("且", "或")))
            return f"({self.asked(depth - 1, matter)}) {word} ({self.asked(depth - 1, matter)})"
        seen = self.measures()
        if seen and chance.likely(0.7):
            name = self.spelled(chance.choice(seen))
            states = STATES if matter else (*STATES, "有争议")
            text = name if matter and chance.likely(0.5) else f"{name} {k(chance.choice(states))}"
            return f"{k('非')} {text}" if chance.likely(0.2) else text
        return ex.condition([Frame()], 1).text

    def measures(self):
        return [m for m in self.rules.made_measures if m[0] in self.ex.visible]

    def spelled(self, measure) -> str:
        memo, name = measure
        return f"{memo}.{name}" if memo != self.ex.memo and self.chance.likely(0.5) else name
