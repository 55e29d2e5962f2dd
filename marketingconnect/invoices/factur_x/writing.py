"""The few ways in which an element of the CII XML is written."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from lxml import etree

RSM: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT: Final = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
NAMESPACES: Final = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}
_DAY: Final = "102"
Element = Any
"""lxml has no types of its own."""


def root(name: str) -> Element:
    """The document's own element."""
    return etree.Element(f"{{{RSM}}}{name}", nsmap=NAMESPACES)


def section(parent: Element, name: str, namespace: str = RAM) -> Element:
    """An element that holds others."""
    return etree.SubElement(parent, f"{{{namespace}}}{name}")


def text(parent: Element, name: str, value: str, **attributes: str) -> None:
    """An element with words in it; nothing at all for an empty value, which is forbidden."""
    if value:
        etree.SubElement(parent, f"{{{RAM}}}{name}", attributes).text = value


def amount(parent: Element, name: str, cents: int, **attributes: str) -> None:
    """Euros with two decimals: `1234.50`."""
    text(parent, name, f"{Decimal(cents).scaleb(-2):.2f}", **attributes)


def day(parent: Element, name: str, value: date, *, namespace: str = UDT) -> None:
    """A civil date: `20261123`."""
    inside = section(parent, name)
    stamp = etree.SubElement(inside, f"{{{namespace}}}DateTimeString", {"format": _DAY})
    stamp.text = f"{value:%Y%m%d}"


def indicator(parent: Element, name: str, *, value: bool) -> None:
    """Yes or no."""
    inside = section(parent, name)
    etree.SubElement(inside, f"{{{UDT}}}Indicator").text = "true" if value else "false"


def serialised(element: Element) -> bytes:
    """The XML file, in UTF-8."""
    content: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=True)
    return content
