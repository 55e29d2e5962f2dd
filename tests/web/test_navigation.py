"""Menus: every link leads somewhere, and nobody is shown a door that is closed to them."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.web.navigation import MENUS, NavItem

ITEMS = [item for items in MENUS.values() for item in items]


def shown(menu: str, path: str = "/", **values: Any) -> str:
    request = RequestFactory().get(path)
    request.user = values.pop("user", None)
    template = Template("{% load ui %}{% menu name %}")
    return template.render(Context({"request": request, "name": menu, **values}))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.url_name)
def test_every_link_leads_somewhere(item: NavItem) -> None:
    assert reverse(item.url_name).startswith("/")


@pytest.mark.parametrize("role", StaffRole)
def test_each_role_sees_its_own_queues(role: StaffRole) -> None:
    menu = shown("back_office", user=User(staff_role=role))

    assert "Accueil" in menu
    assert ("Modération" in menu) is (role in {StaffRole.MODERATION, StaffRole.ADMINISTRATOR})
    assert ("Paiements" in menu) is (role in {StaffRole.ACCOUNTING, StaffRole.ADMINISTRATOR})


def test_the_page_one_is_on_is_marked() -> None:
    home, files = reverse("client_area:home"), reverse("client_area:files")

    assert shown("client", home).count("aria-current") == 1
    assert f'href="{files}" aria-current="true"' in shown("client", f"{files}12/")


def test_only_the_nearest_link_is_marked() -> None:
    advisor = User(staff_role=StaffRole.ADVISOR)
    clients, notices = reverse("back_office:clients"), reverse("back_office:notices")

    menu = shown("back_office", f"{notices}7/", user=advisor)
    assert f'href="{notices}" aria-current="true"' in menu
    assert menu.count("aria-current") == 1
    assert f'href="{clients}" aria-current="true"' in shown(
        "back_office", f"{clients}C-000001/", user=advisor
    )


def test_a_count_is_written_beside_its_link() -> None:
    menu = shown("client", menu_counts={"client_area:messages": 3})

    assert '<span class="sidenav-count">3</span>' in menu
