"""What sending providers tell, each in its own shape, is one event told once."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from marketingconnect.sending.bounces import Kind
from marketingconnect.sending.bounces.webhooks import news_in
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import ReturnEvent
from marketingconnect.suppression.models import Suppression
from tests.sending.factories import make_campaign

UNKNOWN = "550 5.1.1 user unknown"
ZOE = "zoe@exemple.test"


def mailgun(ours: str, event: str = "failed", severity: str = "permanent") -> dict[str, Any]:
    status = {"code": 550, "message": "5.1.1 user unknown"}
    told = {"id": "g1", "event": event, "severity": severity, "recipient": ZOE}
    naming = {"headers": {"message-id": ours}}
    return {"event-data": {**told, "delivery-status": status, "message": naming}}


def postmark(ours: str, record: str = "Bounce", kind: str = "HardBounce") -> dict[str, Any]:
    told = {"RecordType": record, "Type": kind, "ID": 42, "Email": ZOE, "Details": UNKNOWN}
    return {**told, "Metadata": {"message-id": ours}}


def ses(ours: str, kind: str = "Permanent") -> dict[str, Any]:
    one = {"emailAddress": ZOE, "status": "5.1.1", "diagnosticCode": f"smtp; {UNKNOWN}"}
    bounce = {"bounceType": kind, "bouncedRecipients": [one]}
    told = {"mail": {"commonHeaders": {"messageId": ours}}, "bounce": bounce}
    return {"Type": "Notification", "MessageId": "s1", "Message": json.dumps(told)}


def brevo(ours: str, event: str = "hard_bounce") -> dict[str, Any]:
    told = {"event": event, "email": ZOE, "ts_event": 1795514400, "reason": UNKNOWN}
    return {**told, "message-id": ours}


def mailjet(ours: str) -> list[dict[str, Any]]:
    told = {"event": "bounce", "hard_bounce": True, "email": ZOE, "time": 1795514400}
    return [{**told, "error": "user unknown", "CustomID": ours}]


SHAPES = [mailgun, postmark, ses, brevo, mailjet]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_provider_says_the_same_bounce(shape: Any) -> None:
    (news,) = news_in(json.dumps(shape("<12.tok@envois.test>")).encode())

    told = news.reading
    assert (told.kind, told.hard, told.cause) == (Kind.BOUNCE, True, "mailbox_unknown")
    assert (told.recipient, told.message_id) == (ZOE, "<12.tok@envois.test>")


@pytest.mark.parametrize(
    ("event", "kind", "hard"),
    [
        (mailgun("<1>", "complained"), Kind.COMPLAINT, None),
        (mailgun("<1>", "failed", "temporary"), Kind.OTHER, None),
        (mailgun("<1>", "delivered"), Kind.OTHER, None),
        (postmark("<1>", "SpamComplaint"), Kind.COMPLAINT, None),
        (postmark("<1>", "Bounce", "AutoResponder"), Kind.OTHER, None),
        (ses("<1>", "Transient"), Kind.BOUNCE, False),
        (brevo("<1>", "spam"), Kind.COMPLAINT, None),
        (brevo("<1>", "deferred"), Kind.OTHER, None),
        (brevo("<1>", "soft_bounce"), Kind.BOUNCE, False),
    ],
)
def test_what_is_not_for_good_is_never_hard(event: Any, kind: Kind, hard: bool | None) -> None:
    (news,) = news_in(json.dumps(event).encode())

    assert (news.reading.kind, news.reading.hard) == (kind, hard)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["event-data", "RecordType", "Message", "event", "mail", "bounce", "ID", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_read_without_a_failure(told: Any) -> None:
    assert isinstance(news_in(json.dumps(told).encode()), list)
    assert isinstance(
        news_in(json.dumps({"event": "x", "Message": json.dumps(told)}).encode()), list
    )


@pytest.mark.django_db
def test_a_callback_is_heard_with_its_secret_and_counted_once(settings: Settings) -> None:
    campaign = make_campaign([ZOE])
    ours = f"<{campaign.pk}.{current_tokens().link(campaign.pk, 1)}@envois.test>"
    browser, body = Client(), json.dumps(brevo(ours))

    def told(word: str, text: str = body) -> int:
        headers = {"authorization": word}
        return browser.post(
            "/rappels/retours/", text, "application/json", headers=headers
        ).status_code

    basic = "Basic " + base64.b64encode(b"retours:le mot").decode()
    settings.RETURNS_SECRET = ""
    assert told("Bearer ") == 400
    settings.RETURNS_SECRET = "le mot"
    assert [told("Bearer autre"), told(""), told("Basic é"), told("Basic ####")] == [400] * 4
    assert not ReturnEvent.objects.exists()
    forged = json.dumps(brevo("<12.forged@envois.test>"))
    assert [told("Bearer le mot"), told(basic), told(basic, forged)] == [200] * 3
    assert told(basic, "{") == 400

    event = ReturnEvent.objects.get()
    assert (event.position, event.hard, event.source) == (1, True, "webhook")
    assert Suppression.objects.get().reason == "hard_bounce"
