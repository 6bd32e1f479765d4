"""Parser of expressions, by recursive descent over the token list."""

from fractions import Fraction

from . import tree
from .keywords import COMPARISONS, FUNCTIONS, SOFT
from .lexer import ReadError, Token
from .values import Date, Duration, Exact, Money

AGGREGATE_WORDS = {"合计", "最大", "最小", "最早", "最近"}
MONEY_UNITS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000, "yuan": 100}
DURATION_UNITS = {"年": ("months", 12), "个月": ("months", 1), "日": ("days", 1), "天": ("days", 1),
                  "个工作日": ("workdays", 1), "years": ("months", 12), "year": ("months", 12),
                  "months": ("months", 1), "month": ("months", 1), "days": ("days", 1), "day": ("days", 1)}


class TokenReader:
    """A cursor over tokens."""

    def __init__(self, tokens: list[Token], file: str):
        self.tokens, self.file, self.i = tokens, file, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.i]

    def ahead(self, n: int = 1) -> Token:
        return self.tokens[min(self.i + n, len(self.tokens) - 1)]

    def place(self, token=None):
        token = token or self.token
        return (self.file, token.line, token.column)

    def fail(self, wanted: str):
        token = self.token
        raise ReadError(f"{self.file}:{token.line}:{token.column}: expected {wanted}, found {token.text!r}")

    def next(self) -> Token:
        token = self.token
        self.i += 1
        return token

    def at_punct(self, *texts) -> bool:
        return self.token.kind == "punct" and self.token.text in texts

    def at_word(self, *keywords) -> bool:
        return self.token.keyword in keywords

    def take_punct(self, *texts):
        return self.next() if self.at_punct(*texts) else None

    def take_word(self, *keywords):
        return self.next() if self.at_word(*keywords) else None

    def need_punct(self, text: str):
        return self.take_punct(text) or self.fail(repr(text))

    def need_word(self, *keywords):
        return self.take_word(*keywords) or self.fail(" or ".join(keywords))

    def at_name(self) -> bool:
        """An identifier, or a soft keyword used as one."""
        token = self.token
        return token.kind == "word" and (token.keyword is None or token.keyword in SOFT)

    def name(self) -> str:
        if not self.at_name():
            self.fail("a name")
        return self.next().text

    def any_word(self) -> str:
        if self.token.kind != "word":
            self.fail("a word")
        return self.next().text

    def need(self, kind: str) -> Token:
        return self.next() if self.token.kind == kind else self.fail(kind)


STATES = ("生效", "暂停", "待核实", "未生效", "有争议")


MARKS = {"领域": "领域", "domain": "领域", "层级": "层级", "tier": "层级",
         "辖区": "辖区", "jurisdiction": "辖区"}


