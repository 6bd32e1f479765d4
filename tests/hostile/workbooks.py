"""Workbooks by hand: parts as texts, put into a ZIP file. Only Python's standard library. Used by the tests of the import and by the campaign of hostile files."""
import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def letters(column: int) -> str:
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


class Cell:
    """A cell by its type, its inner XML and its style."""

    def __init__(self, kind="", inner="", style=None):
        self.kind, self.inner, self.style = kind, inner, style

    def xml(self, place: str) -> str:
        style = f' s="{self.style}"' if self.style is not None else ""
        kind = f' t="{self.kind}"' if self.kind else ""
        return f'<c r="{place}"{style}{kind}>{self.inner}</c>' if self.inner else f'<c r="{place}"{style}{kind}/>'


def number(value, style=None):
    return Cell("", f"<v>{value}</v>", style)


def inline(text):
    return Cell("inlineStr", f"<is><t xml:space=\"preserve\">{escape(text)}</t></is>")


class Workbook:
    """Rows of sheets; texts become shared ones. `styles`: number formats, by id or as codes."""

    def __init__(self, rows=(), name="Sheet1", styles=(0, 14), strict=False, from_1904=False, merges=()):
        self.shared: list[str] = []
        self.fixed = 0  # shared texts that were asked for; the others are made with the parts
        self.strict, self.from_1904, self.styles = strict, from_1904, styles
        self.sheets = [(name, list(rows), list(merges))]
        self.changed: dict[str, str | bytes | None] = {}

    def sheet(self, name, rows, merges=()):
        self.sheets.append((name, list(rows), list(merges)))
        return self

    def shared_item(self, inner: str) -> Cell:
        self.shared.append(inner)
        self.fixed = len(self.shared)
        return Cell("s", f"<v>{len(self.shared) - 1}</v>")

    def cell(self, value) -> Cell | None:
        if isinstance(value, Cell) or value is None:
            return value
        if isinstance(value, bool):
            return Cell("b", f"<v>{int(value)}</v>")
        if isinstance(value, (int, float)):
            return number(value)
        self.shared.append(f"<t>{escape(value)}</t>")
        return Cell("s", f"<v>{len(self.shared) - 1}</v>")

    def sheet_xml(self, rows, merges) -> str:
        out = []
        for at, row in enumerate(rows, 1):
            cells = [(column, self.cell(value)) for column, value in enumerate(row, 1)]
            out.append(f'<row r="{at}">' + "".join(cell.xml(f"{letters(column)}{at}") for column, cell in cells if cell is not None) + "</row>")
        merged = f'<mergeCells count="{len(merges)}">' + "".join(f'<mergeCell ref="{ref}"/>' for ref in merges) + "</mergeCells>" if merges else ""
        return HEAD + f'<worksheet xmlns="{STRICT if self.strict else MAIN}"><sheetData>' + "".join(out) + f"</sheetData>{merged}</worksheet>"

    def styles_xml(self) -> str:
        own = [(200 + i, code) for i, code in enumerate(self.styles) if isinstance(code, str)]
        ids = [200 + i if isinstance(code, str) else code for i, code in enumerate(self.styles)]
        formats = f'<numFmts count="{len(own)}">' + "".join(f'<numFmt numFmtId="{i}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>' for i, code in own) + "</numFmts>"
        return HEAD + f'<styleSheet xmlns="{STRICT if self.strict else MAIN}">{formats}<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>' + \
            f'<cellXfs count="{len(ids)}">' + "".join(f'<xf numFmtId="{i}"/>' for i in ids) + "</cellXfs></styleSheet>"

    def parts(self) -> dict:
        office = STRICT_OFFICE if self.strict else OFFICE
        main = STRICT if self.strict else MAIN
        del self.shared[self.fixed:]
        parts = {f"xl/worksheets/sheet{i}.xml": self.sheet_xml(rows, merges) for i, (_, rows, merges) in enumerate(self.sheets, 1)}
        head = {
            "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": HEAD + f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": HEAD + f'<workbook xmlns="{main}" xmlns:r="{office}"><workbookPr{" date1904=" + chr(34) + "1" + chr(34) if self.from_1904 else ""}/><sheets>' +
            "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, (name, _, _) in enumerate(self.sheets, 1)) + "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": HEAD + f'<Relationships xmlns="{PACKAGE}">' +
            "".join(f'<Relationship Id="rId{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(self.sheets) + 1)) +
            f'<Relationship Id="rIdS" Type="{office}/styles" Target="styles.xml"/><Relationship Id="rIdT" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/styles.xml": self.styles_xml(),
            "xl/sharedStrings.xml": HEAD + f'<sst xmlns="{main}">' + "".join(f"<si>{item}</si>" for item in self.shared) + "</sst>",
        }
        for name, text in self.changed.items():
            (head if name in head else parts)[name] = text
        return {name: text for name, text in {**head, **parts}.items() if text is not None}

    def change(self, name: str, text):
        """Replaces a part; None leaves it out."""
        self.changed[name] = text
        return self

    def bytes(self, method=zipfile.ZIP_DEFLATED) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as package:
            for name, text in self.parts().items():
                package.writestr(zipfile.ZipInfo(name), text if isinstance(text, bytes) else text.encode("utf-8"), method)
        return out.getvalue()
