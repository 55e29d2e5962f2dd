"""Whose letter is this? From what stands on an envelope to the delivery it came from."""

import re
from dataclasses import dataclass
from typing import Final

from marketingconnect.offers.list_rental.delivery_files.spelling import street_form, words_of
from marketingconnect.offers.list_rental.models import TrapVariant

_POSTAL_CODE: Final = re.compile(r"\b\d{5}\b")


@dataclass(frozen=True, slots=True)
class TrapFound:
    """A trap named by a text, and the delivery that carries this name."""

    delivery: int
    label: str
    name: str
    address: str
    certain: bool
    """The street is in the text too, not the name alone."""


def identify_trap(text: str) -> list[TrapFound]:
    """CGV CL.2: the traps that a letter, an e-mail or a row of a file names.

    Words may come in any order and case. The surest first.
    """
    words = set(street_form(words_of(text)).split())
    plain = set(words_of(text))
    variants = TrapVariant.objects.select_related("person", "trace")
    if postal_codes := _POSTAL_CODE.findall(text):
        variants = variants.filter(person__postal_code__in=postal_codes)
    found = [
        _found(variant, words)
        for variant in variants.iterator()
        if plain.issuperset(variant.identity.partition("|")[0].split())
    ]
    return sorted(found, key=lambda trap: (not trap.certain, trap.delivery))


def _found(variant: TrapVariant, words: set[str]) -> TrapFound:
    person = variant.person
    street = person.line4 or person.line5
    return TrapFound(
        delivery=variant.trace.delivery,
        label=variant.trace.label,
        name=f"{variant.first_name} {variant.last_name}".strip(),
        address=f"{street}, {person.postal_code} {person.town}",
        certain=words.issuperset(street_form(words_of(street)).split()),
    )
