"""Lexer: the text of a rule file to a list of tokens.

Full-width punctuation is read as its ASCII twin, English keywords as their
canonical Chinese spelling. The lexer never guesses where an unspaced run of
Chinese divides.
"""

import re
from dataclasses import dataclass
from typing import Any, Optional

from .dates import day_number, valid_date
from .keywords import ENGLISH, KEYWORDS, SYNONYMS


class ReadError(Exception):
    """A text that is not in the language."""


@dataclass(slots=True)
class Token:
    kind: str                 # word number date text law docno article punct end
    text: str
    line: int
    column: int
    value: Any = None
    keyword: Optional[str] = None     # canonical keyword of an unquoted word


PUNCTUATION = str.maketrans({
    "，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "＝": "=", "＜": "<", "＞": ">", "＋": "+",
    "－": "-", "−": "-", "＊": "*", "／": "/", "｛": "{", "｝": "}", "｜": "|", "％": "%", "．": ".",
    "×": "*", "÷": "/", "〈": "<",
})

NUMERAL = "零〇一二三四五六七八九十百千两0-9"
ARTICLE = re.compile(
    rf"第[{NUMERAL}]+条(之[{NUMERAL}]+)?(第[{NUMERAL}]+款)?(第[（(]?[{NUMERAL}]+[）)]?项)?(第[（(]?[{NUMERAL}]+[）)]?目)?")
ENGLISH_ARTICLE = re.compile(r"article\s+\d+(\(\w+\))*")
DOCUMENT = re.compile(r"[^\W\d_]+〔\d{4}〕(第)?\d+号")
DATE_ZH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
DATE_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
NUMBER = re.compile(r"\d[\d_]*(\.\d+)?")
WORD = re.compile(r"[^\W\d]\w*")
HYPHENATED = re.compile(r"(open-ended|yes-no)\b")
PERCENT_WORD = re.compile(r"百分之(\d[\d_]*(\.\d+)?)")
SMALL_COUNT = re.compile(r"([一二两三四五六七八九十]+)次$")
SYMBOLS = ("=>", "<=", ">=", "!=", "==")
SMALL = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"两": 2}


def small_number(text: str) -> int:
    """The value of a Chinese numeral below one hundred."""
    if "十" not in text:
        return SMALL[text]
    tens, _, ones = text.partition("十")
    return (SMALL[tens] if tens else 1) * 10 + (SMALL[ones] if ones else 0)


