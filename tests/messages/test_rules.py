"""The checks of a message, on values alone."""

import string
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.messages.composing.rendering import Draft, compile_draft
from marketingconnect.messages.library import templates
from marketingconnect.messages.reading import LinkFact, MessageFacts, PictureFact, read_html
from marketingconnect.messages.rules.checks import check_message
from marketingconnect.messages.rules.findings import Level, is_blocked
from marketingconnect.messages.rules.form import (
    picture_findings,
    sender_findings,
    subject_findings,
    weight_findings,
)
from marketingconnect.messages.rules.links import link_findings
from marketingconnect.messages.rules.mentions import mentions_findings
from marketingconnect.messages.rules.merging import merge_findings
from marketingconnect.messages.rules.restricted import (
    SECTORS,
    moderation_level,
    restricted_flags,
)
from marketingconnect.messages.specification import (
    SPECIFICATIONS,
    characteristics,
    specification_on,
)

SPEC = specification_on(date(2026, 11, 24))
MENTIONS = (
    "Message adressé par la Boulangerie Nadia. Vous pouvez accéder à vos données, les faire "
    "rectifier ou effacer en écrivant à contact@boulangerie.example.org."
)
GOOD = MessageFacts(
    subject="Votre boulangerie ouvre samedi",
    preheader="Une baguette vous attend pour faire connaissance.",
    sender_name="Boulangerie Nadia",
    reply_to="contact@boulangerie.example.org",
    html="<p>Bonjour</p>",
    text=f"{MENTIONS} {{{{lien_desinscription}}}}",
    advertiser_names=("Boulangerie Nadia", "900000019"),
    links=(LinkFact("{{lien_desinscription}}", "Se désinscrire"),),
    visible_text=MENTIONS,
)


def codes(facts: MessageFacts) -> list[str]:
    return [finding.code for finding in check_message(facts, specification=SPEC)]


def test_a_sound_message_has_nothing_to_mend() -> None:
    assert codes(GOOD) == []


def test_every_template_passes_every_check_as_it_comes() -> None:
    for template in templates():
        legal = {
            "advertiser": "Boulangerie Nadia",
            "identity": "SIRET 900 000 019 00019, 12 rue du Four, 69003 Lyon",
            "origin": "vous êtes client",
            "rights_contact": "contact@boulangerie.example.org",
        }
        draft = Draft(
            "blocks",
            template.subject,
            template.preheader,
            "Boulangerie Nadia",
            "contact@boulangerie.example.org",
            {**template.content(), "legal": legal},
            {"first_name": "cher client", "civility": "Madame, Monsieur", "last_name": "à vous"},
        )
        compiled = compile_draft(draft, base_url="https://emails.example.org")
        visible, links, pictures = read_html(compiled.html)
        facts = MessageFacts(
            subject=compiled.subject,
            preheader=compiled.preheader,
            sender_name=compiled.sender_name,
            reply_to=compiled.reply_to,
            html=compiled.html,
            text=compiled.text,
            fallbacks=compiled.fallbacks,
            merge_fields=tuple(compiled.merge_fields),
            advertiser_names=("Boulangerie Nadia",),
            links=links,
            pictures=pictures,
            visible_text=visible,
        )
        assert codes(facts) == [], template.code
        assert moderation_level(restricted_flags(facts)) == 1, template.code


def test_a_message_without_its_advertiser_is_blocked() -> None:
    facts = replace(GOOD, visible_text=MENTIONS.replace("Boulangerie Nadia", "nous"))
    [finding] = mentions_findings(facts)
    assert (finding.code, finding.level) == ("advertiser_missing", Level.BLOCKING)
    assert finding.article == "B.2"
    assert finding.mend


def test_the_advertiser_may_be_named_by_its_siren_and_accents_do_not_matter() -> None:
    assert mentions_findings(replace(GOOD, visible_text=f"SIREN 900000019 {MENTIONS}")) == []
    upper = replace(GOOD, advertiser_names=("BOULANGERIE NADIA",))
    assert mentions_findings(upper) == []


@pytest.mark.parametrize(
    ("removed", "named"),
    [("accéder à", "accès"), ("rectifier ou ", "rectification"), ("effacer ", "effacement")],
)
def test_a_right_that_is_not_cited_is_named_and_blocks(removed: str, named: str) -> None:
    [finding] = mentions_findings(replace(GOOD, visible_text=MENTIONS.replace(removed, "")))
    assert finding.code == "rights_missing"
    assert named in finding.sentence


