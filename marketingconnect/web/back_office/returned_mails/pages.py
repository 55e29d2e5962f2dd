"""What the pages of returned mails show."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from marketingconnect import storage
from marketingconnect.clock import PARIS
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending import returned
from marketingconnect.sending.bounces import Kind, Reading
from marketingconnect.sending.models import InboundMail
from marketingconnect.sending.services.answering import Answer, answer_of
from marketingconnect.sending.services.returns import REPLY, octets_of
from marketingconnect.sending.states import MAIL_TRANSITIONS, MailState
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.returned_mails.forms import KINDS, DismissForm, SearchForm
from marketingconnect.web.back_office.sendings.pages import STATES as SENDINGS
from marketingconnect.web.components import Tab
from marketingconnect.web.keys import number_in

PAGE: Final = 50
STATES: Final = {
    MailState.UNMATCHED: ("À examiner", "warning"),
    MailState.ANSWERED: ("À lire", "warning"),
    MailState.ATTACHED: ("Rattaché", "success"),
    MailState.FORWARDED: ("Transmis au client", "success"),
    MailState.OPPOSED: ("Opposition enregistrée", "success"),
    MailState.DISMISSED: ("Sans suite", "neutral"),
}
_SHAPES: Final = {
    Kind.BOUNCE: "error",
    Kind.COMPLAINT: "warning",
    Kind.AUTO_REPLY: "info",
    Kind.OTHER: "neutral",
}
_FACES: Final = {
    "a-examiner": ("À examiner", [MailState.UNMATCHED, MailState.ANSWERED]),
    "rattaches": ("Rattachés", [MailState.ATTACHED]),
    "traitees": ("Réponses traitées", [MailState.FORWARDED, MailState.OPPOSED]),
    "sans-suite": ("Sans suite", [MailState.DISMISSED]),
}
_SORTS: Final = {
    "destinataires": ("Réponses de destinataires", REPLY),
    "rebonds": ("Rebonds", Kind.BOUNCE.value),
    "plaintes": ("Plaintes", Kind.COMPLAINT.value),
    "reponses": ("Réponses automatiques", Kind.AUTO_REPLY.value),
    "autres": ("Autres", Kind.OTHER.value),
}
_FIRST: Final = "a-examiner"
_SOURCES: Final = {"smtp": "SMTP", "lmtp": "LMTP", "imap": "la boîte aux lettres"}


def list_page(asked: QueryDict) -> dict[str, Any]:
    """Mails of one state and one kind, the latest first."""
    face, sort = _asked(asked)
    found = returned.mails_in(_FACES[face][1], kind=_kind(sort))
    if (before := number_in(asked.get("apres", ""))) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: PAGE + 1])
    return {
        "faces": _face_tabs(face),
        "sorts": _sort_tabs(face, sort),
        "rows": [(one, *shown_kind(one.kind)) for one in page[:PAGE]],
        "face": face,
        "sort": sort,
        "query": _query(face, sort),
        "after": page[PAGE - 1].pk if len(page) > PAGE else None,
    }


def csv_rows(asked: QueryDict) -> Iterator[list[object]]:
    """Every mail of the list, whatever its length."""
    face, sort = _asked(asked)
    mails = returned.mails_in(_FACES[face][1], kind=_kind(sort))
    for one in mails.iterator(chunk_size=500):
        yield [
            *(f"{one.received_at.astimezone(PARIS):%d/%m/%Y %H:%M}", shown_kind(one.kind)[0]),
            *(STATES[MailState(one.state)][0], one.sender, one.subject, one.recipient),
            *(one.words, one.reason),
        ]


def mail_page(mail: InboundMail, search: SearchForm | None, dismiss: DismissForm) -> dict[str, Any]:
    """One mail, the recipients it may be about, and what may be done."""
    kept = {
        "mail": mail,
        "kind": shown_kind(mail.kind),
        "state": STATES[MailState(mail.state)],
        "source": _SOURCES.get(mail.source, mail.source),
        "entries": journal_of(f"inbound_mail:{mail.pk}"),
    }
    if mail.erased_at:
        return kept
    try:
        seen = returned.opened(octets_of(mail))
    except storage.UnknownFileError as missing:
        raise Http404 from missing
    may, answer = MAIL_TRANSITIONS[MailState(mail.state)], answer_of(mail)
    kept |= {"seen": seen, "may_dismiss": MailState.DISMISSED in may, "dismiss": dismiss}
    if answer:
        return kept | _answer(answer, may)
    return kept | _search(mail, search or _first_search(mail, seen.reading, seen.campaign), may)


def _answer(answer: Answer, may: set[MailState]) -> dict[str, Any]:
    """What a person reads before handing it on, or hearing it as an opposition."""
    return {
        "answer": answer,
        "may_forward": MailState.FORWARDED in may,
        "may_oppose": MailState.OPPOSED in may,
    }


def _search(mail: InboundMail, search: SearchForm, may: set[MailState]) -> dict[str, Any]:
    return {
        "may_attach": MailState.ATTACHED in may,
        "search": search,
        "searched": search.is_valid(),
        "places": _places(mail, search),
    }


def mail_or_404(mail_id: int) -> InboundMail:
    """Only those of which a person decides: the others are read by nobody."""
    key = number_in(str(mail_id))
    found = InboundMail.objects.filter(pk=key, state__in=list(STATES)).first() if key else None
    if found is None:
        raise Http404
    return found


def shown_kind(kind: str) -> tuple[str, str]:
    """Its French name and its shape."""
    if kind == REPLY:
        return non_breaking("Réponse d’un destinataire"), "info"
    known = Kind(kind) if kind in list(Kind) else Kind.OTHER
    return KINDS[known], _SHAPES[known]


def _first_search(mail: InboundMail, reading: Reading, campaign: str) -> SearchForm:
    """By what the mail itself says; nobody has to believe it."""
    if not reading.recipient:
        return SearchForm(initial={"sorte": mail.kind})
    named = campaign if returned.campaigns_named(campaign).exists() else ""
    return SearchForm({"adresse": reading.recipient, "commande": named, "sorte": mail.kind})


def _places(mail: InboundMail, search: SearchForm) -> list[tuple[returned.Place, str, str]]:
    if not search.is_valid() or not MAIL_TRANSITIONS[MailState(mail.state)]:
        return []
    asked = search.cleaned_data
    found = returned.places_of(
        campaign=asked["commande"], email=asked["adresse"], received_at=mail.received_at
    )
    return [(one, *SENDINGS[one.campaign.state]) for one in found]  # type: ignore[index]


def _asked(asked: QueryDict) -> tuple[str, str]:
    face, sort = asked.get("etat", ""), asked.get("sorte", "")
    return face if face in _FACES else _FIRST, sort if sort in _SORTS else ""


def _kind(sort: str) -> str:
    return _SORTS[sort][1] if sort else ""


def _query(face: str, sort: str) -> str:
    return urlencode({"etat": face} | ({"sorte": sort} if sort else {}))


def _face_tabs(current: str) -> list[Tab]:
    here = reverse("back_office:returned_mails")
    waiting = returned.mails_to_decide().count() + returned.answers_to_read().count()
    return [
        Tab(label, f"{here}?etat={face}", face == current, waiting if face == _FIRST else None)
        for face, (label, _) in _FACES.items()
    ]


def _sort_tabs(face: str, current: str) -> list[Tab]:
    here = reverse("back_office:returned_mails")
    counts = returned.counts_by_kind(_FACES[face][1])
    every = Tab("Tous", f"{here}?{_query(face, '')}", not current, sum(counts.values()))
    return [every] + [
        Tab(label, f"{here}?{_query(face, sort)}", sort == current, counts.get(kind, 0))
        for sort, (label, kind) in _SORTS.items()
    ]
