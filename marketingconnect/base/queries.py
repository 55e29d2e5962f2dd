"""Reads of the base: releases, suppliers whose rights are in force, flags, vintages."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from marketingconnect.base.models import (
    ConsentForm,
    RecordFlag,
    Release,
    RightOfUse,
    SireneVintage,
    Supplier,
)
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.releases.folders import release_folder
from marketingconnect.base.rules import Right, suppliers_in_force
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Channel, Population, Purpose

USABLE_STATES = (ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED)


def ref_of(release: Release) -> ReleaseRef:
    """A release as those who count and deliver know it."""
    population = Population(release.population)
    return ReleaseRef(
        id=release.pk,
        name=release.name,
        population=population,
        path=release_folder(population, release.name),
        rows=release.rows,
        as_of=release.as_of,
        vintage=release.vintage,
        manifest_sha256=release.manifest_sha256,
    )


def published_release(population: Population) -> ReleaseRef | None:
    """The release in use, None before the first one."""
    release = Release.objects.filter(population=population, state=ReleaseState.PUBLISHED).first()
    return ref_of(release) if release else None


def published_manifest(population: Population) -> dict[str, Any]:
    """The manifest of the release in use, empty before the first one."""
    release = Release.objects.filter(population=population, state=ReleaseState.PUBLISHED).first()
    return release.manifest if release else {}


def release_named(name: str) -> ReleaseRef | None:
    """A release whose files can be read, in use or kept for deliveries made from it."""
    release = Release.objects.filter(name=name, state__in=USABLE_STATES).first()
    return ref_of(release) if release else None


def releases(population: Population | None = None) -> list[Release]:
    """Every release, the latest first."""
    rows = Release.objects.order_by("-started_at", "-pk")
    return list(rows.filter(population=population) if population else rows)


def usable_suppliers(
    population: Population, channel: Channel, purpose: Purpose, on: date
) -> frozenset[int]:
    """Numbers of the suppliers whose right covers this use that day, the suspended ones left out.

    One small query: asked at every count.
    """
    return suppliers_in_force(
        rights_in_force(population, on),
        suspended=frozenset(),
        population=population,
        channel=channel,
        purpose=purpose,
        on=on,
    )


def rights_in_force(population: Population, on: date) -> list[Right]:
    """The rights of that day, of suppliers that are not suspended, in one query."""
    rows = RightOfUse.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        population=population,
        starts_on__lte=on,
        supplier__suspended_at=None,
    ).values_list("supplier__number", "channels", "purposes", "starts_on", "ends_on")
    return [
        Right(
            supplier=number,
            population=population,
            channels=frozenset(map(Channel, channels)),
            purposes=frozenset(map(Purpose, purposes)),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for number, channels, purposes, starts_on, ends_on in rows
    ]


def suppliers() -> list[Supplier]:
    """Every supplier with its rights, by number."""
    return list(Supplier.objects.prefetch_related("rights").order_by("number"))


def supplier_called(text: str) -> Supplier | None:
    """A supplier by number or by name, whatever the capitals."""
    by_number = Supplier.objects.filter(number=int(text)) if text.isdigit() else None
    return (by_number or Supplier.objects.filter(name__iexact=text.strip())).first()


def forms_of(supplier: Supplier) -> list[ConsentForm]:
    """The forms of a supplier, the oldest first."""
    return list(supplier.forms.order_by("reference", "used_from", "pk"))


def flagged_keys(population: Population, channel: Channel, on: date) -> Iterator[int]:
    """Keys of the records that are not to be used on a channel that day."""
    in_force = RecordFlag.objects.filter(
        Q(until=None) | Q(until__gte=on), population=population, channel=channel, since__lte=on
    )
    return in_force.values_list("record_key", flat=True).distinct().iterator()


def latest_vintage() -> SireneVintage | None:
    """The most recent stock of the register that was loaded."""
    return SireneVintage.objects.exclude(loaded_on=None).order_by("vintage").last()
