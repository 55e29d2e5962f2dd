from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from marketingconnect import storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.contracts.errors import InvalidFieldsError, StaleContractError
from marketingconnect.contracts.models import RegisteredLetter
from marketingconnect.contracts.rules.letters import (
    MOST_SCAN_BYTES,
    Direction,
    LetterDates,
    Purpose,
    ScanKind,
    letter_problems,
    reception_day,
    scan_kind_problem,
)
from marketingconnect.contracts.services.letters import keep_scan, note_letter, register_letter
from marketingconnect.contracts.states import LetterState
from tests.cast import Cast
from tests.sale import CLERK, NOON

POSTED, PRESENTED, TODAY = date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 23)
PNG = b"\x89PNG\r\n\x1a\n" + b"essai"


def dates(**days: date) -> LetterDates:
    return LetterDates(**{"posted_on": POSTED, **days})


@pytest.mark.parametrize(
    ("days", "state", "counts_on"),
    [
        ({}, LetterState.POSTED, None),
        ({"presented_on": PRESENTED}, LetterState.PRESENTED, None),
        ({"presented_on": PRESENTED, "received_on": TODAY}, LetterState.RECEIVED, TODAY),
        ({"presented_on": PRESENTED, "refused_on": PRESENTED}, LetterState.REFUSED, PRESENTED),
        ({"presented_on": PRESENTED, "unclaimed_on": TODAY}, LetterState.UNCLAIMED, None),
    ],
)
def test_a_letter_is_what_its_dates_say(
    days: dict[str, date], state: LetterState, counts_on: date | None
) -> None:
    assert dates(**days).state is state
    assert reception_day(dates(**days)) == counts_on


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ({}, set()),
        ({"received_on": POSTED}, set()),
        ({"received_on": TODAY}, set()),
        ({"received_on": date(2026, 11, 24)}, {"received_on"}),
        ({"received_on": date(2026, 11, 15)}, {"received_on"}),
        ({"presented_on": date(2026, 11, 15)}, {"presented_on"}),
        ({"presented_on": PRESENTED, "refused_on": date(2026, 11, 17)}, {"refused_on"}),
        ({"received_on": PRESENTED, "refused_on": PRESENTED}, {"received_on"}),
        ({"received_on": PRESENTED, "unclaimed_on": TODAY}, {"received_on"}),
    ],
)
def test_its_days_follow_one_another_and_are_not_to_come(
    days: dict[str, date], fields: set[str]
) -> None:
    assert set(letter_problems(number="1A 1", dates=dates(**days), today=TODAY)) == fields
    assert "number" in letter_problems(number=" ", dates=dates(**days), today=TODAY)


def test_a_proof_is_a_pdf_or_an_image() -> None:
    assert scan_kind_problem(b"%PDF-1.7") == ""
    assert scan_kind_problem(PNG) == ""
    assert scan_kind_problem(b"\xff\xd8\xff\xe0") == ""
    assert scan_kind_problem(b"MZ") != ""
    assert scan_kind_problem(b"") != ""


def register(cast: Cast, *, number: str = "1A 123", **days: date) -> RegisteredLetter:
    return register_letter(
        direction=Direction.RECEIVED,
        purpose=Purpose.CLAIM,
        number=number,
        company_id=cast.bakery.pk,
        order_id=None,
        dates=dates(**days),
        user_id=cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )


@pytest.mark.django_db
def test_a_letter_is_written_once_and_completed(cast: Cast) -> None:
    letter = register(cast)
    again = register(cast, number="1a123", presented_on=PRESENTED)

    assert again == letter
    assert (again.number, again.state) == ("1A123", LetterState.PRESENTED)
    acts = JournalEntry.objects.filter(subject=f"letter:{letter.pk}").order_by("position")
    assert [act.action for act in acts] == ["letter.registered", "letter.presented"]


@pytest.mark.django_db
def test_what_is_known_of_a_letter_never_changes(cast: Cast) -> None:
    letter = register(cast, presented_on=PRESENTED)

    note_letter(letter.pk, dates=dates(received_on=TODAY), actor=CLERK, now=NOON)
    note_letter(letter.pk, dates=dates(received_on=TODAY), actor=CLERK, now=NOON)

    letter.refresh_from_db()
    assert (letter.presented_on, letter.received_on) == (PRESENTED, TODAY)
    for other in ({"received_on": PRESENTED}, {"refused_on": TODAY}):
        with pytest.raises((StaleContractError, InvalidFieldsError)):
            note_letter(letter.pk, dates=dates(**other), actor=CLERK, now=NOON)
    with pytest.raises(InvalidFieldsError):
        note_letter(letter.pk, dates=LetterDates(posted_on=TODAY), actor=CLERK, now=NOON)


@pytest.mark.django_db
def test_a_number_is_not_that_of_another_letter(cast: Cast) -> None:
    register(cast)

    with pytest.raises(InvalidFieldsError):
        register_letter(
            direction=Direction.RECEIVED,
            purpose=Purpose.CLAIM,
            number="1A123",
            company_id=cast.garage.pk,
            order_id=None,
            dates=dates(),
            user_id=cast.ines.pk,
            actor=CLERK,
            now=NOON,
        )


@pytest.mark.django_db
def test_the_day_of_a_letter_is_the_civil_day_in_paris(cast: Cast) -> None:
    """At 23:30 UTC on the 22nd it is the 23rd in Paris; at 22:59 not yet."""

    def register_at(at: datetime) -> RegisteredLetter:
        return register_letter(
            direction=Direction.SENT,
            purpose=Purpose.OTHER,
            number=f"P{at:%H%M}",
            company_id=cast.bakery.pk,
            order_id=None,
            dates=LetterDates(posted_on=TODAY),
            user_id=cast.ines.pk,
            actor=CLERK,
            now=at,
        )

    assert register_at(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)).posted_on == TODAY
    with pytest.raises(InvalidFieldsError):
        register_at(datetime(2026, 11, 22, 22, 59, tzinfo=UTC))


@pytest.mark.django_db
def test_the_database_wants_a_state_that_its_dates_say(cast: Cast) -> None:
    letter = register(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredLetter.objects.filter(pk=letter.pk).update(state=LetterState.RECEIVED)


@pytest.mark.django_db
def test_a_scan_is_kept_with_its_fingerprint(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    letter = register(cast)

    def keep(chunks: list[bytes]) -> str:
        scan = keep_scan(
            letter.pk,
            kind=ScanKind.RECEIPT,
            original_name="avis.png",
            chunks=chunks,
            user_id=cast.ines.pk,
            actor=CLERK,
            now=NOON,
        )
        with storage.open(scan.path) as stream:
            assert stream.read() == b"".join(chunks)
        return scan.sha256

    sha256 = keep([PNG, b"suite"])

    entry = JournalEntry.objects.get(action="letter.scan_kept")
    assert entry.after is not None
    assert entry.after["sha256"] == sha256
    with pytest.raises(InvalidFieldsError):
        keep([b"MZ", b"suite"])
    with pytest.raises(storage.FileTooLargeError):
        keep([PNG, b"x" * MOST_SCAN_BYTES])
    assert letter.scans.count() == 1
