"""What goes with the rows: the licence, where the data come from, and how to load the files."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from marketingconnect.base.vocabulary import INCOME_NOTE, Population
from marketingconnect.kernel.calendar import format_day_month_fr
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.list_rental.delivery_files.spec import (
    CSV,
    TXT_FIXED,
    TXT_TAB,
    DeliverySpec,
    Source,
)
from marketingconnect.targeting.files.batches import Column

NOTICE_SHEET: Final = "Licence et source"
ADDRESS_SHEET: Final = "Adresses"
_LINE_END: Final = "\r\n"
_HOW_TO_LOAD: Final = {
    CSV: "Fichier CSV : codage UTF-8, point-virgule entre les colonnes, titres en première ligne.",
    TXT_TAB: "Fichier texte : codage UTF-8, une tabulation entre les colonnes, titres en première "
    "ligne, aucun guillemet.",
    TXT_FIXED: "Fichier texte de largeur fixe : codage Windows-1252, sans titres. Le fichier "
    "DESSIN.txt donne la position de chaque colonne.",
}


def source_sentences(sources: Sequence[Source], population: Population) -> list[str]:
    """CGV CL.5, CL.10: where the rows come from, of which day, under which licence."""
    sentences = [
        f"Source : {source.name}, données du {_full(source.as_of)}. {source.licence}"
        for source in sources
    ]
    if population is Population.PROFESSIONALS:
        sentences.append(
            "Les données du répertoire SIRENE sont rediffusées avec leur source et leur date ; "
            "votre droit d’utilisation est personnel. Les conditions de la source sont remises sur "
            "simple demande (CGV, art. CL.5)."
        )
    else:
        sentences.append(
            "Indiquez dans votre message d’où viennent les coordonnées et comment s’opposer à leur "
            "usage : c’est un droit des personnes (RGPD, art. 14 et 21)."
        )
    return [non_breaking(sentence) for sentence in sentences]


def notice_paragraphs(
    spec: DeliverySpec,
    columns: Sequence[Column],
    *,
    quantity: int,
    use_by: date | None,
    licence: Sequence[str],
) -> list[str]:
    """The text that goes with the rows in every format; an empty paragraph is a blank line."""
    paragraphs = [
        f"Livraison {spec.reference} du {_full(spec.checked_on)} : "
        f"{format_number_fr(quantity)} adresses",
        "",
        "LICENCE",
        *licence,
        "",
        "SOURCE",
        *source_sentences(spec.sources, spec.population),
        "",
        "LES COLONNES",
        "Ligne 1 à Ligne 6 : l’adresse telle qu’elle s’imprime (NF Z10-011), 38 caractères au "
        "plus par ligne. N’imprimez pas les lignes vides.",
        "Référence : imprimez-la près de l’adresse. Elle suffit pour déclarer un pli non distribué "
        "(NPAI) : scannez-la ou recopiez-la dans votre espace client.",
    ]
    if any(column.name == "income_band" for column in columns):
        paragraphs.append(INCOME_NOTE)
    if use_by is not None:
        paragraphs.append(
            f"Téléphone : utilisez ces numéros jusqu’au {_full(use_by)} inclus, puis "
            "demandez une nouvelle vérification dans votre espace client (CGV, art. CL.6)."
        )
    return [non_breaking(paragraph) for paragraph in paragraphs]


def read_me(format_: str, paragraphs: Sequence[str]) -> bytes:
    """The LISEZMOI.txt beside the rows of a text file."""
    lines = [*paragraphs, "", "LIRE LE FICHIER", _HOW_TO_LOAD[format_]]
    return "".join(f"{line}{_LINE_END}" for line in lines).encode("utf-8-sig")


def _full(day: date) -> str:
    return f"{format_day_month_fr(day)} {day.year}"
