"""Reads of the register: the vintage behind a release, and the notice that goes with its data."""

from datetime import date

from marketingconnect.base.models import Release, SireneVintage
from marketingconnect.base.queries import latest_vintage
from marketingconnect.base.sirene.notice import sirene_notice
from marketingconnect.base.vocabulary import SIRENE_SUPPLIER


def sirene_vintage_of(release_id: int) -> date | None:
    """The state of the register that a release was made from; None when it holds none of it."""
    source = _sirene_source(release_id)
    return date.fromisoformat(source["vintage"]) if source else None


def sirene_notice_of(release_id: int) -> str:
    """CGV CL.5: the source, the date and the licence to print with data of a release, or ""."""
    source = _sirene_source(release_id)
    if source is None:
        return ""
    return sirene_notice(vintage=date.fromisoformat(source["vintage"]), licence=source["licence"])


def _sirene_source(release_id: int) -> dict[str, str] | None:
    """What the manifest says: it outlives the row of a vintage that was loaded again."""
    manifest = Release.objects.values_list("manifest", flat=True).get(pk=release_id)
    for source in manifest.get("sources", ()):
        if source["supplier"] == SIRENE_SUPPLIER:
            return dict(source)
    return None


def vintages_waiting() -> list[SireneVintage]:
    """Stocks that were received and never loaded, more recent than the one in use."""
    waiting = SireneVintage.objects.filter(loaded_on=None).order_by("vintage")
    current = latest_vintage()
    return list(waiting.filter(vintage__gt=current.vintage) if current else waiting)
