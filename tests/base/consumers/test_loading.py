"""A supplier's file: what is kept, what is refused and why, in every form it comes in."""

import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rustpy_xlsxwriter import write_worksheet

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.engine import parquet
from marketingconnect.base.errors import BaseError, UnreadableSupplierFileError
from marketingconnect.base.models import SupplierLoad
from marketingconnect.base.reports import left_out
from marketingconnect.base.rules import Ground
from marketingconnect.base.services.loads import Delivery, load_file
from marketingconnect.base.services.suppliers import suspend_supplier
from marketingconnect.base.states import LoadState
from marketingconnect.base.vocabulary import Channel
from tests.base.consumers.files import (
    HASH,
    PERSON,
    known_supplier,
    load,
    people,
    publish,
    written,
)
from tests.base.made import AS_OF, KEEPER, NOON, noon

CHANNELS = ", ".join(f"{channel}_supplier > 0" for channel in Channel)


def test_a_row_becomes_a_person_with_its_place_its_lines_and_its_proofs(base: Path) -> None:
    supplier = known_supplier()
    load(written(base / "f.csv", [{}]), supplier)
    ref = publish()

    assert people(
        "civility, first_name, last_name, line4, postal_code, town, commune, departement, zone,"
        " age_band, sex, phone, mobile, email"
    ) == [
        (2, "Camille", "Essai", "12 BIS RUE DE L EGLISE", "69210", "L ARBRESLE", "69010", "69", 0,
         6, 2, "+33465711234", "+33639981234", "camille.essai@example.org")
    ]  # fmt: skip
    assert people("post_supplier, phone_supplier, mobile_supplier, email_supplier") == [
        (supplier.number,) * 4
    ]
    with duckdb.connect() as db:
        proofs = db.execute(f"SELECT * FROM {parquet(ref.path / 'proofs.parquet')}").fetchall()
    assert [(row[0], row[2]) for row in proofs] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert {row[5:] for row in proofs} == {("Jeu", "JEU", "1", "J’accepte.", "Presse", HASH)}
    assert people("post_proof, phone_proof, mobile_proof, email_proof") == [(1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"nom": " "}, "last_name"),
        ({"nom": "Essai\ufffd"}, "characters"),
        ({"date_naissance": "2010-01-01"}, "minor"),
        ({"date_naissance": "2008-11-26"}, "minor"),
        ({"date_naissance": "hier"}, "birth_date"),
        ({"date_naissance": "1890-01-01"}, "birth_date"),
        ({"date_naissance": "2030-01-01"}, "birth_date"),
        ({"date_naissance": "", "annee_naissance": "2008"}, "minor"),
        ({"date_naissance": "", "age": "douze"}, "birth_date"),
        ({"code_postal": "99999"}, "postal_code"),
        ({"ville": "Marseille"}, "town"),
        ({"retrait": "oui"}, "withdrawn"),
        ({"preuve": ""}, "no_channel"),
        ({"formulaire": "AUTRE"}, "no_channel"),
    ],
)
def test_a_row_is_refused_for_a_reason(base: Path, told: Mapping[str, str], reason: str) -> None:
    found = load(written(base / "f.csv", [told, {"nom": "Gardé"}]), known_supplier())

    assert found.refused == {reason: 1}
    assert (found.rows_read, found.kept) == (2, 1)
    assert [row[0] for row in left_out(found) if row[2] == reason] == [2]


def test_an_eighteenth_birthday_on_the_day_of_delivery_is_enough(base: Path) -> None:
    found = load(written(base / "f.csv", [{"date_naissance": "2008-11-25"}]), known_supplier())

    assert found.kept == 1


