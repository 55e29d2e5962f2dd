"""The pages of what leaves: campaigns at work, and the domain that they leave from."""

from typing import Any, Final

from django.conf import settings

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.services.domains import make_key

SENDING_DOMAIN: Final = (
    "sending_domain",
    "sending_domain_check",
    "sending_key_new",
    "sending_key_act",
)
SENDING_FORMS: Final[dict[str, dict[str, Any]]] = {
    "sending_act": {"reason": "client", "comment": "Appel"},
    "sending_doubt": {"decision": "sent", "reason": "Vu"},
    "sending_domain_check": {},
    "sending_key_new": {"algorithm": "ed25519-sha256"},
    "sending_key_act": {},
}


def sending_places(sending_id: int) -> dict[str, dict[str, Any]]:
    """A campaign at work, and a key to put to use or retire."""
    sending = {"campaign_id": sending_id}
    key = make_key(
        domain=settings.SENDING_DOMAIN,
        algorithm=Algorithm.ED25519,
        actor=Actor.system("essai"),
        now=clock.now(),
    )
    return {
        **{f"back_office:sending{act}": sending for act in ("", "_act", "_doubt")},
        "back_office:sending_key_act": {"key_id": key.pk, "verb": "retirer"},
    }
