"""The library of templates and drawings that the platform offers (CGV B.1.1).

Each template is one JSON file of `models/`: blocks, a theme, a subject and a preheader, in French
of our own, pictures drawn by us. `pictures/` holds the drawings as PNG, `drawings/` their sources.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from marketingconnect.messages.blocks import BLOCK_TYPES, PICTURE_NAME, Block, clean_block
from marketingconnect.messages.theme import PALETTES, Theme, clean_theme

FOLDER: Final = Path(__file__).parent
PICTURES: Final = FOLDER / "pictures"
OUR_PICTURES_PREFIX: Final = "modele-"
CATEGORIES: Final[Mapping[str, str]] = {
    "ouvrir": "Ouvrir, inviter",
    "vendre": "Offrir, vendre",
    "nouvelles": "Donner des nouvelles",
    "clients": "Remercier, fidéliser",
    "pratique": "Prévenir, rappeler",
    "metiers": "Par métier",
}
"""What somebody wants to do, in the order of the gallery."""


@dataclass(frozen=True)
class Template:
    """One template; `thumbnail` is the static file that shows it in the gallery."""

    code: str
    order: int
    category: str
    """A key of CATEGORIES."""
    also: tuple[str, ...]
    """Other keys under which somebody would look for it."""
    name: str
    purpose: str
    subject: str
    preheader: str
    sample: str
    """A key of the gallery's senders: who signs it on its thumbnail."""
    theme: Theme
    blocks: tuple[Block, ...]

    @property
    def thumbnail(self) -> str:
        return f"library/{self.code}.webp"

    def content(self) -> dict[str, Any]:
        """The content of a new draft, without its legal mentions."""
        return {
            "theme": self.theme.as_dict(),
            "blocks": [dict(block) for block in self.blocks],
            "text": "",
        }


@cache
def templates() -> tuple[Template, ...]:
    """Every template, in the order of the gallery."""
    found = [_read(path) for path in sorted((FOLDER / "models").glob("*.json"))]
    return tuple(sorted(found, key=lambda template: template.order))


def templates_for(category: str) -> tuple[Template, ...]:
    """Those of one category; every template for an empty one. Raises KeyError."""
    if not category:
        return templates()
    wanted = _category(category)
    return tuple(one for one in templates() if wanted in (one.category, *one.also))


def template_of(code: str) -> Template:
    """One template. Raises KeyError."""
    return {template.code: template for template in templates()}[code]


def our_pictures() -> tuple[str, ...]:
    """Names of the drawings anyone may use."""
    return tuple(sorted(path.name for path in PICTURES.glob("*.png")))


def picture_path(name: str) -> Path | None:
    """Where one of our drawings lies; None for any other name."""
    if not PICTURE_NAME.fullmatch(name) or not name.startswith(OUR_PICTURES_PREFIX):
        return None
    path = PICTURES / name
    return path if path.is_file() else None


def _read(path: Path) -> Template:
    raw = json.loads(path.read_text(encoding="utf-8"))
    theme = raw["theme"]
    return Template(
        code=raw["code"],
        order=raw["order"],
        category=_category(raw["category"]),
        also=tuple(_category(name) for name in raw.get("also", ())),
        name=raw["name"],
        purpose=raw["purpose"],
        subject=raw["subject"],
        preheader=raw["preheader"],
        sample=raw["sample"],
        theme=PALETTES[theme][1] if isinstance(theme, str) else clean_theme(theme),
        blocks=tuple(_block(number, each) for number, each in enumerate(raw["blocks"], 1)),
    )


def _category(name: str) -> str:
    if name not in CATEGORIES:
        raise KeyError(f"unknown category {name}")
    return name


def _block(number: int, raw: Mapping[str, str]) -> Block:
    """A block of a template, in which a value that does not matter is left out."""
    known = {"type", *(field.name for field in BLOCK_TYPES[raw["type"]].fields)}
    if unknown := set(raw) - known:
        raise KeyError(f"unknown fields {sorted(unknown)} in block {number}")
    return clean_block({"id": f"m{number}", **raw})
