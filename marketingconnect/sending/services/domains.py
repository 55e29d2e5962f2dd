"""The life of sending domains and of their DKIM keys: made, seen published, used, retired."""

from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.dns import Found, RecordType, Resolver
from marketingconnect.sending.domains.records import public_record
from marketingconnect.sending.domains.states import KEY_TRANSITIONS, KeyState
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.message.signing import Algorithm, PrivateKey, SigningKey
from marketingconnect.sending.models import DkimKey, SendingDomain

_RSA_BITS: Final = 2048


@transaction.atomic
def make_key(*, domain: str, algorithm: Algorithm, actor: Actor, now: datetime) -> DkimKey:
    """A key pair of a domain, which is registered at its first. Raises SendingError."""
    if not settings.AUTHORITY_PASSPHRASE:
        raise SendingError(
            "Les clés ne peuvent pas être chiffrées : donnez d’abord"
            " MARKETINGCONNECT_AUTHORITY_PASSPHRASE au serveur."
        )
    SendingDomain.objects.get_or_create(name=domain, defaults={"created_at": now})
    held = SendingDomain.objects.select_for_update().get(name=domain)
    private = _generated(algorithm)
    letter = "r" if algorithm is Algorithm.RSA else "e"
    key = DkimKey.objects.create(
        domain=held,
        selector=f"{letter}{now:%Y%m}-{held.keys.count() + 1}",
        algorithm=algorithm,
        public_record=public_record(private.public_key()),
        private_pem=_locked(private),
        created_at=now,
        changed_at=now,
    )
    _journal("dkim_key.created", key, actor, now)
    return key


def see_published(key: DkimKey, resolver: Resolver) -> bool:
    """Whether the DNS holds the key's record as it is. Asks the network: outside a transaction."""
    answer = resolver.ask(f"{key.selector}._domainkey.{key.domain.name}", RecordType.TXT)
    return answer.found is Found.YES and key.public_record in answer.records


@transaction.atomic
def mark_published(key_id: int, *, actor: Actor, now: datetime) -> None:
    """Its record was seen in the DNS."""
    _move(_held(key_id), KeyState.PUBLISHED, "dkim_key.published", actor, now)


@transaction.atomic
def use_key(key_id: int, *, actor: Actor, now: datetime) -> None:
    """Sign with it from now on; the one used before is retired. Only a published key."""
    key = _held(key_id)
    before = DkimKey.objects.filter(
        domain=key.domain_id, algorithm=key.algorithm, state=KeyState.IN_USE
    )
    if key.state != KeyState.PUBLISHED:
        raise SendingError(
            "Cette clé n’est pas encore publiée : publiez son enregistrement, vérifiez-le, puis"
            " mettez-la en service."
        )
    for old in before:
        _move(old, KeyState.RETIRED, "dkim_key.retired", actor, now)
    _move(key, KeyState.IN_USE, "dkim_key.in_use", actor, now)


@transaction.atomic
def retire_key(key_id: int, *, actor: Actor, now: datetime) -> None:
    """Sign no more with it. Its record stays published a week for what is on its way."""
    _move(_held(key_id), KeyState.RETIRED, "dkim_key.retired", actor, now)


def keys_in_use(domain: str) -> list[int]:
    """Ids of the keys that sign for a domain."""
    keys = DkimKey.objects.filter(domain__name=domain, state=KeyState.IN_USE)
    return list(keys.order_by("algorithm", "pk").values_list("pk", flat=True))


def signing_keys(ids: list[int]) -> list[SigningKey]:
    """The keys opened, in the order of `ids`. Raises SendingError when one cannot be."""
    found = DkimKey.objects.select_related("domain").in_bulk(ids)
    return [
        SigningKey(one, found[one].domain.name, found[one].selector, _opened(found[one]))
        for one in ids
    ]


def _generated(algorithm: Algorithm) -> PrivateKey:
    if algorithm is Algorithm.RSA:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ed25519.Ed25519PrivateKey.generate()


def _locked(private: PrivateKey) -> str:
    lock = BestAvailableEncryption(settings.AUTHORITY_PASSPHRASE.encode())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


def _opened(key: DkimKey) -> PrivateKey:
    try:
        private = load_pem_private_key(
            key.private_pem.encode(), settings.AUTHORITY_PASSPHRASE.encode()
        )
    except (ValueError, TypeError) as error:
        raise SendingError(
            f"La clé {key.selector} ne s’ouvre pas avec la phrase secrète du serveur."
        ) from error
    if not isinstance(private, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise SendingError(f"La clé {key.selector} n’est pas d’une sorte connue.")
    return private


def _held(key_id: int) -> DkimKey:
    """The domain is locked first: two rotations at once take turns."""
    domain_id = DkimKey.objects.values_list("domain_id", flat=True).get(pk=key_id)
    SendingDomain.objects.select_for_update().get(pk=domain_id)
    return DkimKey.objects.select_related("domain").get(pk=key_id)


def _move(key: DkimKey, state: KeyState, action: str, actor: Actor, now: datetime) -> None:
    old = KeyState(key.state)
    if state not in KEY_TRANSITIONS[old]:
        raise SendingError("Cette clé n’est plus dans un état qui le permet.")
    changed = DkimKey.objects.filter(pk=key.pk, state=old).update(state=state, changed_at=now)
    if changed != 1:
        raise SendingError("Cette clé vient de changer d’état.")
    key.state = state
    _journal(action, key, actor, now, before={"state": old.value})


def _journal(
    action: str,
    key: DkimKey,
    actor: Actor,
    at: datetime,
    *,
    before: dict[str, object] | None = None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"dkim_key:{key.pk}",
        at=at,
        before=before,
        after={"state": key.state, "domain": key.domain.name, "selector": key.selector},
    )
