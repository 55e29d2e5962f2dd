"""The published text of the terms: its articles, its numbers, its one copy in docs/."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from marketingconnect.kernel.money import Money
from marketingconnect.terms.parameters import SETTINGS, TermsParameters
from marketingconnect.terms.texts import TermsTextError, parse_terms, published_texts

ROOT = Path(__file__).resolve().parents[2]
LATEST = published_texts()[-1]
ARTICLES = {article.number: article for article in LATEST.articles}
P = TermsParameters()
NUMBER = re.compile(r"[0-9][0-9\u202f\u00a0]*(?:,[0-9]+)?(?<=[0-9])")


def amount(money: Money) -> str:
    return money.format_fr()


def test_the_documentation_shows_the_latest_version() -> None:
    assert (ROOT / "docs" / "terms.fr.md").read_text(encoding="utf-8") == LATEST.text


def test_versions_are_numbered_and_dated() -> None:
    texts = published_texts()

    assert [text.number for text in texts] == list(range(1, len(texts) + 1))
    assert [text.in_force_from for text in texts] == sorted(text.in_force_from for text in texts)
    assert texts[0].in_force_from == date(2026, 1, 1)
    assert texts[0].title.startswith("Conditions générales de vente")


def test_articles_have_unique_numbers_and_a_text() -> None:
    numbers = [article.number for article in LATEST.articles]

    assert len(numbers) == len(set(numbers))
    assert all(len(article.text) > 30 for article in LATEST.articles)
    assert LATEST.text.count("\n### ") == len(numbers)


def test_every_parameter_names_an_article_that_exists() -> None:
    assert {setting.article for _, setting in SETTINGS.values()} <= set(ARTICLES)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("Def", f"{P.proposal_validity_days} jours"),
        ("Def", f"{P.delivery_window_hours} heures"),
        ("Def", f"plus de {P.affiliate_above_percent} %"),
        ("A.1.3", f"toutes les {P.booster_statistics_hours} heures"),
        ("A.2", f"au moins {P.booster_minimum_months} mois"),
        ("B.1.4", f"{P.send_lead_working_days} jours ouvrés"),
        ("CC.1.c", f"{P.send_lead_working_days} jours ouvrés"),
        ("B.3", f"{P.email_undelivered_consumer_percent} % des adresses louées de particuliers"),
        ("B.3", f"{P.email_undelivered_professional_percent} % des adresses louées de"),
        ("B.3", f"délai de {P.claim_months} mois"),
        ("B.5", f"au plus {P.contact_file_retention_days} jours après"),
        ("CC.4", f"{P.sms_undelivered_consumer_percent} % des numéros"),
        ("CC.4", f"{P.claim_months} mois"),
        ("CL.5", f"dans les {P.sirene_max_age_days} jours"),
        ("CL.6", f"de {P.quantity_tolerance_percent} %, en plus ou en moins"),
        ("CL.6", f"au plus tard {P.undeliverable_mail_months} mois"),
        ("CL.6", f"au plus {P.phone_use_by_days} jours"),
        ("CL.6", f"soit {P.delivered_file_proof_years} ans"),
        ("II.1.a", f"dans les {P.credentials_notice_hours} heures"),
        ("II.1.b", amount(P.minimum_order)),
        ("II.1.b", f"{P.minimum_mailing_pieces} plis"),
        ("II.1.b", amount(P.transfer_may_be_required_above)),
        ("II.2.b", f"au plus tard {P.first_payment_within_months} mois"),
        ("II.3", f"de {P.signature_code_digits} chiffres"),
        ("II.3", f"durant {P.signature_code_minutes} minutes"),
        ("II.3", f"pour {P.signature_code_tries} essais"),
        ("III.b", f"{P.change_notice_days} jours à compter de cette information"),
        ("III.c", f"{P.solvency_notice_days} jours calendaires"),
        ("III.e", f"pendant {P.reference_years} ans"),
        ("III.f", f"{P.confidentiality_months} mois après"),
        ("III.g", f"{P.formal_notice_days} jours calendaires"),
        ("III.h", f"{P.force_majeure_working_days} jours ouvrés"),
        ("III.k", f"{P.evidence_years} ans"),
        ("III.k", f"{P.accounting_years} ans"),
    ],
)
def test_the_text_says_what_the_parameters_apply(number: str, words: str) -> None:
    flowing = " ".join(ARTICLES[number].text.split())

    assert " ".join(words.split()) in flowing.replace("\u00a0", " ").replace("\u202f", " ")


# What a number of the text may be besides a parameter: a law, a date, an article, an ordinal.
REFERENCES = re.compile(
    r"6 janvier 1978|2016/679|articles 1366 et 1367|1er|10 août 2026|11 août 2026"
    r"|[A-Z]{1,3}(?:\.[0-9a-z]+)+"
)


def test_every_number_of_the_text_is_a_parameter_of_its_article() -> None:
    """A figure that no parameter carries would bind us, and the platform would not know it."""
    known: dict[str, set[str]] = {}
    for name, (_, setting) in SETTINGS.items():
        value = getattr(P, name)
        written = amount(value) if isinstance(value, Money) else str(value)
        known.setdefault(setting.article, set()).update(NUMBER.findall(written))
    for also, like in {"CC.1.c": "B.1.4", "CC.4": "B.3"}.items():
        known[also] = known.get(also, set()) | known[like]

    for article in LATEST.articles:
        flowing = REFERENCES.sub("", " ".join(article.text.split(" ")))
        loose = set(NUMBER.findall(flowing)) - known.get(article.number, set())
        assert not loose, (article.number, loose)


def test_a_published_version_never_changes() -> None:
    """Clients accepted this hash."""
    first = published_texts()[0].sha256

    assert first == "e4f8d402ce60563fcfbdea29a5720a1551064fc487c84fed4a4f77bd9e035000"


def test_a_later_version_keeps_every_article_number() -> None:
    """Orders, screens and code cite them."""
    for earlier, later in pairwise(published_texts()):
        kept = {article.number for article in later.articles}
        assert {article.number for article in earlier.articles} <= kept


@pytest.mark.parametrize(
    "text", ["", "# Terms", "---\nversion: one\n---\n", "---\nversion: 1\ntitle: T\n---\n"]
)
def test_a_text_without_its_header_is_refused(text: str) -> None:
    with pytest.raises(TermsTextError):
        parse_terms(text)


def test_another_word_is_another_hash() -> None:
    assert len(LATEST.sha256) == 64
    assert parse_terms(LATEST.text + " ").sha256 != LATEST.sha256
