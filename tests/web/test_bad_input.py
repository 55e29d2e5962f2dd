"""Clumsy and hostile input on every page: never a 500, and nothing half-written."""

from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils.http import urlencode

from tests.cast import logged_in
from tests.web.forms import forms_of, open_pages
from tests.web.scene import Address, Scene, addresses

pytestmark = pytest.mark.django_db
BAD = {
    "nothing": "",
    "a NUL": "a\x00b",
    "markup": "<script>alert(1)</script>{{ 7*7 }}{% now %}",
    "lines": "a\r\nBcc: zoe@example.org\r\n\r\nb",
    "a negative number": "-1",
    "a huge number": "9" * 5_000,
    "a superscript": "²",
    "a nonsense date": "9999-99-99",
    "the last day": "9999-12-31",
    "a long text": "e" * 300_000,
    "letters no font has": "\ufffe\u202e\U0010ffff \u0000",
}
PARTS = 4
QUERY = ["apres", "tri", "pour", "moyen", "vue", "onglet", "bloc", "mois", "motif", "q"]
QUERY += ["client", "action", "subject", "actor", "since", "until", "next", "retour", "quantite"]


@pytest.fixture
def people(scene: Scene) -> dict[str, Client]:
    """Who may do everything on a page of each audience."""
    alice, admin = logged_in(scene.cast.alice), logged_in(scene.cast.admin)
    known = {"client_area": alice, "back_office": admin}
    everyone = {name: known.get(name, Client()) for name in ("shop", "accounts", "tracking")}
    return {**everyone, **known, "webhooks": Client()}


def everywhere() -> list[Address]:
    return addresses("shop", "accounts", "client_area", "back_office", "tracking", "webhooks")


def trouble(client: Client, method: str, url: str, **more: object) -> str:
    """What broke, if anything; whatever was written is taken back."""
    with transaction.atomic():
        try:
            answer = client.generic(method, url, **more)  # type: ignore[arg-type]
            answer.getvalue()
            found = f"{answer.status_code}" if answer.status_code >= 500 else ""
        except Exception as error:
            found = f"{type(error).__name__}: {error}"[:200]
        transaction.set_rollback(True)
    return found


def encoded(fields: dict[str, object]) -> dict[str, object]:
    """A form as browsers send it; the letters of a value are not checked by anybody before us."""
    return {
        "data": urlencode({name: str(value) for name, value in fields.items()}),
        "content_type": "application/x-www-form-urlencoded",
    }


def report(found: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(" | ".join(each) for each in found)


def attempts(fields: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Everything bad at once, then each field bad in turn while the others stand."""
    for title, bad in BAD.items():
        yield f"all: {title}", dict.fromkeys(fields, bad)
    short = [title for title in BAD if len(BAD[title]) < 10_000]
    for number, name in enumerate(fields):
        for title in short[number % 7 :: 7]:
            yield f"{name}: {title}", {**fields, name: BAD[title]}


@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks(scene: Scene, people: dict[str, Client], part: int) -> None:
    """In parts, which several workers try at once."""
    forms, special = forms_of(scene), open_pages(scene)
    found = []
    for address in everywhere()[part::PARTS]:
        if address.name not in forms:
            continue
        url = scene.url(address, **special.get(address.name, {}))
        for title, typed in attempts(forms[address.name]):
            if broke := trouble(people[address.audience], "POST", url, **encoded(typed)):
                found.append((address.name, title, broke))
    assert not found, report(found)


def test_every_page_that_takes_a_form_is_tried(scene: Scene, people: dict[str, Client]) -> None:
    forms, special = forms_of(scene), open_pages(scene)
    for address in everywhere():
        with transaction.atomic():
            url = scene.url(address, **special.get(address.name, {}))
            answer = people[address.audience].generic("POST", url)
            transaction.set_rollback(True)
        assert (answer.status_code == 405) == (address.name not in forms), address.name


@pytest.mark.parametrize("title", ["a NUL", "a huge number", "a superscript", "markup"])
def test_no_query_breaks_a_page(scene: Scene, people: dict[str, Client], title: str) -> None:
    typed = encoded(dict.fromkeys(QUERY, BAD[title]))["data"]
    found = []
    for address in everywhere():
        url = f"{scene.url(address)}?{typed}"
        if broke := trouble(people[address.audience], "GET", url):
            found.append((address.name, broke))
    assert not found, report(found)


def test_no_address_breaks(scene: Scene, people: dict[str, Client]) -> None:
    """Keys past every limit, and texts that no key ever is."""
    strange = {int: 10**30, str: "a\x00..%2f..\u202e"}
    found = []
    for address in everywhere():
        if not address.parameters:
            continue
        usual = scene.url(address)
        changes = {
            name: strange.get(type(value), value)
            for name, value in resolve(usual).kwargs.items()
            if name not in {"kind", "verb", "code"}
        }
        url = scene.url(address, **changes)
        for method in ("GET", "POST"):
            if broke := trouble(people[address.audience], method, url):
                found.append((address.name, method, broke))
    assert not found, report(found)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"email=%FF%FE&password=%C3%28&name=%00"),
        ("application/x-www-form-urlencoded; charset=klingon", b"email=a"),
        ("multipart/form-data", b"no boundary at all"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("application/json", b"{"),
        ("text/plain", b"\xff\xfe"),
    ],
)
def test_a_body_that_is_no_form_breaks_nothing(
    scene: Scene, people: dict[str, Client], kind: str, body: bytes
) -> None:
    found, special = [], open_pages(scene)
    for address in everywhere():
        url = scene.url(address, **special.get(address.name, {}))
        if broke := trouble(people[address.audience], "POST", url, data=body, content_type=kind):
            found.append((address.name, broke))
    assert not found, report(found)


@pytest.mark.parametrize(
    ("page", "mebibytes", "advice"),
    [
        ("file_new", 600, "coupez votre liste en deux"),
        ("pictures", 30, "réduisez ses dimensions"),
        ("mandate_new", 12, "numérisez-le"),
        ("campaign_new", 10, "Raccourcissez"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_read(
    scene: Scene, people: dict[str, Client], page: str, mebibytes: int, advice: str
) -> None:
    """Only the first byte is there: reading further would fail."""
    answer = people["client_area"].generic(
        "POST",
        reverse(f"client_area:{page}"),
        data=b"-",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(mebibytes * 1024 * 1024),
    )

    assert answer.status_code == 413
    assert advice in answer.content.decode()


@pytest.mark.parametrize(
    "wanted",
    [
        "https://ailleurs.example.org/",
        "//ailleurs.example.org",
        "/\\ailleurs.example.org",
        "///ailleurs.example.org",
        "javascript:alert(1)",
        "\x00//ailleurs.example.org",
        "ailleurs",
    ],
)
def test_nobody_is_sent_to_another_site(
    scene: Scene, people: dict[str, Client], wanted: str
) -> None:
    back = people["shop"].post(reverse("shop:theme"), {"theme": "dark", "next": wanted})
    assert back.headers["Location"] == "/"
    known = people["client_area"].get(reverse("accounts:login"), {"next": wanted})
    assert known.headers["Location"] == reverse("client_area:home")
    shown = people["client_area"].get(reverse("client_area:pictures"), {"retour": wanted})
    assert shown.context["back"] == ""