@pytest.mark.parametrize(
    ("told", "closed"),
    [
        ({"telephone": "01 02"}, "phone:value"),
        ({"telephone": "06 39 98 12 34"}, "phone:value"),
        ({"mobile": "04 65 71 12 34"}, "mobile:value"),
        ({"email": "camille@"}, "email:value"),
        ({"adresse": "rue " + "interminable" * 4}, "post:address"),
        ({"date_consentement_email": "2020-01-01"}, "email:proof_expired"),
        ({"date_consentement_telephone": "2025-11-25"}, "phone:proof_expired"),
        ({"date_consentement_mobile": "2026-11-26"}, "mobile:proof_date"),
        ({"date_consentement_mobile": "bientôt"}, "mobile:proof_date"),
        ({"preuve_email": "scan.pdf"}, "email:proof_hash"),
        ({"formulaire_courrier": "AUTRE"}, "post:form_unknown"),
    ],
)
def test_a_channel_is_closed_alone_for_a_reason(
    base: Path, told: Mapping[str, str], closed: str
) -> None:
    found = load(written(base / "f.csv", [told]), known_supplier())
    publish()

    assert (found.kept, found.without_channel) == (1, {closed: 1})
    lost = Channel(closed.partition(":")[0])
    assert people(CHANNELS) == [tuple(channel is not lost for channel in Channel)]
    value = "''" if lost is Channel.POST else lost.value
    assert people(f"{lost}_on, {lost}_proof, {value}") == [(0, 0, "")]


def test_a_form_opens_its_channels_from_its_first_day_and_with_the_ground_the_law_asks(
    base: Path,
) -> None:
    supplier = known_supplier(
        ground=Ground.LEGITIMATE_INTEREST,
        channels=[Channel.POST, Channel.PHONE, Channel.EMAIL],
        used_from=date(2026, 5, 1),
    )
    early = {"nom": "Tôt", "email": "tot@example.org", "consentement": "2026-04-30"}
    found = load(written(base / "f.csv", [{}, early]), supplier)

    assert found.refused == {"no_channel": 1}
    assert found.without_channel == {
        "phone:ground": 1,
        "mobile:form_channel": 1,
        "email:ground": 1,
    }


def test_constants_and_titles_come_from_a_mapping(base: Path) -> None:
    mapping = base / "m.toml"
    mapping.write_text(
        '[columns]\nlast_name = "patronyme"\n[defaults]\nform = "JEU"\nform_version = "1"\n'
        'town = "L’Arbresle"\nconsent_on = "2026-06-01"\n',
        encoding="utf-8",
    )
    path = base / "f.csv"
    path.write_text(
        "patronyme,CP,Adresse,preuve,couleur\nEssai,69210,1 rue Haute," + HASH + ",bleu\n",
        encoding="utf-8",
    )
    found = load(path, known_supplier(), mapping=mapping)

    assert (found.kept, found.unknown_columns) == (1, ["couleur"])
    assert found.mapping["last_name"] == "patronyme"


def as_zip(path: Path) -> Path:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return path.with_suffix(".zip")


def as_parquet(path: Path) -> Path:
    target = path.with_suffix(".parquet")
    with duckdb.connect() as db:
        db.execute(
            f"COPY (SELECT * FROM read_csv('{path}', delim=';', all_varchar=true))"
            f" TO '{target}' (FORMAT parquet)"
        )
    return target


def as_workbook(path: Path) -> Path:
    rows = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()]
    target = path.with_suffix(".xlsx")
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    write_worksheet(records, str(target), "Feuille")
    return target


@pytest.mark.parametrize("form", [as_zip, as_parquet, as_workbook])
def test_the_same_people_in_another_form_are_the_same(base: Path, form: Any) -> None:
    rows = [{"nom": f"Essai {n}", "email": f"e{n}@example.org", "mobile": ""} for n in range(30)]
    path = written(base / "f.csv", rows)
    supplier = known_supplier()
    load(path, supplier)
    publish()
    before = people("* EXCLUDE (post_proof, phone_proof, mobile_proof, email_proof)")
    found = load(form(path), supplier, replaces=True)
    publish()

    assert found.kept == 30
    assert people("* EXCLUDE (post_proof, phone_proof, mobile_proof, email_proof)") == before


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_accents_are_read_in_the_encodings_that_suppliers_use(base: Path, encoding: str) -> None:
    rows = [{"nom": "Éloïse Gaëtan"}, {"nom": "Çelik", "prenom": "Zoé"}]
    load(written(base / "f.csv", rows, encoding=encoding), known_supplier())
    publish()

    assert [row[0] for row in people("last_name")] == ["Çelik", "Éloïse Gaëtan"]


