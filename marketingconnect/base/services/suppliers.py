"""Register suppliers, their rights and forms; suspend and resume (CGV Def)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.errors import SupplierRefusedError
from marketingconnect.base.models import ConsentForm, RightOfUse, Supplier
from marketingconnect.base.rules import Ground
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.siren import normalise_siren


@transaction.atomic
def register_supplier(
    *,
    name: str,
    actor: Actor,
    now: datetime,
    siren: str = "",
    contact_name: str = "",
    contact_email: str = "",
    licence: str = "",
) -> Supplier:
    """CGV Def: make a supplier known under the next number. Raises SupplierRefusedError."""
    name = name.strip()
    if not name or Supplier.objects.filter(name=name).exists():
        raise SupplierRefusedError(
            f"Un fournisseur s’appelle déjà « {name} »." if name else "Nommez le fournisseur."
        )
    last = Supplier.objects.aggregate(last=Max("number"))["last"] or 0
    supplier = Supplier.objects.create(
        number=last + 1,
        name=name,
        siren=_siren(siren),
        contact_name=contact_name,
        contact_email=contact_email,
        licence=licence,
        registered_at=now,
    )
    _journal(
        "base.supplier_registered",
        supplier,
        actor,
        now,
        after={"number": supplier.number, "name": name, "licence": licence},
    )
    return supplier


def _siren(text: str) -> str:
    if not text:
        return ""
    try:
        return normalise_siren(text)
    except InvalidValueError as error:
        raise SupplierRefusedError(str(error)) from error


@transaction.atomic
def grant_right(
    *,
    supplier_id: int,
    population: Population,
    channels: Sequence[Channel],
    purposes: Sequence[Purpose],
    starts_on: date,
    contract_reference: str,
    actor: Actor,
    now: datetime,
    ends_on: date | None = None,
    register_reference: str = "",
    document: str = "",
) -> RightOfUse:
    """CGV Def: record what a supplier's contract allows. Raises SupplierRefusedError."""
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    if not channels or not purposes:
        raise SupplierRefusedError("Indiquez au moins un canal et un usage.")
    if not contract_reference.strip():
        raise SupplierRefusedError("Indiquez la référence du contrat.")
    if ends_on is not None and ends_on < starts_on:
        raise SupplierRefusedError("Le droit d’usage finit avant de commencer.")
    right = RightOfUse.objects.create(
        supplier=supplier,
        population=population,
        channels=[channel.value for channel in Channel if channel in channels],
        purposes=[purpose.value for purpose in Purpose if purpose in purposes],
        starts_on=starts_on,
        ends_on=ends_on,
        contract_reference=contract_reference.strip(),
        register_reference=register_reference.strip(),
        document=document,
        granted_at=now,
    )
    _journal("base.right_granted", supplier, actor, now, after=_of_right(right))
    return right


@transaction.atomic
def end_right(*, right_id: int, ends_on: date, actor: Actor, now: datetime) -> RightOfUse:
    """CGV Def: say the last day of a right of use; what was made before keeps its ground."""
    right = RightOfUse.objects.select_for_update().select_related("supplier").get(pk=right_id)
    if ends_on < right.starts_on:
        raise SupplierRefusedError("Le droit d’usage finit avant de commencer.")
    before = _of_right(right)
    right.ends_on = ends_on
    right.save(update_fields=["ends_on"])
    _journal("base.right_ended", right.supplier, actor, now, before=before, after=_of_right(right))
    return right


def _of_right(right: RightOfUse) -> dict[str, object]:
    return {
        "right": right.pk,
        "population": right.population,
        "channels": right.channels,
        "purposes": right.purposes,
        "starts_on": right.starts_on,
        "ends_on": right.ends_on,
        "contract": right.contract_reference,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTold:
    """A version of a form: its words, for which channels and whom, since when."""

    reference: str
    version: str
    source: str
    ground: Ground
    channels: Sequence[Channel]
    wording: str
    recipients: str
    used_from: date
    used_to: date | None = None

    @property
    def is_whole(self) -> bool:
        texts = (self.reference, self.version, self.source, self.wording, self.recipients)
        return all(text.strip() for text in texts) and bool(self.channels)

    def values(self) -> dict[str, Any]:
        """What the form's row holds, beside its supplier, its name and its words."""
        return {
            "source": self.source.strip(),
            "ground": self.ground.value,
            "channels": [channel.value for channel in Channel if channel in self.channels],
            "wording_sha256": hashlib.sha256(self.wording.encode()).hexdigest(),
            "recipients": self.recipients.strip(),
            "used_from": self.used_from,
        }


@transaction.atomic
def register_form(*, supplier_id: int, form: FormTold, actor: Actor, now: datetime) -> ConsentForm:
    """CGV B.5: keep the words people agreed to; a version that changed is refused."""
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    if not form.is_whole:
        raise SupplierRefusedError(
            "Un formulaire a une origine, un texte, des canaux et une catégorie de destinataires."
        )
    values = form.values()
    name = {"supplier": supplier, "reference": form.reference, "version": form.version}
    if known := ConsentForm.objects.filter(**name).first():
        if any(getattr(known, field) != value for field, value in values.items()):
            raise SupplierRefusedError(
                f"Le formulaire {form.reference} {form.version} est déjà connu avec un autre"
                " contenu : donnez une autre version."
            )
        return known
    kept = ConsentForm.objects.create(
        wording=form.wording, used_to=form.used_to, registered_at=now, **name, **values
    )
    after = {"form": form.reference, "version": form.version, "sha256": kept.wording_sha256}
    _journal("base.form_registered", supplier, actor, now, after=after)
    return kept


@transaction.atomic
def suspend_supplier(*, supplier_id: int, reason: str, actor: Actor, now: datetime) -> Supplier:
    """CGV Def: stop using everything of a supplier, from the next count on; safe to repeat."""
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    if not reason.strip():
        raise SupplierRefusedError("Dites pourquoi ce fournisseur est suspendu.")
    if supplier.suspended_at is not None:
        return supplier
    supplier.suspended_at = now
    supplier.suspension_reason = reason.strip()
    supplier.save(update_fields=["suspended_at", "suspension_reason"])
    after = {"reason": supplier.suspension_reason}
    _journal("base.supplier_suspended", supplier, actor, now, after=after)
    return supplier


@transaction.atomic
def resume_supplier(*, supplier_id: int, reason: str, actor: Actor, now: datetime) -> Supplier:
    """CGV Def: use a suspended supplier's files again, for a reason that is kept."""
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    if not reason.strip():
        raise SupplierRefusedError("Dites pourquoi la suspension est levée.")
    if supplier.suspended_at is None:
        return supplier
    before = {"reason": supplier.suspension_reason, "since": supplier.suspended_at}
    supplier.suspended_at, supplier.suspension_reason = None, ""
    supplier.save(update_fields=["suspended_at", "suspension_reason"])
    _journal("base.supplier_resumed", supplier, actor, now, before=before, after={"reason": reason})
    return supplier


def _journal(
    action: str,
    supplier: Supplier,
    actor: Actor,
    at: datetime,
    *,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"supplier:{supplier.number}",
        before=before,
        after=after,
        at=at,
    )
