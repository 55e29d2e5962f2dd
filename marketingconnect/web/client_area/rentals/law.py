"""What the law of the day says of phone numbers, dated and sourced, for who ticks the option."""

from dataclasses import dataclass
from datetime import date

from marketingconnect.base.rules import PhoneRegime
from marketingconnect.kernel.calendar import format_day_month_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.terms.law import Fact, UnknownLawError, value_on
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import law


@dataclass(frozen=True, slots=True)
class PhoneLaw:
    """A title, what it means for the file, and where it is written."""

    title: str
    sentences: list[str]
    source: str


def phone_law(today: date, population: str, terms: TermsParameters) -> PhoneLaw | None:
    """CGV CL.6: who may be called that day, in the client's words; None when nothing is known."""
    facts = law()
    fact = next(
        (one for one in facts if one.key == "consumer_phone_prospecting" and one.holds(today)), None
    )
    if fact is None:
        return None
    limit = (
        f"Le fichier porte une date limite d’utilisation, {terms.phone_use_by_days} jours au plus "
        "après sa vérification ; nous le vérifions de nouveau gratuitement ensuite (art. CL.6)."
    )
    if population == "professionals":
        return PhoneLaw(
            "Appeler des professionnels",
            [non_breaking(one) for one in (_PROFESSIONALS, limit)],
            "",
        )
    sentences = [_consumers(fact, facts, today), _WITHOUT, limit]
    return PhoneLaw(_title(fact), [non_breaking(one) for one in sentences], fact.source)


_PROFESSIONALS = (
    "Un professionnel peut être appelé pour ce qui touche à son métier, tant qu’il ne s’y est "
    "pas opposé."
)
_WITHOUT = (
    "Les personnes dont le numéro ne peut pas être livré restent dans le fichier, avec leur "
    "adresse et sans téléphone."
)


def _title(fact: Fact) -> str:
    start = f"{format_day_month_fr(fact.in_force_from)} {fact.in_force_from.year}"
    if fact.in_force_to is not None:
        end = f"{format_day_month_fr(fact.in_force_to)} {fact.in_force_to.year}"
        return non_breaking(f"La loi du {start} au {end}")
    return non_breaking(f"La loi depuis le {start}")


def _consumers(fact: Fact, facts: tuple[Fact, ...], today: date) -> str:
    if PhoneRegime(str(fact.value)) is PhoneRegime.OPPOSITION_LIST:
        return (
            "Un particulier n’est appelé que si son numéro n’est pas sur la liste d’opposition : "
            "les numéros sont expurgés avant la livraison."
        )
    try:
        months = value_on("consumer_phone_consent_months", today, facts, int)
    except UnknownLawError:
        months = 12
    return (
        "Un particulier n’est appelé que s’il l’a accepté avant, depuis moins de "
        f"{months} mois. Nous ne livrons que les numéros dont nous avons la preuve."
    )