class Lexer:
    def __init__(self, source: str, file: str):
        self.source, self.file = source, file
        self.at, self.line, self.line_start = 0, 1, 0
        self.tokens: list[Token] = []

    def fail(self, message: str):
        raise ReadError(f"{self.file}:{self.line}:{self.at - self.line_start + 1}: {message}")

    def run(self) -> list[Token]:
        while self.skip_blank():
            self.one()
        self.put("end", "", None, 0)
        return join_english(self.tokens)

    def skip_blank(self) -> bool:
        source = self.source
        while self.at < len(source):
            c = source[self.at]
            if c == "\n":
                self.line, self.line_start = self.line + 1, self.at + 1
            elif c == "#" or source.startswith("注：", self.at) or source.startswith("注:", self.at):
                end = source.find("\n", self.at)
                self.at = len(source) if end < 0 else end
                continue
            elif not (c.isspace() or c in "。\ufeff"):
                return True
            self.at += 1
        return False

    def put(self, kind, text, value, length, keyword=None):
        self.tokens.append(Token(kind, text, self.line, self.at - self.line_start + 1, value, keyword))
        self.at += length

    def one(self):
        c = self.source[self.at]
        if c in "\"“":
            self.quoted_text()
        elif c in "「`":
            self.quoted_name("」" if c == "「" else "`")
        elif c == "《":
            self.instrument()
        elif not (self.lettered() or self.numeric()):
            self.symbol()

    def symbol(self):
        two = self.source[self.at:self.at + 2].translate(PUNCTUATION)
        if two in SYMBOLS:
            return self.put("punct", two, None, 2)
        one = self.source[self.at].translate(PUNCTUATION)
        if one not in "、,;:(){}=≥≤≠<>+-*/%‰|.":
            self.fail(f"unexpected character {one!r}")
        self.put("punct", one, None, 1)

    def lettered(self) -> bool:
        for kind, pattern in (("docno", DOCUMENT), ("article", ARTICLE), ("article", ENGLISH_ARTICLE)):
            if m := pattern.match(self.source, self.at):
                self.put(kind, "".join(m[0].split()), None, len(m[0]))
                return True
        if m := PERCENT_WORD.match(self.source, self.at):
            self.put("percent", m[0], m[1], len(m[0]))
            return True
        if m := HYPHENATED.match(self.source, self.at):
            self.put("word", m[0], None, len(m[0]))
            return True
        if m := WORD.match(self.source, self.at):
            self.word(m[0])
            return True
        return False

    def word(self, text: str):
        if m := SMALL_COUNT.match(text):
            return self.put("number", text, str(small_number(m[1])), len(text))
        canonical = SYNONYMS.get(text, text)
        self.put("word", text, None, len(text), canonical if canonical in KEYWORDS else None)

    def numeric(self) -> bool:
        for pattern in (DATE_ZH, DATE_ISO):
            if m := pattern.match(self.source, self.at):
                parts = tuple(int(p) for p in m.groups())
                if not valid_date(*parts):
                    self.fail(f"no such date {m[0]}")
                self.put("date", m[0], day_number(*parts), len(m[0]))
                return True
        if m := NUMBER.match(self.source, self.at):
            self.put("number", m[0], m[0].replace("_", ""), len(m[0]))
            return True
        return False

    def quoted_text(self):
        close = {"\"": "\"", "“": "”"}[self.source[self.at]]
        out, at = [], self.at + 1
        while at < len(self.source) and self.source[at] != close:
            if self.source[at] == "\\":
                text, at = self.escape(at + 1)
                out.append(text)
            else:
                out.append(self.source[at])
                at += 1
        if at >= len(self.source):
            self.fail("text without an end")
        raw = self.source[self.at:at + 1]
        self.put("text", raw, "".join(out), len(raw))
        if "\n" in raw:
            self.line += raw.count("\n")
            self.line_start = self.at - len(raw) + raw.rindex("\n") + 1

    def escape(self, at: int):
        c = self.source[at]
        if c == "u":
            end = self.source.index("}", at)
            return chr(int(self.source[at + 2:end], 16)), end + 1
        return {"n": "\n", "t": "\t"}.get(c, c), at + 1

    def quoted_name(self, close: str):
        end = self.source.find(close, self.at + 1)
        if end < 0:
            self.fail("quoted name without an end")
        self.put("word", self.source[self.at + 1:end], "quoted", end + 1 - self.at)

    def instrument(self):
        depth, at = 0, self.at
        while at < len(self.source):
            depth += {"《": 1, "》": -1}.get(self.source[at], 0)
            at += 1
            if depth == 0:
                break
        text = self.source[self.at:at]
        self.put("law", "".join(text.split()), None, len(text))


PHRASES: dict[str, list[tuple[list[str], str]]] = {}
for _phrase, _keyword in ENGLISH.items():
    _words = _phrase.split(" ")
    PHRASES.setdefault(_words[0], []).append((_words, _keyword))
for _list in PHRASES.values():
    _list.sort(key=lambda entry: -len(entry[0]))


def join_english(tokens: list[Token]) -> list[Token]:
    """Give English words their canonical keyword, joining phrases of several words."""
    out, i = [], 0
    while i < len(tokens):
        token = tokens[i]
        step = 1
        if token.kind == "word" and token.value != "quoted":
            for words, keyword in PHRASES.get(token.text, ()):
                if [t.text for t in tokens[i:i + len(words)]] == words:
                    token = Token("word", " ".join(words), token.line, token.column, None, keyword)
                    step = len(words)
                    break
        out.append(token)
        i += step
    return out


def tokenize(source: str, file: str) -> list[Token]:
    return Lexer(source, file).run()
