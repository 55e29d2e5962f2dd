"""Refusals written for people, without a code: the reason is in the sentence."""

import pytest

from marketingconnect.sending.bounces import Kind, classify
from marketingconnect.sending.causes import Cause, cause_of, is_hard, status_in

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


POLICIES = [
    # What refuses us, our name or our server says nothing of the address that we wrote to.
    "550 5.1.8 <r-abc@envois.example.org>: Sender address rejected: Domain not found",
    "550 5.7.1 <r-abc@envois.example.org>: Sender address rejected: User unknown",
    "550-Verification failed for <r-abc@envois.example.org>\n550-Unrouteable address\n"
    "550 Sender verify failed",
    "553 5.1.8 Domain of sender address r-abc@envois.example.org does not exist",
    "550 5.7.1 Your IP address 192.0.2.7 has no reverse DNS: hostname unknown",
    "550 5.7.1 Your account has been suspended for sending spam",
    "550 5.7.1 <claire@exemple.test>: Recipient address rejected: blocked using zen.example",
    "554 5.7.1 <claire@exemple.test>: Recipient address rejected: Access denied",
    "554 5.7.1 <claire@exemple.test>: Recipient address rejected: Message rejected due to: SPF",
    "550 5.7.1 <claire@exemple.test>: Recipient address rejected: Policy rejection",
    "554 5.7.1 <claire@exemple.test>: Recipient address rejected: Mail appeared to be SPAM",
    "550 Message for user claire was rejected as spam",
    "550 relay not permitted",
]


@pytest.mark.parametrize("reply", POLICIES)
def test_a_refusal_of_ours_never_closes_the_address_of_a_person(reply: str) -> None:
    cause = cause_of(int(reply[:3]), reply[4:])

    assert cause in {Cause.BLOCKED, Cause.CONTENT_REFUSED}
    assert is_hard(cause, status_in(reply) or reply[:3], reply) is False


@pytest.mark.parametrize(
    ("reply", "cause", "hard"),
    [
        ("550 5.1.1 <a@exemple.test>: Recipient address rejected", Cause.MAILBOX_UNKNOWN, True),
        (
            "550 5.1.1 <a@exemple.test>: Recipient address rejected: undeliverable address: host"
            " mx.exemple.test said: 550 5.1.1 User unknown",
            Cause.MAILBOX_UNKNOWN,
            True,
        ),
        ("550 5.4.1 Recipient address rejected: Access denied.", Cause.MAILBOX_UNKNOWN, True),
        ("550 Invalid Recipient - see our page", Cause.MAILBOX_UNKNOWN, True),
        ("550 recipient rejected", Cause.MAILBOX_UNKNOWN, True),
        (
            "450 4.2.1 The user you are trying to contact is receiving mail too quickly",
            Cause.TOO_MANY,
            False,
        ),
        (
            "550 5.2.1 The user you are trying to contact is receiving mail at a rate that"
            " prevents additional messages",
            Cause.TOO_MANY,
            False,
        ),
    ],
)
def test_the_words_behind_a_refused_recipient_decide(reply: str, cause: Cause, hard: bool) -> None:
    assert cause_of(int(reply[:3]), reply[4:]) == cause
    assert is_hard(cause, status_in(reply) or reply[:3], reply) is hard
