"""Two versions of the terms, or of the prices, as pages show them to every audience."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from marketingconnect.kernel.money import Money
from marketingconnect.terms.comparing import (
    Change,
    ComparedArticle,
    Paragraph,
    changed_articles,
    compare,
)
from marketingconnect.terms.models import TermsVersion
from marketingconnect.terms.parameters import SETTINGS, Setting
from marketingconnect.terms.queries import changed_settings
from marketingconnect.terms.readings import (
    Compensated,
    EarlyTermination,
    LetterCounts,
    MinimumTermStart,
    ReferenceStart,
)
from marketingconnect.terms.texts import TermsText, parse_terms
from marketingconnect.web.components import Kind

CHANGE_LABELS: Final[dict[Change, tuple[str, Kind]]] = {
    Change.ADDED: ("Nouvel article", "success"),
    Change.REMOVED: ("Article retiré", "error"),
    Change.CHANGED: ("Article modifié", "info"),
}
READINGS: Final[dict[StrEnum, str]] = {
    MinimumTermStart.CAMPAIGN_START: "le démarrage de la campagne",
    MinimumTermStart.SIGNATURE: "la signature",
    MinimumTermStart.PAYMENT: "le paiement",
    EarlyTermination.AT_END_OF_MINIMUM: "la fin de la durée minimale",
    EarlyTermination.REFUSED: "un refus",
    Compensated.EXCESS: "l’excédent",
    Compensated.ALL: "le tout",
    LetterCounts.WHEN_POSTED: "d’envoi",
    LetterCounts.WHEN_RECEIVED: "de réception",
    ReferenceStart.ORDER: "la commande",
    ReferenceStart.CONTRACT_END: "la fin du contrat",
}
"""The readings that a clause allows, in words."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article that changed; None stands for paragraphs that did not, left out."""

    article: ComparedArticle
    label: str
    kind: Kind
    paragraphs: Sequence[Paragraph | None]


@dataclass(frozen=True, slots=True)
class SettingView:
    """A figure that changed."""

    setting: Setting
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page of a comparison shows."""

    earlier: TermsText
    later: TermsText
    articles: Sequence[ArticleView]
    unchanged: int
    """How many articles are the same in both."""
    settings: Sequence[SettingView]


def comparison(earlier: TermsVersion, later: TermsVersion) -> Comparison:
    """Two published versions, article by article."""
    figures = [
        SettingView(SETTINGS[name][1], in_words(before), in_words(after))
        for name, before, after in changed_settings(earlier, later)
    ]
    return compared_texts(parse_terms(earlier.text), parse_terms(later.text), figures)


def compared_texts(
    earlier: TermsText, later: TermsText, figures: Sequence[SettingView] = ()
) -> Comparison:
    """Two texts, published or not."""
    articles = compare(earlier, later)
    changed = changed_articles(articles)
    return Comparison(
        earlier,
        later,
        [_view(article) for article in changed],
        len(articles) - len(changed),
        figures,
    )


def _view(article: ComparedArticle) -> ArticleView:
    label, kind = CHANGE_LABELS[article.change]
    paragraphs: list[Paragraph | None] = []
    for paragraph in article.paragraphs:
        is_same = all(piece.change is Change.SAME for piece in paragraph)
        if not is_same:
            paragraphs.append(paragraph)
        elif not paragraphs or paragraphs[-1] is not None:
            paragraphs.append(None)
    return ArticleView(article, label, kind, paragraphs)


def in_words(value: Any) -> str:
    """A figure of the terms for a French reader."""
    match value:
        case None:
            return "aucun"
        case True | False:
            return "oui" if value else "non"
        case Money():
            return value.format_fr()
        case StrEnum():
            return READINGS[value]
    return str(value).replace(".", ",")
