#!/usr/bin/env python3
"""Writes docs/grammar.md from the grammar itself: grammar/parser.y and grammar/keywords.def.

usage: grammar_page.py [--root FOLDER] [--check]

Actions, and the alternatives that only serve recovery after a mistake, are left out; a list is written with * and a separator. With
--check nothing is written; exit code 1 if the page is not what would be written.
"""
import argparse
import pathlib
import re
import sys

PAGE = "docs/grammar.md"
HEAD = """# 语法 / Grammar

本页由 `tools/grammar_page.py` 从语法文件（`grammar/parser.y`）和关键词表（`grammar/keywords.def`）生成，不要手工修改。
各种写法的含义见[语言参考](language.md)。

This page is made by `tools/grammar_page.py` from the grammar and the list of keywords; do not edit it. What the forms mean is said in
the [language reference](language.md).

| 记号 notation | 含义 meaning |
| --- | --- |
| `"凭"` | 关键词或标点，照写；英文写法见[关键词表](#关键词--keywords) / a keyword or mark as it stands; for its English spelling see the [keywords](#关键词--keywords) |
| `rule` | 另一条规则 / another rule |
| `名称` `日期值` … | 一类词，见[词](#词--words) / a kind of word |
| `x?`  `x*` | 可有可无、任意多个 / optional, any number |
| `x % "、"` | 一个或几个 x，以 `、` 分隔 / one or more x with `、` between |
"""
WORDS = [
    ("名称", "IDENT", "字母（各种文字）、数字、下划线，不以数字开头；同关键词相同的写在「」里", "letters of any script, digits, `_`, not beginning with a digit; in 「」 where it is a keyword"),
    ("名称：", "LABEL", "紧接冒号的名称", "a name right before a colon"),
    ("整数值", "INTEGER", "`3` `1_000_000` `两`", ""),
    ("金额值", "MONEY", "`100万元` `0.5亿元` `5000 yuan`", ""),
    ("比例值", "RATIO", "`10%` `5‰` `百分之十`", ""),
    ("日期值", "DATE", "`2016年1月20日` `2016-01-20`", ""),
    ("期间值", "DURATION", "`3年` `6个月` `30日` `7个工作日`", ""),
    ("文字", "TEXT", "`\"…\"` `“…”`", ""),
    ("《…》", "LAW_TITLE", "法规名称，可以套书名号", "title of an instrument, nesting allowed"),
    ("发文字号", "DOCUMENT_NUMBER", "`发改财金〔2016〕141号`", ""),
    ("第…条", "ARTICLE", "`第二十二条第一款第（五）项` `article 22(1)(5)`", ""),
]
STANDING = {"DECL": "保留，开始一个声明 reserved, opens a declaration", "CLAUSE": "保留，开始一个子句 reserved, opens a clause", "WORD": "保留 reserved",
            "OPENER": "可作名称，在声明里开始一个子句 soft, opens a clause", "SOFT": "可作名称 soft", "CALL": "仅在“(”前是关键词 only before “(”"}
HEADINGS = {"files": "文件 / Files", "words": "名称和引用 / Names and references", "vocabulary": "词表 / Vocabulary", "memoranda": "备忘录 / Memoranda",
            "decision tables": "裁量表 / Decision tables", "fixtures and tests": "样例和测试 / Fixtures and tests", "expressions, loosest to tightest": "表达式，从松到紧 / Expressions, loosest to tightest"}


def keywords(text):
    return re.findall(r'^MOU_KEYWORD\((\w+), "([^"]*)", "([^"]*)", "([^"]*)", (\w+)\)', text, re.M)


def literals(grammar):
    """Names of tokens that have a spelling of their own in %token lines."""
    found = {}
    for line in re.findall(r"^%token (.*)$", grammar, re.M):
        found.update(re.findall(r'(\w+) "([^"]+)"', line))
    return found


def without_actions(text):
    """Blanks what stands in braces, texts aside."""
    out, depth, at = [], 0, 0
    while at < len(text):
        comment = re.compile(r"/\*.*?\*/", re.S).match(text, at)
        quoted = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'').match(text, at)
        if comment and depth == 0:
            out.append(comment[0])
            at = comment.end()
            continue
        if quoted:
            out.append("" if depth else quoted[0])
            at = quoted.end()
            continue
        depth += text[at] == "{"
        if depth == 0:
            out.append(text[at])
        depth -= text[at] == "}"
        at += 1
    return "".join(out)


def rules_of(grammar):
    """(heading or None, comment or None, name, alternatives) in order."""
    body = without_actions(grammar.split("\n%%\n")[1])
    rules = []
    pattern = re.compile(r"(?P<comment>/\*.*?\*/)|(?P<name>\w+):(?P<rest>.*?);", re.S)
    heading = comment = None
    for found in pattern.finditer(body):
        if found["comment"]:
            words = re.sub(r"\s*\n\s*\*?\s*", " ", found["comment"][2:-2]).strip(" *")
            if words.startswith("==="):
                heading, comment = words.strip("= "), None
            elif words.startswith("----"):
                comment = words.strip("- ")
            else:
                comment = words
            continue
        rest = re.sub(r"/\*.*?\*/", " ", found["rest"], flags=re.S)
        rest = re.sub(r"%prec \w+", " ", rest)
        alternatives = [alternative.split() for alternative in rest.split("|")]
        kept = [[word for word in words if word != "%empty"] for words in alternatives if not {"error", "SYNC", "lost"} & set(words)]
        rules.append((heading, comment, found["name"], kept))
        heading = comment = None
    return rules


