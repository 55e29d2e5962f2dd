"""Suppliers, their rights, their forms; a suspension counts at once."""

from datetime import date
from pathlib import Path

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.errors import SupplierRefusedError
from marketingconnect.base.models import RecordFlag, RightOfUse, Supplier
from marketingconnect.base.queries import flagged_keys, forms_of, supplier_called, usable_suppliers
from marketingconnect.base.rules import Ground
from marketingconnect.base.services.flags import flag_records, lift_flags
from marketingconnect.base.services.registering import register_from_file
from marketingconnect.base.services.suppliers import (
    FormTold,
    end_right,
    grant_right,
    register_form,
    register_supplier,
    resume_supplier,
    suspend_supplier,
)
from marketingconnect.base.vocabulary import SIRENE_SUPPLIER, Channel, Population, Purpose
from tests.base.made import AS_OF, KEEPER, NOON

pytestmark = pytest.mark.django_db
CONSUMERS, PROFESSIONALS = Population.CONSUMERS, Population.PROFESSIONALS


@pytest.fixture
def supplier() -> Supplier:
    return register_supplier(name="Foyers & Cie", siren="732 829 320", actor=KEEPER, now=NOON)


def granted(supplier: Supplier, *channels: Channel) -> RightOfUse:
    return grant_right(
        supplier_id=supplier.pk,
        population=CONSUMERS,
        channels=channels or (Channel.POST,),
        purposes=[Purpose.RENTAL],
        starts_on=date(2026, 1, 1),
        contract_reference="C-1",
        actor=KEEPER,
        now=NOON,
    )


def usable(channel: Channel = Channel.POST, on: date = AS_OF) -> frozenset[int]:
    return usable_suppliers(CONSUMERS, channel, Purpose.RENTAL, on)


def test_the_register_of_establishments_is_known_from_the_first_day() -> None:
    found = usable_suppliers(PROFESSIONALS, Channel.POST, Purpose.SENDING, AS_OF)

    assert found == {SIRENE_SUPPLIER}
    assert Supplier.objects.get(number=SIRENE_SUPPLIER).licence == "Licence Ouverte 2.0"


def test_a_supplier_counts_within_its_rights(supplier: Supplier) -> None:
    assert usable() == frozenset()
    right = granted(supplier)

    assert usable() == {supplier.number}
    assert usable(Channel.EMAIL) == frozenset()
    assert usable(on=date(2025, 12, 31)) == frozenset()
    end_right(right_id=right.pk, ends_on=date(2026, 11, 24), actor=KEEPER, now=NOON)
    assert usable() == frozenset()
    assert usable(on=date(2026, 11, 24)) == {supplier.number}


def test_a_suspension_counts_at_once_and_needs_a_reason(supplier: Supplier) -> None:
    granted(supplier)
    with pytest.raises(SupplierRefusedError, match="pourquoi"):
        suspend_supplier(supplier_id=supplier.pk, reason=" ", actor=KEEPER, now=NOON)

    for _ in range(2):
        suspend_supplier(supplier_id=supplier.pk, reason="Preuves", actor=KEEPER, now=NOON)
    assert usable() == frozenset()
    resume_supplier(supplier_id=supplier.pk, reason="Audit passé", actor=KEEPER, now=NOON)
    assert usable() == {supplier.number}
    acts = JournalEntry.objects.filter(subject=f"supplier:{supplier.number}")
    assert list(acts.order_by("position").values_list("action", flat=True)) == [
        "base.supplier_registered",
        "base.right_granted",
        "base.supplier_suspended",
        "base.supplier_resumed",
    ]


def test_a_name_serves_once_and_a_siren_is_checked(supplier: Supplier) -> None:
    with pytest.raises(SupplierRefusedError, match="s’appelle déjà"):
        register_supplier(name=supplier.name, actor=KEEPER, now=NOON)
    with pytest.raises(SupplierRefusedError, match="SIREN"):
        register_supplier(name="Autre", siren="732829321", actor=KEEPER, now=NOON)
    assert supplier_called(str(supplier.number)) == supplier
    assert supplier_called("FOYERS & cie") == supplier
    assert supplier_called("77") is None


def test_a_version_of_a_form_keeps_its_words(supplier: Supplier) -> None:
    def form(wording: str) -> None:
        told = FormTold(
            reference="JEU",
            version="1",
            source="Jeu",
            ground=Ground.CONSENT,
            channels=[Channel.EMAIL],
            wording=wording,
            recipients="Presse",
            used_from=date(2026, 1, 1),
        )
        register_form(supplier_id=supplier.pk, form=told, actor=KEEPER, now=NOON)

    form("J’accepte.")
    form("J’accepte.")
    with pytest.raises(SupplierRefusedError, match="autre version"):
        form("J’accepte tout.")
    assert [f.wording for f in forms_of(supplier)] == ["J’accepte."]


def test_a_supplier_is_registered_from_its_file_and_again_without_harm(tmp_path: Path) -> None:
    told = tmp_path / "jeux.toml"
    told.write_text(
        """
name = "Jeux"
[[right]]
population = "consumers"
channels = ["post", "email"]
purposes = ["rental"]
starts_on = 2026-01-01
contract = "J-1"
[[form]]
reference = "JEU"
version = 1
source = "Jeu"
channels = ["email"]
wording = "J’accepte."
recipients = "Presse"
used_from = 2026-01-01
""",
        encoding="utf-8",
    )

    for _ in range(2):
        supplier = register_from_file(told, actor=KEEPER, now=NOON)
    assert supplier.rights.count() == 1
    assert usable(Channel.EMAIL) == {supplier.number}
    assert forms_of(supplier)[0].ground == "consent"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "ne se lit pas"),
        ('name = "A"\n[[right]]\npopulation = "consumers"\nchannels = []', "il manque"),
        (
            'name = "A"\n[[right]]\npopulation = "enfants"\ncontract = "C"',
            "« enfants » n’est pas connu",
        ),
    ],
)
def test_a_wrong_file_of_a_supplier_says_what_and_registers_nothing(
    tmp_path: Path, text: str, said: str
) -> None:
    told = tmp_path / "faux.toml"
    told.write_text(text, encoding="utf-8")

    with pytest.raises(SupplierRefusedError, match=said):
        register_from_file(told, actor=KEEPER, now=NOON)
    assert Supplier.objects.count() == 1


def test_a_record_is_flagged_once_a_source_until_it_is_lifted() -> None:
    def flag(*keys: int) -> int:
        return flag_records(
            population=CONSUMERS,
            record_keys=keys,
            channel=Channel.POST,
            since=AS_OF,
            source="claim:12",
            actor=KEEPER,
            now=NOON,
        )

    assert flag(5, 6) == 2
    assert flag(6, 7) == 1
    assert sorted(flagged_keys(CONSUMERS, Channel.POST, AS_OF)) == [5, 6, 7]
    assert not list(flagged_keys(CONSUMERS, Channel.EMAIL, AS_OF))
    assert lift_flags(source="claim:12", on=AS_OF, actor=KEEPER, now=NOON) == 3
    assert not list(flagged_keys(CONSUMERS, Channel.POST, date(2026, 11, 26)))
    assert RecordFlag.objects.count() == 3
