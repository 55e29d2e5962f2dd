"""The targeting screen for both audiences: shown, saved, counted, looked at together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.base.vocabulary import Population
from marketingconnect.contacts.queries import usable_files
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.sessions.changing import Change, change_target
from marketingconnect.targeting.sessions.models import Side
from marketingconnect.targeting.sessions.services import Person
from marketingconnect.web.targeting import counting, looking
from marketingconnect.web.targeting.changes import changes
from marketingconnect.web.targeting.choices import value_name
from marketingconnect.web.targeting.fields import fields_of
from marketingconnect.web.targeting.figures import CountView, DetailsView
from marketingconnect.web.targeting.live import live_view, sit_down
from marketingconnect.web.targeting.posting import Posted, read_posted, read_state
from marketingconnect.web.targeting.screen import Addresses, Screen
from marketingconnect.web.targeting.state import State, UnreadableFormError, state_from

_PIECES = ("_base", "_status_piece", "_errors", "_count", "_bar")
_FORM = "_criteria"


@dataclass(frozen=True)
class Place:
    """A target, who looks at it, and the addresses of that person's audience."""

    target: SavedTarget
    person: Person
    actor: Actor
    addresses: Addresses
    may_write: bool
    template: str

    @property
    def is_advisor(self) -> bool:
        return self.person.side == Side.ADVISOR

    @property
    def population(self) -> Population:
        return Population(self.target.criteria["population"])

    def who(self) -> counting.Who:
        """On whose account one counts: the client's, whoever looks."""
        return counting.Who(self.target.company_id, self.person.user_id, clock.now())


def new_criteria(population: str) -> Criteria:
    """Where a new target begins: by post, and for consumers one letter a household."""
    state = {"channel": ["post"]}
    if population == Population.CONSUMERS:
        state["one_per"] = ["household"]
    return read_state(state, population)


def change_population(request: HttpRequest, place: Place) -> HttpResponse:
    """The same places and channel for the other population; its own criteria are left."""
    if not place.may_write:
        return HttpResponseForbidden()
    wanted = request.POST.get("population", "")
    if wanted not in set(Population):
        return redirect(place.addresses.save)
    kept = {field.name for field in fields_of(wanted)} - {"one_per", "other"}

    def changing(criteria: Mapping[str, Any]) -> Change | None:
        stored = state_from(criteria)
        state = {name: values for name, values in stored.items() if name in kept}
        label = Population(wanted).label.lower()
        return Change(read_state(state, wanted), [f"cherche maintenant des {label}"])

    change_target(place.target.pk, changing, person=place.person, now=clock.now())
    return redirect(place.addresses.save)


def show(request: HttpRequest, place: Place) -> HttpResponse:
    """The whole screen; its changing parts alone for a script that asks for them."""
    state = state_from(place.target.criteria)
    sit_down(place.target.pk, place.person, place.actor, now=clock.now())
    if request.headers.get("X-Pieces") == "all":
        return _pieces(request, place, Posted(state), with_form=True)
    opened = request.GET.get("naf", "")
    context = _context(request, place, Posted(state), naf_open=opened)
    return render(request, place.template, context)


