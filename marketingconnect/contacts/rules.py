"""What is asked of a client's contact file, and how long it is kept (CGV B.5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from marketingconnect.contacts.states import ContactFileState


class LegalBasis(StrEnum):
    """On what ground the client may write to the people of its file."""

    CONSENT = "consent"
    EXISTING_CUSTOMERS = "existing_customers"
    PROFESSIONALS = "professionals"


SHORTEST_PROOF: Final = 20
STALE_AFTER_DAYS: Final = 3 * 365
"""The CNIL's three years from the last contact that came from the person."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the client declares of its file."""

    legal_basis: str
    proof: str
    collected_from: date | None
    collected_to: date | None
    attested: bool


@dataclass(frozen=True, slots=True)
class FileUse:
    """A campaign on a file; `ended_on` is None as long as it still needs the addresses."""

    name: str
    ended_on: date | None


def origin_faults(*, origin: Origin, today: date) -> dict[str, str]:
    """CGV B.5: the client says on what ground it writes to its file, and how it can prove it.

    Field -> what is wrong, in the client's words; empty when the import may start.
    """
    faults: dict[str, str] = {}
    if origin.legal_basis not in set(LegalBasis):
        faults["legal_basis"] = "Choisissez ce qui vous permet d’écrire à ces personnes."
    if len(origin.proof.split()) < 3 or len(origin.proof.strip()) < SHORTEST_PROOF:
        faults["proof"] = (
            "Dites en une phrase comment ces adresses ont été recueillies : où, par quel moyen."
        )
    faults |= _period_faults(origin.collected_from, origin.collected_to, today)
    if not origin.attested:
        faults["attested"] = (
            "Cochez cette case : sans elle, nous ne pouvons pas prendre le fichier."
        )
    return faults


def _period_faults(first: date | None, last: date | None, today: date) -> dict[str, str]:
    if first is None or last is None:
        missing = "collected_from" if first is None else "collected_to"
        return {missing: "Indiquez cette date, même approximative."}
    if last > today:
        return {"collected_to": "Cette date est dans le futur."}
    if first > last:
        return {"collected_from": "Le début vient après la fin : vérifiez les deux dates."}
    return {}


def is_stale(*, collected_to: date, today: date) -> bool:
    """CGV B.5: addresses with no collection for three years should be asked again first."""
    return (today - collected_to).days > STALE_AFTER_DAYS


def sensitive_columns_taken(*, mapping: Mapping[int, str], sensitive: Collection[int]) -> list[int]:
    """CGV B.5: columns that reveal what the law protects most and that a mapping would take."""
    return sorted(index for index, target in mapping.items() if target and index in sensitive)


def deletion_obstacle(*, state: str, uses: Sequence[FileUse]) -> str:
    """CGV B.5: the client has its file deleted when it likes, unless a campaign needs it.

    The reason for the client, empty when the file may go.
    """
    if state in {ContactFileState.IMPORTING, ContactFileState.CANCELLING}:
        return "L’import est en cours. Arrêtez-le d’abord, puis supprimez le fichier."
    open_uses = [use.name for use in uses if use.ended_on is None]
    if open_uses:
        names = ", ".join(f"« {name} »" for name in open_uses)
        return (
            f"Ce fichier sert à {names}. Vous pourrez le supprimer quand l’envoi sera terminé,"
            " ou après avoir retiré ce fichier de la campagne."
        )
    return ""


def purge_date(*, unused_until: date, uses: Sequence[FileUse], retention_days: int) -> date | None:
    """CGV B.5: kept as long as the service needs it, at most 30 days after the last campaign.

    `unused_until` holds for a file that no campaign used; None while one still does.
    """
    if any(use.ended_on is None for use in uses):
        return None
    ends = [use.ended_on for use in uses if use.ended_on is not None]
    return max(ends) + timedelta(days=retention_days) if ends else unused_until
