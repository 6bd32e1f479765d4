#!/usr/bin/env python3
"""Checks a folder of woven pages without a browser.

usage: check_pages.py FOLDER

Every page: tags closed in order, ids used once and without white space, headings in order with one h1, a language, a title and a
style sheet of its own; no script, no event handler, nothing from elsewhere. Every link leads to a page and a place that exist, and
every page can be reached from the first. Prints one line per finding, then `N passed, N failed` (pages); exit code 1 if any failed.
"""
import argparse
import html.parser
import pathlib
import re
import sys
import urllib.parse

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
SELF_CLOSED = {"rect", "path"}
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "img", "base"}
HEADINGS = {f"h{n}": n for n in range(1, 7)}


class Page(html.parser.HTMLParser):
    """What a page holds, and what is wrong with it."""

    def __init__(self, name, text):
        super().__init__(convert_charrefs=True)
        self.name = name
        self.findings = []
        self.open = []
        self.ids = set()
        self.links = []
        self.heading = 0
        self.seen = set()
        self.language = None
        self.feed(text)
        self.close()
        if self.open:
            self.fault(f"not closed: {' '.join(self.open)}")
        for needed in ("title", "h1", "main", "nav", "footer"):
            if needed not in self.seen:
                self.fault(f"no <{needed}>")
        if not self.language:
            self.fault("no language")

    def fault(self, text):
        self.findings.append(f"{self.name}:{self.getpos()[0]}: {text}")

    def handle_startendtag(self, tag, attributes):
        if tag not in SELF_CLOSED:
            self.fault(f"<{tag}/> closes itself")
        self.attributes(tag, attributes)

    def handle_starttag(self, tag, attributes):
        self.attributes(tag, attributes)
        if tag == "h1" and "h1" in self.seen:
            self.fault("a second h1")
        if tag in HEADINGS:
            if HEADINGS[tag] > self.heading + 1:
                self.fault(f"{tag} follows h{self.heading}")
            self.heading = HEADINGS[tag]
        if tag == "dl" or tag == "ul" or tag == "ol":
            self.empty_list = True
        if tag in ("dt", "li"):
            self.empty_list = False
        if tag == "html":
            self.language = dict(attributes).get("lang")
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def attributes(self, tag, attributes):
        if tag in FORBIDDEN:
            self.fault(f"<{tag}>")
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.fault(f"<{tag}> has an attribute twice")
        for name, value in attributes:
            if name.startswith("on") or name == "style" or name == "src":
                self.fault(f"<{tag} {name}>")
            if name == "id":
                if value in self.ids or not value or re.search(r"\s", value):
                    self.fault(f"id {value!r}")
                self.ids.add(value)
            if name == "href":
                self.links.append((self.getpos()[0], value))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> where {self.open[-1] if self.open else 'nothing'} is open")
            return
        if tag in ("dl", "ul", "ol") and self.empty_list:
            self.fault(f"an empty {tag}")
        self.open.pop()


def check_links(pages, files):
    reached = {"index.html"}
    waiting = ["index.html"]
    while waiting:
        page = pages[waiting.pop()]
        for line, link in page.links:
            parts = urllib.parse.urlsplit(link)
            target = urllib.parse.unquote(parts.path) or page.name
            if parts.scheme or parts.netloc:
                page.findings.append(f"{page.name}:{line}: leads elsewhere: {link}")
            elif target not in files:
                page.findings.append(f"{page.name}:{line}: no such page: {link}")
            elif parts.fragment and target in pages and urllib.parse.unquote(parts.fragment) not in pages[target].ids:
                page.findings.append(f"{page.name}:{line}: no such place: {link}")
            elif target in pages and target not in reached:
                reached.add(target)
                waiting.append(target)
    return [f"{name}: cannot be reached" for name in sorted(set(pages) - reached)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    files = {path.name for path in folder.iterdir()}
    pages = {name: Page(name, (folder / name).read_text("utf-8")) for name in sorted(files) if name.endswith(".html")}
    findings = check_links(pages, files)
    sheet = (folder / "style.css").read_text("utf-8")
    if re.search(r"url\(|@import|https?:", sheet):
        findings.append("style.css: something from elsewhere")
    for page in pages.values():
        findings += page.findings
    print("\n".join(findings[:200]))
    failed = len({finding.split(":")[0] for finding in findings})
    links = sum(len(page.links) for page in pages.values())
    print(f"{links} links\n{len(pages) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
