"""What a column can mean, in the client's words and in ours."""

import re
import unicodedata
from typing import Final

FIELD_LABELS: Final = {
    "email": "Adresse e-mail",
    "civility": "Civilité",
    "first_name": "Prénom",
    "last_name": "Nom",
    "company_name": "Société",
    "postal_code": "Code postal",
    "city": "Ville",
    "mobile": "Téléphone mobile",
}
"""The standard fields; every one but `mobile` can be called by a message."""

CIVILITIES: Final = {
    **dict.fromkeys(("m", "m.", "mr", "mr.", "monsieur", "mister"), "M."),
    **dict.fromkeys(("mme", "mme.", "madame", "mrs", "mrs.", "ms", "ms."), "Mme"),
    **dict.fromkeys(("mlle", "mlle.", "mademoiselle", "miss"), "Mme"),
}
"""What people write -> what a message says."""

EXTRA: Final = "extra:"
"""`extra:Ville préférée` is a column of the client's own."""

MOST_EXTRAS: Final = 30
LONGEST_VALUE: Final = 300
LONGEST_LABEL: Final = 60


def slug(title: str) -> str:
    """`Ville préférée` -> `ville_preferee`: how a message calls a column of the client's own."""
    plain = unicodedata.normalize("NFKD", title.replace("œ", "oe").replace("Œ", "OE"))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")[:40]


RESERVED_NAMES: Final = frozenset(
    {*FIELD_LABELS, *map(slug, FIELD_LABELS.values()), "lien_desinscription", "lien_origine"}
)
"""Names that a column of the client's own cannot bear: they would be taken for something else."""


def key_of(target: str) -> str:
    """The merge field that a mapping's target fills: `extra:Ville préférée` -> `ville_preferee`."""
    return slug(target.removeprefix(EXTRA)) if target.startswith(EXTRA) else target


def extra_label(target: str) -> str:
    """The client's own title of a column, empty for a standard field."""
    return target.removeprefix(EXTRA) if target.startswith(EXTRA) else ""
