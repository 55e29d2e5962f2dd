"""The register of rules: what it finds in a small repository, and what it complains about."""

from pathlib import Path
from textwrap import dedent

import pytest

from marketingconnect.terms.rules_document import DOCUMENT, PENDING, Register
from marketingconnect.terms.texts import Article

ARTICLES = (
    Article("B.1.4", "Date d’envoi", is_rule=True, text="…"),
    Article("B.3", "Garantie", is_rule=True, text="…"),
    Article("III.i", "Divers", is_rule=False, text="…"),
)
RULES = '''
    def earliest_send_date(day):
        """CGV B.1.4: sending starts 2 working days
        after payment.

        The day itself is not counted.
        """

    def _helper():
        """Private functions cite nothing."""
'''
SERVICES = '''
    def plan_campaign(day):
        """CGV B.1.4, B.3: plan it."""

    def cancel_campaign(day):
        """A service may cite nothing."""
'''
TESTS = """
    import pytest
    from marketingconnect.offers import rules
    from marketingconnect.offers.services import plan_campaign as plan

    @pytest.fixture
    def planned():
        return plan(1)

    def make():
        return rules.earliest_send_date(2)

    def test_the_date_is_known():
        assert make()

    def test_a_plan_is_made(planned):
        assert planned

    def test_something_else():
        earliest_send_date = 3
        assert earliest_send_date
"""


SHOP = """
    import pytest
    from marketingconnect.offers.services import plan_campaign

    class Shop:
        def plan(self):
            return plan_campaign(1)

        def look(self):
            return 1

    @pytest.fixture
    def shop():
        return Shop()

    def make_plan():
        return plan_campaign(1)
"""
SHOPPING = """
    from tests.shop import make_plan as prepare

    def test_by_a_method_of_a_fixture(shop):
        assert shop.plan()

    def test_by_a_helper():
        assert prepare()

    def test_of_something_else(shop):
        assert shop.look()

    def test_of_another_plan(other):
        assert other.plan()
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(tmp_path, "marketingconnect/offers/__init__.py", "")
    write(tmp_path, "marketingconnect/offers/rules.py", RULES)
    write(tmp_path, "marketingconnect/offers/services.py", SERVICES)
    write(tmp_path, "tests/offers/test_rules.py", TESTS)
    write(tmp_path, str(PENDING), "pending = []")
    write(tmp_path, str(DOCUMENT), Register(tmp_path, ARTICLES).document())
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")


def problems(root: Path, articles: tuple[Article, ...] = ARTICLES) -> list[str]:
    return Register(root, articles).problems()


def test_a_sound_repository_has_no_problem(repository: Path) -> None:
    assert problems(repository) == []


def test_the_document_goes_from_article_to_rule_to_tests(repository: Path) -> None:
    document = Register(repository, ARTICLES).document()

    assert "## B.1.4 — Date d’envoi\n\n" in document
    assert (
        "- `marketingconnect.offers.rules:earliest_send_date`: "
        "sending starts 2 working days after payment.\n"
        "  - `tests/offers/test_rules.py::test_the_date_is_known`\n"
        "- `marketingconnect.offers.services:plan_campaign`: plan it.\n"
        "  - `tests/offers/test_rules.py::test_a_plan_is_made`\n"
    ) in document
    assert "III.i" not in document
    assert "cancel_campaign" not in document


def test_helpers_and_fixtures_of_other_files_are_followed(repository: Path) -> None:
    write(repository, "tests/shop.py", SHOP)
    write(repository, "tests/offers/test_shopping.py", SHOPPING)

    assert Register(repository, ARTICLES).tests[
        "marketingconnect.offers.services:plan_campaign"
    ] == (
        "tests/offers/test_rules.py::test_a_plan_is_made",
        "tests/offers/test_shopping.py::test_by_a_method_of_a_fixture",
        "tests/offers/test_shopping.py::test_by_a_helper",
    )


def test_a_long_list_of_tests_is_cut(repository: Path) -> None:
    many = "\n".join(
        f"def test_{number}():\n    assert earliest_send_date({number})" for number in range(12)
    )
    header = "from marketingconnect.offers.rules import earliest_send_date\n"
    write(repository, "tests/offers/test_many.py", header + many)

    document = Register(repository, ARTICLES).document()
    assert "test_many.py::test_7`\n  - and 4 more\n" in document
    assert "test_many.py::test_8" not in document


def test_a_stale_document_is_a_problem(repository: Path) -> None:
    write(repository, str(DOCUMENT), "# Rules\n")

    assert [problem.split(":")[0] for problem in problems(repository)] == ["docs/rules.md is stale"]


def test_a_rule_without_article_is_a_problem(repository: Path) -> None:
    write(repository, "marketingconnect/offers/rules.py", RULES.replace("CGV B.1.4: ", ""))

    assert any("cites no article" in problem for problem in problems(repository))


def test_a_rule_of_an_unknown_article_is_a_problem(repository: Path) -> None:
    write(repository, "marketingconnect/offers/rules.py", RULES.replace("B.1.4", "B.9.9"))

    assert any("cites B.9.9" in problem for problem in problems(repository))


def test_a_rule_without_test_is_a_problem(repository: Path) -> None:
    write(repository, "tests/offers/test_rules.py", TESTS.replace("assert make()", "assert True"))

    assert "marketingconnect.offers.rules:earliest_send_date has no test that calls it" in problems(
        repository
    )


def test_a_service_may_be_tested_through_its_callers(repository: Path) -> None:
    write(repository, "tests/offers/test_rules.py", TESTS.replace("return plan(1)", "return 1"))
    write(repository, str(DOCUMENT), Register(repository, ARTICLES).document())

    assert problems(repository) == []


def test_an_article_neither_applied_nor_waiting_is_a_problem(repository: Path) -> None:
    articles = (*ARTICLES, Article("A.2", "Durée", is_rule=True, text="…"))

    assert any(problem.startswith("A.2 is (règle)") for problem in problems(repository, articles))
    write(repository, str(PENDING), '[[pending]]\narticles = ["A.2"]\nreason = "Not sold."')
    assert [problem for problem in problems(repository, articles) if "A.2" in problem] == []
    assert "- **A.2** Durée: Not sold." in Register(repository, articles).document()


def test_a_reason_that_is_no_longer_true_is_a_problem(repository: Path) -> None:
    write(repository, str(PENDING), '[[pending]]\narticles = ["B.3", "Z.1"]\nreason = "No."')

    found = problems(repository)
    assert any(problem.startswith("B.3 is applied now") for problem in found)
    assert any("names Z.1" in problem for problem in found)


def test_a_module_of_a_rules_folder_must_cite_too(repository: Path) -> None:
    write(repository, "marketingconnect/offers/email/rules/dates.py", 'def f():\n    """No."""')

    assert "marketingconnect.offers.email.rules.dates:f is a rule and its docstring cites no" in (
        "\n".join(problems(repository))
    )
