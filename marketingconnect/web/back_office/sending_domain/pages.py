"""What the page of the sending domain shows."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings

from marketingconnect.dns import RecordType, Resolver
from marketingconnect.sending.domains.records import (
    Finding,
    Purpose,
    Record,
    Verdict,
    finding,
    records_of,
)
from marketingconnect.sending.domains.states import KeyState
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.models import DkimKey

STATES: Final = {
    KeyState.CREATED: ("À publier", "warning"),
    KeyState.PUBLISHED: ("Publiée", "info"),
    KeyState.IN_USE: ("En service", "success"),
    KeyState.RETIRED: ("Retirée", "neutral"),
}
ALGORITHMS: Final = {
    Algorithm.RSA: "RSA 2048 bits, lue partout",
    Algorithm.ED25519: "Ed25519, plus rapide, en complément d’une clé RSA",
}
PURPOSES: Final = {
    Purpose.SPF: "SPF : qui a le droit d’envoyer",
    Purpose.DKIM: "DKIM : la clé qui vérifie nos signatures",
    Purpose.DMARC: "DMARC : la règle en cas d’usurpation",
    Purpose.RETURN_PATH: "MX : où reviennent les messages non aboutis",
}
VERDICTS: Final = {
    Verdict.GOOD: ("En place", "success"),
    Verdict.MISSING: ("Absent", "error"),
    Verdict.OTHER: ("À corriger", "warning"),
    Verdict.UNKNOWN: ("Sans réponse", "neutral"),
}


class KeyForm(forms.Form):
    """What a new key signs with."""

    algorithm = forms.ChoiceField(
        label="Sorte de clé",
        choices=[(one.value, words) for one, words in ALGORITHMS.items()],
        error_messages={
            "required": "Choisissez une sorte de clé.",
            "invalid_choice": "Choisissez une des sortes de clé proposées.",
        },
    )


@dataclass(frozen=True)
class KeyRow:
    """A key, and what may be done with it."""

    key: DkimKey
    label: str
    kind: str
    algorithm: str
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class RecordRow:
    """A record to copy, and what was found, once asked."""

    record: Record
    purpose: str
    label: str = ""
    kind: str = ""
    advice: str = ""


def domain_page(findings: list[Finding] | None = None) -> dict[str, Any]:
    """Context of the page; `findings` after a check."""
    keys = list(_keys())
    rows = [_found(one) for one in findings or ()] or [
        RecordRow(one, PURPOSES[one.purpose]) for one in records()
    ]
    return {
        "domain": settings.SENDING_DOMAIN,
        "keys": [_key_row(key) for key in keys],
        "records": rows,
        "checked": findings is not None,
        "signs": any(key.state == KeyState.IN_USE for key in keys),
        "form": KeyForm(),
    }


def records() -> list[Record]:
    """All that is to be published now; a retired key no longer is."""
    held = [one for one in _keys() if one.state != KeyState.RETIRED]
    return records_of(
        settings.SENDING_DOMAIN,
        keys=[(one.selector, one.public_record) for one in held],
        mail_host=settings.MAIL_HOST,
    )


def findings(resolver: Resolver) -> list[Finding]:
    """Ask the name servers, outside a transaction."""

    def texts(name: str) -> list[str]:
        return list(resolver.ask(name, RecordType.TXT).records)

    return [finding(one, resolver.ask(one.name, RecordType(one.kind)), texts) for one in records()]


def keys_found(found: list[Finding]) -> list[int]:
    """Created keys whose record is in place."""
    names = {
        one.record.name
        for one in found
        if one.verdict is Verdict.GOOD and one.record.purpose is Purpose.DKIM
    }
    return [
        key.pk
        for key in _keys()
        if key.state == KeyState.CREATED
        and f"{key.selector}._domainkey.{settings.SENDING_DOMAIN}" in names
    ]


def _keys() -> list[DkimKey]:
    return list(DkimKey.objects.filter(domain__name=settings.SENDING_DOMAIN).order_by("-pk")[:50])


def _key_row(key: DkimKey) -> KeyRow:
    state = KeyState(key.state)
    label, kind = STATES[state]
    verbs: tuple[str, ...] = () if state is KeyState.RETIRED else ("retirer",)
    if state is KeyState.PUBLISHED:
        verbs = ("utiliser", *verbs)
    name = "RSA 2048 bits" if key.algorithm == Algorithm.RSA else "Ed25519"
    return KeyRow(key, label, kind, name, verbs)


def _found(one: Finding) -> RecordRow:
    label, kind = VERDICTS[one.verdict]
    return RecordRow(one.record, PURPOSES[one.record.purpose], label, kind, one.advice)
