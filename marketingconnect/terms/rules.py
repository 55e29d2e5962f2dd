"""When a change of the terms or of the prices may start, and until when a client may refuse it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketingconnect.kernel.calendar import add_months, format_short_date_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import LetterCounts


class ChangeKind(StrEnum):
    """What changes: the terms (CGV) or the prices (tarif)."""

    TERMS = "terms"
    PRICES = "prices"


class RefusalMeans(StrEnum):
    """How a client refuses a change."""

    REGISTERED_LETTER = "registered_letter"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a client sent, and its two days; an e-mail has one day for both."""

    means: RefusalMeans
    letter_number: str
    posted_on: date
    received_on: date


def refusal_deadline(*, informed_on: date, terms: TermsParameters) -> date:
    """CGV III.b: a client terminates within 30 days of being informed, the last day included.

    The day of the information is not counted (III.l).
    """
    return informed_on + timedelta(days=terms.change_notice_days)


def earliest_effect(*, informed_on: date, terms: TermsParameters) -> date:
    """CGV III.b: a change starts on the first day of the month after the client's delay ends."""
    deadline = refusal_deadline(informed_on=informed_on, terms=terms)
    return add_months(deadline.replace(day=1), terms.change_effect_months_after)


def effect_for_client(*, informed_on: date, in_force_from: date, terms: TermsParameters) -> date:
    """CGV III.b: the day a change applies to one client: its own delay, if it was told late."""
    return max(in_force_from, earliest_effect(informed_on=informed_on, terms=terms))


def start_problem(
    *, starts_on: date, published_on: date, latest_start: date | None, earliest: date | None
) -> str:
    """CGV III.b: nothing published changes the past, nor starts before clients could refuse it.

    `earliest` is `earliest_effect` when clients are concerned, None otherwise. A French sentence,
    empty when the date may be kept. The very first text may start on any day.
    """
    if latest_start is None:
        return ""
    if starts_on <= published_on:
        return "Choisissez une date à venir : ce qui est en vigueur n’est jamais remplacé."
    if starts_on <= latest_start:
        return non_breaking(
            "Choisissez une date après celle du dernier texte publié, le "
            f"{format_short_date_fr(latest_start)}."
        )
    if earliest is not None and starts_on < earliest:
        return non_breaking(
            "Vos clients ont d’abord le temps de refuser : la première date possible est le "
            f"{format_short_date_fr(earliest)}."
        )
    return ""


def refusal_problems(refusal: Refusal, *, kind: ChangeKind) -> dict[str, str]:
    """CGV III.b: prices are refused by registered letter; an e-mail is enough for the terms alone.

    Field -> French sentence; empty when the refusal can be examined.
    """
    problems = {}
    is_letter = refusal.means is RefusalMeans.REGISTERED_LETTER
    if not is_letter and kind is ChangeKind.PRICES:
        problems["means"] = "Un tarif se refuse par lettre recommandée."
    if is_letter and not refusal.letter_number.strip():
        problems["letter_number"] = "Indiquez le numéro de la lettre recommandée."
    if refusal.received_on < refusal.posted_on:
        problems["received_on"] = "Une lettre ne peut pas être reçue avant d’être postée."
    return problems


def refusal_is_in_time(refusal: Refusal, *, deadline: date, terms: TermsParameters) -> bool:
    """CGV III.b: a letter is in time when it is posted within the delay, its last day included.

    The terms say whether posting or receipt counts.
    """
    by_posting = terms.change_letter_counts is LetterCounts.WHEN_POSTED
    return (refusal.posted_on if by_posting else refusal.received_on) <= deadline


def change_applies(*, on: date, applies_from: date, is_refused: bool) -> bool:
    """CGV III.b: a change that was not refused in time is accepted, and applies from its day."""
    return not is_refused and on >= applies_from
