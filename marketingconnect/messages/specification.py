"""Technical and graphic characteristics of a message, by date (CGV B.2).

Published on the public page before any signature; the checks read the same figures.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.kernel.money import format_number_fr


@dataclass(frozen=True)
class Specification:
    """One version; sizes are bytes, lengths characters, widths pixels."""

    version: int
    in_force_from: date
    max_html_bytes: int
    advised_html_bytes: int
    width: int
    max_subject: int
    advised_subject: int
    advised_preheader: int
    max_pictures: int
    min_words_beside_pictures: int
    picture_formats: tuple[str, ...]
    max_picture_upload_bytes: int
    max_picture_bytes: int
    max_picture_side: int
    max_picture_pixels: int
    max_own_html_bytes: int


SPECIFICATIONS: Final = (
    Specification(
        version=1,
        in_force_from=date(2026, 1, 1),
        max_html_bytes=102_400,
        advised_html_bytes=81_920,
        width=600,
        max_subject=120,
        advised_subject=60,
        advised_preheader=110,
        max_pictures=20,
        min_words_beside_pictures=30,
        picture_formats=("JPEG", "PNG", "WebP", "GIF"),
        max_picture_upload_bytes=8 * 1024 * 1024,
        max_picture_bytes=600 * 1024,
        max_picture_side=1200,
        max_picture_pixels=40_000_000,
        max_own_html_bytes=1024 * 1024,
    ),
)


def specification_on(day: date) -> Specification:
    """CGV B.2: the characteristics in force on a day; before the first version, the first one."""
    past = [each for each in SPECIFICATIONS if each.in_force_from <= day]
    return past[-1] if past else SPECIFICATIONS[0]


@dataclass(frozen=True)
class Characteristic:
    """One line of the public page: what is asked, how much, and why."""

    name: str
    value: str
    why: str
    binding: bool


def characteristics(specification: Specification) -> list[Characteristic]:
    """CGV B.2: the specification in the client's words, in the order of the public page."""
    return [*_of_the_whole(specification), *_of_its_parts(specification)]


_KIB: Final = 1024


def _kib(octets: int) -> str:
    return f"{octets // _KIB}\u00a0Kio"


def _mib(octets: int) -> str:
    return f"{octets // _KIB // _KIB}\u00a0Mio"


def _of_the_whole(spec: Specification) -> list[Characteristic]:
    return [
        Characteristic(
            "Poids du code HTML",
            f"{_kib(spec.max_html_bytes)} au plus, {_kib(spec.advised_html_bytes)} conseillés",
            "Au-delà, plusieurs messageries coupent le message et cachent sa fin.",
            True,
        ),
        Characteristic(
            "Largeur",
            f"{spec.width}\u00a0pixels, adaptée aux petits écrans",
            "Le message se lit sans défilement horizontal sur ordinateur et sur téléphone.",
            True,
        ),
        Characteristic(
            "Objet",
            f"1 à {spec.max_subject} caractères, {spec.advised_subject} conseillés",
            "Un téléphone en montre une quarantaine.",
            True,
        ),
        Characteristic(
            "Pré-en-tête",
            f"{spec.advised_preheader} caractères au plus, conseillé",
            "C’est la ligne qui suit l’objet dans la liste des messages.",
            False,
        ),
    ]


def _of_its_parts(spec: Specification) -> list[Characteristic]:
    formats = ", ".join(spec.picture_formats)
    return [
        Characteristic(
            "Images",
            f"{formats} ; {_mib(spec.max_picture_upload_bytes)} au dépôt ; "
            f"ramenées à {format_number_fr(spec.max_picture_side)}\u00a0pixels "
            f"et {_kib(spec.max_picture_bytes)}",
            "Elles sont enregistrées de nouveau sans leurs données cachées (lieu, appareil).",
            True,
        ),
        Characteristic(
            "Nombre d’images",
            f"{spec.max_pictures} au plus, avec {spec.min_words_beside_pictures} mots de texte",
            "Un message fait d’images seules est vide quand elles sont bloquées.",
            False,
        ),
        Characteristic(
            "Description des images",
            "Une par image porteuse de sens",
            "Elle est lue par les lecteurs d’écran et s’affiche quand l’image est bloquée.",
            False,
        ),
        Characteristic(
            "Code HTML fourni par vous",
            f"{_mib(spec.max_own_html_bytes)} au dépôt ; tableaux, styles en ligne, "
            "requêtes de média ; ni script, ni formulaire, ni feuille de style extérieure",
            "Les messageries les retirent, et ils mettraient vos destinataires en danger.",
            True,
        ),
        Characteristic(
            "Mentions obligatoires",
            "Annonceur, exercice des droits, lien {{lien_desinscription}}",
            "La loi Informatique et Libertés et le RGPD les demandent dans chaque message.",
            True,
        ),
    ]
