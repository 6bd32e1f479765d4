#!/usr/bin/env python3
"""Every keyword of the grammar is named in the reference of the language in both its spellings, and has its entry in the list of keywords of the manual's
references. Prints `N passed, N failed`."""
import argparse
import re
import sys
from pathlib import Path

LANGUAGE = "docs/language.md"
REFERENCES = ("docs/manual/zh/reference.md", "docs/manual/en/reference.md")


def is_named(word: str, text: str) -> bool:
    """Chinese runs words together; English does not."""
    return re.search(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word), text) is not None


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, type=Path)
    root = parser.parse_args().root
    keywords = re.findall(r'^MOU_KEYWORD\(\w+, "([^"]*)", "([^"]*)"', (root / "grammar/keywords.def").read_text("utf-8"), flags=re.MULTILINE)
    language = (root / LANGUAGE).read_text("utf-8")
    failures = [f"{LANGUAGE} does not name {word}" for pair in keywords for word in pair if word and not is_named(word, language)]
    for page in REFERENCES:
        entries = set(re.split(r" · | ·$|\n", (root / page).read_text("utf-8"), flags=re.MULTILINE))
        failures += [f"{page} has no entry “{' '.join(pair).strip()}”" for pair in keywords if " ".join(pair).strip() not in entries]
    for failure in failures:
        print(f"failed: {failure}")
    print(f"{len(keywords) * 3 - len(failures)} passed, {len(failures)} failed")
    return len(failures) != 0 or len(keywords) < 150


sys.exit(main())
