"""The published text of the terms: its articles, its numbers, its one copy in docs/."""

from datetime import date
from pathlib import Path

import pytest

from marketingconnect.kernel.money import Money
from marketingconnect.terms.parameters import SETTINGS, TermsParameters
from marketingconnect.terms.texts import TermsTextError, parse_terms, published_texts

ROOT = Path(__file__).resolve().parents[2]
LATEST = published_texts()[-1]
ARTICLES = {article.number: article for article in LATEST.articles}
P = TermsParameters()


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
        ("III.b", f"{P.change_notice_days} jours"),
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


@pytest.mark.parametrize(
    "text", ["", "# Terms", "---\nversion: one\n---\n", "---\nversion: 1\ntitle: T\n---\n"]
)
def test_a_text_without_its_header_is_refused(text: str) -> None:
    with pytest.raises(TermsTextError):
        parse_terms(text)


def test_another_word_is_another_hash() -> None:
    assert len(LATEST.sha256) == 64
    assert parse_terms(LATEST.text + " ").sha256 != LATEST.sha256
