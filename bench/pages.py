"""Server time of every page of the journey, on a platform with a million contacts.

Each page is asked for in this process through the whole stack (middleware, session, database,
template), several times, and its median kept. The reference is the plainest page there is: what
remains above it is the page's own work.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from bench.pages_data import Scene, set_the_scene
from bench.scratch import scratch_database
from marketingconnect import clock

TARGET_MS: Final = 150.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Timing:
    """One page: median and worst milliseconds, queries of one request, bytes."""

    name: str
    path: str
    ms: float
    worst: float
    queries: int
    size: int


def measure(*, contacts: int, campaigns: int, rounds: int, say: Say) -> bool:
    """Print a table, then one line of JSON; True when every page is under the target."""
    served = override_settings(
        ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, CLOCK_MOVABLE=False
    )
    with scratch_database("pages"), served:
        began = time.perf_counter()
        scene = set_the_scene(contacts=contacts, campaigns=campaigns, now=clock.now())
        say(
            f"  {contacts:,} contacts, {campaigns} campagnes, {scene.outcomes:,} résultats"
            f" d’envoi, posés en {time.perf_counter() - began:.0f} s"
        )
        say(f"  {'page':34} {'médiane':>9} {'pire':>9} {'requêtes':>9} {'octets':>9}")
        timings = [_time(who, name, path, rounds, say) for who, name, path in _pages(scene)]
    return _report(timings, contacts=contacts, campaigns=campaigns, rounds=rounds, say=say)


def _pages(scene: Scene) -> list[tuple[Client, str, str]]:
    """Who opens which page, in the order of the journey; the reference comes first."""
    nobody, client, staff = Client(), logged_in(scene.client_id), logged_in(scene.staff_id)
    public = ["shop:legal", "shop:home", "shop:prices", "shop:terms", "shop:email_specification"]
    own = ["home", "files", "messages", "campaigns", "campaign_new", "cart", "orders", "invoices"]
    of_campaign = ["campaign", "campaign_recipients", "campaign_message", "campaign_calendar"]
    back = ["home", "moderation", "payments", "clients", "journal", "sendings"]
    return [
        *((nobody, name, reverse(name)) for name in public),
        (nobody, "accounts:login", reverse("accounts:login")),
        (nobody, "accounts:register", reverse("accounts:register")),
        *((client, f"client_area:{one}", reverse(f"client_area:{one}")) for one in own),
        (client, "client_area:file", reverse("client_area:file", args=[scene.file_id])),
        (
            client,
            "client_area:message_edit",
            reverse("client_area:message_edit", args=[scene.message_id]),
        ),
        *(
            (client, f"client_area:{one}", reverse(f"client_area:{one}", args=[scene.draft_id]))
            for one in of_campaign
        ),
        *(
            (client, f"client_area:{one}", reverse(f"client_area:{one}", args=[scene.sent_id]))
            for one in ("campaign_figures", "campaign_live")
        ),
        (
            client,
            "client_area:campaign_list",
            reverse("client_area:campaign_list", args=[scene.sent_id, "aboutis"]),
        ),
        (client, "client_area:order", reverse("client_area:order", args=[scene.order])),
        *((staff, f"back_office:{one}", reverse(f"back_office:{one}")) for one in back),
        (staff, "back_office:client", reverse("back_office:client", args=[scene.company])),
    ]


def _time(who: Client, name: str, path: str, rounds: int, say: Say) -> Timing:
    queries = 0

    def count(execute: Callable[..., Any], *question: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*question)

    with connection.execute_wrapper(count):
        response = who.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} répond {response.status_code}")
    size = len(b"".join(response)) if response.streaming else len(response.content)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        who.get(path)
        times.append((time.perf_counter() - began) * 1000)
    timing = Timing(name, path, median(times), max(times), queries, size)
    say(
        f"  {name:34} {timing.ms:>6.1f} ms {timing.worst:>6.1f} ms"
        f" {timing.queries:>9} {timing.size:>9,}"
    )
    return timing


def _report(timings: list[Timing], *, contacts: int, campaigns: int, rounds: int, say: Say) -> bool:
    reference, slowest = timings[0], max(timings, key=lambda timing: timing.ms)
    met = slowest.ms <= TARGET_MS
    say(
        f"  la plus lente : {slowest.name}, {slowest.ms:.1f} ms, soit"
        f" {slowest.ms / reference.ms:.1f} fois la page nue ; limite {TARGET_MS:.0f} ms"
    )
    figures = {
        "bench": "pages",
        "contacts": contacts,
        "campaigns": campaigns,
        "rounds": rounds,
        "slowest_page": slowest.name,
        "slowest_ms": round(slowest.ms, 2),
        "reference_ms": round(reference.ms, 2),
        "ratio": round(slowest.ms / reference.ms, 2),
        "target_ms": TARGET_MS,
        "pages_ms": {timing.name: round(timing.ms, 2) for timing in timings},
        "met": met,
    }
    say(json.dumps(figures, ensure_ascii=False))
    return met


def logged_in(user_id: int) -> Client:
    """A client of the whole stack, with this user's session."""
    from marketingconnect.accounts.models import User

    client = Client()
    client.force_login(
        User.objects.get(pk=user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client