def save(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep what was typed, when it holds; the same answer with and without a script."""
    if not place.may_write:
        return HttpResponseForbidden()
    kept: list[Posted] = []

    def changing(criteria: Mapping[str, Any]) -> Change | None:
        stored = state_from(criteria)
        posted = read_posted(request.POST, stored=stored, population=criteria["population"])
        _refuse_foreign_file(posted, place)
        kept.append(posted)
        if posted.criteria is None or posted.errors:
            return None
        return Change(posted.criteria, changes(stored, posted.state, value_name))

    target = change_target(place.target.pk, changing, person=place.person, now=clock.now())
    return _saved(request, replace(place, target=target), kept[0])


def _refuse_foreign_file(posted: Posted, place: Place) -> None:
    """Only the company's own files can be named."""
    named = posted.state.get("stop_file", [])
    own = usable_files(place.target.company_id)
    if named and "stop_file" not in posted.errors and not own.filter(pk=named[0]).exists():
        posted.errors["stop_file"] = "Ce fichier n’est pas dans votre liste : choisissez-en un."


def _saved(request: HttpRequest, place: Place, posted: Posted) -> HttpResponse:
    if "X-Pieces" in request.headers:
        return _pieces(request, place, posted, with_form=_form_differs(request, posted))
    looked = request.POST.get("look", "")
    if posted.errors or looked in {"places", "naf"} or looked.startswith("naf:"):
        context = _context(request, place, posted, naf_open=looked.removeprefix("naf:"))
        return render(request, place.template, context, status=400 if posted.errors else 200)
    return redirect(place.addresses.save)


def _form_differs(request: HttpRequest, posted: Posted) -> bool:
    """Whether the form that was sent no longer shows what stands: a button, or someone else."""
    typed: State = {
        name: request.POST.getlist(name) for name in posted.state if name in request.POST
    }
    lists = ("place", "without", "naf", "naf25", "legal_form", "other")
    was = {name: set(typed.get(name, [])) for name in lists}
    now = {name: set(posted.state.get(name, [])) for name in lists}
    return was != now or not set(typed) >= set(posted.state) or bool(posted.errors)


def _pieces(request: HttpRequest, place: Place, posted: Posted, *, with_form: bool) -> HttpResponse:
    """The parts of the screen that changed, for the script to put in place."""
    context = _context(request, place, posted)
    names = (*_PIECES, _FORM) if with_form else _PIECES
    parts = [render_to_string(f"targeting/{name}.html", context, request=request) for name in names]
    return HttpResponse("".join(parts), status=400 if posted.errors else 200)


def details(request: HttpRequest, place: Place) -> HttpResponse:
    """The map's figures, the breakdowns and the steps, apart from the count."""
    context = {
        "screen": _screen(place, Posted(state_from(place.target.criteria))),
        "details": _details(request, place),
    }
    parts = [
        render_to_string(f"targeting/{name}.html", context, request=request)
        for name in ("_areas", "_details")
    ]
    return HttpResponse("".join(parts))


def places(request: HttpRequest) -> HttpResponse:
    """The places that answer to `q`."""
    found = looking.places_for(request.GET.get("q", ""))
    return render(request, "targeting/_places.html", {"places": found})


def activities(request: HttpRequest, address: str) -> HttpResponse:
    """The activities that answer to `q`, or the branch below `sous`."""
    if below := request.GET.get("sous", ""):
        screen = {"addresses": {"activities": address}}
        lines = looking.branch(below[:6])
        return render(request, "targeting/_tree.html", {"lines": lines, "screen": screen})
    found = looking.activities_for(request.GET.get("q", ""))
    return render(request, "targeting/_activities.html", {"activities": found})


# -- parts -----------------------------------------------------------------------------------------


def _screen(place: Place, posted: Posted) -> Screen:
    files = usable_files(place.target.company_id)
    return Screen(
        target=place.target,
        population=place.population,
        state=posted.state,
        addresses=place.addresses,
        may_write=place.may_write,
        is_advisor=place.is_advisor,
        errors=posted.errors,
        stop_files=tuple((str(one.pk), one.name) for one in files),
    )


def _context(
    request: HttpRequest, place: Place, posted: Posted, *, naf_open: str = ""
) -> dict[str, Any]:
    has_script = "X-Pieces" in request.headers
    return {
        "screen": _screen(place, posted),
        "count": _count(place, posted),
        "details": None if has_script else _details(request, place),
        "lookup": _lookup(request, place, naf_open),
        "live": None if has_script else live_view(place.target.pk, place.person, now=clock.now()),
        "saved_at": place.target.changed_at,
    }


def _count(place: Place, posted: Posted) -> CountView:
    """The count of what holds: what was typed, or what stood before an error."""
    criteria = posted.criteria or read_or_none(place.target.criteria)
    return counting.count_view(criteria, place.who())


def _details(request: HttpRequest, place: Place) -> DetailsView:
    criteria = read_or_none(place.target.criteria)
    departement = request.GET.get("departement", "")[:3]
    return counting.details_view(criteria, place.who(), departement=departement)


def read_or_none(stored: Mapping[str, Any]) -> Any:
    """Stored criteria; None when a newer program wrote what this one cannot read."""
    try:
        return read_state(state_from(stored), stored["population"])
    except UnreadableFormError:
        return None


def _lookup(request: HttpRequest, place: Place, naf_open: str) -> dict[str, Any]:
    """What was looked for without a script, and the branch of the tree that is open."""
    look = request.POST.get("look", "")
    found: dict[str, Any] = {}
    if look == "places":
        found["places_query"] = request.POST.get("q", "")
        found["places"] = looking.places_for(found["places_query"])
    elif look == "naf":
        found["naf_query"] = request.POST.get("naf_q", "")
        found["activities"] = looking.activities_for(found["naf_query"])
    if place.population == Population.PROFESSIONALS:
        found["tree"] = looking.branch(opened=naf_open)
    return found