def test_rights_without_anyone_to_write_to_block() -> None:
    nobody = MENTIONS.replace("contact@boulangerie.example.org", "nous")
    [finding] = mentions_findings(replace(GOOD, visible_text=nobody))
    assert "à qui écrire" in finding.sentence


def test_the_unsubscribe_link_must_be_in_the_html_and_in_the_text() -> None:
    [no_html] = mentions_findings(replace(GOOD, links=()))
    [no_text] = mentions_findings(replace(GOOD, text=MENTIONS))
    assert (no_html.code, no_html.where) == ("unsubscribe_missing", "Message")
    assert (no_text.code, no_text.where) == ("unsubscribe_missing", "Version en texte")


@pytest.mark.parametrize(
    ("size", "level"), [(81_920, None), (81_921, Level.TO_FIX), (102_401, Level.BLOCKING)]
)
def test_weight_warns_then_blocks(size: int, level: Level | None) -> None:
    findings = weight_findings(
        replace(GOOD, html="é" * (size // 2) + "x" * (size % 2)), specification=SPEC
    )
    assert [finding.level for finding in findings] == ([level] if level else [])


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("", ["subject_empty"]),
        ("   ", ["subject_empty"]),
        ("x" * 121, ["subject_too_long"]),
        ("La boulangerie de la place des Tilleuls rouvre ses portes samedi", ["subject_long"]),
        ("OUVERTURE SAMEDI", ["subject_capitals"]),
        ("Ouverture samedi !!", ["subject_marks"]),
        ("Gratuit !! Gagnez", ["subject_marks", "subject_lures"]),
        ("Gratuit samedi", []),
        ("Ouverture samedi", []),
    ],
)
def test_what_a_subject_is_told(subject: str, expected: list[str]) -> None:
    findings = subject_findings(replace(GOOD, subject=subject), specification=SPEC)
    assert [finding.code for finding in findings] == expected


@pytest.mark.parametrize(
    "written", ["nadia@[192.0.2.1]", "josé@example.org", "a@" + "b" * 64 + ".fr"]
)
def test_an_address_that_no_header_can_hold_is_refused_before_the_order(written: str) -> None:
    [found] = sender_findings(replace(GOOD, reply_to=written), specification=SPEC)

    assert (found.code, found.level) == ("reply_to", Level.BLOCKING)


def test_a_message_without_sender_is_blocked_and_a_bad_reply_address_too() -> None:
    bad = replace(GOOD, sender_name=" ", reply_to="contact chez nous")
    findings = sender_findings(bad, specification=SPEC)
    assert [(f.code, f.level) for f in findings] == [
        ("sender_missing", Level.BLOCKING),
        ("reply_to", Level.BLOCKING),
    ]
    [missing] = sender_findings(replace(GOOD, reply_to=""), specification=SPEC)
    assert missing.level is Level.TO_FIX


def test_pictures_say_what_they_show_and_do_not_replace_words() -> None:
    silent = PictureFact("https://a.example.org/x.png", "")
    spoken = PictureFact("https://a.example.org/x.png", "Une miche")
    decorative = PictureFact("https://a.example.org/x.png", "", decorative=True)
    long = replace(GOOD, visible_text="mot " * 40)
    found = picture_findings(
        replace(long, pictures=(silent, spoken, decorative)), specification=SPEC
    )
    assert [f.code for f in found] == ["picture_without_alt"]
    few = picture_findings(
        replace(GOOD, visible_text="Bonjour", pictures=(spoken,)), specification=SPEC
    )
    assert [f.code for f in few] == ["picture_balance"]
    many = picture_findings(replace(long, pictures=(spoken,) * 21), specification=SPEC)
    assert [f.code for f in many] == ["picture_balance"]
    nowhere = picture_findings(
        replace(long, pictures=(PictureFact("", "Une miche"),)), specification=SPEC
    )
    assert [f.code for f in nowhere] == ["picture_unreachable"]


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#",
        "www.exemple.org",
        "http://",
        "https:///chemin",
        "https://localhost/x",
        "http://127.0.0.1:8000/x",
        "http://192.168.1.4/",
        "https://intranet.local/",
        "https://un espace.example.org/",
        "https://sanspoint/",
        "https://a..example.org/",
        "ftp://example.org/x",
        "mailto:nadia",
        "tel:abc",
        "https://example.org/?e={{email}}",
        "https://[mal",
    ],
)
def test_a_link_that_leads_nowhere_blocks(href: str) -> None:
    [finding] = link_findings(replace(GOOD, links=(LinkFact(href, "Voir la carte"),)))
    assert (finding.code, finding.level) == ("link_broken", Level.BLOCKING)
    assert "Voir la carte" in finding.where


