"""The quality of an imported file: counted once it is in, shown beside its figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.quality.mail_domains import which_receive_mail
from marketingconnect.contacts.quality.rules import (
    IN_WORDS,
    OfDomain,
    Quality,
    Remark,
    quality_of,
    remarks_on,
)
from marketingconnect.dns import Resolver
from marketingconnect.kernel.email_address import ROLE_NAMES

_MOST_ASKED: Final = 5_000
"""Domains asked about, the most frequent first: the rest of a file are its rare ones."""
_MOST_SUGGESTIONS: Final = 20
_DOMAINS: Final = """
select split_part(email, '@', 2) as domain, count(*) from contacts_contact
 where file_id = %s group by domain order by count(*) desc, domain
"""
_ROLES: Final = """
select count(*) from contacts_contact
 where file_id = %s and split_part(split_part(email, '@', 1), '+', 1) = any(%s)
"""
_DOUBTFUL: Final = """
select line, email from contacts_contact
 where file_id = %s and split_part(email, '@', 2) = any(%s) order by line
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A domain that looks mistyped, what it may be, and how many addresses have it."""

    written: str
    suggested: str
    addresses: int


def measure(file_id: int, resolver: Resolver) -> dict[str, Any]:
    """CGV B.5: count what is doubtful in a file, and keep it with the file; safe to repeat.

    Nothing is removed nor corrected: the client decides. The keys of the result are those of
    Remark, `mistyped_domains` and `asked` (whether the domain name system was asked).
    """
    with connection.cursor() as cursor:
        cursor.execute(_DOMAINS, [file_id])
        domains: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(_ROLES, [file_id, sorted(ROLE_NAMES)])
        (roles,) = cursor.fetchone() or (0,)
    receive = which_receive_mail(list(domains)[:_MOST_ASKED], resolver)
    counted: Counter[str] = Counter({Remark.ROLE.value: roles})
    found: dict[str, list[str]] = {}
    for domain, addresses in domains.items():
        told = remarks_on(domain, receives_mail=receive.get(domain))
        for remark in told.remarks:
            counted[remark.value] += addresses
            found.setdefault(remark.value, []).append(domain)
    quality = {
        **counted,
        "asked": any(answer is not None for answer in receive.values()),
        "domains": found,
        "mistyped_domains": _suggestions(domains),
    }
    ContactFile.objects.filter(pk=file_id).update(quality=quality)
    return quality


def _suggestions(domains: dict[str, int]) -> list[list[Any]]:
    rows = ((domain, remarks_on(domain).suggestion, n) for domain, n in domains.items())
    return [list(row) for row in rows if row[1]][:_MOST_SUGGESTIONS]


def remarks_of(file: ContactFile) -> list[tuple[str, int]]:
    """What is doubtful in a file, in words, and how many addresses; empty when nothing is."""
    shown = (Remark.NO_MAIL, Remark.MISTYPED, Remark.DISPOSABLE, Remark.ROLE)
    found = ((IN_WORDS[one], file.quality.get(one.value, 0)) for one in shown)
    return [(words, addresses) for words, addresses in found if addresses]


def suggestions_of(file: ContactFile) -> list[Suggestion]:
    """The mistyped domains of a file, the most frequent first."""
    return [Suggestion(*row) for row in file.quality.get("mistyped_domains", [])]


def doubtful_addresses(file: ContactFile) -> Iterator[tuple[int, Quality]]:
    """Line of the client's file and what is said of its address, in the order of the file."""
    found: dict[str, list[str]] = file.quality.get("domains", {})
    dead = set(found.get(Remark.NO_MAIL.value, []))
    domains = sorted({domain for names in found.values() for domain in names})
    if not domains:
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_DOUBTFUL, [file.pk, domains])
        for line, email in iter(cursor.fetchone, None):
            receives = False if email.rpartition("@")[2] in dead else None
            yield line, quality_of(email, receives_mail=receives)


def in_words(told: OfDomain | Quality) -> str:
    """Remarks in French, for the client."""
    return ", ".join(IN_WORDS[one] for one in told.remarks)
