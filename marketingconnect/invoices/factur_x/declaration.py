"""Have a PDF say in its metadata (XMP) that it carries a Factur-X file.

Typst attaches the XML and writes PDF/A-3; only these words are missing. They are added as an
incremental update (ISO 32000-1, 7.5.6): the bytes that Typst wrote stay as they are, so that the
same document gives the same file, which a library that reads the clock would not.
"""

import re
from typing import Final

FILE_NAME: Final = "factur-x.xml"
_LEVEL: Final = "EN 16931"
_NAMESPACE: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_METADATA: Final = re.compile(
    rb"(?m)^(\d+) 0 obj\n<<[^>]*/Type/Metadata/Subtype/XML>>\nstream\n(.*?)\nendstream", re.DOTALL
)
_TRAILER: Final = re.compile(rb"trailer\n<<(.*)>>\nstartxref\n(\d+)\n%%EOF\s*$", re.DOTALL)
_SCHEMAS_END: Final = b"</rdf:Bag></pdfaExtension:schemas>"
_END: Final = b"</rdf:RDF>"
_PROPERTIES: Final = (
    ("DocumentFileName", "The name of the embedded XML document", FILE_NAME),
    ("DocumentType", "The type of the hybrid document in capital letters", "INVOICE"),
    ("Version", "The version of the standard that the embedded XML document follows", "1.0"),
    ("ConformanceLevel", "The conformance level of the embedded XML document", _LEVEL),
)


class UnexpectedPdfError(ValueError):
    """The PDF is not laid out as the typesetter lays it out; nothing is added to it."""


def declare_factur_x(pdf: bytes) -> bytes:
    """The PDF with the metadata of Factur-X. Raises UnexpectedPdfError."""
    metadata, trailer = _METADATA.search(pdf), _TRAILER.search(pdf)
    if metadata is None or trailer is None:
        raise UnexpectedPdfError("no metadata or no trailer where they are expected")
    number, words = metadata[1], _with_factur_x(metadata[2])
    start = len(pdf) + 1
    head = b"\n%b 0 obj\n<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n"
    body = head % (number, len(words)) + words + b"\nendstream\nendobj\n"
    table = b"xref\n%b 1\n%010d 00000 n\r\ntrailer\n<<%b/Prev %b>>\nstartxref\n%d\n%%%%EOF"
    return b"".join(
        (pdf, body, table % (number, start, trailer[1], trailer[2], len(pdf) + len(body)))
    )


def _with_factur_x(words: bytes) -> bytes:
    if words.count(_SCHEMAS_END) != 1 or words.count(_END) != 1:
        raise UnexpectedPdfError("the metadata are not those of PDF/A")
    described = words.replace(_SCHEMAS_END, _schema() + _SCHEMAS_END)
    return described.replace(_END, _description() + _END)


def _schema() -> bytes:
    """PDF/A wants each property that it does not know to be described."""
    properties = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>'
        f"{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
        for name, description, _ in _PROPERTIES
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    ).encode()


def _description() -> bytes:
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, _, value in _PROPERTIES)
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">{values}</rdf:Description>'
    ).encode()
