"""What the tests of the store share: running commands in a folder of their own, a small store with history, counting."""
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

SUBJECT = "91445202MA5K2P3Q56"
OTHER = "92445203MA7H8J9K1K"


class Bench:
    def __init__(self, mou: str, root: Path, folder: Path):
        self.mou, self.root, self.folder = str(Path(mou).resolve()), root.resolve(), folder
        self.environment = {"PATH": os.environ["PATH"], "LANG": "zh_CN.UTF-8"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def run(self, *words) -> subprocess.CompletedProcess:
        return subprocess.run([self.mou, *map(str, words)], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300)

    def expect(self, code: int, *words) -> str:
        done = self.run(*words)
        assert done.returncode == code, f"mou {' '.join(map(str, words))}: {done.returncode} instead of {code}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return name

    def small(self) -> Path:
        return self.root / "tests/fault/small"

    def store(self, name: str) -> Path:
        """Two units, fines, a correction, an objection, four runs."""
        if not (self.folder / "small.moup").exists():
            self.expect(0, "build", "-q", self.small(), "-o", "small.moup")
        self.expect(0, "init", "-q", name, "--pack", "small.moup")
        self.expect(0, "import", name, "--as", "主体", self.small() / "units.csv")
        self.expect(0, "import", name, "--as", "行政处罚", self.small() / "penalties.csv", "--source", "市场监管局")
        self.expect(0, "run", name, "--as-of", "2024-06-01")
        self.file("corrected.csv", "主体,决定书文号,决定日期,罚款金额\n" + f"{SUBJECT},揭市监罚〔2024〕1号,2024-03-01,40000.00\n" +
                  f"{SUBJECT},揭市监罚〔2024〕2号,2024-04-01,60000.00\n")
        self.expect(0, "import", name, "--as", "行政处罚", "corrected.csv")
        self.file("objections.csv", f"主体,记录,键,提出,办结\n{SUBJECT},行政处罚,揭市监罚〔2024〕2号,2024-06-05,2024-06-20\n")
        self.expect(0, "import", name, "--as", "异议", "objections.csv")
        for day in ("2024-06-10", "2024-07-01", "2025-06-01"):
            self.expect(0, "run", name, "--as-of", day)
        with closing(sqlite3.connect(self.folder / name)) as database:  # one that stays open would keep what follows out of the file
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.folder / name


def main(module: str, bench_of=Bench) -> int:
    """Runs every test_ function of the module given by name: --mou and --root say with what."""
    options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    passed = failed = 0
    for name, test in [(name, test) for name, test in vars(sys.modules[module]).items() if name.startswith("test_")]:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(bench_of(options["--mou"], Path(options["--root"]), Path(folder)))
                passed += 1
            except Exception as problem:  # a failing case must not hide the others
                failed += 1
                print(f"{name}: {type(problem).__name__}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0
