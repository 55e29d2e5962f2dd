"""Each shape of mail that comes back, whatever its line ends, and any octets at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect import cli
from marketingconnect.sending.bounces import Kind, classify
from marketingconnect.sending.bounces.mail import read
from marketingconnect.sending.causes import LABELS, Cause, cause_of
from marketingconnect.sending.providers import provider_refusals
from tests.sending.bounces.corpus import SAMPLES, Sample, complaint, dsn

LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


@pytest.mark.parametrize("ends", LINE_ENDS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_shape_is_read_the_same_whatever_its_line_ends(sample: Sample, ends: str) -> None:
    octets = sample.text.replace("\n", LINE_ENDS[ends]).encode()

    assert classify(octets).as_json() == {
        "kind": sample.kind,
        "hard": sample.hard,
        "status": sample.status,
        "reason": sample.reason,
        "recipient": sample.recipient,
        "message_id": sample.message_id,
    }


@pytest.mark.parametrize("one", provider_refusals(), ids=lambda one: one.example[:40])
def test_each_refusal_of_a_large_provider_has_its_cause(one: object) -> None:
    """As an answer of the server, and as the report that comes back."""
    example, expected = one.example, Cause(one.cause)  # type: ignore[attr-defined]

    assert cause_of(int(example[:3]), example) == expected
    assert expected in LABELS
    status = next((word for word in example.split(" ")[:1] if "." in word), "5.0.0")
    report = classify(dsn(status=status, diagnostic=f"smtp; {example}").encode())
    assert (report.kind, report.cause) == (Kind.BOUNCE, expected)


@given(st.binary(max_size=600))
def test_any_octets_are_read_without_a_failure(octets: bytes) -> None:
    assert classify(octets).kind in Kind


@given(st.sampled_from(SAMPLES), st.data())
def test_a_mail_cut_or_damaged_anywhere_is_read(sample: Sample, data: st.DataObject) -> None:
    octets = bytearray(sample.text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))

    assert classify(bytes(octets[: data.draw(st.integers(0, len(octets)))])).kind in Kind


ABSENT = (
    "Return-Path: <>\nFrom: Claire <claire@exemple.test>\nSubject: %s\n%s\n\n"
    "Je ne fais plus partie de l'entreprise : cette adresse n'est plus valide, et votre message"
    " n'a pas pu être remis.\n"
)


@pytest.mark.parametrize(
    ("subject", "header", "kind"),
    [
        # RFC 3834 gives answers of programs an empty return path, as bounces have.
        ("=?utf-8?q?R=C3=A9ponse_automatique=3A?= Pain", "Auto-Submitted: auto-replied", "auto"),
        ("[Out of Office] Re: Pain", "X: y", "auto"),
        ("Message d'absence", "X: y", "auto"),
        ("Absent(e) : Pain", "X: y", "auto"),
        ("Undelivered Mail Returned to Sender", "Auto-Submitted: auto-replied", "bounce"),
    ],
)
def test_an_answer_of_a_program_is_no_bounce_whatever_it_says(
    subject: str, header: str, kind: str
) -> None:
    assert classify((ABSENT % (subject, header)).encode()).kind.value.startswith(kind)


@pytest.mark.parametrize(
    "subject", ["Absentéisme : devis", "Auto-école, vos tarifs ?", "Automobile"]
)
def test_a_person_who_writes_of_schools_and_cars_is_not_away(subject: str) -> None:
    told = f"From: claire@exemple.test\nSubject: {subject}\n\nBonjour, stop svp.\n"

    assert classify(told.encode()).kind is Kind.OTHER


@pytest.mark.parametrize("kind", ["Abuse", "abuse", "FRAUD"])
def test_a_complaint_is_heard_whatever_the_case_of_its_kind(kind: str) -> None:
    told = complaint(f"Feedback-Type: {kind}")

    assert classify(told.encode()).kind is Kind.COMPLAINT


@pytest.mark.parametrize(
    "octets",
    [
        b"Subject: =?utf-8?b?AAA?=\n\nBonjour\n",
        b"Content-Type: message/rfc822\n\n" * 5_000,
        b"Content-Type: text/plain; charset*=us-ascii''utf-8%00\n\nBonjour\n",
        b"Content-Type: text/plain; charset=utf-7\n\n550 user +2AA- unknown +AAA-\n",
        b"Content-Type: text/html\n\n" + b"<style>" * 100_000,
    ],
    ids=["broken word", "one in one", "charset", "lone surrogate", "never closed"],
)
def test_a_mail_made_to_harm_is_read_soon_and_can_be_stored(octets: bytes) -> None:
    mailed = b"Return-Path: <>\nFrom: MAILER-DAEMON@exemple.test\n" + octets

    reading = classify(mailed)

    told = f"{reading.status}{reading.words}{reading.recipient}{read(mailed).header('Subject')}"
    assert reading.kind in Kind
    assert "\0" not in told
    assert told.encode() is not None


def test_a_report_with_nul_in_it_can_be_stored() -> None:
    told = dsn(diagnostic="smtp; 550 5.1.1 user\0unknown")

    assert "\0" not in classify(told.encode()).words


def test_the_command_prints_one_object_a_file_and_fails_on_one_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, sample in enumerate(SAMPLES[:3]):
        (tmp_path / f"{place}.eml").write_text(sample.text, "utf-8")
    files = [str(tmp_path / f"{place}.eml") for place in (0, 1, 2, 9)]

    assert cli.main(["classify_bounce", *files[:3]]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["reason"] for one in told] == [sample.reason for sample in SAMPLES[:3]]
    assert cli.main(["classify_bounce", *files]) == 1
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 4
    assert "9.eml" in shown.err
