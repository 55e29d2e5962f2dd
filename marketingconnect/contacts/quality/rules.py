"""What is said of an address before it is written to. Nothing is corrected behind the client."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Final

import disposable_email_domains
from rapidfuzz.distance import OSA

from marketingconnect.kernel.email_address import domain_of, is_role_address, normalise_email
from marketingconnect.kernel.errors import InvalidValueError


class Verdict(StrEnum):
    """What to do with an address: write, look at it, or leave it."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


class Remark(StrEnum):
    """Why an address is not plainly good."""

    SYNTAX = "syntax"
    NO_MAIL = "no_mail"
    DISPOSABLE = "disposable"
    MISTYPED = "mistyped"
    ROLE = "role"


IN_WORDS: Final = {
    Remark.SYNTAX: "Adresse mal écrite",
    Remark.NO_MAIL: "Ce nom de domaine ne reçoit pas de courrier",
    Remark.DISPOSABLE: "Adresse jetable",
    Remark.MISTYPED: "Nom de domaine sans doute mal tapé",
    Remark.ROLE: "Adresse d’un service, et non d’une personne",
}
_MARKS: Final = re.compile("[\u0300-\u036f]")
_BAD: Final = {Remark.SYNTAX, Remark.NO_MAIL}
_SHORTEST: Final = 9
"""A shorter domain has too many real neighbours one keystroke away."""
_LONG: Final = 10
"""From that length on, two keystrokes."""


@dataclass(frozen=True, slots=True)
class OfDomain:
    """What the part after the @ says by itself."""

    remarks: tuple[Remark, ...]
    suggestion: str = ""
    """Another domain, when this one looks mistyped."""


@dataclass(frozen=True, slots=True)
class Quality:
    """`address` is the form kept, empty when it cannot be read; `detail` says what is wrong."""

    address: str
    verdict: Verdict
    remarks: tuple[Remark, ...] = ()
    suggestion: str = ""
    detail: str = ""


def quality_of(text: str, *, receives_mail: bool | None = None) -> Quality:
    """CGV B.5: the client answers for its file; it is told what its addresses look like.

    `receives_mail` is what the domain name system says of the domain, None when it was not asked.
    """
    try:
        address = normalise_email(text)
    except InvalidValueError as refusal:
        return Quality("", Verdict.BAD, (Remark.SYNTAX,), _unaccented(text), refusal.message)
    of_domain = remarks_on(domain_of(address), receives_mail=receives_mail)
    remarks = of_domain.remarks + ((Remark.ROLE,) if is_role_address(address) else ())
    local = address.rpartition("@")[0]
    return Quality(
        address,
        verdict_on(remarks),
        remarks,
        f"{local}@{of_domain.suggestion}" if of_domain.suggestion else "",
    )


def _unaccented(text: str) -> str:
    """The address without the accents before its @, when nothing else is wrong; empty otherwise.

    Mailboxes with accents exist (RFC 6531) and hardly anybody has one: it is a slip to look at.
    """
    local, at, domain = text.strip().rpartition("@")
    spelled = local.replace("œ", "oe").replace("æ", "ae")
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", spelled))
    if plain == local:
        return ""
    try:
        return normalise_email(f"{plain}{at}{domain}")
    except InvalidValueError:
        return ""


def verdict_on(remarks: tuple[Remark, ...]) -> Verdict:
    """CGV B.5: an address of a function is as good as another; the rest is to be looked at."""
    if _BAD.intersection(remarks):
        return Verdict.BAD
    return Verdict.DOUBTFUL if set(remarks) - {Remark.ROLE} else Verdict.GOOD


def remarks_on(domain: str, *, receives_mail: bool | None = None) -> OfDomain:
    """CGV B.5: what a domain in its ASCII form says of its addresses.

    A mistyped domain may receive mail, and even give throw-away mailboxes: such names are bought
    on purpose. What is told is the slip.
    """
    remarks: list[Remark] = []
    if receives_mail is False:
        remarks.append(Remark.NO_MAIL)
    suggestion = suggested_for(domain)
    if suggestion:
        remarks.append(Remark.MISTYPED)
    elif _is_disposable(domain):
        remarks.append(Remark.DISPOSABLE)
    return OfDomain(tuple(remarks), suggestion)


def _is_disposable(domain: str) -> bool:
    """Itself, or a part of it: providers of throw-away mailboxes give whole domains away."""
    labels = domain.split(".")
    return any(
        ".".join(labels[at:]) in disposable_email_domains.blocklist for at in range(len(labels) - 1)
    )


@lru_cache(maxsize=100_000)
def suggested_for(domain: str) -> str:
    """CGV B.5: the well-known domain of which this one is a slip of the fingers; empty if none.

    One letter added, lost, changed, or two swapped (optimal string alignment, distance 1), two in
    the long ones, or a usual slip: `gmial.com`, `gmail.con`, `gmail.fr` -> `gmail.com`.
    """
    table = _domains()
    if slip := table.slips.get(domain):
        return slip
    if domain in table.known or domain in table.lookalikes:
        return ""
    least, found = _LONG, ""
    for one in table.long:
        most = 2 if len(one) >= _LONG else 1
        distance = OSA.distance(domain, one, score_cutoff=most)
        # Nobody misses the first letter without seeing it: a neighbour by it is another name.
        if distance <= most and distance < least and domain[0] == one[0]:
            least, found = distance, one
    return found


@dataclass(frozen=True, slots=True)
class _Domains:
    known: frozenset[str]
    long: tuple[str, ...]
    lookalikes: frozenset[str]
    slips: dict[str, str]


@lru_cache(maxsize=1)
def _domains() -> _Domains:
    text = resources.files(__package__).joinpath("domains.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    known = tuple(table["known"])
    long = tuple(one for one in known if len(one) >= _SHORTEST)
    return _Domains(frozenset(known), long, frozenset(table["lookalikes"]), table["slips"])
