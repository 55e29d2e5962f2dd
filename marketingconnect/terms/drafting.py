"""A text being written: its header, and what keeps it from being published. Pure."""

from datetime import date
from typing import Final

from marketingconnect.terms.parameters import SETTINGS
from marketingconnect.terms.texts import TermsText, parse_terms

_ANY_DAY: Final = date(2000, 1, 1)


def with_header(body: str, number: int, title: str, in_force_from: date) -> str:
    """The whole text of a version, as it is hashed."""
    header = f"---\nversion: {number}\ntitle: {title}\nin_force_from: {in_force_from}\n---\n"
    return f"{header}\n{body.strip()}\n"


def without_header(text: str) -> str:
    """The text of a version from its first title on."""
    return text.partition("\n---\n")[2].strip() + "\n"


def draft_problems(body: str, *, title: str, latest: TermsText) -> list[str]:
    """CGV III.b: numbers of articles stay what they were, since orders and screens cite them.

    French sentences, empty when the text may be published as the version after `latest`.
    """
    if not title.strip() or "\n" in title:
        return ["Donnez un titre aux conditions."]
    draft = parse_terms(with_header(body, latest.number + 1, title.strip(), _ANY_DAY))
    numbers = [article.number for article in draft.articles]
    missing = [article.number for article in latest.articles if article.number not in numbers]
    problems = [
        f"L’article {number} manque : gardez son numéro et son titre, écrivez dessous "
        "qu’il est supprimé."
        for number in missing
    ]
    problems += [
        f"L’article {number} figure deux fois."
        for number in sorted({one for one in numbers if numbers.count(one) > 1})
    ]
    problems += [
        f"L’article {article.number} n’a pas de texte."
        for article in draft.articles
        if not article.text
    ]
    if body.strip() == without_header(latest.text).strip():
        problems.append("Ce texte est celui de la version précédente.")
    loose = sum(line.startswith("### ") for line in body.splitlines()) - len(numbers)
    if loose:
        problems.append(f"{loose} titre d’article ne se lit pas : écrivez « ### B.1.4 — Titre ».")
    applied = {setting.article for _, setting in SETTINGS.values()} - set(numbers) - set(missing)
    return problems + [f"L’article {one} fixe un chiffre appliqué." for one in sorted(applied)]