class Writer:
    def __init__(self, rules, tokens):
        self.rules = {name: alternatives for _, _, name, alternatives in rules}
        self.tokens = tokens
        self.inlined = {name: alternatives[0][0] for name, alternatives in self.rules.items() if len(alternatives) == 1 and len(alternatives[0]) == 1}

    def word(self, word):
        while word in self.inlined:
            word = self.inlined[word]
        return self.tokens.get(word, word)

    def sequence(self, words):
        return " ".join(self.word(word) for word in words)

    def rule(self, name, alternatives):
        own = [words[1:] for words in alternatives if words[:1] == [name]]
        first = [words for words in alternatives if words[:1] != [name]]
        own = [words for words in own if words != ["STOP"]] or own
        if own and first == [[]]:
            return self.grouped([self.sequence(words) for words in own], "*")
        separated = len(own) == 1 and len(own[0]) == 2 and own[0][0] in ("COMMA", "BAR", "SEMICOLON")
        if len(first) == 1 and separated and own[0][1:] == first[0]:
            return [f"{self.sequence(first[0])} % {self.word(own[0][0])}"]
        rows = [self.sequence(words) for words in alternatives if words]
        return self.grouped(rows, "?") if [] in first else rows

    @staticmethod
    def grouped(rows, mark):
        if len(rows) == 1:
            return [f"{rows[0]}{mark}" if " " not in rows[0] else f"( {rows[0]} ){mark}"]
        return [f"( {rows[0]}", *rows[1:-1], f"{rows[-1]} ){mark}"]


def grammar_section(rules, tokens):
    """Rules in fenced blocks, headings and comments between them."""
    writer = Writer(rules, tokens)
    out, block = [], []

    def close():
        if block:
            out.append("\n```ebnf\n" + "\n".join(block) + "\n```\n")
            block.clear()

    for heading, comment, name, alternatives in rules:
        if heading:
            close()
            out.append(f"\n## {HEADINGS.get(heading, heading)}\n")
        if name in writer.inlined or not alternatives:
            continue
        if comment:
            close()
            out.append(f"\n{comment}\n")
        rows = writer.rule(name, alternatives)
        short = sum(map(len, rows)) < 90
        block.append(f"{name} = " + (" | ".join(rows) if short else "\n    ".join(["", "  " + rows[0], *("| " + row for row in rows[1:])])))
    close()
    return "".join(out)


def keyword_section(table):
    out = ["\n## 关键词 / Keywords\n\n| 中文 | English | 其他写法 also | 地位 standing |\n| --- | --- | --- | --- |\n"]
    for _, zh, en, more, standing in table:
        if standing == "NAME":
            continue
        others = "、".join(f"`{spelling}`" for spelling in more.split("|") if spelling)
        out.append(f"| {f'`{zh}`' if zh else ''} | {f'`{en}`' if en else ''} | {others} | {STANDING[standing]} |\n")
    functions = [(zh, en) for _, zh, en, _, standing in table if standing == "NAME"]
    out.append("\n### 函数 / Functions\n\n| 中文 | English |\n| --- | --- |\n")
    out += [f"| `{zh}` | `{en}` |\n" for zh, en in functions]
    return "".join(out)


def words_section():
    out = ["\n## 词 / Words\n\n| 词 | 写法 |\n| --- | --- |\n"]
    out += [f"| {name} | {zh}{' / ' + en if en else ''} |\n" for name, _, zh, en in WORDS]
    return "".join(out)


def page(root):
    grammar = (root / "grammar" / "parser.y").read_text("utf-8")
    table = keywords((root / "grammar" / "keywords.def").read_text("utf-8"))
    tokens = {}
    for token, zh, en, _, _ in table:
        tokens.setdefault(token, []).append(f'"{zh or en}"')
    tokens = {token: spellings[0] if len(spellings) == 1 else "( " + " | ".join(spellings) + " )" for token, spellings in tokens.items()}
    tokens.update({name: f'"{text}"' for name, text in literals(grammar).items() if name not in tokens})
    tokens.update({token: name for name, token, _, _ in WORDS})
    tokens["END"] = "文件结尾"
    return HEAD + words_section() + grammar_section(rules_of(grammar), tokens) + keyword_section(table)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    text = page(arguments.root)
    target = arguments.root / PAGE
    if not arguments.check:
        target.write_text(text, "utf-8")
        return 0
    current = target.exists() and target.read_text("utf-8") == text
    if not current:
        print(f"{PAGE} is not current: run tools/grammar_page.py")
    print(f"{int(current)} passed, {int(not current)} failed")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
