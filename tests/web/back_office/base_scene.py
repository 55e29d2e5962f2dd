"""A small base in use: a supplier with its right and form, a file, a release of consumers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from marketingconnect.audit.actors import Actor
from marketingconnect.base.models import Supplier, SupplierLoad
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.rules import Ground
from marketingconnect.base.services.releases import build_release
from marketingconnect.base.services.suppliers import (
    FormTold,
    grant_right,
    register_form,
    register_supplier,
)
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from tests.base.made import AS_OF, KEEPER, consumers, noon, note

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
ODILE = Actor.system("essai")


@dataclass(frozen=True)
class Base:
    """What the pages of the base are about."""

    supplier: Supplier
    right_id: int
    load: SupplierLoad
    release: ReleaseRef


def make_supplier(name: str = "Foyers du Rhône") -> Supplier:
    """A supplier that may be used by post and phone all year."""
    supplier = register_supplier(
        name=name, licence="Contrat FR-2026", siren="", actor=ODILE, now=NOON
    )
    grant_right(
        supplier_id=supplier.pk,
        population=Population.CONSUMERS,
        channels=[Channel.POST, Channel.PHONE],
        purposes=[Purpose.RENTAL],
        starts_on=date(2026, 1, 1),
        contract_reference="FR-2026",
        actor=ODILE,
        now=NOON,
    )
    form = FormTold(
        reference="JEU",
        version="1",
        source="Jeu de la rentrée",
        ground=Ground.CONSENT,
        channels=[Channel.POST, Channel.PHONE],
        wording="J’accepte de recevoir des offres.",
        recipients="Presse",
        used_from=date(2026, 1, 1),
    )
    register_form(supplier_id=supplier.pk, form=form, actor=ODILE, now=NOON)
    return supplier


def make_load(supplier: Supplier) -> SupplierLoad:
    """A file that was read, with something to explain."""
    return SupplierLoad.objects.create(
        supplier=supplier,
        state="active",
        original_name="foyers-novembre.csv",
        sha256="ab" * 32,
        size=12_345,
        delivered_on=AS_OF,
        mapping={"titles": {"last_name": "NOM"}},
        unknown_columns=["COULEUR"],
        started_at=NOON,
        finished_at=NOON,
        rows_read=120,
        kept=100,
        refused={"minor": 15, "postal_code": 5},
        without_channel={"phone:proof_missing": 30},
        duplicates={"same_file": 3},
    )


def build(folder: Path, rows: int = 60) -> ReleaseRef:
    """One more release of invented consumers."""
    return build_release(
        consumers(folder, rows), sources=[note(rows)], as_of=AS_OF, actor=KEEPER, now=noon
    )


def make_base(folder: Path, rows: int = 60) -> Base:
    """Everything; the caller has set BASE_ROOT."""
    supplier = make_supplier()
    right = supplier.rights.get()
    return Base(supplier, right.pk, make_load(supplier), build(folder / "contents", rows))
