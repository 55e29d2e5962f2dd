"""What the pages of the terms show to administrators; no rule, no write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Q

from marketingconnect.catalogue.models import PriceList
from marketingconnect.contracts.queries import orders_that_run
from marketingconnect.notices.models import Notice
from marketingconnect.notices.states import NoticeState
from marketingconnect.orders.models import Order
from marketingconnect.terms import queries
from marketingconnect.terms.drafting import with_header
from marketingconnect.terms.models import AnnouncedChange, ClientChange, TermsDraft, TermsVersion
from marketingconnect.terms.parameters import SETTINGS, TermsParameters
from marketingconnect.terms.rules import ChangeKind
from marketingconnect.terms.services.drafts import problems_of
from marketingconnect.terms.states import ClientChangeState
from marketingconnect.terms.texts import parse_terms
from marketingconnect.web.components import Kind
from marketingconnect.web.terms_compared import Comparison, SettingView, compared_texts, in_words

CLIENT_LABELS: Final[dict[str, tuple[str, Kind]]] = {
    ClientChangeState.TOLD: ("Informé", "info"),
    ClientChangeState.REFUSED: ("Refusé, contrat à résilier", "error"),
    ClientChangeState.REFUSED_LATE: ("Refusé trop tard", "warning"),
}
KIND_LABELS: Final = {ChangeKind.TERMS: "Conditions, version", ChangeKind.PRICES: "Tarif n°"}
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A client told of a change, with what became of it and of its mail."""

    client: ClientChange
    label: str
    kind: Kind
    mail: Notice | None
    to_end: Sequence[Order]
    """The orders that run, of a client who refused in time."""

    @property
    def has_left(self) -> bool:
        return self.mail is not None and self.mail.state == NoticeState.SENT


def draft_or_none() -> TermsDraft | None:
    """The next version, while it is written."""
    return queries.draft()


def overview(today: date) -> dict[str, Any]:
    """Versions and price lists, the latest first, and how many clients were told."""
    announced = AnnouncedChange.objects.annotate(
        told=Count("clients"),
        refused=Count("clients", filter=Q(clients__state=ClientChangeState.REFUSED)),
    )
    changes = [
        (change, KIND_LABELS[ChangeKind(change.kind)], queries.companies_to_tell(change).count())
        for change in announced.order_by("-published_at", "-pk")[:20]
    ]
    lists = list(PriceList.objects.order_by("-number")[:20])
    return {
        "versions": queries.terms_versions(),
        "in_force": queries.current_terms(today),
        "draft": queries.draft(),
        "price_lists": lists,
        "price_list_in_force": next((one for one in lists if one.in_force_from <= today), None),
        "changes": changes,
        "today": today,
    }


def draft_page(draft: TermsDraft, today: date) -> dict[str, Any]:
    """The draft, what keeps it from being published, and its first possible day."""
    latest = queries.terms_versions()[0]
    after_latest = max(today, latest.in_force_from) + timedelta(days=1)
    earliest = queries.earliest_change(today)
    return {
        "draft": draft,
        "title": f"Version {draft.number}",
        "latest": latest,
        "current": _all_figures(draft),
        "problems": problems_of(draft, latest),
        "earliest": max(after_latest, earliest) if earliest else after_latest,
        "clients": queries.clients_under_contract().count(),
        "changed": draft_compared(draft).settings,
    }


def _all_figures(draft: TermsDraft) -> dict[str, Any]:
    """The draft's own, and the defaults of what was added to the product meanwhile."""
    return TermsParameters.from_json(draft.parameters).to_json()


def draft_compared(draft: TermsDraft) -> Comparison:
    """The draft beside the last version published."""
    latest = queries.terms_versions()[0]
    text = with_header(draft.body, draft.number, draft.title or "–", latest.in_force_from)
    return compared_texts(parse_terms(latest.text), parse_terms(text), _figures(latest, draft))


def _figures(latest: TermsVersion, draft: TermsDraft) -> list[SettingView]:
    before, after = queries.parameters_of(latest), TermsParameters.from_json(draft.parameters)
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in SETTINGS]
    return [
        SettingView(SETTINGS[name][1], in_words(old), in_words(new))
        for name, old, new in pairs
        if old != new
    ]


def lines_of(change: AnnouncedChange) -> list[Line]:
    """The clients told of a change, those who refused first."""
    clients = list(queries.clients_told(change)[:_SHOWN])
    mails = {
        notice.key: notice
        for notice in Notice.objects.filter(key__in=[one.notice_key for one in clients])
    }
    refused = [one.company.pk for one in clients if one.state == ClientChangeState.REFUSED]
    running = list(orders_that_run().filter(company_id__in=refused).order_by("pk"))
    return [
        Line(
            one,
            *CLIENT_LABELS[one.state],
            mails.get(one.notice_key),
            [order for order in running if order.company_id == one.company_id],
        )
        for one in clients
    ]
