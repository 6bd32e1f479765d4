"""Loading a pack: the files given, and what they use from folders and the library."""

import re
from pathlib import Path

from . import model
from .catalogue import DEGREES, item_in_force
from .declarations import FileReader
from .lexer import ReadError
from .names import Binder

DECLARED = re.compile(r"^[ \t]*(?:规则包|备忘录|pack|memorandum)[ \t]+[「`]?(\w+)", re.MULTILINE)
CALENDAR_FILE = "工作日历.mou"


class Loader:
    """Reads each file once and follows 引用 by pack or memorandum name."""

    def __init__(self, library: Path | None):
        self.pack = model.Pack()
        self.library = library
        self.read_paths: set[Path] = set()
        self.known: set[str] = set()

    def load(self, paths: list[Path]) -> model.Pack:
        given = [file for path in paths for file in files_of(path)]
        wanted = self.read_all(given)
        while wanted:
            wanted = self.read_all([self.find(name, given) for name in wanted])
        if not self.pack.calendars and self.library:
            self.read_all([p for p in [self.library / CALENDAR_FILE] if p.exists()])
        finish(self.pack)
        return self.pack

    def read_all(self, files: list[Path]) -> list[str]:
        """Read files not read so far; the names used that nothing read declares."""
        for file in files:
            if file.resolve() in self.read_paths:
                continue
            self.read_paths.add(file.resolve())
            reader = FileReader(file, self.pack).read()
            self.known.add(reader.vocabulary_name)
        self.known.update(memo.name for memo in self.pack.memoranda)
        uses = [name for memo in self.pack.memoranda for name in memo.uses]
        return sorted({name for name in uses if name not in self.known})

    def find(self, name: str, given: list[Path]) -> Path:
        folders = list(dict.fromkeys(file.parent for file in given))
        for folder in folders + ([self.library] if self.library else []):
            for file in sorted(folder.glob("**/*.mou" if folder == self.library else "*.mou")):
                if name in DECLARED.findall(file.read_text("utf-8")):
                    return file
        raise ReadError(f"nothing declares {name}")


def files_of(path: Path) -> list[Path]:
    return sorted(path.glob("*.mou")) if path.is_dir() else [path]


def finish(pack: model.Pack):
    """Link nested types, then bind every name; the degrees are a code table of the language."""
    pack.codes.setdefault("程度", dict(enumerate(DEGREES, 1)))
    for kind in pack.records.values():
        if kind.parent_name:
            kind.parent = pack.records[kind.parent_name]
            kind.parent.children.append(kind)
    Binder(pack).bind_all()
    for measure in pack.measures:
        measure.item_entry, measure.dropped = item_in_force(pack, measure)


def load_pack(paths: list[Path], library: Path | None = None) -> model.Pack:
    return Loader(library).load(paths)
