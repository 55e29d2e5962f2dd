"""Register a supplier from one file: who it is, what it allows, its forms (CGV Def)."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.base.errors import SupplierRefusedError
from marketingconnect.base.models import RightOfUse, Supplier
from marketingconnect.base.rules import Ground
from marketingconnect.base.services.suppliers import (
    FormTold,
    grant_right,
    register_form,
    register_supplier,
)
from marketingconnect.base.vocabulary import Channel, Population, Purpose

_IDENTITY: Final = ("siren", "contact_name", "contact_email", "licence")
Code = TypeVar("Code", Channel, Purpose, Population, Ground)


@transaction.atomic
def register_from_file(path: Path, *, actor: Actor, now: datetime) -> Supplier:
    """CGV Def: make the supplier, the rights and the forms of a TOML file known; safe to repeat.

    What is known already is left as it is; a form whose words changed is refused.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SupplierRefusedError(f"« {path} » ne se lit pas : {error}.") from error
    try:
        supplier = _supplier(told, actor, now)
        for right in told.get("right", ()):
            _right(supplier, right, actor, now)
        for form in told.get("form", ()):
            _form(supplier, form, actor, now)
    except KeyError as error:
        raise SupplierRefusedError(f"« {path} » : il manque {error}.") from error
    return supplier


def _supplier(told: Mapping[str, Any], actor: Actor, now: datetime) -> Supplier:
    known = Supplier.objects.filter(name=told["name"].strip()).first()
    if known is not None:
        return known
    identity = {name: str(told.get(name, "")) for name in _IDENTITY}
    return register_supplier(name=told["name"], actor=actor, now=now, **identity)


def _right(supplier: Supplier, told: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    population = _code(Population, told["population"])
    known = RightOfUse.objects.filter(
        supplier=supplier, population=population, contract_reference=told["contract"]
    )
    if known.exists():
        return
    grant_right(
        supplier_id=supplier.pk,
        population=population,
        channels=_codes(Channel, told["channels"]),
        purposes=_codes(Purpose, told["purposes"]),
        starts_on=_date(told, "starts_on"),
        ends_on=_date(told, "ends_on") if "ends_on" in told else None,
        contract_reference=told["contract"],
        register_reference=told.get("register", ""),
        actor=actor,
        now=now,
    )


def _form(supplier: Supplier, told: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    form = FormTold(
        reference=told["reference"],
        version=str(told["version"]),
        source=told["source"],
        ground=_code(Ground, told.get("ground", Ground.CONSENT)),
        channels=_codes(Channel, told["channels"]),
        wording=told["wording"],
        recipients=told["recipients"],
        used_from=_date(told, "used_from"),
        used_to=_date(told, "used_to") if "used_to" in told else None,
    )
    register_form(supplier_id=supplier.pk, form=form, actor=actor, now=now)


def _codes(kind: type[Code], values: Sequence[str]) -> list[Code]:
    return [_code(kind, value) for value in values]


def _code(kind: type[Code], value: str) -> Code:
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(kind)
        raise SupplierRefusedError(f"« {value} » n’est pas connu : {known}.") from error


def _date(told: Mapping[str, Any], name: str) -> date:
    value = told[name]
    if not isinstance(value, date):
        raise SupplierRefusedError(f"« {name} » est une date, écrite 2026-11-25.")
    return value
