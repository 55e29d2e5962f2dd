"""Mails that answer ours: of a program for somebody who is away, or of a person.

A program's suppress nobody (RFC 3834). A person's is read by somebody: what it seems to ask is
proposed, never done silently.
"""

import re
from typing import Final

from marketingconnect.sending.bounces.mail import Mail

_SUBJECTS: Final = re.compile(
    r"^[\[(]?(?:auto(?:matic)?[ \-]?(?:reply|response|réponse)|auto\s*:|out of (?:the )?office"
    r"|(?:message d['’])?absen(?:ce|te?)(?![-\w])|en congé|je suis (?:absent|en congé)"
    r"|réponse auto|message automatique|accusé de réception|vacation|away(?! from)|i am away"
    r"|abwesenheit|automatische antwort|risposta automatica|respuesta automática)",
    re.I,
)

_PROGRAMS: Final = re.compile(
    r"<?(?:mailer-daemon|postmaster|abuse|no-?reply|ne-?pas-?repondre|double-bounce)@", re.I
)
_QUOTED: Final = re.compile(
    r"^\s*(?:>|-{3,} ?(?:message|mail|e-mail|original|forwarded)|_{8,}|(?:de|from|von)\s*:\s"
    r"|(?:le|on|am)\b.{4,200}(?:a écrit|wrote|schrieb)\s*:|envoyé (?:de|depuis) mon)",
    re.I,
)
"""Where the words of somebody else begin, or the mark of a telephone."""
_ANSWERS: Final = re.compile(r"^\s*(?:re|ré|tr|fw|fwd|aw|sv)\s*[:：]", re.I)
_OPPOSES: Final = re.compile(
    r"(?<![-\w])(?:stop(?![-\w])|d[ée]s?[- ]?inscri\w*|d[ée]sabonn\w*|me desinscri\w*"
    r"|(?:ne (?:veux|souhaite|d[ée]sire)s? |je ne )?(?:plus|pas) (?:jamais )?(?:rien )?"
    r"(?:recevoir|[êe]tre (?:contact|sollicit|d[ée]march)\w*)"
    r"|ne m[’' ]?(?:envoyez|[ée]crivez|contactez|sollicitez) (?:plus|pas)"
    r"|(?:plus|arr[êe]tez) (?:de m[’' ](?:envoyer|[ée]crire)|vos (?:mails?|e-mails?|messages?))"
    r"|(?:retire[zr]|supprime[zr]|enleve[zr]|efface[zr])[- ]?(?:moi|mon|mes|mon adresse)"
    r"|je m[’' ]?oppose|droit d[’' ]opposition|unsubscribe|remove me|opt[- ]?out)",
    re.I,
)


def is_of_a_person(mail: Mail) -> bool:
    """Somebody wrote it: neither a program, nor a list, nor a server by any of their signs."""
    by_program = mail.header("Auto-Submitted").lower() not in {"", "no"}
    of_many = mail.header("Precedence").lower() in {"bulk", "junk", "list"} or mail.header(
        "List-Id"
    )
    sender = mail.header("From")
    of_server = mail.content_type == "multipart/report" or mail.header("Return-Path") == "<>"
    return bool(
        sender
        and not by_program
        and not of_many
        and not of_server
        and not _PROGRAMS.search(sender)
        and not is_auto_reply(mail)
    )


def own_words(mail: Mail) -> str:
    """What the person wrote, without what they quote: our own message speaks of leaving too."""
    lines: list[str] = []
    for line in mail.text().splitlines():
        if _QUOTED.match(line):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def asks_to_leave(mail: Mail) -> str:
    """The words by which somebody seems to oppose, as written; empty for none."""
    subject = mail.header("Subject")
    heard = own_words(mail) if _ANSWERS.match(subject) else f"{subject}\n{own_words(mail)}"
    found = _OPPOSES.search(" ".join(heard.split()))
    return found[0][:60] if found else ""


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
