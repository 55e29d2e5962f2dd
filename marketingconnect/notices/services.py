"""Queue mail to clients in the caller's transaction; staff may queue again what did not leave."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.template import engines
from django.template.context import Context

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.jobs import job
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.notices.errors import StaleNoticeError
from marketingconnect.notices.models import Notice
from marketingconnect.notices.states import TRANSITIONS, NoticeState

DELIVER = "notices.deliver"
# A header is one line, whatever a person is called.
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
Attachment = Mapping[str, str]


@transaction.atomic
def queue_notice(
    *,
    key: str,
    template: str,
    to_email: str,
    company_id: int | None,
    context: Mapping[str, Any],
    at: datetime,
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
) -> Notice:
    """CGV II.2.a: write a mail and the job that sends it; both live or die with the act itself.

    `template` names `notices/<template>.subject.txt`, `.txt` and `.html`. An attachment is
    `{"name": "facture.pdf", "path": a storage path, "type": "application/pdf"}`. The same `key`
    twice is one mail: the existing row comes back unchanged.
    """
    if existing := Notice.objects.filter(key=key).first():
        return existing
    subject, text, html = _rendered(template, context)
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "company_id": company_id,
            "to_email": to_email,
            "subject": subject,
            "text": text,
            "html": html,
            "attachments": [dict(attachment) for attachment in attachments],
            "headers": dict(headers or {}),
            "queued_at": at,
            "message_id": f"<{secrets.token_hex(12)}@{_own_domain()}>",
        },
    )
    if is_new:
        defer_delivery(notice.pk)
    return notice


def defer_delivery(notice_id: int, *, in_seconds: int = 0) -> None:
    """Queue the job; inside a transaction it starts only once that is committed."""
    job(
        DELIVER,
        queue="notices",
        schedule_in={"seconds": in_seconds} if in_seconds else None,
    ).defer(notice_id=notice_id)


@transaction.atomic
def requeue(notice_id: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """Staff send again what failed or is uncertain; they know it may arrive twice."""
    _decide(notice_id, NoticeState.QUEUED, "notice.requeued", actor, reason, now)
    Notice.objects.filter(pk=notice_id).update(attempts=0, not_before=None, in_flight_at=None)
    defer_delivery(notice_id)


@transaction.atomic
def settle_as_sent(notice_id: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """Staff know that an uncertain mail arrived."""
    _decide(notice_id, NoticeState.SENT, "notice.settled", actor, reason, now)
    Notice.objects.filter(pk=notice_id).update(sent_at=now)


def forget_content(key: str, *, at: datetime) -> bool:
    """CGV B.5: erase what stood in a mail that handed personal data on; False when it is not there.

    That it was sent, to whom and when stays. One that is sent again says what it held is gone.
    """
    day = format_date_fr(paris_date(at))
    gone = f"Le contenu de cet e-mail est effacé depuis le {day} (CGV, art. B.5).\n"
    erased = Notice.objects.filter(key=key).update(
        subject="Contenu effacé", text=gone, html=f"<p>{gone}</p>", headers={}
    )
    return bool(erased)


def _decide(
    notice_id: int, new: NoticeState, action: str, actor: Actor, reason: str, now: datetime
) -> None:
    """A decision of staff: only from the states that end a delivery without success."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    old = NoticeState(notice.state)
    waiting_for_staff = old in {NoticeState.FAILED, NoticeState.UNCERTAIN}
    if not waiting_for_staff or new not in TRANSITIONS[old]:
        raise StaleNoticeError(notice.key, old)
    Notice.objects.filter(pk=notice_id).update(state=new)
    record(
        action=action,
        actor=actor,
        company_id=notice.company_id,
        subject=f"notice:{notice.pk}",
        at=now,
        before={"state": old},
        after={"state": new, "key": notice.key, "reason": reason},
    )


def _rendered(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject on one line, plain text (nothing escaped), HTML."""
    values = {"base_url": settings.BASE_URL, **context}
    engine = engines["django"].engine  # type: ignore[attr-defined]
    subject, text = (
        engine.get_template(f"notices/{template}.{kind}").render(
            Context({**values}, autoescape=False)
        )
        for kind in ("subject.txt", "txt")
    )
    html = engine.get_template(f"notices/{template}.html").render(Context({**values}))
    return _CONTROLS.sub(" ", subject).strip(), text.strip() + "\n", html


def _own_domain() -> str:
    return parseaddr(settings.NOTICES_FROM)[1].rpartition("@")[2]
