"""E-mails that came back and name no message of ours: what a person reads in the demo."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from marketingconnect.sending.services.returns import keep_mail, read_mail
from marketingconnect.sending.states import ReturnSource

REFUSED: Final = """\
From: Mail Delivery System <MAILER-DAEMON@mx.exemple.test>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="retour"

--retour
Content-Type: text/plain; charset=utf-8

Your message could not be delivered to one or more recipients.

--retour
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.test

Final-Recipient: rfc822; {email}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {words}

--retour--
"""
"""What a server tells of a message that it refused; `words` are its own."""
_UNKNOWN: Final = REFUSED.format(
    email="ancienne.adresse@exemple.test",
    status="5.1.1",
    words="550 5.1.1 <ancienne.adresse@exemple.test>: user unknown",
)
_AWAY: Final = """\
From: Camille Essai <camille@exemple.test>
Subject: Absente jusqu'au 7
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

Je suis absente jusqu’au 7 et lirai votre message à mon retour.
"""
_ANSWER: Final = """\
From: Louis Essai <louis@exemple.test>
Subject: Re: Les brioches sont de retour
Content-Type: text/plain; charset=utf-8

Bonjour, ouvrez-vous le lundi ?
"""


def load_returned(now: datetime) -> None:
    """A refusal, an absence and a question, in the last hours, the oldest first."""
    for hours, text in ((3, _UNKNOWN), (2, _AWAY), (1, _ANSWER)):
        mail = keep_mail(
            text.encode(),
            recipient=f"retours@{settings.SENDING_DOMAIN}",
            source=ReturnSource.SMTP,
            now=now - timedelta(hours=hours),
        )
        read_mail(mail.pk, now=now)
