"""What came back about a campaign of the past: late bounces, a complaint, absences, answers.

Each is a mail to the return path of one message, kept and read as the reception's; who leaves does
it by the link of the message.
"""

from datetime import datetime
from typing import Final

from django.conf import settings

from marketingconnect.demo.data.returned import REFUSED
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.sending.services.returns import keep_mail, read_mail
from marketingconnect.sending.states import ReturnSource
from marketingconnect.web.tracking.leaving import leave, leaver_of

_COMPLAINT: Final = """\
From: Retours des abonnés <fbl@exemple.test>
Subject: FW: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="plainte"

--plainte
Content-Type: text/plain; charset=utf-8

This is an email abuse report.

--plainte
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Rcpt-To: {email}

--plainte
Content-Type: text/rfc822-headers

Subject: {subject}

--plainte--
"""
_AWAY: Final = """\
From: <{email}>
Subject: Absence du bureau
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

Je suis absente cette semaine et lirai votre message à mon retour.
"""
_ANSWER: Final = """\
From: {author}
Subject: Re: {subject}
Content-Type: text/plain; charset=utf-8

{words}
"""


def bounced(campaign: Campaign, position: int, words: str, *, at: datetime) -> None:
    """A server took the message, then gave it back; `words` begin with its reply code."""
    status = words.split(" ")[1]
    _arrived(campaign, position, REFUSED, at, status=status, words=words)


def complained(campaign: Campaign, position: int, *, at: datetime) -> None:
    """The recipient pressed the button that says *spam*, and the mailbox provider tells."""
    _arrived(campaign, position, _COMPLAINT, at)


def away(campaign: Campaign, position: int, *, at: datetime) -> None:
    """A program answers for somebody who is away."""
    _arrived(campaign, position, _AWAY, at)


def answered(campaign: Campaign, position: int, author: str, words: str, *, at: datetime) -> None:
    """A person answers, from another address as many do; somebody of ours is to read it."""
    _arrived(campaign, position, _ANSWER, at, author=author, words=words)


def left(campaign: Campaign, position: int, reason: str, *, at: datetime) -> None:
    """The recipient leaves by the link of the message; `reason` says by which of its ways."""
    leave(leaver_of(current_tokens().link(campaign.pk, position)), reason, now=at)


def _arrived(campaign: Campaign, position: int, letter: str, at: datetime, **told: str) -> None:
    email = Recipient.objects.get(campaign_id=campaign.pk, position=position).email
    path = current_tokens().return_path(campaign.pk, position)
    mail = keep_mail(
        letter.format(email=email, subject=campaign.subject, **told).encode(),
        recipient=f"r-{path}@{settings.SENDING_DOMAIN}",
        source=ReturnSource.SMTP,
        now=at,
    )
    read_mail(mail.pk, now=at)
