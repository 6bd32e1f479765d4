"""Parser of declarations: one file to the memoranda and vocabulary that it declares."""

import hashlib
from pathlib import Path

from . import model, tree
from .dates import YearCalendar
from .expressions import MARKS, ExpressionReader
from .keywords import CLAUSES, COMPARISONS, OPENERS
from .lexer import tokenize
from .values import Symbol, opposite

TYPES = {"文本": "text", "整数": "integer", "金额": "money", "比例": "ratio", "日期": "date",
         "是否": "yes-no"}


class FileReader(ExpressionReader):
    """Reads one file into a pack. Rules before any memorandum belong to the file itself."""

    def __init__(self, path: Path, pack: model.Pack):
        source = path.read_bytes()
        super().__init__(tokenize(source.decode("utf-8"), path.name), path.name)
        self.pack, self.path = pack, path
        self.hash = hashlib.sha256(source).hexdigest()[:12]
        self.vocabulary_name = None
        self.uses: list[str] = []
        self.memo = model.Memorandum(None, path.name, self.hash, uses=self.uses)
        pack.memoranda.append(self.memo)

    def read(self):
        readers = {
            "规则包": self.pack_head, "引用": self.use, "代码表": self.codes, "机关": self.authority,
            "主体类别": self.kind, "属性": self.attributes, "记录": self.record, "关系": self.relation,
            "名单类别": self.lists, "措施目录": self.catalogue, "备忘录": self.memorandum,
            "参数": self.parameter, "定义": self.definition, "认定": self.finding,
            "惩戒": self.sanction, "激励": self.incentive, "裁量表": self.table,
            "修复": self.repair, "职责": self.duty, "事项": self.matter, "断言": self.assertion,
            "工作日历": self.calendar, "测试": self.scenario, "样例": self.fixture,
        }
        while self.token.kind != "end":
            opener = self.token.keyword
            if opener not in OPENERS:
                self.fail("a declaration")
            self.next()
            readers.get(opener, self.skip_declaration)()
        return self

    # -- helpers --------------------------------------------------------------

    def at_opener(self) -> bool:
        """A declaration opens with its keyword and a name; 解除 惩戒 in a repair does not."""
        token = self.token
        if token.kind == "end":
            return True
        if token.keyword not in OPENERS or self.tokens[self.i - 1].keyword in ("解除", "每个", "任一"):
            return False
        return self.ahead().kind in ("word", "text", "number") and self.ahead().text != ":"

    def skip_declaration(self):
        while not self.at_opener():
            self.next()

    def skip_clause(self):
        """Pass over a clause whose content carries no meaning for evaluation."""
        while not self.at_opener() and self.token.keyword not in CLAUSES:
            self.next()

    def names(self) -> list[str]:
        out = [self.dotted()]
        while self.take_punct("、", ","):
            out.append(self.dotted())
        return out

    def citations(self) -> list[str]:
        """Instruments with their articles, one entry each, without white space.

        An article after a separator belongs to the instrument named last.
        """
        out, instrument = [], ""
        while self.token.kind in ("law", "docno", "article") or self.at_punct("、", ","):
            token = self.next()
            if token.kind in ("law", "docno"):
                instrument = token.text
                if self.at_punct("(") and self.ahead().kind == "docno":
                    self.next()
                    instrument += f"（{self.next().text}）"
                    self.need_punct(")")
                out.append(instrument)
            elif token.kind == "article":
                if not out or self.tokens[self.i - 2].kind == "punct":
                    out.append(instrument)
                out[-1] += token.text
        return out

    def optional_text(self):
        return self.next().value if self.token.kind == "text" else None

    # -- vocabulary -----------------------------------------------------------

    def pack_head(self):
        self.vocabulary_name = self.name()
        if self.take_word("版本"):
            self.memo.version = self.need("text").value

    def use(self):
        name = self.name()
        (self.uses if self.memo.name is None else self.memo.uses).append(name)

    def codes(self):
        table = self.pack.codes.setdefault(self.name(), {})
        while not self.at_opener():
            if self.take_word("原文"):
                self.next()
                continue
            name = self.any_word()
            self.need_punct("=")
            table[int(self.need("number").value)] = name
            self.take_punct("、", ",")

    def authority(self):
        self.pack.authorities.append(self.name())
        self.optional_text()

    def kind(self):
        self.pack.kinds.setdefault(self.name(), {})
        self.optional_text()
        if self.take_word("标识"):
            self.name()

    def attributes(self):
        fields = self.pack.kinds.setdefault(self.name(), {})
        while not self.at_opener():
            self.field(fields)

    def field(self, fields: dict) -> model.Field:
        name = self.any_word()
        self.need_punct(":")
        made = model.Field(name, *self.field_type())
        while self.at_word("必填", "主键", "保密", "默认") and self.ahead().text != ":":
            word = self.next().keyword
            made.required |= word == "必填"
            made.key |= word == "主键"
            if word == "默认":
                made.default = self.default_value()
        self.take_punct("、", ",")
        fields[name] = made
        return made

    def field_type(self):
        word = self.next()
        if word.keyword == "代码":
            return "code", self.name()
        if word.keyword != "期间":
            return TYPES[word.keyword], None
        if self.token.text in ("日", "days", "天") and self.ahead().text != ":":
            self.next()
            return "days", None
        if self.token.text in ("工作日", "working") and self.ahead().text != ":":
            if self.next().text == "working":
                self.next()
            return "workdays", None
        return "months", None

    def default_value(self):
        if self.token.kind == "word" and self.token.text not in ("是", "否", "yes", "no"):
            return Symbol(self.next().text)
        value = self.arithmetic()
        if isinstance(value, tree.Negative):
            return opposite(value.operand.value)
        return value.value

    def record(self):
        kind = model.RecordType(self.name())
        self.optional_text()
        while not self.at_opener():
            if self.ahead().text != ":" and self.record_clause(kind):
                continue
            made = self.field(kind.fields)
            if made.key:
                kind.key = made.name
        kind.key = kind.key or kind.number
        self.pack.records[kind.name] = kind

    def record_clause(self, kind: model.RecordType) -> bool:
        if self.take_word("隶属"):
            kind.parent_name = self.name()
        elif self.take_word("来源"):
            self.names()
        elif self.take_word("文书"):
            kind.number = self.any_word()
        elif self.take_word("作出"):
            kind.made = self.any_word()
        elif self.take_word("送达"):
            kind.served = self.any_word()
        elif self.take_word("行为"):
            kind.act = self.any_word()
        elif self.take_word("有效"):
            if self.take_word("自"):
                kind.valid_from = self.any_word()
            if self.take_word("至"):
                kind.valid_until = self.any_word()
        elif self.take_word("原文"):
            self.need("text")
        else:
            return False
        return True

    def relation(self):
        name = self.name()
        self.need_word("从")
        source = self.name()
        self.need_word("到")
        target = self.name()
        inverse = self.name() if self.take_word("反称") else None
        made = self.pack.relations[name] = model.Relation(name, source, target, inverse)
        while not self.at_opener():
            if self.take_word("原文"):
                self.need("text")
            else:
                self.field(made.fields)

    def lists(self):
        self.pack.lists += self.names()

    def catalogue(self):
        edition = model.Edition(self.name())
        self.pack.editions.append(edition)
        while not self.at_opener():
            if self.take_word("版本"):
                self.need("text")
            elif self.take_word("自"):
                edition.effective = self.need("date").value
            elif self.take_word("不相容"):
                self.names()
            elif self.take_word("依据"):
                self.citations()
            elif self.take_word("原文"):
                self.need("text")
            else:
                self.catalogue_item(edition)

    def catalogue_item(self, edition: model.Edition):
        item = edition.items[self.name()] = model.Item()
        self.name()
        while self.at_word("性质", "程度", "适用", "由", "依据", "原文"):
            word = self.next().keyword
            if word == "适用":
                item.covers = self.names()
            elif word == "由":
                self.names()
            elif word == "程度":
                item.degree = self.next().keyword
            elif word == "依据":
                self.citations()
            else:
                self.next()

    def calendar(self):
        calendar = YearCalendar(int(self.need("number").value))
        self.take_word("年")
        while not self.at_opener():
            if self.take_word("放假"):
                self.days(calendar.holidays)
            elif self.take_word("上班"):
                self.days(calendar.workdays)
            elif self.take_word("自"):
                calendar.published = self.need("date").value
            elif self.take_word("原文"):
                self.need("text")
            else:
                self.need_word("依据")
                self.citations()
        self.pack.calendars.append(calendar)

    def days(self, out: set):
        while self.token.kind == "date":
            first = last = self.next().value
            if self.take_word("至"):
                last = self.need("date").value
            out.update(range(first, last + 1))
            self.take_punct("、", ",")

    # -- memoranda ------------------------------------------------------------

    def memorandum(self):
        self.memo = model.Memorandum(self.name(), self.file, self.hash, uses=list(self.uses))
        self.pack.memoranda.append(self.memo)
        while not self.at_opener():
            word = self.next().keyword
            if word == "从旧兼从轻":
                self.memo.lighter = True
            elif word == "替代":
                self.memo.replaces += self.names()
            elif word == "施行":
                self.memo.effective = self.need("date").value
            elif word == "废止":
                self.memo.repealed = self.need("date").value
            elif word == "版本":
                self.memo.version = self.need("text").value
            elif word == "异议":
                self.memo.undisturbed = self.next().text in ("不停止执行", "does")
                self.skip_clause()
            elif word == "依据":
                self.citations()
            elif word in ("标题", "文号", "原文"):
                self.next()
            else:
                self.names()

    def declare(self, name: str, thing):
        if name in self.memo.members:
            self.fail(f"a new name, not {name} again")
        self.memo.members[name] = thing
        return thing

    def parameter(self):
        name = self.name()
        made = self.declare(name, model.Parameter(name, self.memo))
        while not self.at_opener():
            if self.take_word("依据"):
                self.citations()
            elif self.take_word("原文"):
                self.need("text")
            else:
                value = self.arithmetic()
                self.need_word("自")
                made.rows.append((self.need("date").value, value))
                self.take_punct("、", ",")
        made.rows.sort(key=lambda row: row[0])

    def definition(self):
        name, record = self.name(), None
        if self.take_punct("("):
            record = self.name()
            self.need_punct(")")
        self.need_word("为")
        body = self.set_of(self.arithmetic) if self.at_punct("{") else self.expression()
        made = model.Definition(name, self.memo, record, body)
        self.declare(name, made)
        self.plain_clauses()

    def plain_clauses(self):
        while not self.at_opener():
            self.need_word("原文", "依据")
            if self.token.kind == "text":
                self.next()
            else:
                self.citations()

    def table(self):
        name = self.name()
        self.need_punct("(")
        width = 0
        while not self.take_punct(")"):
            self.table_parameter()
            width += 1
        made = self.declare(name, model.Table(name, self.memo, width))
        while not self.at_opener():
            if self.at_word("原文", "依据"):
                self.plain_clauses()
                break
            cells = [self.cell()]
            while self.take_punct("|"):
                cells.append(self.cell())
            self.need_punct("=>")
            made.rows.append((cells, self.table_result()))

    def table_parameter(self):
        self.name()
        self.need_punct(":")
        self.field_type()
        if COMPARISONS.get(self.token.keyword or self.token.text):
            self.next()
            self.arithmetic()
        self.take_punct("、", ",")

    def table_result(self):
        if self.token.kind == "text":
            return self.next().value
        return Symbol(self.any_word())

    def cell(self) -> tree.Cell:
        if self.take_word("任意"):
            return tree.Cell("any")
        op = COMPARISONS.get(self.token.keyword or self.token.text)
        if op and self.token.text != "是" or op and self.ahead().text != "|":
            self.next()
            return tree.Cell(op, [self.cell_value()])
        if self.at_punct("{"):
            return tree.Cell("in", self.set_of(self.cell_value))
        if self.take_word("介于"):
            low = self.cell_value()
            self.need_word("和", "且")
            return tree.Cell("between", [low, self.cell_value()])
        return tree.Cell("=", [self.cell_value()])

    def cell_value(self):
        if self.token.kind == "word" and self.token.text not in ("是", "否"):
            return Symbol(self.any_word())
        value = self.arithmetic()
        return value.value if isinstance(value, tree.Literal) else value

    # -- findings and measures ------------------------------------------------

    def finding(self):
        name = self.name()
        made = self.declare(name, model.Finding(name, self.memo))
        section = None
        while not self.at_opener():
            word = self.need_word("列入", "除非", "凭", "当", "自", "为期", "至", "长期", "终止",
                                  "公示", "共享", *MARKS, "原文", "依据")
            word = MARKS.get(word.text, word.keyword)
            if word in MARKS.values():
                made.marks[word] = Symbol(self.dotted().rpartition(".")[2])
            elif word == "凭":
                section = model.Section(self.name(), self.alias())
                made.sections.append(section)
            elif word == "列入":
                made.enters = self.name()
            elif word in ("公示", "共享"):
                made.publications.append(self.publication(word))
            elif word == "原文":
                self.need("text")
            elif word == "依据":
                self.citations()
            elif word == "终止":
                section.endings.append(self.ending())
            else:
                self.condition_clause(word, made, section)
        self.pack.findings.append(made)

    def ending(self) -> model.Ending:
        """终止 [凭 R [alias]] [当 C] 自 D."""
        place, record, alias = self.place(), None, None
        if self.take_word("凭"):
            record, alias = self.name(), self.alias()
        parts = [self.expression()] if self.take_word("当") else []
        self.need_word("自")
        day = self.arithmetic()
        parts.append(tree.Compare(day.at, "≤", day, tree.Today(day.at)))
        come = tree.And(place, parts)
        if record:
            come = tree.Quantifier(place, "任一", tree.Source(place, record, alias, None, come))
        return model.Ending(come)

    def condition_clause(self, word: str, made: model.Finding, section):
        if word == "长期" or self.take_word("长期"):
            return
        value = self.expression()
        if word == "当":
            if section:
                section.condition = value
            else:
                made.condition = value
        elif word == "除非":
            if section:
                section.unless = value
            else:
                made.unless = value
        elif section is None:
            self.fail("自, 至 and 为期 after 凭")
        elif word == "自":
            section.begin = value
        elif word == "为期":
            section.term = value
        else:
            section.end = value

    def sanction(self):
        self.measure("sanction")

    def incentive(self):
        self.measure("incentive")

    def measure(self, kind: str):
        name = self.name()
        made = self.declare(name, model.Measure(name, self.memo, kind))
        while not self.at_opener():
            self.measure_clause(made, self.next())
        self.pack.measures.append(made)

    def measure_clause(self, made: model.Measure, token):
        word = token.keyword
        if word == "措施":
            made.item = self.name()
        elif word == "因":
            made.because = self.names()
        elif word == "对":
            self.targets(made)
        elif word == "任职":
            self.need_word("于")
            made.office = self.any_word()
        elif word == "由":
            made.authorities += self.names()
        elif word == "依据":
            made.basis += self.citations()
        elif word == "程度":
            made.degree = self.next().keyword
        elif word == "除非":
            made.unless = self.expression()
        elif word == "仅当":
            made.only_if = self.expression()
        elif word in ("为期", "至", "长期"):
            self.measure_end(made, word)
        elif word == "救济":
            made.remedy = self.need("text").value
        elif word in ("公示", "共享"):
            made.publications.append(self.publication(word))
        elif word == "给予":
            self.grants(made)
        elif word == "解除":
            self.skip_clause()
        elif word == "原文":
            self.need("text")
        else:
            self.i -= 1
            self.fail("a clause of a measure")

    def measure_end(self, made: model.Measure, word: str):
        if word == "长期" or self.take_word("长期", "随认定"):
            return
        if word == "为期":
            made.term = self.expression()
        else:
            made.end = self.expression()

    def targets(self, made: model.Measure):
        while self.token.kind == "word" and self.ahead().text in (":", "："):
            kind = self.name()
            self.next()
            ways = made.targets.setdefault(kind, [])
            while self.token.kind == "word":
                if self.take_word("本人"):
                    ways.append(None)
                elif not self.take_word("无"):
                    ways.append(self.way())
                if not self.take_punct("、", ","):
                    break
            self.take_punct(";")

    def way(self):
        """A relation, with what its rows must satisfy in parentheses."""
        name, condition = self.name(), None
        if self.take_punct("("):
            condition = self.expression()
            self.need_punct(")")
        return (name, condition)

    def publication(self, word: str) -> model.Publication:
        made = model.Publication("publish" if word == "公示" else "share", self.names())
        if self.take_word("每隔"):
            made.every = self.arithmetic()
        if self.take_word("期限"):
            made.lasting = self.arithmetic()
        return made

    def grants(self, made: model.Measure):
        while True:
            name = self.any_word()
            self.need_punct("=")
            made.grant[name] = self.arithmetic()
            if not self.take_punct("、", ","):
                return

    # -- tests ----------------------------------------------------------------

    def scenario(self):
        title = self.need("text").value
        self.pack.scenarios.append((self.memo, title, self.span_of_tokens()))

    def fixture(self):
        name = self.any_word()
        self.pack.fixtures[name] = self.span_of_tokens()

    def span_of_tokens(self):
        """The tokens up to the next declaration, for the reader of tests."""
        start = self.i
        self.skip_declaration()
        return (self.file, self.tokens[start:self.i])

    # -- repairs, duties, matters, assertions ---------------------------------

    def repair(self):
        made = model.Repair(self.name(), self.memo)
        while not self.at_opener():
            word = self.need_word("针对", "可申请", "不予", "办理", "准予后", "依据", "原文").keyword
            if word == "针对":
                made.record = self.name()
            elif word in ("可申请", "不予"):
                self.take_word("当")
                setattr(made, "eligible" if word == "可申请" else "refused", self.expression())
            elif word in ("办理", "准予后"):
                (made.handled if word == "办理" else made.granted).extend(self.steps())
            elif word == "依据":
                made.basis += self.citations()
            else:
                self.need("text")
        self.pack.repairs.append(made)
        self.memo.others.append(made)

    def steps(self):
        out = [self.step()]
        while self.take_punct("、", ","):
            out.append(self.step())
        return out

    def step(self):
        """NAME [OBJECT] [DURATION]."""
        name, thing, within = self.step_word(), None, None
        if self.token.kind == "word" and self.token.keyword not in CLAUSES - {"公示", "共享"} and \
                (self.token.keyword not in OPENERS or self.tokens[self.i - 1].keyword == "解除"):
            thing = self.step_word()
        if self.token.kind == "number":
            within = self.literal()
        return name, thing, within

    def step_word(self) -> str:
        """A name; 解除, 惩戒 and 激励 by their canonical spelling."""
        keyword = self.token.keyword
        text = self.any_word()
        return keyword if keyword in ("解除", "惩戒", "激励") else text

    def duty(self):
        made = model.Duty(self.name(), self.memo)
        while not self.at_opener():
            word = self.need_word("凭", "当", "由", "时限", "完成", "依据", "原文").keyword
            if word == "凭":
                made.record, made.alias = self.name(), self.alias()
            elif word == "当":
                made.condition = self.expression()
            elif word == "由":
                made.authorities += self.names()
            elif word == "时限":
                self.within(made)
            elif word == "完成":
                made.done.append(self.completion())
            elif word == "依据":
                made.basis += self.citations()
            else:
                self.need("text")
        self.pack.duties.append(made)
        self.memo.others.append(made)

    def within(self, made: model.Duty):
        self.need_word("自")
        made.begin = self.arithmetic()
        self.need_word("起")
        made.within = self.arithmetic()
        made.roll = bool(self.take_word("顺延"))

    def completion(self):
        """凭 R [alias] [当 C], or 当 C of the row itself."""
        place = self.place()
        if not self.take_word("凭"):
            self.need_word("当")
            return self.expression()
        name, alias = self.name(), self.alias()
        condition = self.expression() if self.take_word("当") else None
        return tree.Quantifier(place, "任一", tree.Source(place, name, alias, None, condition, "own"))

    def matter(self):
        made = model.Matter(self.name(), self.memo)
        self.states_allowed = True
        while not self.at_opener():
            word = self.need_word("查", "禁止", "提示", "依据", "原文").keyword
            if word == "查":
                made.measures += self.names()
            elif word in ("禁止", "提示"):
                self.take_word("当")
                part = "prohibit" if word == "禁止" else "advise"
                said, before = self.expression(), getattr(made, part)
                setattr(made, part, said if before is None else tree.Or(before.at, [before, said]))
            elif word == "依据":
                made.basis += self.citations()
            else:
                self.need("text")
        self.states_allowed = False
        self.pack.matters.append(made)
        self.memo.others.append(made)

    def assertion(self):
        text = self.need("text").value
        self.states_allowed = True
        made = model.Assertion(text, self.memo, self.expression())
        self.states_allowed = False
        self.plain_clauses()
        self.pack.assertions.append(made)
        self.memo.others.append(made)
