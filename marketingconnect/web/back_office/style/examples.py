"""The examples in their order: a title, what to know, and a template drawn as it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString

_FOLDER = "back_office/style/examples"

_EXAMPLES = [
    (
        "colours",
        "Couleurs",
        "Un accent, des neutres chauds, quatre sens. Tout est dans tokens.css.",
    ),
    ("type", "Texte", "Bricolage Grotesque pour les titres, Source Sans 3 pour lire."),
    ("formats", "Montants, dates, nombres", "Les espaces ne se coupent jamais."),
    ("buttons", "Boutons", "Un verbe clair ; un seul bouton principal par page."),
    ("icons", "Icônes", "Muettes, sauf quand elles portent seules le sens."),
    ("status", "États", "Un mot et une forme ; la couleur ne fait que répéter."),
    ("fields", "Champs", "Étiquette, aide, contrôle, erreur : toujours dans cet ordre."),
    (
        "errors",
        "Erreurs d’un formulaire",
        "Un résumé en tête avec des liens, un message par champ.",
    ),
    (
        "choice_cards",
        "Cartes de choix",
        "Des boutons radio ou des cases, avec la place d’expliquer.",
    ),
    ("file_drop", "Dépôt de fichier", "Le contrôle du navigateur reste et suffit."),
    (
        "code_field",
        "Code à usage unique",
        "Un seul champ : on colle, on tape, le téléphone remplit.",
    ),
    ("table", "Tableau", "Légende, tri, lignes qui deviennent des fiches sur un téléphone."),
    ("stats", "Chiffres", "Chaque chiffre dit d’où il vient et s’ouvre."),
    ("stepper", "Étapes", "Faites, en cours, à faire, à corriger."),
    ("next", "Ce qui vient ensuite", "Le cœur de l’espace client."),
    ("timeline", "Historique", "Ce qui s’est passé, par qui, quand."),
    ("progress", "Avancement", "La barre se demande elle-même ; sans script, un lien l’actualise."),
    ("calendar", "Calendrier d’envoi", "Un jour gris dit pourquoi et cite l’article."),
    ("banners", "Bandeaux et messages", "Ce qui reste, et ce qui passe."),
    (
        "overlays",
        "Boîte et volet",
        "Un <dialog> du navigateur ; le lien mène à une page sans script.",
    ),
    ("navigation", "Repères", "Fil d’Ariane, onglets, article cité."),
    ("prices", "Montants d’une commande", "Le total, et pourquoi."),
    ("charts", "Graphiques", "Dessinés par le serveur, toujours avec leur tableau."),
    ("empty", "Rien encore", "Pourquoi, et le verbe qui commence."),
    ("skeleton", "En attente", "Des lignes grises, le temps de charger."),
    ("illustrations", "Dessins", "Les nôtres : enveloppes, cachets, papier kraft."),
]


@dataclass(frozen=True, slots=True)
class Example:
    """A section of the page."""

    slug: str
    title: str
    note: str
    drawn: SafeString
    source: str


def examples(context: Mapping[str, Any], request: HttpRequest) -> list[Example]:
    """Every section, drawn with the same values, beside the source to copy."""
    sections = []
    for slug, title, note in _EXAMPLES:
        template = get_template(f"{_FOLDER}/{slug}.html")
        source = template.template.source.strip()  # type: ignore[attr-defined]
        drawn = SafeString(template.render(dict(context), request))
        sections.append(Example(slug, title, note, drawn, source))
    return sections
