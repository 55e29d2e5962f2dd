"""The mail catcher as a real process, spoken to over SMTP."""

import hashlib
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from marketingconnect.config.ports import free_port
from marketingconnect.sandbox.catcher import Ledger
from marketingconnect.sandbox.catcher.writer import Writer
from tests.sandbox.servers import running


@dataclass(frozen=True)
class Catcher:
    port: int
    folder: Path
    process: subprocess.Popen[str]

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder)


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    port = free_port()
    with running("mail_catcher", "--port", str(port), "--dir", str(tmp_path), port=port) as process:
        yield Catcher(port, tmp_path, process)


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Éclairs à moitié prix"
    message["From"] = "Boulangerie Nadia <nadia@example.org>"
    message["To"] = "client@example.org"
    message["Message-ID"] = "<1@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Bonjour,\n.un point en tête de ligne\n")
    message.add_alternative("<p>Bonjour</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="menu.pdf")
    return message


def test_a_message_is_kept_whole_and_read_back_part_by_part(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.send_message(letter(X_Campaign="C-7"), to_addrs=["a@example.org", "b@example.org"])

    (entry,) = catcher.ledger.page().entries
    assert (entry.id, entry.subject, entry.campaign) == (1, "Éclairs à moitié prix", "C-7")
    assert (entry.mail_from, entry.message_id) == ("nadia@example.org", "<1@example.org>")
    assert entry.recipients == ("a@example.org", "b@example.org")
    message = catcher.ledger.message(1)
    assert message is not None
    assert hashlib.sha256(message.raw).hexdigest() == entry.sha256
    assert message.header("x-campaign") == "C-7"
    assert message.text == "Bonjour,\n.un point en tête de ligne\n"
    assert message.html == "<p>Bonjour</p>\n"
    (attachment,) = message.attachments
    assert (attachment.name, attachment.content) == ("menu.pdf", b"%PDF")


def test_extensions_a_bulk_sender_relies_on_are_announced_and_work(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.ehlo()
        assert {"pipelining", "size", "8bitmime", "smtputf8"} <= set(client.esmtp_features)
        client.send(
            (
                "MAIL FROM:<é@example.org> SMTPUTF8 BODY=8BITMIME\r\n"
                "RCPT TO:<bounce-user-unknown@example.org>\r\n"
                "RCPT TO:<ünï@example.org>\r\nDATA\r\n"
            ).encode()
        )
        assert [client.getreply()[0] for _ in range(4)] == [250, 550, 250, 354]
        client.send("Subject: né\r\n\r\n..\r\n.\r\n".encode())
        assert client.getreply()[0] == 250

    (entry,) = catcher.ledger.entries()
    assert (entry.recipients, entry.subject) == (("ünï@example.org",), "né")
    assert catcher.ledger.raw(entry).endswith(b"\r\n\r\n.\r\n")


@pytest.mark.parametrize(
    ("address", "code", "status"),
    [
        ("jean.bounce-user-unknown@example.org", 550, b"5.1.1"),
        ("refuse-550@example.org", 550, b"5.1.1"),
        ("mailbox-full.3@example.org", 452, b"4.2.2"),
        ("defer@example.org", 451, b"4.3.0"),
    ],
)
def test_some_recipients_are_refused_on_purpose(
    catcher: Catcher, address: str, code: int, status: bytes
) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.ehlo()
        client.mail("a@example.org")
        answer = client.rcpt(address)

    assert answer[0] == code
    assert answer[1].startswith(status)
    (refusal,) = catcher.ledger.refusals()
    assert (refusal.recipient, refusal.reply[:3]) == (address, str(code))


def test_a_deferred_recipient_is_accepted_at_the_second_try(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.ehlo()
        client.mail("a@example.org")
        assert [client.rcpt("defer@example.org")[0] for _ in range(2)] == [451, 250]


def test_a_refused_content_is_not_kept(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as client, pytest.raises(smtplib.SMTPDataError):
        client.send_message(letter(), to_addrs=["refuse-content@example.org"])

    assert catcher.ledger.total() == 0
    assert catcher.ledger.refusals()[0].reply.startswith("554 5.7.1")


@pytest.mark.faults
def test_a_killed_catcher_has_every_message_it_acknowledged_once(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    attempts = 0
    for _ in range(3):
        port = free_port()
        arguments = ["mail_catcher", "--port", str(port), "--dir", str(tmp_path)]
        with running(*arguments, port=port) as process:
            try:
                with smtplib.SMTP("127.0.0.1", port) as client:
                    for number in range(40):
                        attempts += 1
                        if number == 30:
                            process.send_signal(signal.SIGKILL)
                        client.sendmail(
                            "a@example.org", f"r{attempts}@example.org", "Subject: x\r\n\r\nx"
                        )
                        acknowledged.append(f"r{attempts}@example.org")
            except (smtplib.SMTPException, OSError):
                process.wait()

    entries = list(Ledger(tmp_path).entries())
    kept = [entry.recipients[0] for entry in entries]
    assert len(acknowledged) >= 90
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))
    assert [entry.id for entry in entries] == list(range(1, len(kept) + 1))


def test_a_second_writer_of_the_same_folder_and_a_taken_port_are_refused(catcher: Catcher) -> None:
    def start(folder: Path) -> subprocess.CompletedProcess[str]:
        code = "from marketingconnect.cli import main; raise SystemExit(main())"
        options = ["--port", str(catcher.port), "--dir", str(folder)]
        return subprocess.run(
            [sys.executable, "-c", code, "mail_catcher", *options], capture_output=True, text=True
        )

    same_folder = start(catcher.folder)
    assert (same_folder.returncode, "écrit déjà dans" in same_folder.stderr) == (1, True)
    taken_port = start(catcher.folder / "other")
    assert (taken_port.returncode, "--port" in taken_port.stderr) == (1, True)


@pytest.fixture
def written(tmp_path: Path) -> Ledger:
    writer = Writer(tmp_path)
    for number in range(1, 1001):
        campaign = b"X-Campaign: %d\r\n" % (number % 3)
        content = b"Subject: n%d\r\n%s\r\n%s" % (number, campaign, b"-" * (number % 90))
        writer.keep("a@example.org", [f"r{number}@example.org"], content)
    writer.close()
    return Ledger(tmp_path)


@pytest.mark.parametrize("limit", [1, 7, 50, 999, 1000, 1001])
def test_pages_from_the_newest_give_every_message_once(written: Ledger, limit: int) -> None:
    page, seen = written.page(limit=limit), []
    while True:
        assert len(page.entries) <= limit
        seen += [entry.id for entry in page.entries]
        if page.older is None:
            break
        page = written.page(before=page.older, limit=limit)

    assert seen == list(range(1000, 0, -1))


def test_any_message_is_found_by_its_number_and_no_other(written: Ledger) -> None:
    for number in range(1, 1001):
        entry = written.entry(number)
        assert entry is not None
        assert (entry.id, entry.subject) == (number, f"n{number}")
    assert written.entry(0) is None
    assert written.entry(1001) is None


def test_counts_and_filters_follow_what_is_added(written: Ledger, tmp_path: Path) -> None:
    assert written.counts() == {"0": 333, "1": 334, "2": 333}
    writer = Writer(tmp_path)
    writer.keep("a@example.org", ["Zoé@example.org"], b"Subject: last\r\n\r\n")
    writer.close()

    assert written.counts() == {"0": 333, "1": 334, "2": 333, "": 1}
    assert written.total() == 1001
    assert [entry.id for entry in written.page(to="zoé").entries] == [1001]
    assert {entry.campaign for entry in written.page(campaign="2", limit=500).entries} == {"2"}


def test_a_line_cut_short_is_passed_over_and_the_next_one_is_whole(
    written: Ledger, tmp_path: Path
) -> None:
    with (tmp_path / "ledger.jsonl").open("ab") as stream:
        stream.write(b'{"id": 1001, "received')
    assert written.page(limit=1).entries[0].id == 1000
    assert written.total() == 1000

    writer = Writer(tmp_path)
    assert writer.keep("a@example.org", ["r@example.org"], b"\r\n") == 1001
    writer.close()

    assert written.total() == 1001
    assert [entry.id for entry in written.page(limit=2).entries] == [1001, 1000]
    assert written.entry(1001) is not None


def test_an_empty_folder_reads_as_empty(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "absent")

    assert ledger.page().entries == []
    assert (ledger.total(), ledger.entry(1), ledger.refusals()) == (0, None, [])
