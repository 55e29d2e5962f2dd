"""Deliveries as their pages show them: files by format, licence, source, limit, what came back."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import Http404

from marketingconnect.base.models import Release
from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.queries import ReturnsFigures, delivered_on, returns_of
from marketingconnect.offers.list_rental.delivery_files.notices import source_sentences
from marketingconnect.offers.list_rental.delivery_files.spec import (
    CSV,
    TXT_FIXED,
    TXT_TAB,
    XLSX,
    Source,
)
from marketingconnect.offers.list_rental.models import (
    Delivery,
    DeliveryFile,
    Download,
    Licence,
    ListRental,
)
from marketingconnect.offers.list_rental.queries import deliveries_of, delivery_of
from marketingconnect.offers.list_rental.rules.delivering import (
    download_refusal,
    re_delivery_refusal,
)
from marketingconnect.offers.list_rental.rules.ordering import Refusal
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.offers.list_rental.vocabulary import KIND_LABELS, DeliveryKind
from marketingconnect.web.components import Kind

FORMATS: Final = {
    XLSX: ("Excel", "S’ouvre d’un double clic ; la licence est dans la dernière feuille."),
    CSV: (
        "CSV",
        "Pour un tableur ou un routeur : UTF-8, point-virgule ; en archive ZIP, avec la licence.",
    ),
    TXT_TAB: (
        "Texte, tabulations",
        "Pour un logiciel de publipostage : UTF-8 ; en archive ZIP, avec la licence.",
    ),
    TXT_FIXED: (
        "Texte, largeur fixe",
        "Pour un routeur : six lignes de 38, Windows-1252 ; en archive ZIP, avec son dessin.",
    ),
}
STATES: Final[dict[str, tuple[str, Kind]]] = {
    DeliveryState.PREPARING: ("Fichiers en cours d’écriture", "progress"),
    DeliveryState.AVAILABLE: ("À télécharger", "success"),
    DeliveryState.DOWNLOADED: ("Téléchargée", "success"),
    DeliveryState.RE_DELIVERED: ("Remplacée par une vérification", "neutral"),
    DeliveryState.WITHDRAWN: ("Retirée", "error"),
}


@dataclass(frozen=True)
class FileView:
    """A file to download, with what it is for."""

    file: DeliveryFile
    label: str
    detail: str


@dataclass(frozen=True)
class DeliveryView:
    """A delivery and everything its page says."""

    delivery: Delivery
    label: str
    state: str
    kind: Kind
    files: list[FileView]
    licence: Licence | None
    is_accepted: bool
    """Somebody of the company took a file under the licence in force."""
    downloads: list[Download]
    refusal: Refusal | None
    """Why nothing can be downloaded, the acceptance aside."""
    may_check_again: bool
    sources: list[str]
    delivered_on: date | None
    returns: ReturnsFigures | None

    @property
    def is_preparing(self) -> bool:
        return self.delivery.state == DeliveryState.PREPARING

    @property
    def is_late(self) -> bool:
        """Whether its last day of use is past."""
        return self.refusal is not None and self.refusal.article == "CL.6"


def delivery_or_404(company_id: int, reference: str) -> Delivery:
    """One delivery of the company; another company's does not exist."""
    try:
        return delivery_of(company_id, reference)
    except Delivery.DoesNotExist as missing:
        raise Http404 from missing


def views_of(rental: ListRental, today: date) -> list[DeliveryView]:
    """Every delivery of a rental, the latest first."""
    return [view_of(delivery, today) for delivery in deliveries_of(rental)]


def view_of(delivery: Delivery, today: date) -> DeliveryView:
    """One delivery on a day."""
    state, kind = STATES[delivery.state]
    licence = delivery.licences.order_by("-version").first()
    downloads = list(_downloads(delivery))
    return DeliveryView(
        delivery=delivery,
        label=KIND_LABELS[DeliveryKind(delivery.kind)],
        state=state,
        kind=kind,
        files=_files(delivery),
        licence=licence,
        is_accepted=any(licence and one.licence_id == licence.pk for one in downloads),
        downloads=downloads,
        refusal=_refusal(delivery, licence, today),
        may_check_again=_may_check_again(delivery, today),
        sources=_sources(delivery),
        delivered_on=delivered_on(delivery),
        returns=returns_of(delivery) if delivery.available_at else None,
    )


def _files(delivery: Delivery) -> list[FileView]:
    order = list(FORMATS)
    files = sorted(delivery.files.all(), key=lambda file: (order.index(file.format), file.name))
    return [FileView(file, *FORMATS[file.format]) for file in files]


def _downloads(delivery: Delivery) -> list[Download]:
    found = Download.objects.filter(file__delivery=delivery).select_related("file", "user")
    return list(found.order_by("-pk")[:20])


def _refusal(delivery: Delivery, licence: Licence | None, today: date) -> Refusal | None:
    if delivery.rental.state == RentalState.SUSPENDED:
        return Refusal("Cette location est suspendue : notre équipe vous a écrit pourquoi.", "CL.2")
    accepted = licence.sha256 if licence else ""
    return download_refusal(
        state=DeliveryState(delivery.state),
        accepted=accepted,
        licence=accepted,
        use_by=delivery.use_by,
        today=today,
    )


def _may_check_again(delivery: Delivery, today: date) -> bool:
    refusal = re_delivery_refusal(
        state=DeliveryState(delivery.state),
        use_by=delivery.use_by,
        has_phones=delivery.has_phones,
        today=today,
    )
    return refusal is None and delivery.rental.state == RentalState.DELIVERED


def _sources(delivery: Delivery) -> list[str]:
    """CGV CL.5, CL.10: where the rows come from, of which day."""
    release = Release.objects.filter(name=delivery.release).first()
    if release is None:
        return []
    sources = [
        Source(one["name"], date.fromisoformat(one["delivered_on"]), one["licence"])
        for one in release.manifest.get("sources", [])
    ]
    return source_sentences(sources, Population(release.population))