@pytest.mark.parametrize(
    "href",
    [
        "https://www.example.org/carte?x=1&y=é",
        "http://exemple-à-nous.example.org/",
        "mailto:nadia@example.org?subject=Bonjour",
        "tel:+33 1 99 00 12 34",
        "{{ lien_desinscription }}",
    ],
)
def test_a_sound_link_passes(href: str) -> None:
    assert link_findings(replace(GOOD, links=(LinkFact(href, "Voir la carte"),))) == []


def test_a_vague_link_gets_an_advice_only() -> None:
    [finding] = link_findings(
        replace(GOOD, links=(LinkFact("https://example.org/", "Cliquez ici"),))
    )
    assert finding.level is Level.ADVICE


def test_merge_fields_are_known_and_have_words_in_reserve() -> None:
    known = frozenset({"first_name", "email"})
    facts = replace(
        GOOD, merge_fields=("first_name", "email", "ville_preferee"), known_fields=known
    )
    assert [(f.code, f.level) for f in merge_findings(facts)] == [
        ("merge_without_fallback", Level.TO_FIX),
        ("merge_unknown", Level.BLOCKING),
    ]
    reserved = replace(facts, fallbacks={"first_name": "cher client", "ville_preferee": "Lyon"})
    assert [(f.code, f.level) for f in merge_findings(reserved)] == [
        ("merge_unknown", Level.TO_FIX)
    ]
    without_file = replace(reserved, known_fields=None)
    assert merge_findings(without_file) == []


def test_braces_that_make_no_field_block() -> None:
    assert [f.code for f in merge_findings(replace(GOOD, subject="Bonjour {{Prénom}}"))] == [
        "merge_broken"
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Nos vins de Loire", "alcohol"),
        ("E-liquides et cigarettes électroniques", "tobacco"),
        ("Utilisez votre CPF", "cpf"),
        ("Pompe à chaleur à 1 euro", "energy"),
        ("Perte de poids garantie", "health"),
        ("Moins cher que chez Durand", "comparative"),
        ("Un crédit à la consommation", "credit"),
        ("Bitcoin facile", "investment"),
    ],
)
def test_a_regulated_subject_raises_the_level_and_says_why(words: str, code: str) -> None:
    flags = restricted_flags(replace(GOOD, subject=words))
    assert [flag.code for flag in flags] == [code]
    assert moderation_level(flags) == 2
    assert "art." in flags[0].explanation or "RGPD" in flags[0].explanation


def test_the_health_warning_brings_alcohol_back_to_an_ordinary_level() -> None:
    warned = "Nos vins. L’abus d’alcool est dangereux pour la santé, à consommer avec modération."
    flags = restricted_flags(replace(GOOD, visible_text=f"{MENTIONS} {warned}"))
    assert [(flag.code, flag.level) for flag in flags] == [("alcohol", 1)]


@pytest.mark.parametrize(
    "innocent", ["Le vingt novembre", "Une bierette de jardin", "Divin moment"]
)
def test_a_word_inside_another_is_not_flagged(innocent: str) -> None:
    assert restricted_flags(replace(GOOD, subject=innocent)) == []


def test_each_sector_explains_itself() -> None:
    assert all(len(sector.explanation) > 40 for sector in SECTORS)
    assert moderation_level([]) == 1


def test_the_specification_of_a_day_is_the_last_one_in_force() -> None:
    assert specification_on(date(2020, 1, 1)) == SPECIFICATIONS[0]
    assert specification_on(date(2030, 1, 1)) == SPECIFICATIONS[-1]
    assert len(characteristics(SPEC)) >= 8


def test_is_blocked_looks_at_the_level() -> None:
    assert is_blocked(check_message(replace(GOOD, subject=""), specification=SPEC))
    assert not is_blocked(check_message(replace(GOOD, preheader=""), specification=SPEC))


@given(st.text(alphabet=string.printable + "éàç«»’{}<>", max_size=400))
def test_any_text_can_be_checked(text: str) -> None:
    visible, links, pictures = read_html(text)
    facts = replace(
        GOOD,
        subject=text,
        html=text,
        text=text,
        visible_text=visible,
        links=links,
        pictures=pictures,
    )
    check_message(facts, specification=SPEC)
    restricted_flags(facts)
