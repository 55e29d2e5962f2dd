"""Mails that a program answers for somebody who is away: they suppress nobody (RFC 3834)."""

import re
from typing import Final

from marketingconnect.sending.bounces.mail import Mail

_SUBJECTS: Final = re.compile(
    r"^(?:auto(?:matic)?[ :\-]|out of (?:the )?office|absen|en congé|je suis absent"
    r"|réponse auto|message automatique|accusé de réception|vacation|away|i am away"
    r"|abwesenheit|automatische antwort|risposta automatica|respuesta automática)",
    re.I,
)


def is_auto_reply(mail: Mail) -> bool:
    """Sent by a program in answer, by its headers first, by its subject last."""
    submitted = mail.header("Auto-Submitted").lower()
    if submitted.startswith("auto-replied"):
        return True
    if mail.header("X-Autoreply") or mail.header("X-Autorespond") or mail.header("X-Vacation"):
        return True
    if mail.header("Precedence").lower() in {"auto_reply", "auto-reply"}:
        return True
    answers = bool(mail.header("In-Reply-To") or mail.header("X-Auto-Response-Suppress"))
    by_program = submitted.startswith("auto-generated") and answers
    return by_program or bool(_SUBJECTS.match(mail.header("Subject")))
