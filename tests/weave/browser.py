#!/usr/bin/env python3
"""Looks at woven pages with a real browser.

usage: browser.py --mou PROGRAM --root FOLDER [--keep FOLDER]

Every page of the rule library, and of a small pack of very long words in both languages, is laid out by headless Chromium at the width of a desk's screen, of a telephone's, and for print. On the screen: nothing is wider than the
window, no text has less contrast than 4.5 to 1, every page shows its heading. In print: the text is there, the navigation is not. Exit code 77 (skipped)
where there is no Chromium; --keep leaves screenshots and PDFs to be looked at.
"""
import argparse
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]

DESK, TELEPHONE = 1280, 400
# The page in a frame of the width wanted: no window of the browser is as narrow as a telephone.
FRAME = """<!DOCTYPE html><title></title><script>onmessage = event => { document.title = event.data; };</script>
<iframe src="probe.html" style="border: 0; width: %dpx; height: 900px"></iframe>"""

# Runs behind a copy of the page and tells the frame what it measured.
PROBE = """<script>
const channel = value => { value /= 255; return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4); };
const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
const parts = text => text.match(/[\\d.]+/g).map(Number);
const ground = element => {
    for (; element; element = element.parentElement) {
        const rgb = parts(getComputedStyle(element).backgroundColor);
        if (rgb.length < 4 || rgb[3] > 0) return rgb;
    }
    return [255, 255, 255];
};
const faint = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("svg, script, .skip")) continue;
    const a = light(parts(getComputedStyle(element).color)), b = light(ground(element));
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faint.add(element.className || element.tagName);
}
const heading = document.querySelector("h1").getBoundingClientRect();
const boxed = element => { for (; element; element = element.parentElement) if (["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX)) return true; return false; };
const wide = [...document.body.querySelectorAll("*")].filter(element => element.getBoundingClientRect().right > innerWidth + 1 && !boxed(element.parentElement));
parent.postMessage(JSON.stringify({width: document.documentElement.scrollWidth, window: innerWidth, faint: [...faint],
    wide: wide.slice(0, 3).map(element => element.tagName + "." + (element.className.baseVal ?? element.className)), heading: heading.height > 0 && heading.top < innerHeight, styled: getComputedStyle(document.body).margin === "0px"}), "*");
</script>"""


def browser():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def run(program, profile, *words):
    return subprocess.run([program, *FLAGS, f"--user-data-dir={profile}", *words], capture_output=True, text=True, timeout=120)


def measure(program, profile, page, width):
    probe, frame = page.with_name("probe.html"), page.with_name("frame.html")
    probe.write_text(page.read_text("utf-8").replace("</body>", PROBE + "</body>"), "utf-8")
    frame.write_text(FRAME % width, "utf-8")
    shown = run(program, profile, "--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom", frame.as_uri()).stdout
    probe.unlink()
    frame.unlink()
    found = re.search(r"<title>(\{.*?\})</title>", shown, re.S)
    return json.loads(html.unescape(found[1])) if found else None


def check_screen(program, profile, page, width):
    measured = measure(program, profile, page, width)
    if measured is None:
        return [f"{page.name}: not measured"]
    findings = []
    if measured["window"] != width:
        findings.append(f"{page.name}: measured at {measured['window']}")
    if measured["width"] > width:
        findings.append(f"{page.name}: {measured['width']} wide in {width}: {' '.join(measured['wide'])}")
    if measured["faint"]:
        findings.append(f"{page.name}: faint text: {measured['faint']}")
    if not measured["heading"] or not measured["styled"]:
        findings.append(f"{page.name}: heading or style missing")
    return findings


def check_print(program, profile, page, keep):
    pdf = keep / f"{page.stem}.pdf"
    run(program, profile, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
    if not pdf.exists() or pdf.stat().st_size < 1000:
        return [f"{page.name}: not printed"]
    if not shutil.which("pdftotext"):
        return []
    text = re.sub(r"\s", "", subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True).stdout)
    title = re.sub(r"\s", "", html.unescape(re.search(r"<h1>(.*?)</h1>", page.read_text("utf-8"))[1]))
    findings = []
    if title[:12] not in text:
        findings.append(f"{page.name}: the heading is not in print")
    if "首页措施目录机关" in text or "跳到正文" in text:
        findings.append(f"{page.name}: navigation in print")
    return findings


def weave_long_words(program, scratch):
    """A name, a number and a title without a place to break, as pages in both languages."""
    word = "supercalifragilisticexpialidocious_" * 3 + "word"
    subprocess.run([program, "new", "-q", str(scratch / "long")], check=True)
    for file in (scratch / "long").glob("*.mou"):
        text = file.read_text("utf-8").replace("受过较大数额罚款", word).replace("罚款门槛", word + "_p").replace('标题 "', f'标题 "https://{word}/{word}/')
        file.write_text(text.replace("恰为五万元", word * 2).replace("某市某局", word), "utf-8")
    pages = []
    for lang in ("zh", "en"):
        folder = scratch / f"long-{lang}"
        subprocess.run([program, "doc", "-q", "--lang", lang, str(scratch / "long"), "-o", str(folder)], check=True)
        pages += sorted(folder.glob("*.html"))
    return pages


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mou", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    program = browser()
    if program is None:
        print("no Chromium here: skipped")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        keep = (arguments.keep or scratch / "keep").resolve()
        keep.mkdir(parents=True, exist_ok=True)
        subprocess.run([str(arguments.mou.resolve()), "doc", "-q", "--lang", "zh", str(arguments.root / "stdlib-rules"), "-o", str(scratch / "pages")], check=True)
        pages = sorted((scratch / "pages").glob("*.html"))
        failed = 0
        for page in weave_long_words(str(arguments.mou.resolve()), scratch):
            findings = check_screen(program, scratch / "profile", page, DESK) + check_screen(program, scratch / "profile", page, TELEPHONE)
            print("\n".join(f"{page.parent.name}/{one}" for one in findings), end="\n" if findings else "")
            failed += bool(findings)
        for page in pages:
            findings = check_screen(program, scratch / "profile", page, DESK)
            if not page.stem.endswith("-tests"):
                findings += check_screen(program, scratch / "profile", page, TELEPHONE)
                findings += check_print(program, scratch / "profile", page, keep)
                run(program, scratch / "profile", "--window-size=1280,4000", f"--screenshot={keep / (page.stem + '.png')}", page.as_uri())
            print("\n".join(findings), end="\n" if findings else "")
            failed += bool(findings)
    print(f"{max(0, len(pages) - failed)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
