"""Two texts word by word: nothing is lost, nothing is invented."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.terms.comparing import (
    Change,
    ComparedArticle,
    Piece,
    changed_articles,
    compare,
)
from marketingconnect.terms.texts import TermsText, parse_terms, published_texts

FIRST, SECOND = published_texts()[:2]


def made(**articles: str) -> TermsText:
    body = "\n\n".join(f"### {name} — Titre\n\n{text}" for name, text in articles.items())
    return parse_terms(
        f"---\nversion: 1\ntitle: T\nin_force_from: {date(2026, 1, 1)}\n---\n\n# T\n\n"
        f"Préambule.\n\n## Chapitre\n\n{body}\n"
    )


def one(before: TermsText, after: TermsText, number: str) -> ComparedArticle:
    return next(article for article in compare(before, after) if article.number == number)


def words(article: ComparedArticle, *kept: Change) -> list[str]:
    pieces = [piece for paragraph in article.paragraphs for piece in paragraph]
    return [word for piece in pieces if piece.change in kept for word in piece.text.split(" ")]


def test_the_same_text_has_no_change() -> None:
    assert changed_articles(compare(FIRST, FIRST)) == ()


def test_the_articles_that_version_2_adds_and_changes_are_named() -> None:
    compared = {article.number: article.change for article in compare(FIRST, SECOND)}

    added = [number for number, change in compared.items() if change is Change.ADDED]
    assert added == ["II.1.c", "III.m", "III.n"]
    assert Change.REMOVED not in compared.values()
    assert compared["III.b"] is Change.CHANGED
    assert compared["III.j"] is compared[""] is Change.SAME


def test_a_changed_figure_is_shown_with_the_words_around_it() -> None:
    article = one(made(A="Dans les 30 jours."), made(A="Dans les 45 jours."), "A")

    assert article.change is Change.CHANGED
    assert article.paragraphs == (
        (
            Piece(Change.SAME, "Dans les"),
            Piece(Change.REMOVED, "30"),
            Piece(Change.ADDED, "45"),
            Piece(Change.SAME, "jours."),
        ),
    )


def test_an_article_that_is_gone_stands_where_it_stood() -> None:
    compared = compare(made(A="Un.", B="Deux.", C="Trois."), made(A="Un.", C="Trois.", D="Neuf."))

    assert [(article.number, article.change) for article in compared[1:]] == [
        ("A", Change.SAME),
        ("B", Change.REMOVED),
        ("C", Change.SAME),
        ("D", Change.ADDED),
    ]
    assert compared[2].is_gone
    assert compared[4].is_new


def test_lines_broken_elsewhere_and_emphasis_are_no_change() -> None:
    before = made(A="Un mot\net *deux*.\n\n- un **point**\n- deux")
    after = made(A="Un\nmot et deux.\n\n- un\n  point\n- deux")

    article = one(before, after, "A")

    assert article.change is Change.SAME
    assert [paragraph[0].text for paragraph in article.paragraphs] == [
        "Un mot et deux.",
        "• un point",
        "• deux",
    ]


def test_a_space_that_does_not_break_stays() -> None:
    article = one(made(A="300,00\u00a0€ HT"), made(A="400,00\u00a0€ HT"), "A")

    assert words(article, Change.REMOVED) == ["300,00\u00a0€"]


def test_becoming_a_rule_of_the_platform_is_a_change() -> None:
    before = made(A="Un.")
    after = parse_terms(before.text.replace("— Titre", "— Titre *(règle)*"))

    article = one(before, after, "A")

    assert article.change is Change.CHANGED
    assert article.heading[-1] == Piece(Change.ADDED, "(règle)")


TEXTS = st.lists(st.sampled_from(["un", "deux", "trois", "\n\n", "\n- "]), max_size=30).map(
    lambda parts: " ".join(parts)
)


@given(before=TEXTS, after=TEXTS)
def test_either_text_can_be_read_back_from_the_comparison(before: str, after: str) -> None:
    article = one(made(A=f"x {before}"), made(A=f"x {after}"), "A")

    def plain(text: str) -> list[str]:
        return [word for word in f"x {text}".split() if word != "-"]

    def read(*kept: Change) -> list[str]:
        return [word for word in words(article, *kept) if word not in {"•", "-"}]

    assert read(Change.SAME, Change.REMOVED) == plain(before)
    assert read(Change.SAME, Change.ADDED) == plain(after)


def test_every_shipped_version_can_be_read_back() -> None:
    before = {article.number: article for article in FIRST.articles}
    after = {article.number: article for article in SECOND.articles}
    for article in compare(FIRST, SECOND)[1:]:
        for kept, texts in ((Change.REMOVED, before), (Change.ADDED, after)):
            wanted = texts[article.number].text if article.number in texts else ""
            plain = wanted.replace("*", "").replace("\n- ", "\n• ").removeprefix("- ")
            found = [word for word in words(article, Change.SAME, kept) if word != "•"]
            assert found == [
                word for word in plain.replace("\n", " ").split(" ") if word and word != "•"
            ]
