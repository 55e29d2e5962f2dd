"""The rows that criteria leave out: received before, in the client's own file, asked too often."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from pyroaring import BitMap

from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.digests import OppositionList
from marketingconnect.base.index.masks import bitmap_of_rows
from marketingconnect.base.vocabulary import Channel
from marketingconnect.contacts.models import Contact, ContactFile
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.suppression.identities import postal_identity
from marketingconnect.suppression.keys import digester, newest_version
from marketingconnect.suppression.models import Channel as Opposed
from marketingconnect.suppression.models import Scope
from marketingconnect.targeting.criteria import InvalidCriteriaError

_AT_ONCE: Final = 20_000
_NAMED: Final = ("last_name", "first_name")
_STREETS: Final = ("street", "adresse", "rue", "address", "voie")


def check_file(file_id: int, company_id: int | None) -> None:
    """Raise InvalidCriteriaError unless this company may leave out the people of this file."""
    known = ContactFile.objects.filter(pk=file_id, deleted_at=None, state=ContactFileState.IMPORTED)
    if company_id is None or not known.filter(company_id=company_id).exists():
        raise InvalidCriteriaError(
            "exclude.file", "Ce fichier n’existe pas, ou n’est pas encore lu."
        )


def rows_of_file(index: ReleaseIndex, file_id: int) -> BitMap:
    """The rows of the people of a file: the same e-mail, the same number, or name at an address.

    They are found by the same keyed hashes as oppositions: the index knows no address by itself.
    """
    found = BitMap()
    for contacts in _contacts(file_id):
        for channel, opposed, addresses in _addresses(contacts):
            found |= _rows_with(index, channel, opposed, addresses)
    return found


def _addresses(contacts: list[Contact]) -> Iterator[tuple[Channel, Opposed, list[str]]]:
    yield Channel.EMAIL, Opposed.EMAIL, [contact.email for contact in contacts if contact.email]
    phones = [contact.mobile for contact in contacts if contact.mobile]
    yield Channel.MOBILE, Opposed.PHONE, phones
    yield Channel.PHONE, Opposed.PHONE, phones
    yield Channel.POST, Opposed.POST, [each for each in map(_identity, contacts) if each]


def _identity(contact: Contact) -> str:
    """The person at an address, when the file has both; empty otherwise."""
    fields = contact.fields
    street = next((fields[name] for name in _STREETS if fields.get(name)), "")
    name = " ".join(filter(None, (fields.get(part) for part in _NAMED)))
    name = name or fields.get("company_name", "")
    if not (street and name and fields.get("postal_code")):
        return ""
    return postal_identity(name, street, fields["postal_code"], fields.get("city", ""))


def _rows_with(
    index: ReleaseIndex, channel: Channel, opposed: Opposed, addresses: list[str]
) -> BitMap:
    """The rows that have one of these addresses on a channel."""
    version = newest_version()
    name = OppositionList(channel, opposed.value, Scope.EVERYONE.value, version).name
    if not addresses or name not in index.lists:
        return BitMap()
    digest = digester(channel=opposed, scope=Scope.EVERYONE, company_id=0, version=version)
    beginnings = b"".join(digest(address)[:8] for address in addresses)
    prefixes = np.frombuffer(beginnings, dtype=">u8").astype(np.uint64)
    return bitmap_of_rows(index.opposed_rows(name, prefixes))


def _contacts(file_id: int) -> Iterator[list[Contact]]:
    last = 0
    rows = Contact.objects.filter(file_id=file_id).order_by("pk")
    while contacts := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        yield contacts
        last = contacts[-1].pk


def seen_often(sets: Iterable[BitMap], times: int) -> BitMap:
    """The rows that are in `times` of the sets at least."""
    reached = [BitMap() for _ in range(times)]
    for rows in sets:
        for place in range(times - 1, 0, -1):
            reached[place] = reached[place] | (reached[place - 1] & rows)
        reached[0] = reached[0] | rows
    return reached[-1]
