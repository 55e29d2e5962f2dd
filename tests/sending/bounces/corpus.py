"""Mails that came back, written here in the shapes that mail servers give them."""

from dataclasses import dataclass

OURS = """\
Return-Path: <r-abc@envois.atelier-postal.example.org>
From: Boulangerie Nadia <c-000001@envois.atelier-postal.example.org>
To: claire@exemple.test
Subject: Le pain de la semaine
Message-ID: <12.tok@envois.atelier-postal.example.org>
Date: Tue, 24 Nov 2026 12:00:00 +0100

Bonjour Claire,
"""
MESSAGE_ID = "<12.tok@envois.atelier-postal.example.org>"


@dataclass(frozen=True)
class Sample:
    """A mail and what it says; `hard` and `status` as `classify_bounce` prints them."""

    name: str
    text: str
    kind: str = "bounce"
    hard: bool | None = True
    status: str = ""
    reason: str = ""
    recipient: str = "claire@exemple.test"
    message_id: str = MESSAGE_ID


_REPORT = """\
Return-Path: <>
From: %(sender)s
To: r-abc@envois.atelier-postal.example.org
Subject: %(subject)s
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="BB"

--BB
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.exemple.test.
Your message could not be delivered to one or more recipients.

--BB
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.test
Arrival-Date: Tue, 24 Nov 2026 12:00:01 +0100

Final-Recipient: %(recipient)s
Action: %(action)s
Status: %(status)s
Remote-MTA: dns; mx.exemple.test
Diagnostic-Code: %(diagnostic)s

--BB
%(returned)s
--BB--
"""


def dsn(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <claire@exemple.test>: user unknown",
    recipient: str = "rfc822; claire@exemple.test",
    sender: str = "MAILER-DAEMON@mx.exemple.test (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    returned: str = f"Content-Type: message/rfc822\n\n{OURS}",
) -> str:
    """A report by RFC 3464."""
    return _REPORT % {
        "action": action,
        "status": status,
        "diagnostic": diagnostic,
        "recipient": recipient,
        "sender": sender,
        "subject": subject,
        "returned": returned,
    }


def prose(body: str, *, sender: str, subject: str, more: str = "") -> str:
    """Sentences only, our mail quoted below."""
    return f"""\
From: {sender}
To: r-abc@envois.atelier-postal.example.org
Subject: {subject}
{more}Content-Type: text/plain; charset=utf-8

{body}

------ This is a copy of the message, including all the headers. ------

{OURS}
"""


def complaint(fields: str, returned: str = OURS) -> str:
    return f"""\
From: feedback@exemple.test
To: plaintes@envois.atelier-postal.example.org
Subject: FW: Le pain de la semaine
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="CC"

--CC
Content-Type: text/plain

This is an email abuse report.

--CC
Content-Type: message/feedback-report

{fields}

--CC
Content-Type: message/rfc822

{returned}
--CC--
"""


def reply(subject: str, *, headers: str = "") -> str:
    return f"""\
From: Claire Essai <claire@exemple.test>
To: c-000001@envois.atelier-postal.example.org
Subject: {subject}
In-Reply-To: {MESSAGE_ID}
{headers}Content-Type: text/plain; charset=utf-8

Je reviens lundi.
"""


