"""The designated uses, the subcontractors, the sample of the message, what an order waits for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.siren import normalise_siret
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.contract import Missing
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import (
    FORBIDDEN_USES,
    RentalUse,
    SampleKind,
    SubcontractorRole,
)

MOST_USES: Final = 12
MOST_SAMPLE_BYTES: Final = 10 * 1024 * 1024
_KINDS: Final = {
    b"%PDF-": SampleKind.PDF,
    b"\x89PNG\r\n\x1a\n": SampleKind.IMAGE,
    b"\xff\xd8\xff": SampleKind.IMAGE,
}
_TEXT_CODECS: Final = ("utf-8-sig", "cp1252")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and the article that says so."""

    sentence: str
    article: str


def use_refusal(use: str) -> Refusal | None:
    """CGV CL.1, CL.2: direct mail and telephone are ordered; a forbidden use is refused by name.

    Automated calling, fax, directories, brokerage, other products, third parties.
    """
    if use in set(RentalUse):
        return None
    if forbidden := FORBIDDEN_USES.get(use):
        return Refusal(non_breaking(forbidden.sentence), forbidden.article)
    return Refusal("Choisissez un usage : publipostage ou prospection par téléphone.", "CL.2")


def uses_refusal(*, uses: Collection[str], times: int, channel: str) -> Refusal | None:
    """CGV CL.1, Def: the order form names each use and how many times the file serves.

    Post is mailed to; a selection of people reachable by phone alone is only called. Mobiles and
    e-mail addresses are not rented.
    """
    if not uses:
        return Refusal("Dites à quoi servira le fichier.", "CL.1")
    for use in uses:
        if refusal := use_refusal(use):
            return refusal
    if not 1 <= times <= MOST_USES:
        return Refusal(f"Indiquez un nombre d’utilisations, de 1 à {MOST_USES}.", "CL.1")
    if channel in {"mobile", "email"}:
        sentence = "Un fichier loué porte des adresses postales et des téléphones fixes."
        return Refusal(f"{sentence} Choisissez un de ces canaux.", "Def")
    if RentalUse.DIRECT_MAIL in uses and channel != "post":
        sentence = (
            "Votre ciblage porte sur des numéros de téléphone : choisissez la prospection par "
            "téléphone, ou ciblez des adresses postales."
        )
        return Refusal(non_breaking(sentence), "CL.1")
    return None


def carries_phones(uses: Collection[str]) -> bool:
    """CGV CL.2: numbers are delivered for calling only, so only with that use."""
    return RentalUse.TELEPHONE in uses


def subcontractor_problems(*, name: str, siret: str, role: str) -> dict[str, str]:
    """CGV CL.1: a router, a printer or a call centre acts for the client once it is declared."""
    problems = {}
    if not name.strip():
        problems["name"] = "Indiquez le nom du sous-traitant."
    try:
        normalise_siret(siret)
    except InvalidValueError as error:
        problems["siret"] = str(error)
    if role not in set(SubcontractorRole):
        problems["role"] = "Choisissez son rôle : routeur, imprimeur ou centre d’appels."
    return problems


def sample_kind(beginning: bytes, *, whole: bool) -> SampleKind | None:
    """CGV CL.7: a sample of the message is a PDF, a picture or a text; None for anything else.

    `beginning` are the first bytes; `whole` says that there are no others.
    """
    for mark, kind in _KINDS.items():
        if beginning.startswith(mark):
            return kind
    if not beginning or b"\x00" in beginning:
        return None
    return SampleKind.TEXT if any(_reads_as(beginning, c, whole) for c in _TEXT_CODECS) else None


def _reads_as(beginning: bytes, codec: str, whole: bool) -> bool:
    """A piece may cut the last character in two."""
    cuts = (0,) if whole else (0, 1, 2, 3)
    for cut in cuts:
        try:
            text = beginning[: len(beginning) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        return all(sign.isprintable() or sign in "\r\n\t\f" for sign in text)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class RentalFacts:
    """What decides whether the files may be made.

    `sample` is empty, or the state of the sample's moderation (`waiting`, `approved`, `refused`,
    `changes_asked`). `quantity` is what was ordered, None before the order.
    """

    state: RentalState
    counted: int | None
    quantity: int | None
    uses: Collection[str]
    times: int
    channel: str
    sample: str
    payment_validated_on: date | None


def missing_facts(facts: RentalFacts) -> list[Missing]:
    """CGV CL.1, CL.4, CL.7, II.1.b: everything a rental waits for, in the client's words."""
    return [*_target(facts), *_use(facts), *_sample(facts), *_payment(facts), *_freeze(facts)]


def _target(facts: RentalFacts) -> Iterator[Missing]:
    if not facts.counted:
        sentence = "Choisissez qui figurera dans le fichier."
        yield Missing("criteria", sentence, "CL.4", "client", "client_area:rental_target")


def _use(facts: RentalFacts) -> Iterator[Missing]:
    refusal = uses_refusal(uses=facts.uses, times=facts.times, channel=facts.channel)
    if facts.counted and refusal:
        yield Missing("use", refusal.sentence, refusal.article, "client", "client_area:rental_uses")


def _sample(facts: RentalFacts) -> Iterator[Missing]:
    page = "client_area:rental_sample"
    if not facts.sample:
        sentence = "Déposez un exemplaire du message que vous enverrez."
        yield Missing("sample", sentence, "CL.7", "client", page)
    elif facts.sample in {"refused", "changes_asked"}:
        sentence = "Remplacez l’exemplaire de votre message comme la modération le demande."
        yield Missing("moderation", sentence, "CL.7", "client", page)
    elif facts.sample != "approved":
        sentence = "Notre modération relit votre message avant de livrer le fichier."
        yield Missing("moderation", sentence, "CL.7", "operator", page)


def _payment(facts: RentalFacts) -> Iterator[Missing]:
    if facts.payment_validated_on is None:
        ordered = facts.quantity is not None
        sentence = "Payez votre commande." if ordered else "Commandez, puis payez."
        yield Missing("payment", sentence, "II.1.b", "client", "client_area:rental")


def _freeze(facts: RentalFacts) -> Iterator[Missing]:
    page = "client_area:rental"
    if facts.state is RentalState.SUSPENDED:
        sentence = "Cette location est suspendue : notre équipe vous a écrit pourquoi."
        yield Missing("suspended", non_breaking(sentence), "CL.2", "operator", page)
    elif facts.payment_validated_on is not None and facts.state is RentalState.ORDERED:
        sentence = "Nous arrêtons votre sélection, ligne par ligne."
        yield Missing("selection", sentence, "CL.4", "operator", page)
