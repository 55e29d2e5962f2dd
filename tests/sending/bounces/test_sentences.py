"""Refusals written for people, without a code: the reason is in the sentence."""

import pytest

from marketingconnect.sending.bounces import Kind, classify
from marketingconnect.sending.causes import Cause, cause_of, is_hard

OURS = "r-abc@envois.atelier-postal.example.org"
LISTED = "Your message\n\n  To: liste@exemple.test\n  Subject: Pain\n\ndid not reach the following"

CASES: list[tuple[str, str, str, str, bool | None]] = [
    # subject, text, recipient, cause, hard
    (
        "Undeliverable: Pain",
        f"{LISTED} recipient(s):\n\nclaire@exemple.test on Tue\n    The recipient name is not"
        " recognized",
        "claire@exemple.test",
        Cause.MAILBOX_UNKNOWN,
        True,
    ),
    (
        "failure notice",
        f"<{OURS}> wrote to you.\n<claire@exemple.test>:\nThe e-mail message could not be delivered"
        " because the user's mailfolder is full.",
        "claire@exemple.test",
        Cause.MAILBOX_FULL,
        False,
    ),
    (
        "Retour",
        "Votre message n'a pas pu être délivré à\nclaire@exemple.test\nAdresse non recensée.",
        "claire@exemple.test",
        Cause.MAILBOX_UNKNOWN,
        True,
    ),
    (
        "Delivery failure",
        "Unable to deliver to\n<claire@exemple.test>:\nSorry, I wasn't able to establish an SMTP"
        " connection.",
        "claire@exemple.test",
        Cause.DOMAIN_UNKNOWN,
        False,
    ),
    (
        "Delivery failure",
        "Unable to deliver to\n<claire@exemple.test>... unknown host",
        "claire@exemple.test",
        Cause.DOMAIN_UNKNOWN,
        True,
    ),
    (
        "Mail Delivery Problem",
        "Your mail could not be delivered: they are not accepting mail from you.\n"
        "claire@exemple.test",
        "claire@exemple.test",
        Cause.BLOCKED,
        False,
    ),
    (
        "Returned mail",
        "554 Too many hops 26 (25 max): to claire@exemple.test",
        "claire@exemple.test",
        Cause.OTHER,
        None,
    ),
]


def mail(subject: str, text: str, sender: str = "Mail <mailer-daemon@mx.exemple.test>") -> bytes:
    return f"From: {sender}\nTo: {OURS}\nSubject: {subject}\n\n{text}\n".encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1][-30:])
def test_a_sentence_gives_its_reason_and_never_our_own_address(
    case: tuple[str, str, str, str, bool | None],
) -> None:
    subject, text, *expected = case

    told = classify(mail(subject, text))

    assert told.kind is Kind.BOUNCE
    assert [told.recipient, told.cause, told.hard] == expected


@pytest.mark.parametrize(
    "text",
    ["Delivery attempts will continue to be made for 5 day(s).", "This is a WARNING ONLY message."],
)
def test_a_server_that_goes_on_trying_refuses_nothing_whatever_its_subject(text: str) -> None:
    told = classify(mail("Delivery failure notification", f"could not be delivered yet.\n{text}"))

    assert (told.kind, told.hard) == (Kind.OTHER, None)


def test_the_words_of_the_mail_it_carries_are_not_those_of_the_server() -> None:
    told = classify(
        b"From: mailer-daemon@mx.exemple.test\nSubject: failure notice\n"
        b'Content-Type: multipart/mixed; boundary="B"\n\n'
        b"--B\nContent-Type: text/html\n\n<p>claire@exemple.test<br>No such user</p>\n"
        b"--B\nContent-Type: message/rfc822\n\nSubject: Pain\n\nOver quota? Spam? Blocked?\n--B--\n"
    )

    assert (told.cause, told.recipient) == (Cause.MAILBOX_UNKNOWN, "claire@exemple.test")


def test_a_relay_that_refuses_us_or_is_out_of_reach_condemns_no_address() -> None:
    """A way out set wrongly would otherwise close a whole base for everybody."""
    for code, reply in (
        (554, "554 5.7.1 <claire@exemple.test>: Relay access denied"),
        (550, "550 connection timed out"),
        (550, "Name service error: Host not found, try again"),
    ):
        cause = cause_of(code, reply)
        assert is_hard(cause, "5.7.1" if "5.7.1" in reply else str(code), reply) is False
