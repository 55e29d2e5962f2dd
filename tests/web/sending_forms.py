"""The pages of what leaves: campaigns at work, and the domain that they leave from."""

from typing import Any, Final

from django.conf import settings

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.services.domains import make_key
from marketingconnect.sending.services.returns import keep_mail, read_mail
from marketingconnect.sending.states import ReturnSource

SENDING_DOMAIN: Final = (
    "sending_domain",
    "sending_domain_check",
    "sending_key_new",
    "sending_key_act",
    "encryption",
)
RETURNED_MAILS: Final = (
    "returned_mails",
    "returned_mails_csv",
    "returned_mail",
    "returned_mail_attach",
    "returned_mail_dismiss",
    "returned_mail_forward",
    "returned_mail_oppose",
)
WEBHOOKS: Final = ("sandbox", "stripe", "returns", "mailgun", "sns")
SENDING_FORMS: Final[dict[str, dict[str, Any]]] = {
    "sending_act": {"reason": "client", "comment": "Appel"},
    "sending_doubt": {"decision": "sent", "reason": "Vu"},
    "returned_mail_attach": {"campaign_id": "1", "position": "1", "kind": "bounce"},
    "returned_mail_dismiss": {"reason": "spam", "comment": "Vu"},
    "returned_mail_forward": {},
    "returned_mail_oppose": {},
    "sending_domain_check": {},
    "sending_key_new": {"algorithm": "ed25519-sha256"},
    "sending_key_act": {},
}


def sending_places(sending_id: int) -> dict[str, dict[str, Any]]:
    """A campaign at work, a mail that came back, and a key to put to use or retire."""
    sending = {"campaign_id": sending_id}
    key = make_key(
        domain=settings.SENDING_DOMAIN,
        algorithm=Algorithm.ED25519,
        actor=Actor.system("essai"),
        now=clock.now(),
    )
    strange = b"From: \xff<zoe@example.org>\nSubject: <b>Pain</b>\n\nBonjour\0 <script>\n"
    mail = keep_mail(
        strange, recipient="c-1@example.org", source=ReturnSource.SMTP, now=clock.now()
    )
    read_mail(mail.pk, now=clock.now())
    return {
        **{
            f"back_office:returned_mail{act}": {"mail_id": mail.pk}
            for act in ("", "_attach", "_dismiss", "_forward", "_oppose")
        },
        **{f"back_office:sending{act}": sending for act in ("", "_act", "_doubt")},
        "back_office:sending_key_act": {"key_id": key.pk, "verb": "retirer"},
    }
