"""Small workbooks written part by part, to put in them what no library would."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_workbook(
    path: Path,
    *,
    strings: Sequence[str],
    rows: Sequence[str],
    sheet: str = "",
    dimension: str = "A1:F4",
) -> None:
    """A workbook of one sheet, « Clients », whose style 1 is a date."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1"'
        ' Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
        '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": "<sst>"
        + "".join(f"<si><t>{text}</t><rPh><t>lu</t></rPh></si>" for text in strings)
        + "</sst>",
        "xl/worksheets/sheet1.xml": sheet
        or f'<worksheet><dimension ref="{dimension}"/><sheetData>{"".join(rows)}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