class ExpressionReader(TokenReader):
    states_allowed = False        # in matters and assertions

    def expression(self):
        return self.chain("或", tree.Or, self.conjunction)

    def conjunction(self):
        return self.chain("且", tree.And, self.negation)

    def chain(self, keyword, make, part):
        first = part()
        if not self.at_word(keyword):
            return first
        parts = [first]
        while self.take_word(keyword):
            parts.append(part())
        return make(first.at, parts)

    def negation(self):
        place = self.place()
        if self.take_word("非"):
            return tree.Not(place, self.negation())
        return self.comparison()

    # -- comparison level -----------------------------------------------------

    def comparison(self):
        place = self.place()
        if self.at_word("任一", "每个", "无"):
            word = self.next().keyword
            if self.at_word("惩戒", "激励"):
                return self.each_measure(place, word)
            return tree.Quantifier(place, word, self.source(self.comparison_body))
        if self.at_word("在"):
            self.next()
            return tree.OnList(place, self.dotted())
        if self.take_word("曾列入") or self.take_word("曾") and self.need_word("列入"):
            name = self.dotted()
            body = self.comparison_body() if self.take_word("满足") else None
            return tree.History(place, "曾列入", name, body)
        return self.comparison_tail(self.arithmetic())

    def each_measure(self, place, word):
        kind = "sanction" if self.next().keyword == "惩戒" else "incentive"
        self.need_word("满足")
        return tree.EachMeasure(place, word, kind, self.comparison_body())

    def comparison_body(self):
        return self.negation() if self.at_word("非") else self.comparison()

    def comparison_tail(self, left):
        op = COMPARISONS.get(self.token.keyword or self.token.text) \
            if self.token.kind in ("word", "punct") and self.token.value != "quoted" else None
        if op:
            self.next()
            return tree.Compare(left.at, op, left, self.arithmetic())
        if self.take_word("属于"):
            if self.at_punct("{"):
                return tree.OneOf(left.at, left, self.set_of(self.arithmetic))
            return tree.OneOf(left.at, left, tree.SetName(self.place(), self.dotted()))
        if self.take_word("介于"):
            low = self.arithmetic()
            self.need_word("和", "且")
            return tree.Between(left.at, left, low, self.arithmetic())
        if self.take_word("已填"):
            return tree.Filled(left.at, left, True)
        if self.take_word("未填"):
            return tree.Filled(left.at, left, False)
        if self.states_allowed and self.at_word(*STATES):
            name = left.name if isinstance(left, tree.Name) else f"{left.base}.{left.name}"
            return tree.MeasureState(left.at, name, self.next().keyword)
        return self.time_form(left)

    def time_form(self, left):
        if self.take_word("近期"):
            return tree.TimeForm(left.at, "recent", left, self.arithmetic())
        if self.take_word("满"):
            form = tree.TimeForm(left.at, "elapsed", left, self.arithmetic())
            self.take_word("以前")
            return form
        if self.take_word("在有效期"):
            return tree.InValidity(left.at, left.name)
        if self.take_word("在"):
            if self.take_word("有效期"):
                return tree.InValidity(left.at, left.name)
            if self.take_word("近"):
                return tree.TimeForm(left.at, "recent", left, self.arithmetic())
            form = tree.TimeForm(left.at, "inside", left, self.arithmetic())
            self.need_word("内")
            return form
        return left

    def set_of(self, item):
        self.need_punct("{")
        items = [item()]
        while self.take_punct("、", ","):
            items.append(item())
        self.need_punct("}")
        return items

    # -- arithmetic level -----------------------------------------------------

    def arithmetic(self):
        left = self.term()
        while self.at_punct("+", "-"):
            op = self.next().text
            left = tree.Arith(left.at, op, left, self.term())
        return left

    def term(self):
        left = self.unary()
        while self.at_punct("*", "/"):
            # the lexer reads both × and * as "*", both ÷ and / as "/"
            op = self.next().text
            left = tree.Arith(left.at, op, left, self.unary())
        return left

    def unary(self):
        place = self.place()
        if self.take_punct("-"):
            return tree.Negative(place, self.unary())
        return self.postfix()

    def postfix(self):
        primary = self.primary()
        if self.take_word("或缺省"):
            return tree.OrElse(primary.at, primary, self.primary())
        if isinstance(primary, (tree.Name, tree.Member)) and self.take_word("于"):
            return tree.Dated(primary.at, primary, self.postfix())
        return primary

    def primary(self):
        token, place = self.token, self.place()
        if token.kind in ("number", "percent", "date", "text"):
            return tree.Literal(place, self.literal())
        if self.take_punct("("):
            inner = self.expression()
            self.need_punct(")")
            return inner
        if token.kind != "word":
            self.fail("an expression")
        special = self.keyword_primary(token, place)
        if special is not None:
            return special
        if FUNCTIONS.get(token.text) and self.ahead().text in ("(", "（"):
            return self.call(place)
        if not self.at_name():
            self.fail("an expression")
        return self.name_primary(place)

    def name_primary(self, place):
        if self.ahead().kind == "punct" and self.ahead().text == "(":
            return self.call(place)
        name = self.name()
        if not self.take_punct("."):
            return tree.Name(place, name)
        member = self.any_word()
        if self.at_punct("("):
            return self.call_of(place, f"{name}.{member}")
        return tree.Member(place, name, member)

    def call(self, place):
        return self.call_of(place, self.any_word())

    def call_of(self, place, name: str):
        self.need_punct("(")
        args = []
        while not self.take_punct(")"):
            args.append(self.expression())
            self.take_punct(",", "、")
        return tree.Call(place, name, args)

    def keyword_primary(self, token, place):
        keyword = token.keyword
        if keyword == "今日":
            self.next()
            return tree.Today(place)
        if self.states_allowed and keyword in STATES:
            self.next()
            return tree.MeasureState(place, None, keyword)
        if keyword == "若":
            return self.choice(place)
        if keyword == "取":
            return self.with_default(place)
        if keyword == "名单数":
            self.next()
            self.need_punct("(")
            distinct = MARKS[self.next().text] if self.take_word("不同") else None
            node = tree.ListCount(place, self.dotted(), -1, distinct)
            node.condition = self.expression() if self.take_word("满足") else None
            self.need_punct(")")
            return node
        if keyword in ("列入之日", "移出之日"):
            self.next()
            return tree.ListingDay(place, keyword)
        if keyword in ("列入次数", "上次列入", "上次移出"):
            self.next()
            self.need_punct("(")
            node = tree.History(place, keyword, self.dotted(), None)
            node.condition = self.expression() if self.take_word("满足") else None
            self.need_punct(")")
            return node
        if keyword in ("计数", "连续年数") or keyword in AGGREGATE_WORDS and self.aggregate_ahead():
            return self.aggregate(self.next().keyword, place)
        if keyword == "是" or token.text in ("否", "no") and self.ahead().kind != "word":
            self.next()
            return tree.Literal(place, keyword == "是")
        if token.text == "否":
            self.next()
            return tree.Literal(place, False)
        return None

    def choice(self, place):
        self.next()
        condition = self.expression()
        self.need_word("则")
        then = self.expression()
        self.need_word("否则")
        return tree.If(place, condition, then, self.arithmetic())

    def with_default(self, place):
        self.next()
        operand = self.expression()
        self.need_word("缺省")
        return tree.OrElse(place, operand, self.arithmetic())

    # -- quantifiers and aggregates -------------------------------------------

    def aggregate_ahead(self) -> bool:
        """最大(R.f …) is an aggregate; 最大(a, b) is a function."""
        if not (self.ahead(1).text in ("(", "（") and self.ahead(2).kind == "word"):
            return False
        depth = 0
        for token in self.tokens[self.i + 1:]:
            if token.kind == "punct":
                depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
                if depth == 0:
                    return self.ahead(3).text == "."
                if depth == 1 and token.text in (",", "、"):
                    return False
        return False

    def aggregate(self, word: str, place):
        self.need_punct("(")
        if word == "计数":
            return self.count(place)
        name = self.name()
        self.need_punct(".")
        value = self.any_word()
        until = self.arithmetic() if word == "连续年数" and self.take_word("截至") else None
        source = self.source_after(name, place, self.expression)
        if word == "连续年数":
            until = self.arithmetic() if self.take_word("截至") else until
            self.need_punct(")")
            return tree.Streak(place, source, value, until)
        self.need_punct(")")
        return tree.Total(place, word, source, value)

    def count(self, place):
        distinct = None
        if self.take_word("不同"):
            name = self.name()
            self.need_punct(".")
            distinct = self.any_word()
            source = self.source_after(name, place, self.expression)
        else:
            source = self.source(self.expression)
        self.need_punct(")")
        return tree.Count(place, source, distinct)

    def source(self, body):
        place = self.place()
        return self.source_after(self.name(), place, body)

    def source_after(self, name, place, body):
        if self.take_punct("."):
            name = f"{name}.{self.any_word()}"
        alias, date, condition = self.alias(), None, None
        if self.take_word("于"):
            date = self.arithmetic()
        if self.take_word("满足"):
            condition = body()
        return tree.Source(place, name, alias, date, condition)

    def alias(self) -> str | None:
        return self.name() if self.token.kind == "word" and self.token.keyword is None else None

    def dotted(self) -> str:
        name = self.name()
        while self.take_punct("."):
            name += "." + self.any_word()
        return name

    # -- literals -------------------------------------------------------------

    def literal(self):
        token = self.next()
        if token.kind == "date":
            return Date(token.value)
        if token.kind == "text":
            return token.value
        number = Fraction(token.value)
        if token.kind == "percent":
            return Exact("number", number / 100)
        return self.with_unit(token, number)

    def with_unit(self, token, number: Fraction):
        if self.take_punct("%"):
            return Exact("number", number / 100)
        if self.take_punct("‰"):
            return Exact("number", number / 1000)
        unit = self.token.text if self.token.kind == "word" else ""
        if unit in ("wan", "yi", "working"):
            unit += " " + self.ahead().text
        scale = {"wan yuan": 1_000_000, "yi yuan": 10_000_000_000}.get(unit, MONEY_UNITS.get(unit))
        if scale:
            self.i += 1 + (" " in unit)
            fen = number * scale
            if fen.denominator != 1:
                self.fail("at most two decimals of a yuan")
            return Money(int(fen))
        if number.denominator != 1:
            return Exact("number", number)
        return self.counted(unit, int(number))

    def counted(self, unit: str, number: int):
        if unit in ("working days", "working day"):
            self.i += 2
            return Duration("workdays", number)
        if unit in DURATION_UNITS:
            self.next()
            name, scale = DURATION_UNITS[unit]
            return Duration(name, number * scale)
        if unit == "次":
            self.next()
        return number