FULL = "smtp; 552 5.2.2 <claire@exemple.test>: mailbox full, over quota"
HEADERS_ONLY = f"Content-Type: text/rfc822-headers\n\n{OURS}"
EXIM = "Mail Delivery System <Mailer-Daemon@mx.exemple.test>"
SAMPLES = [
    Sample("postfix, unknown user", dsn(), status="5.1.1", reason="userunknown"),
    Sample("headers only", dsn(returned=HEADERS_ONLY), status="5.1.1", reason="userunknown"),
    Sample(
        "mailbox full",
        dsn(status="5.2.2", diagnostic=FULL),
        hard=False,
        status="5.2.2",
        reason="mailboxfull",
    ),
    Sample(
        "no such domain",
        dsn(status="5.1.2", diagnostic="smtp; 550 5.1.2 Host unknown: domain does not exist"),
        status="5.1.2",
        reason="hostunknown",
    ),
    Sample(
        "blocked: nothing of the address",
        dsn(status="5.7.1", diagnostic="smtp; 554 5.7.1 Client host blocked using a block list"),
        hard=False,
        status="5.7.1",
        reason="blocked",
    ),
    Sample(
        "spam",
        dsn(status="5.7.1", diagnostic="smtp; 550 5.7.1 Message content rejected as spam"),
        hard=False,
        status="5.7.1",
        reason="contenterror",
    ),
    Sample(
        "given up after days",
        dsn(status="4.4.1", diagnostic="smtp; 451 4.4.1 connection timed out"),
        hard=False,
        status="4.4.1",
        reason="hostunknown",
    ),
    Sample(
        "exchange, without a diagnostic in the reply's form",
        dsn(
            sender="Microsoft Outlook <postmaster@exemple.test>",
            subject="Non remis : Le pain de la semaine",
            status="5.1.10",
            diagnostic="smtp;550 5.1.10 RESOLVER.ADR.RecipNotFound; not found",
        ),
        status="5.1.10",
        reason="userunknown",
    ),
    Sample(
        "delayed: still on its way",
        dsn(action="delayed", status="4.4.1", subject="Delayed Mail (still being retried)"),
        kind="other",
        hard=None,
        status="4.4.1",
    ),
    Sample(
        "delivered",
        dsn(action="delivered", status="2.0.0", diagnostic="smtp; 250 ok"),
        kind="other",
        hard=None,
        status="2.0.0",
    ),
    Sample(
        "the address it was forwarded to is not the one we wrote to",
        dsn(
            recipient="rfc822; ailleurs@autre.test\nOriginal-Recipient: rfc822;claire@exemple.test"
        ),
        status="5.1.1",
        reason="userunknown",
    ),
    Sample(
        "exim",
        prose(
            "A message that you sent could not be delivered to one or more of its\n"
            "recipients. This is a permanent error. The following address(es) failed:\n\n"
            "  claire@exemple.test\n"
            "    host mx.exemple.test [192.0.2.9]\n"
            "    SMTP error from remote mail server after RCPT TO:<claire@exemple.test>:\n"
            "    550 No such user here",
            sender=EXIM,
            subject="Mail delivery failed: returning message to sender",
            more="X-Failed-Recipients: claire@exemple.test\n",
        ),
        reason="userunknown",
    ),
    Sample(
        "qmail",
        prose(
            "Hi. This is the qmail-send program at mx.exemple.test.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<claire@exemple.test>:\n"
            "Sorry, no mailbox here by that name. (#5.1.1)",
            sender="MAILER-DAEMON@mx.exemple.test",
            subject="failure notice",
        ),
        status="5.1.1",
        reason="userunknown",
    ),
    Sample(
        "sendmail, before RFC 3464",
        prose(
            "   ----- The following addresses had permanent fatal errors -----\n"
            "<claire@exemple.test>\n"
            "    (reason: 550 5.2.1 mailbox disabled)\n\n"
            "   ----- Transcript of session follows -----\n"
            "550 5.2.1 <claire@exemple.test>... account disabled",
            sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.exemple.test>",
            subject="Returned mail: see transcript for details",
        ),
        status="5.2.1",
        reason="suspend",
    ),
    Sample(
        "domino",
        prose(
            "Your message\n\n  Subject: Le pain de la semaine\n\n"
            "was not delivered to:\n\n  claire@exemple.test\n\nbecause:\n\n"
            "  User claire (claire@exemple.test) not listed in public directory: user unknown",
            sender="Postmaster <postmaster@exemple.test>",
            subject="DELIVERY FAILURE: User claire not listed in public directory",
        ),
        reason="userunknown",
    ),
    Sample(
        "a French webmail",
        prose(
            "Votre message n'a pas pu être remis au destinataire suivant :\n\n"
            "claire@exemple.test\n\n"
            "552 5.2.2 Boîte du destinataire pleine (quota dépassé)",
            sender="Service de messagerie <postmaster@exemple.test>",
            subject="Message non distribué",
        ),
        hard=False,
        status="5.2.2",
        reason="mailboxfull",
    ),
    Sample(
        "a warning in sentences",
        prose(
            "**  THIS IS A WARNING MESSAGE ONLY  **\n"
            "The message has not yet been delivered: claire@exemple.test\n"
            "451 4.4.1 timeout. Delivery attempts will continue.",
            sender=EXIM,
            subject="Warning: message delayed 24 hours",
        ),
        kind="other",
        hard=None,
        status="4.4.1",
    ),
    Sample(
        "a complaint",
        complaint("Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: claire@exemple.test"),
        kind="complaint",
        hard=None,
        reason="feedback",
    ),
    Sample(
        "a complaint that names nobody: the mail does",
        complaint("Feedback-Type: abuse\nVersion: 1"),
        kind="complaint",
        hard=None,
        reason="feedback",
    ),
    Sample(
        "a complaint by a header",
        prose(
            "The user marked this as junk.",
            sender="staff@hotmail.test",
            subject="complaint about message from 192.0.2.7",
            more="X-HmXmrOriginalRecipient: claire@exemple.test\n",
        ),
        kind="complaint",
        hard=None,
        reason="feedback",
    ),
    *(
        Sample(
            f"away: {name}",
            text,
            kind="auto_reply",
            hard=None,
            reason="vacation",
            recipient="",
        )
        for name, text in {
            "by its header": reply("Re: pain", headers="Auto-Submitted: auto-replied\n"),
            "by its precedence": reply("Re: pain", headers="Precedence: auto_reply\n"),
            "by an older header": reply("Re: pain", headers="X-Autoreply: yes\n"),
            "generated in answer": reply("Reçu", headers="Auto-Submitted: auto-generated\n"),
            "in French": reply("Absence du bureau"),
            "encoded": reply("=?utf-8?Q?R=C3=A9ponse_automatique_=3A_absente?="),
            "in English": reply("Out of office: back on Monday"),
        }.items()
    ),
    Sample(
        "a person who answers",
        reply("Re: Le pain de la semaine"),
        kind="other",
        hard=None,
        recipient="",
    ),
    Sample(
        "a person who speaks of bounces",
        reply("Votre échec de distribution m'a fait rire"),
        kind="other",
        hard=None,
        recipient="",
    ),
]
