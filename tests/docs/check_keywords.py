#!/usr/bin/env python3
"""Every keyword of the grammar, in both languages, is named in the reference of the language and in the manual's. Prints `N passed, N failed`."""
import argparse
import re
import sys
from pathlib import Path

PAGES = ("docs/language.md", "docs/manual/zh/reference.md", "docs/manual/en/reference.md")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, type=Path)
    root = parser.parse_args().root
    keywords = re.findall(r'^MOU_KEYWORD\(\w+, "([^"]*)", "([^"]*)"', (root / "grammar/keywords.def").read_text("utf-8"), flags=re.MULTILINE)
    passed = failed = 0
    for page in PAGES:
        text = (root / page).read_text("utf-8")
        for word in (word for pair in keywords for word in pair if word):
            passed += word in text
            if word not in text:
                failed += 1
                print(f"failed: {page} does not name {word}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or len(keywords) < 150


sys.exit(main())
