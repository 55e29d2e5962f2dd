"""Suppliers' files written by hand, and a supplier whose form is known."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from marketingconnect.base.engine import parquet
from marketingconnect.base.models import Supplier, SupplierLoad
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.rules import Ground
from marketingconnect.base.schema import parts_of
from marketingconnect.base.services.consumers import rebuild_consumers
from marketingconnect.base.services.loads import Delivery, load_file
from marketingconnect.base.services.releases import silent
from marketingconnect.base.services.suppliers import FormTold, register_form, register_supplier
from marketingconnect.base.vocabulary import Channel, Population
from tests.base.made import AS_OF, KEEPER, NOON, noon

HASH = "ab" * 32
PERSON: Mapping[str, str] = {
    "civilite": "Mme",
    "nom": "Essai",
    "prenom": "Camille",
    "adresse": "12 bis, rue de l’Église",
    "code_postal": "69210",
    "ville": "L’Arbresle",
    "date_naissance": "1980-05-17",
    "telephone": "04 65 71 12 34",
    "mobile": "06 39 98 12 34",
    "email": "Camille.Essai@example.org",
    "consentement": "2026-06-01",
    "formulaire": "JEU",
    "version_formulaire": "1",
    "preuve": HASH,
}


def known_supplier(name: str = "Foyers & Cie", **form: Any) -> Supplier:
    """A supplier whose form JEU 1 opens every channel."""
    supplier = register_supplier(name=name, actor=KEEPER, now=NOON)
    told: dict[str, Any] = {
        "reference": "JEU",
        "version": "1",
        "source": "Jeu",
        "ground": Ground.CONSENT,
        "channels": list(Channel),
        "wording": "J’accepte.",
        "recipients": "Presse",
        "used_from": date(2020, 1, 1),
        **form,
    }
    register_form(supplier_id=supplier.pk, form=FormTold(**told), actor=KEEPER, now=NOON)
    return supplier


def written(path: Path, people: Sequence[Mapping[str, str]], *, encoding: str = "utf-8") -> Path:
    """A CSV of people, each PERSON but for what is told; one row when nothing is."""
    titles = list(dict.fromkeys([*PERSON, *(title for one in people for title in one)]))
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, titles, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows({**PERSON, **one} for one in people)
    return path


def load(path: Path, supplier: Supplier, **options: Any) -> SupplierLoad:
    told = {"delivered_on": AS_OF, **options}
    block = told.pop("block", 500_000)
    return load_file(
        Delivery(path, supplier, **told), actor=KEEPER, now=noon, say=silent, block=block
    )


def publish() -> ReleaseRef:
    return rebuild_consumers(as_of=AS_OF, actor=KEEPER, now=noon, say=silent)


def people(columns: str, order: str = "last_name, first_name, line4") -> list[tuple[Any, ...]]:
    """What the release in use says of everybody."""
    ref = published_release(Population.CONSUMERS)
    assert ref is not None
    with duckdb.connect() as db:
        found: list[tuple[Any, ...]] = db.execute(
            f"SELECT {columns} FROM {parquet(parts_of(ref.path))} ORDER BY {order}"
        ).fetchall()
    return found
