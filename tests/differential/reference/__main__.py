"""Command line: python3 -m reference --as-of DATE --rules FILE... WORLD.json"""

import argparse
import sys
from pathlib import Path

from .dates import parse_iso
from .lexer import ReadError
from .pack import load_pack
from .run import Run
from .world import read_world


WANTED = ("duties", "repairs", "matters", "assertions")


def arguments():
    parser = argparse.ArgumentParser(prog="reference", description="Reference interpreter of Mou")
    parser.add_argument("--as-of", help="the date to judge on, YYYY-MM-DD")
    parser.add_argument("--rules", nargs="+", type=Path, default=[], help="rule files or folders")
    parser.add_argument("--library", type=Path, help="folder of the rule library")
    parser.add_argument("--findings", action="store_true", help="print findings too")
    for wanted in WANTED:
        parser.add_argument(f"--{wanted}", action="store_true", help=f"print {wanted} too")
    parser.add_argument("--next", action="store_true", help="print each subject's next date")
    parser.add_argument("--tests", nargs="+", type=Path, help="run the test blocks of these files")
    parser.add_argument("world", nargs="?", type=Path, help="the world as JSON")
    return parser.parse_args()


def evaluate(options) -> int:
    pack = load_pack(options.rules, options.library)
    world = read_world(options.world.read_text("utf-8"), pack)
    run = Run(pack, world, parse_iso(options.as_of), options.findings, options.next,
              [wanted for wanted in WANTED if getattr(options, wanted)])
    for text in run.lines():
        print(text)
    return 4 if run.faults else 1 if run.refuted else 0


def main() -> int:
    options = arguments()
    try:
        if options.tests:
            from .scenarios import run_tests
            return run_tests(options.tests, options.library)
        if not (options.as_of and options.rules and options.world):
            print("reference: --as-of, --rules and a world are needed", file=sys.stderr)
            return 2
        return evaluate(options)
    except ReadError as error:
        print(f"reference: {error}", file=sys.stderr)
        return 1


sys.exit(main())
