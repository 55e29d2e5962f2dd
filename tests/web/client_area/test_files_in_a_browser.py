"""The pages of the contact files in a real browser: no fault of accessibility in any state."""

from pathlib import Path

import pytest
from pytest_django import Settings

from marketingconnect.contacts.services.whole import import_to_the_end
from tests.browser import OpenPage
from tests.cast import Cast, logged_in
from tests.contacts.conftest import NOON
from tests.web.axe import problems_everywhere, problems_of
from tests.web.client_area.test_files import confirm, declare, drop, page

MESSY = (
    "email;Civilité;Prénom;Religion;Pain préféré\n"
    "anne@example.org;Mme;Anne;x;Seigle\nbob.example.org;M.;Bob;x;Brioche\n"
    "anne@example.org;;;;\n"
).encode("cp1252")


@pytest.mark.browser
def test_the_pages_of_a_file_have_no_fault_in_any_state(
    cast: Cast, open_page: OpenPage, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    alice = logged_in(cast.alice)
    assert faults(open_page, cast, "/espace/fichiers/") == []
    assert faults(open_page, cast, "/espace/fichiers/nouveau/") == []
    file_id = drop(alice, MESSY)
    assert faults(open_page, cast, page("file_columns", file_id), everywhere=True) == []
    confirm(
        alice, file_id, column_2="first_name", column_1="civility", column_4="extra:Pain préféré"
    )
    assert faults(open_page, cast, page("file_origin", file_id)) == []
    declare(alice, file_id)
    assert faults(open_page, cast, page("file", file_id)) == []
    import_to_the_end(file_id, now=lambda: NOON)
    assert faults(open_page, cast, page("file", file_id), everywhere=True) == []
    assert faults(open_page, cast, page("file_delete", file_id)) == []
    assert faults(open_page, cast, "/espace/fichiers/") == []


def faults(open_page: OpenPage, cast: Cast, address: str, *, everywhere: bool = False) -> list[str]:
    shown = open_page(logged_in(cast.alice), address)
    found = problems_everywhere(shown) if everywhere else problems_of(shown)
    shown.close()
    return found
