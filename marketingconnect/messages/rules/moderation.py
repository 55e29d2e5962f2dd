"""Decisions of moderation and their reasons (CGV B.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.messages.states import ModerationState


@dataclass(frozen=True)
class Reason:
    """One reason of the list; `sentence` is what the client reads."""

    code: str
    label: str
    sentence: str
    needs_comment: bool = False


REASONS: Final[dict[str, Reason]] = {
    reason.code: reason
    for reason in (
        Reason(
            "mentions",
            "Mentions obligatoires insuffisantes",
            "Les mentions légales ne permettent pas au destinataire de savoir qui lui écrit ou "
            "d’exercer ses droits.",
        ),
        Reason(
            "misleading",
            "Publicité trompeuse ou comparative illicite",
            "Une affirmation du message peut tromper ou comparer sans preuve.",
            True,
        ),
        Reason(
            "restricted",
            "Produit ou secteur réglementé",
            "Le message porte sur un produit ou un secteur dont la publicité est réglementée.",
            True,
        ),
        Reason(
            "third_party_rights",
            "Droits de tiers",
            "Une image, une marque ou un texte semble appartenir à un tiers.",
            True,
        ),
        Reason(
            "decency",
            "Décence, dignité, ordre public",
            "Le contenu porte atteinte à la décence, à la dignité ou à l’ordre public.",
            True,
        ),
        Reason(
            "links",
            "Liens douteux",
            "Un lien mène ailleurs que ce que le message annonce.",
            True,
        ),
        Reason(
            "quality",
            "Caractéristiques techniques",
            "Le message ne respecte pas les caractéristiques techniques et graphiques publiées.",
        ),
        Reason("other", "Autre motif", "Le motif est précisé ci-dessous.", True),
    )
}
DECISIONS: Final = (
    ModerationState.APPROVED,
    ModerationState.REFUSED,
    ModerationState.CHANGES_ASKED,
)


def decision_objections(*, decision: str, reason: str, comment: str) -> dict[str, str]:
    """CGV B.2: what is missing for a decision, a sentence a field; an approval needs no reason."""
    if decision not in DECISIONS:
        return {"decision": "Choisissez une décision."}
    if decision == ModerationState.APPROVED:
        return {}
    if reason not in REASONS:
        return {"reason": "Choisissez un motif : le client le lira."}
    if REASONS[reason].needs_comment and not comment.strip():
        return {
            "comment": "Précisez ce motif en une phrase, pour que le client sache quoi changer."
        }
    return {}


def may_moderate(*, staff_role: StaffRole | None) -> bool:
    """CGV B.2: moderators and administrators decide; nobody else of the staff does."""
    return staff_role in {StaffRole.MODERATION, StaffRole.ADMINISTRATOR}


def was_turned_down(states: Iterable[str]) -> bool:
    """CGV B.2: whether moderation refused this exact content, or asked to change it."""
    return any(
        state in {ModerationState.REFUSED, ModerationState.CHANGES_ASKED} for state in states
    )
