"""Colours and letters of a message, chosen among what every mail reader can show (CGV B.1.1)."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from marketingconnect.messages.blocks import InvalidBlockError

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")

FONTS: Final[dict[str, tuple[str, str]]] = {
    "georgia": ("Georgia (à empattements)", "Georgia, 'Times New Roman', serif"),
    "arial": ("Arial (sobre)", "Arial, Helvetica, sans-serif"),
    "verdana": ("Verdana (large)", "Verdana, Geneva, sans-serif"),
    "trebuchet": ("Trebuchet (douce)", "'Trebuchet MS', 'Lucida Grande', sans-serif"),
    "palatino": ("Palatino (livre)", "'Palatino Linotype', Palatino, Georgia, serif"),
    "tahoma": ("Tahoma (compacte)", "Tahoma, Verdana, sans-serif"),
}
CORNERS: Final = {"0": "Droits", "6": "Adoucis", "24": "Ronds"}


@dataclass(frozen=True)
class Theme:
    """Colours are `#rrggbb` in lower case; fonts are keys of FONTS."""

    accent: str = "#6b1e55"
    ground: str = "#f3eee6"
    paper: str = "#ffffff"
    ink: str = "#2a211e"
    title_font: str = "georgia"
    text_font: str = "arial"
    corner: str = "6"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


COLOUR_LABELS: Final = {
    "accent": "Couleur principale",
    "ground": "Fond autour du message",
    "paper": "Papier",
    "ink": "Texte",
}
PALETTES: Final[dict[str, tuple[str, Theme]]] = {
    "fournil": ("Fournil", Theme("#8a3b12", "#f6ecdd", "#fffdf8", "#33231a", "georgia", "arial")),
    "encre": ("Encre violette", Theme()),
    "jardin": ("Jardin", Theme("#2c5f41", "#eaf1e6", "#ffffff", "#1e2a22", "palatino", "arial")),
    "atelier": (
        "Atelier",
        Theme("#1d4f7c", "#e9eef3", "#ffffff", "#1b2733", "trebuchet", "arial", "0"),
    ),
    "nuit": (
        "Nuit d’hiver",
        Theme("#9b1c31", "#e7e4e8", "#ffffff", "#24202b", "georgia", "tahoma"),
    ),
    "soleil": (
        "Soleil",
        Theme("#8c4a00", "#fff3d6", "#fffdf6", "#332a17", "trebuchet", "verdana", "24"),
    ),
}


def clean_theme(raw: Mapping[str, Any]) -> Theme:
    """A theme from what was typed; absent values are the defaults. Raises InvalidBlockError."""
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in fields(Theme):
        value = str(raw.get(field.name) or field.default).strip().lower()
        if not _accepted(field.name, value):
            errors[field.name] = "Choisissez une des valeurs proposées."
        values[field.name] = value
    if errors:
        raise InvalidBlockError(errors)
    return Theme(**values)


def _accepted(name: str, value: str) -> bool:
    if name.endswith("_font"):
        return value in FONTS
    if name == "corner":
        return value in CORNERS
    return bool(_COLOUR.fullmatch(value))


def readable_on(ground: str) -> str:
    """White or near-black, whichever reads better on `ground`."""
    return "#ffffff" if contrast("#ffffff", ground) >= contrast("#1b1613", ground) else "#1b1613"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def blended(colour: str, over: str, share: float) -> str:
    """`colour` laid over another at `share` (0 to 1), as `#rrggbb`."""
    mixed = [
        round(a * share + b * (1 - share)) for a, b in zip(_rgb(colour), _rgb(over), strict=True)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in _rgb(colour)]
    r, g, b = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