def truncated(path: Path) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def text_file(content: str) -> Any:
    def write(path: Path) -> Path:
        path.write_text(content, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (text_file(""), "est vide"),
        (text_file("\n\n"), "lignes vides"),
        (text_file("nom\nEssai\nAutre\n"), "une seule colonne"),
        (text_file("prenom;age\nA;30\nB;31\n"), "Il manque le nom et le code postal"),
        (text_file("nom;cp;ville\n" + "A;69210\n" * 5 + "B;69210;X\n"), "5 lignes.*ligne 2"),
        (text_file("nom;cp;ville\nA;69210;" + "x" * (3 << 20)), "ligne"),
        (lambda path: truncated(as_zip(path)), "coupée"),
        (lambda path: truncated(as_workbook(path)), "abîmé"),
        (lambda path: truncated(as_parquet(path)), "Parquet entier"),
        (lambda path: path.with_name("absent.csv"), "n’existe pas"),
    ],
)
def test_a_bad_file_is_said_and_leaves_the_base_as_it_was(
    base: Path, spoil: Any, said: str
) -> None:
    supplier = known_supplier()
    load(written(base / "good.csv", [{}]), supplier)
    kept = publish()
    many = [{"nom": f"Essai {n}", "email": f"e{n}@example.org"} for n in range(400)]

    with pytest.raises(UnreadableSupplierFileError, match=said):
        load(spoil(written(base / "bad.csv", many)), supplier)
    assert people("1") == [(1,)]
    assert publish().rows == kept.rows
    assert not SupplierLoad.objects.filter(state=LoadState.READING).exists()


def test_lines_that_cannot_be_cut_are_refused_and_the_others_keep_their_number(
    base: Path,
) -> None:
    path = written(base / "f.csv", [{"nom": f"Essai {n}"} for n in range(30)])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[5] += ";de trop"
    lines[20] = lines[20].replace("1980-05-17", "2015-05-17")
    path.write_text("\n".join(lines), encoding="utf-8")
    found = load(path, known_supplier())

    assert found.refused == {"minor": 1, "cut": 1}
    assert (found.rows_read, found.kept) == (30, 28)
    refused = {row[0]: row[2] for row in left_out(found) if row[2] in {"cut", "minor"}}
    assert refused == {6: "cut", 21: "minor"}


def test_the_same_bytes_are_taken_once_and_a_new_file_may_replace_them(base: Path) -> None:
    supplier = known_supplier()
    path = written(base / "f.csv", [{}, {"nom": "Autre", "prenom": "Alix"}])
    first = load(path, supplier)
    assert load(path, supplier) == first
    publish()
    second = load(written(base / "g.csv", [{"nom": "Seule"}]), supplier, replaces=True)
    publish()

    first.refresh_from_db()
    assert (first.state, second.state) == (LoadState.REPLACED, LoadState.ACTIVE)
    assert people("last_name") == [("Seule",)]
    assert len(list((base / "base" / "loads").glob("[0-9]*"))) == 1
    assert JournalEntry.objects.filter(action="base.file_loaded").count() == 2


def test_a_load_goes_on_from_the_block_it_stopped_at(
    base: Path,
) -> None:
    supplier = known_supplier()
    rows = [{"nom": f"Essai {n}", "email": f"e{n}@example.org"} for n in range(50)]
    path = written(base / "f.csv", rows)
    told: list[str] = []

    def stop(line: str) -> None:
        told.append(line)
        if line.startswith("30 lignes"):
            raise KeyboardInterrupt

    delivery = Delivery(path, supplier, AS_OF)
    with pytest.raises(KeyboardInterrupt):
        load_file(delivery, actor=KEEPER, now=noon, say=stop, block=10)
    assert SupplierLoad.objects.get().state == LoadState.READING
    told.clear()
    found = load_file(delivery, actor=KEEPER, now=noon, say=told.append, block=10)

    assert told == ["40 lignes sur 50", "50 lignes sur 50"]
    assert (found.rows_read, found.kept) == (50, 50)
    assert publish().rows == 50


def test_nothing_of_a_suspended_supplier_is_taken(base: Path) -> None:
    supplier = known_supplier()
    suspend_supplier(supplier_id=supplier.pk, reason="Preuves", actor=KEEPER, now=NOON)
    supplier.refresh_from_db()

    with pytest.raises(BaseError, match="suspendu"):
        load(written(base / "f.csv", [PERSON]), supplier)
