#!/usr/bin/env python3
"""Dead links of the pages in Markdown.

usage: check_links.py --root FOLDER

Every relative link of a *.md file under version control leads to a file of the project, and a #place in it to a heading or an anchor.
Prints one line per finding, then `N passed, N failed` (pages); exit code 1 if any failed.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import urllib.parse

LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```\s*$|`[^`\n]*`", re.M | re.S)


def places(path):
    """Anchors of a page: what a heading becomes, and explicit ones."""
    text = re.sub(r"^```.*?^```\s*$", "", path.read_text("utf-8"), flags=re.M | re.S)
    found = set(re.findall(r'<a id="([^"]+)"', text))
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


def check(path):
    findings = []
    for target in LINK.findall(CODE.sub("", path.read_text("utf-8"))):
        parts = urllib.parse.urlsplit(urllib.parse.unquote(target))
        if parts.scheme or parts.netloc:
            continue
        file = (path.parent / parts.path).resolve() if parts.path else path
        if not file.exists():
            findings.append(f"{path}: no such file: {target}")
        elif parts.fragment and file.suffix == ".md" and parts.fragment.lower() not in places(file):
            findings.append(f"{path}: no such place: {target}")
    return findings


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    root = parser.parse_args().root.resolve()
    listing = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=root, capture_output=True, text=True)
    names = listing.stdout.split("\0") if listing.returncode == 0 else [str(path.relative_to(root)) for path in sorted(root.rglob("*.md")) if "build" not in path.parts]
    pages = [root / name for name in names if name]
    failed = 0
    for page in pages:
        findings = check(page)
        print("\n".join(findings), end="\n" if findings else "")
        failed += bool(findings)
    print(f"{len(pages) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
