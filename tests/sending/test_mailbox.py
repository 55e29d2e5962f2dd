"""Returns read by IMAP: kept, then marked, never deleted; what cannot be kept stays to be read."""

from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.sending import tasks
from marketingconnect.sending.mailbox import KEPT, MailboxError, read_mailbox, recipient_in
from marketingconnect.sending.models import InboundMail
from tests.sending.imap_server import Mailbox, mailbox

DOMAIN = "envois.atelier-postal.example.org"


def mail(number: int) -> bytes:
    return (
        f"Delivered-To: r-{number}@{DOMAIN}\r\nSubject: Retour\r\n\r\nInconnu {number}\r\n".encode()
    )


def url(box: Mailbox, word: str = "secret") -> str:
    return f"imap://retours%40example.org:{word}@127.0.0.1:{box.port}/INBOX"


def test_each_mail_is_kept_then_marked_once_and_none_is_deleted() -> None:
    kept: list[tuple[bytes, str]] = []

    with mailbox({7: mail(7), 9: mail(9)}) as box:
        counts = [
            read_mailbox(url(box), domain=DOMAIN, keep=lambda *one: kept.append(one))
            for _ in range(2)
        ]

    assert counts == [2, 0]
    assert kept == [(mail(n), f"r-{n}@{DOMAIN}") for n in (7, 9)]
    assert box.marks == {7: {KEPT}, 9: {KEPT}}
    assert not [one for one in box.asked if "EXPUNGE" in one or "Deleted" in one or "Seen" in one]


@pytest.mark.parametrize(
    ("keeps", "mark"),
    [
        (r"\Answered \Flagged \Deleted \Seen \Draft", r"\Flagged"),
        (rf"\Answered \Flagged {KEPT}", KEPT),
        (r"\Seen \*", KEPT),
    ],
)
def test_a_server_without_keywords_does_not_give_the_same_mails_for_ever(
    keeps: str, mark: str
) -> None:
    with mailbox({7: mail(7), 9: mail(9)}, keeps=keeps) as box:
        counts = [
            read_mailbox(url(box), domain=DOMAIN, keep=lambda *one: None, limit=1) for _ in range(3)
        ]

    assert counts == [1, 1, 0]
    assert box.marks == {7: {mark}, 9: {mark}}


def test_a_mailbox_that_keeps_no_mark_says_so() -> None:
    with mailbox({7: mail(7)}, keeps=r"\Seen") as box, pytest.raises(MailboxError, match="mark"):
        read_mailbox(url(box), domain=DOMAIN, keep=lambda *one: None)


def test_a_mail_that_cannot_be_kept_stays_to_be_read() -> None:
    def full(octets: bytes, recipient: str) -> None:
        if b"Inconnu 9" in octets:
            raise OSError(28, "No space left on device")

    with mailbox({7: mail(7), 9: mail(9)}) as box:
        with pytest.raises(OSError, match="No space left"):
            read_mailbox(url(box), domain=DOMAIN, keep=full)
        assert box.marks == {7: {KEPT}}
        assert read_mailbox(url(box), domain=DOMAIN, keep=lambda *one: None) == 1


def test_a_mailbox_that_does_not_open_says_so() -> None:
    with mailbox({}) as box, pytest.raises(MailboxError, match="wrong password"):
        read_mailbox(url(box, "faux"), domain=DOMAIN, keep=lambda *one: None)
    with pytest.raises(MailboxError):
        read_mailbox("imap://a:b@127.0.0.1:1/INBOX", domain=DOMAIN, keep=lambda *one: None)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (f"To: moi@ailleurs.test\r\nX-Original-To: r-a@{DOMAIN}", f"r-a@{DOMAIN}"),
        (f"To: Retours <R-B@{DOMAIN.upper()}>", f"R-B@{DOMAIN.upper()}"),
        (f"To: r-a@{DOMAIN}.ailleurs.test", ""),
        (f"Subject: r-a@{DOMAIN}\r\n\r\nTo: r-a@{DOMAIN}", ""),
        ("\x00", ""),
    ],
)
def test_the_address_that_a_mail_came_to_is_one_of_ours(headers: str, expected: str) -> None:
    assert recipient_in(f"{headers}\r\n\r\nTexte".encode(), DOMAIN) == expected


@pytest.mark.django_db
def test_the_job_keeps_what_came_to_the_mailbox_of_the_settings(
    settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_ROOT, settings.SENDING_DOMAIN = tmp_path, DOMAIN
    settings.RETURNS_MAILBOX = ""
    tasks.read_mailbox(0)
    with mailbox({7: mail(7)}) as box:
        settings.RETURNS_MAILBOX = url(box)
        for _ in range(2):
            box.marks.clear()
            tasks.read_mailbox(0)

    one = InboundMail.objects.get()
    assert (one.recipient, one.source, one.state) == (f"r-7@{DOMAIN}", "imap", "kept")
