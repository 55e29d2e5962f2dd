"""Callbacks are heard when the provider signed them, by its published scheme, and once."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.sending.callbacks import amazon
from marketingconnect.sending.callbacks.errors import (
    ForgedCallbackError,
    UnreachableProviderError,
)
from marketingconnect.sending.callbacks.mailgun import OLDEST, signed_moment
from marketingconnect.sending.callbacks.sns import signed_fields
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import HeardCallback, ReturnEvent
from tests.sending.factories import NOON, make_campaign
from tests.sending.test_provider_news import ZOE, mailgun, ses

KEY = "une clé de signature"
TOPIC = "arn:aws:sns:eu-west-3:123456789012:retours"
PEM_AT = "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM_AT = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&TopicArn=a&Token=b"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey = PRIVATE, *, starts: datetime = NOON) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.serial_number(7).public_key(key.public_key())
    made = made.not_valid_before(starts - timedelta(days=400))
    made = made.not_valid_after(starts + timedelta(days=400))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def by_amazon(told: dict[str, Any], *, version: str = "2", **changed: str) -> bytes:
    """As Amazon documents it: name, line, value, line, in the order of the names."""
    told = {"TopicArn": TOPIC, "Timestamp": "2026-11-24T11:00:00.000Z", **told}
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token"]
    text = "".join(f"{n}\n{told[n]}\n" for n in [*names, "TopicArn", "Type"] if n in told)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303
    seal = base64.b64encode(PRIVATE.sign(text.encode(), padding.PKCS1v15(), algorithm)).decode()
    proof = {"SignatureVersion": version, "Signature": seal, "SigningCertURL": PEM_AT}
    return json.dumps({**told, **proof, **changed}).encode()


def by_mailgun(told: dict[str, Any], *, at: datetime, token: str = "t" * 50) -> dict[str, Any]:
    moment = str(int(at.timestamp()))
    seal = hmac.digest(KEY.encode(), f"{moment}{token}".encode(), "sha256").hex()
    return {"signature": {"timestamp": moment, "token": token, "signature": seal}, **told}


def refused(read: Callable[[], object]) -> bool:
    try:
        read()
    except ForgedCallbackError:
        return True
    return False


def test_mailgun_signs_a_moment_that_is_heard_for_nine_hours() -> None:
    def says(told: dict[str, Any], *, key: str = KEY, now: datetime = NOON) -> bool:
        return not refused(lambda: signed_moment(json.dumps(told).encode(), key=key, now=now))

    good, second = by_mailgun({}, at=NOON), timedelta(seconds=1)
    parent = {**good["signature"], "signature": "0" * 64}
    parent["parent-signature"] = good["signature"]["signature"]

    assert [says(good), says(good, now=NOON + OLDEST), says({"signature": parent})] == [True] * 3
    assert not says(good, now=NOON + OLDEST + second)
    assert says(good, now=NOON - timedelta(minutes=5))
    assert not says(good, now=NOON - timedelta(minutes=5) - second)
    assert [says(good, key="autre"), says(good, key=""), says({}), says({"signature": 4})] == [
        False
    ] * 4
    for name, bad in (("token", "x"), ("timestamp", "²"), ("signature", ""), ("signature", "é")):
        assert not says({"signature": {**good["signature"], name: bad}})


def says(body: bytes, *, topic: str = TOPIC, by: Callable[[str], bytes] = lambda _: pem()) -> bool:
    """Whether Amazon is believed."""
    return not refused(lambda: signed_fields(body, topics=[topic], fetch=by, now=NOON))


def test_amazon_signs_all_that_it_tells_for_our_topic() -> None:
    told = {**ses("<1.t@envois.test>"), "Subject": "Rebond\nà zoé"}
    confirm = {**ses("<1>"), "Type": "SubscriptionConfirmation", "Token": "b"}

    assert all(says(by_amazon(told, version=version)) for version in ("1", "2"))
    assert says(by_amazon(ses("<1>")))
    assert says(by_amazon({**confirm, "SubscribeURL": CONFIRM_AT}))
    assert not says(by_amazon(told), topic=TOPIC + "2")
    for name, bad in (
        ("Message", "{}"),
        ("MessageId", "s2"),
        ("Signature", "AAAA"),
        ("Signature", "é"),
        ("SignatureVersion", "3"),
        ("Type", "Autre"),
    ):
        assert not says(by_amazon(told, **{name: bad})), name


def test_the_certificate_is_of_today_and_comes_from_amazon_and_nowhere_else() -> None:
    told, asked = by_amazon(ses("<1>")), list[str]()
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def fetch(address: str) -> bytes:
        asked.append(address)
        return pem()

    for wrong in (pem(starts=NOON + timedelta(days=401)), pem(other), b"-----BEGIN"):
        assert not says(told, by=lambda _, wrong=wrong: wrong)  # type: ignore[misc]
    for elsewhere in (
        PEM_AT.replace("https", "http"),
        PEM_AT.replace("amazonaws.com", "amazonaws.com.mal.test"),
        PEM_AT.replace("sns.", "s3.").replace("/Simple", "/mal/Simple"),
        PEM_AT.replace("https://", "https://mal.test@"),
        PEM_AT + "?x=.pem",
        PEM_AT + "\n",
        PEM_AT.replace(".amazonaws.com", ".amazonaws.com:444"),
    ):
        assert not says(by_amazon(ses("<1>"), SigningCertURL=elsewhere), by=fetch), elsewhere
    assert asked == []
    assert says(told, by=fetch)
    assert asked == [PEM_AT]


@pytest.fixture
def to_amazon(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[str]:
    """The line to Amazon, replaced; the confirmations that were opened."""
    opened: list[str] = []

    def confirm(address: str) -> bytes:
        opened.append(address)
        return b""

    settings.RETURNS_SNS_TOPICS, settings.RETURNS_MAILGUN_KEY = [TOPIC], KEY
    monkeypatch.setattr(amazon, "certificate_at", lambda _: pem(starts=clock.now()))
    monkeypatch.setattr(amazon, "fetched", confirm)
    return opened


def post(door: str, body: object) -> int:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(f"/rappels/retours/{door}/", text, "text/plain").status_code


@pytest.mark.django_db
def test_mailgun_is_counted_once_and_a_token_opens_for_its_own_words(to_amazon: list[str]) -> None:
    campaign, now = make_campaign([ZOE, "max@exemple.test"]), clock.now()
    ours = [f"<{campaign.pk}.{current_tokens().link(campaign.pk, n)}@envois.test>" for n in (1, 2)]
    good = by_mailgun(mailgun(ours[0]), at=now)
    forged = {**good, "signature": {**good["signature"], "token": "u" * 50}}
    stolen = {**good, **mailgun(ours[1])}
    old = now - timedelta(days=3)
    HeardCallback.objects.create(key="mailgun:old", body_sha256="", heard_at=old)

    assert [post("mailgun", forged), ReturnEvent.objects.count()] == [400, 0]
    assert [post("mailgun", good), post("mailgun", good), post("mailgun", stolen)] == [
        200,
        200,
        400,
    ]

    event = ReturnEvent.objects.get()
    assert (event.position, event.hard, event.source) == (1, True, "webhook")
    assert HeardCallback.objects.get().key != "mailgun:old"
    assert [post("mailgun", b"{"), post("mailgun", b"")] == [400, 400]


@pytest.mark.django_db
def test_amazon_is_heard_once_and_its_topic_confirmed(
    to_amazon: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign([ZOE])
    link = f"<https://envois.test/u/d/{current_tokens().link(campaign.pk, 1)}>"
    told = ses("<0100-b7@eu-west-3.amazonses.com>")
    message = json.loads(told["Message"])
    message["mail"]["headers"] = [{"name": "List-Unsubscribe", "value": link}]
    told["Message"] = json.dumps(message)
    confirm = {"Type": "SubscriptionConfirmation", "MessageId": "c", "Message": "m", "Token": "b"}

    assert [post("sns", by_amazon(told, MessageId="s2")), ReturnEvent.objects.count()] == [400, 0]
    assert [post("sns", by_amazon(told)), post("sns", by_amazon(told))] == [200, 200]
    assert ReturnEvent.objects.get().position == 1
    assert post("sns", by_amazon({**confirm, "SubscribeURL": "https://mal.test/"})) == 400
    assert post("sns", by_amazon({**confirm, "SubscribeURL": CONFIRM_AT})) == 200
    assert to_amazon == [CONFIRM_AT]

    def away(address: str) -> bytes:
        raise UnreachableProviderError(address)

    monkeypatch.setattr(amazon, "certificate_at", away)
    assert post("sns", by_amazon(told)) == 503
