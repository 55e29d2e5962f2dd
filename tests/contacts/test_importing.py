"""What an import gives, to the row."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketingconnect import storage
from marketingconnect.contacts.models import Contact, ContactFile, RefusedRow
from marketingconnect.contacts.queries import contact_count, merge_fields_of, usable_contacts
from marketingconnect.contacts.reading.layout import Layout, UnreadableFileError
from marketingconnect.contacts.samples import Expected, write_messy_file
from marketingconnect.contacts.services import ImportOvertakenError, importing
from marketingconnect.contacts.services.preparing import (
    SensitiveColumnError,
    confirm_columns,
    receive_file,
    start_import,
)
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.suppression.models import Channel, Scope
from marketingconnect.suppression.services import suppress
from tests.cast import Cast
from tests.contacts.conftest import NADIA, NOON, ORIGIN, Bring

pytestmark = pytest.mark.django_db


def assert_exact(file: ContactFile, expected: Expected) -> None:
    assert file.state == ContactFileState.IMPORTED
    assert file.rows_read == expected.rows
    assert file.blank_rows == expected.blank
    assert file.refused == dict(expected.refused)
    assert (file.accepted, file.duplicates) == (expected.accepted, expected.duplicates)
    assert file.rows_read == file.accepted + file.duplicates + sum(file.refused.values())
    found = {email: fields for _, email, fields in usable_contacts(file.pk)}
    assert found == expected.addresses
    assert RefusedRow.objects.filter(file=file).count() == sum(expected.refused.values())


@pytest.mark.parametrize(
    ("encoding", "separator", "line_end", "header"),
    [
        ("cp1252", ";", "\r\n", True),
        ("utf-8", ",", "\n", True),
        ("utf-8-sig", "\t", "\r\n", True),
        ("utf-16", ";", "\r\n", True),
        ("iso8859-15", "|", "\n", True),
        ("mac-roman", ";", "\r", True),
        ("cp850", ";", "\r\n", True),
        ("utf-8", ";", "\n", True),
    ],
)
def test_a_messy_list_is_counted_to_the_row_whatever_its_writing(
    bring: Bring, tmp_path: Path, encoding: str, separator: str, line_end: str, header: bool
) -> None:
    path = tmp_path / "messy.csv"
    text_safe = {"cp850", "mac-roman", "iso8859-15"}
    expected = write_messy_file(
        path,
        rows=1200,
        encoding=encoding,
        separator=separator,
        line_end=line_end,
        header=header,
        plain_signs=encoding in text_safe,
    )

    assert_exact(bring(path), expected)


def test_a_list_without_titles_is_understood_by_its_contents(bring: Bring, tmp_path: Path) -> None:
    path = tmp_path / "messy.txt"
    expected = write_messy_file(path, rows=400, header=False)

    file = bring(path)

    assert (file.rows_read, file.accepted) == (expected.rows, expected.accepted)
    assert {"email", "civility", "first_name", "postal_code", "mobile"} <= set(
        file.mapping.values()
    )


def test_the_first_row_of_an_address_wins_and_later_ones_complete_it(bring: Bring) -> None:
    file = bring(
        b"email;prenom;ville;portable\n"
        b"anne@example.org;Anne;;\n"
        b" ANNE@example.org ;Annie;Brest;06 39 98 00 01\n"
        b"anne@Example.org;Zoe;Lyon;06 39 98 00 02\n"
    )

    contact = Contact.objects.get(file=file)
    assert contact.fields == {"first_name": "Anne", "city": "Brest"}
    assert contact.mobile == "+33639980001"
    assert (file.accepted, file.duplicates) == (1, 2)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_size_of_a_chunk_changes_nothing(cast: Cast, tmp_path: Path, chunk: int) -> None:
    path = tmp_path / "messy.csv"
    expected = write_messy_file(path, rows=60)
    file = started(cast, path.read_bytes())

    assert importing.import_records(file.pk, chunk_records=chunk)

    file.refresh_from_db()
    assert (file.accepted, file.duplicates, file.refused) == (
        expected.accepted,
        expected.duplicates,
        dict(expected.refused),
    )


def started(cast: Cast, content: bytes) -> ContactFile:
    """A file whose import may begin."""
    file = receive_file(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        name="",
        original_name="liste.csv",
        chunks=[content],
        actor=NADIA,
        now=NOON,
    )
    mapping = {int(index): target for index, target in file.mapping.items()}
    confirm_columns(
        file.pk, layout=Layout.from_json(file.layout), mapping=mapping, actor=NADIA, now=NOON
    )
    return start_import(file.pk, origin=ORIGIN, actor=NADIA, now=NOON)


def test_addresses_whose_fingerprints_meet_are_still_told_apart(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    expected = write_messy_file(path, rows=120)
    file = started(cast, path.read_bytes())

    importing.import_records(file.pk, chunk_records=50, fingerprint=lambda address: 1)

    file.refresh_from_db()
    assert (file.accepted, file.duplicates) == (expected.accepted, expected.duplicates)
    assert set(Contact.objects.filter(file=file).values_list("email", flat=True)) == set(
        expected.addresses
    )


def test_two_runs_of_one_import_never_mix(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    write_messy_file(path, rows=60)
    file = started(cast, path.read_bytes())
    late = ContactFile.objects.get(pk=file.pk)
    importing.import_records(file.pk)
    run = importing._Run(late, hash)

    with pytest.raises(ImportOvertakenError):
        run.write(run.prepare(iter([(1, ["x@example.org"])]), 10))


def test_opposed_addresses_are_counted_and_kept_out_of_nothing_else(
    bring: Bring, cast: Cast
) -> None:
    for scope, company, address in (
        (Scope.CLIENT, cast.bakery.pk, "anne@example.org"),
        (Scope.EVERYONE, 0, "bob@example.org"),
        (Scope.CLIENT, cast.garage.pk, "zoe@example.org"),
    ):
        suppress(
            channel=Channel.EMAIL,
            address=address,
            scope=scope,
            company_id=company,
            reason="client_request",
            at=NOON,
        )

    file = bring(b"email\nanne@example.org\nbob@example.org\nzoe@example.org\n")

    assert (file.accepted, file.opposed) == (3, 2)


def test_each_refused_row_says_why_and_which(bring: Bring) -> None:
    file = bring(
        b"email;nom;ville\n"
        b"anne@example.org;A;Brest\n"
        b"anne.example.org;B;Brest\n"
        b";C;Brest\n"
        b"bob@example.org;D;Brest;en trop\n"
        b'zoe@example.org;"jamais ferme;Brest\n'
        b"eve@example.org;E;Brest\n"
    )

    refused = list(RefusedRow.objects.filter(file=file).order_by("line"))
    assert [(row.line, row.reason) for row in refused] == [
        (3, "email_at_sign"),
        (4, "email_empty"),
        (5, "too_many_cells"),
        (6, "quote_unclosed"),
    ]
    assert refused[0].row == "anne.example.org;B;Brest"
    assert [email for _, email, _ in usable_contacts(file.pk)] == [
        "anne@example.org",
        "eve@example.org",
    ]


def test_sensitive_columns_leave_no_trace(bring: Bring) -> None:
    file = bring(
        b"email;Religion;NIR;ville\n"
        b"anne@example.org;secret;1 85 05 78 006 084 36;Brest\n"
        b"pas une adresse;secret;1 85 05 78 006 084 36;Brest\n"
    )

    assert Contact.objects.get(file=file).fields == {"city": "Brest"}
    assert RefusedRow.objects.get(file=file).row == "pas une adresse;(retiré);(retiré);Brest"
    with pytest.raises(storage.UnknownFileError):
        storage.size(file.path)


def test_a_sensitive_column_cannot_be_asked_for(cast: Cast) -> None:
    file = receive_file(
        company_id=cast.bakery.pk,
        user_id=None,
        name="",
        original_name="x.csv",
        chunks=[b"email;NIR\na@example.org;1\n"],
        actor=NADIA,
        now=NOON,
    )

    with pytest.raises(SensitiveColumnError):
        confirm_columns(
            file.pk,
            layout=Layout.from_json(file.layout),
            mapping={0: "email", 1: "extra:NIR"},
            actor=NADIA,
            now=NOON,
        )


def test_values_full_of_traps_come_back_as_they_were(bring: Bring) -> None:
    traps = ['a\\b "c"', "tab\there", "\\N", "l’été 🥖", "{{prenom}}", "O'Brien; & <b>"]
    rows = [
        f'p{i}@example.org\t"{trap.replace(chr(34), chr(34) * 2)}"' for i, trap in enumerate(traps)
    ]
    file = bring(("email\tNote\n" + "\n".join(rows)).encode())

    found = [
        fields["note"] for _, _, fields in sorted(usable_contacts(file.pk), key=lambda c: c[1])
    ]
    assert found == [" ".join(trap.split()) for trap in traps]


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    values=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=20
    )
)
def test_no_value_of_a_cell_can_break_an_import(bring: Bring, values: list[str]) -> None:
    cleaned = [value.replace("\0", "") for value in values]
    lines = [
        f'p{i}@example.org;"{value.replace(chr(34), chr(34) * 2)}"'
        for i, value in enumerate(cleaned)
        if value.count("\n") + value.count("\r") < 10
    ]
    file = bring(("email;note\n" + "\n".join(["zoe@example.org;ok", *lines])).encode())

    assert file.accepted == len(lines) + 1
    assert not file.refused


def test_reading_goes_on_where_another_stopped(bring: Bring) -> None:
    addresses = "\n".join(f"p{i:04d}@example.org" for i in range(50))
    file = bring(f"email\n{addresses}\n".encode())

    first = list(islice(usable_contacts(file.pk), 20))
    rest = list(usable_contacts(file.pk, after_id=first[-1][0]))

    assert len({contact_id for contact_id, _, _ in first + rest}) == 50
    assert contact_count(file.pk) == 50


def test_merge_fields_are_those_of_the_file(bring: Bring) -> None:
    file = bring("Ville;email;Pain préféré\nBrest;a@example.org;Seigle\n".encode())

    assert merge_fields_of(file.pk) == ["email", "city", "pain_prefere"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\n\n ; ; \n", "lignes vides"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"PK\x03\x04" + b"\0" * 200, "ne s’ouvre pas"),
        (b"x" * (3 << 20), "ne finit pas"),
        (b"nom;ville\nAnne;Brest\n", "adresses e-mail"),
    ],
)
def test_what_is_not_a_list_is_refused_with_a_way_out(
    bring: Bring, content: bytes, said: str
) -> None:
    with pytest.raises(UnreadableFileError, match=said):
        bring(content)
