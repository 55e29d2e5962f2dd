"""Error pages: each has a way out, and the last one needs nothing that may be broken."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from marketingconnect.web import errors

REQUEST = RequestFactory().get("/")


def test_a_failure_is_told_without_the_database() -> None:
    answer = errors.server_error(REQUEST)

    assert answer.status_code == 500
    assert "rien n’a été enregistré à moitié" in answer.content.decode()


def test_an_unknown_address_is_told_in_french(db: None) -> None:
    answer = Client().get("/une/page/qui/n/existe/pas")

    assert answer.status_code == 404
    assert "Il n’y a rien à cette adresse" in answer.content.decode()


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429])
def test_each_error_page_has_one_title_and_a_way_out(code: int) -> None:
    page = render_to_string(f"errors/{code}.html")

    assert page.count("<h1>") == 1
    assert 'class="btn' in page


def test_a_conflict_says_its_own_sentence() -> None:
    page = render_to_string("errors/409.html", {"sentence": "Paul a déjà décidé."})

    assert "Paul a déjà décidé." in page
