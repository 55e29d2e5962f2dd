"""From blocks or own HTML to the bytes that leave."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.messages.blocks import (
    BLOCK_TYPES,
    Block,
    InvalidBlockError,
    clean_block,
    clean_blocks,
    inserted,
    moved,
    new_block,
    summary,
    without,
)
from marketingconnect.messages.composing.plain_text import from_html
from marketingconnect.messages.composing.rendering import Draft, compile_draft
from marketingconnect.messages.library import our_pictures, picture_path, template_of, templates
from marketingconnect.messages.library.gallery import drawn_fingerprints, fingerprints, sender_of
from marketingconnect.messages.markup import to_html, to_plain
from marketingconnect.messages.own_html.css import clean_declarations, clean_sheet
from marketingconnect.messages.own_html.sanitising import clean_fragment, sanitise
from marketingconnect.messages.reading import read_html
from marketingconnect.messages.theme import (
    PALETTES,
    Theme,
    blended,
    clean_theme,
    contrast,
    readable_on,
)

BASE = "https://emails.example.org"
LEGAL = {
    "advertiser": "Boulangerie Nadia",
    "identity": "SIREN 900 000 019",
    "origin": "Vous êtes client.",
    "rights_contact": "contact@boulangerie.example.org",
    "privacy_url": "https://boulangerie.example.org/donnees",
}


def draft(blocks: list[Block] | None = None, **changes: object) -> Draft:
    content = {"theme": {}, "blocks": blocks or [], "legal": LEGAL}
    values: dict[str, object] = {
        "kind": "blocks",
        "subject": "Bonjour",
        "preheader": "Début",
        "sender_name": "Nadia",
        "reply_to": "nadia@example.org",
        "content": content,
        "fallbacks": {},
    }
    return Draft(**{**values, **changes})  # type: ignore[arg-type]


def own(html: str, **content: object) -> Draft:
    clean = sanitise(html)
    kept = {"html": clean.body, "css": clean.css, "ground": clean.ground, "legal": LEGAL}
    return draft(kind="html", content={**kept, **content})


class _Tags(HTMLParser):
    """What a browser would see of a document: tags and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))


def assert_harmless(html: str) -> None:
    for tag, attributes in _Tags(html).seen:
        assert tag not in {"script", "iframe", "object", "embed", "form", "input", "link", "svg"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in {"href", "src"}:
                bare = re.sub(r"[\x00-\x20]", "", value).lower()
                assert not re.match(r"(?:javascript|vbscript|data|file|blob):", bare), value
            if name == "style":
                assert not re.search(r"expression|javascript|url\(|behavior|@import", value.lower())


def test_the_same_draft_gives_the_same_bytes() -> None:
    for template in templates():
        one = compile_draft(draft(list(template.blocks)), base_url=BASE)
        other = compile_draft(draft([dict(each) for each in template.blocks]), base_url=BASE)
        assert one == other
        assert one.sha256 == other.sha256


def test_every_template_is_responsive_and_carries_its_mentions_and_way_out() -> None:
    assert len(templates()) >= 8
    for template in templates():
        compiled = compile_draft(draft(list(template.blocks)), base_url=BASE)
        visible, links, pictures = read_html(compiled.html)
        assert "@media" in compiled.html
        assert "width=device-width" in compiled.html
        for part in (visible, compiled.text):
            assert "Boulangerie Nadia (SIREN 900 000 019)" in part
            assert "contact@boulangerie.example.org" in part
            assert "rectifier" in part
        assert "{{lien_desinscription}}" in {link.href for link in links}
        assert "{{lien_desinscription}}" in compiled.text
        assert all(picture.src.startswith(f"{BASE}/u/images/") for picture in pictures)
        assert "https://fonts" not in compiled.html


def test_the_gallery_shows_the_templates_as_they_are_now() -> None:
    assert drawn_fingerprints() == fingerprints(), "run `django-admin draw_gallery`"


def test_the_thumbnails_are_signed_by_many_businesses() -> None:
    signed = Counter(sender_of(template).name for template in templates())
    assert max(signed.values()) <= 3


def test_every_picture_of_a_template_is_in_the_library() -> None:
    for template in templates():
        for block in template.blocks:
            for name, value in block.items():
                if name.startswith("picture") and value:
                    assert picture_path(value), value
    assert len(our_pictures()) >= 8
    assert template_of("fidelite").name == "Fidélité"
    assert picture_path("modele-inconnu.png") is None
    assert picture_path("autre.png") is None


def test_each_kind_of_block_survives_hostile_words() -> None:
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)> & ' {{first_name}}"
    for kind in BLOCK_TYPES.values():
        typed = {field.name: hostile for field in kind.fields if field.kind in {"line", "markup"}}
        cut = {name: value[:40] for name, value in typed.items()}
        block = clean_block({**new_block(kind.code), **cut})
        html = compile_draft(draft([block]), base_url=BASE).html
        assert_harmless(html)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x"]
)
def test_a_block_refuses_an_address_that_could_run(address: str) -> None:
    with pytest.raises(InvalidBlockError) as refusal:
        clean_block({**new_block("button"), "label": "x", "href": address})
    assert set(refusal.value.errors) == {"href"}
    stored = {**new_block("button"), "label": "x", "href": address}
    assert_harmless(compile_draft(draft([stored]), base_url=BASE).html)


def test_an_address_typed_without_scheme_gets_one() -> None:
    block = clean_block({**new_block("button"), "label": "x", "href": "www.example.org/carte"})
    assert block["href"] == "https://www.example.org/carte"


def test_what_a_block_refuses_is_said_field_by_field() -> None:
    typed = {**new_block("heading"), "text": "x" * 161, "level": "9", "align": "milieu"}
    with pytest.raises(InvalidBlockError) as refusal:
        clean_block(typed)
    assert set(refusal.value.errors) == {"text", "level", "align"}
    with pytest.raises(InvalidBlockError):
        clean_block({"type": "video"})
    with pytest.raises(InvalidBlockError):
        clean_blocks([{"type": "divider", "id": "a"}] * 2)
    with pytest.raises(InvalidBlockError):
        clean_blocks([{"type": "divider"}] * 61)


def test_blocks_move_and_stay_whole() -> None:
    blocks = [clean_block({"id": name, "type": "divider"}) for name in "abcd"]

    def names(each: list[Block]) -> str:
        return "".join(block["id"] for block in each)

    assert names(moved(blocks, "a", 2)) == "bcad"
    assert names(moved(blocks, "d", 0)) == "dabc"
    assert names(moved(blocks, "b", 99)) == "acdb"
    assert names(without(blocks, "c")) == "abd"
    assert names(inserted(blocks, {"id": "x", "type": "divider"}, "b")) == "abxcd"
    assert names(inserted(blocks, {"id": "x", "type": "divider"})) == "abcdx"


def test_a_summary_says_a_few_words_of_the_block() -> None:
    assert summary({"text": "**Bonjour** [vous](https://a.example.org)"}) == "Bonjour vous"
    assert summary({"text": "x" * 100}).endswith("…")
    assert summary({}) == ""


def test_markup_makes_paragraphs_lists_bold_and_links() -> None:
    html = to_html("Un **gras** et *fin*\nligne\n\n- un\n- [deux](https://a.example.org/?x=1&y=2)")
    assert "<strong>gras</strong>" in html
    assert "<em>fin</em>" in html
    assert html.count("<li") == 2
    assert 'href="https://a.example.org/?x=1&amp;y=2"' in html
    assert "<br>" in html
    assert "a*b*c" in to_html("a*b*c")
    assert "<a" not in to_html("[x](javascript:alert)")
    assert to_plain("**a** [b](https://c.example.org)") == "a b : https://c.example.org"


@given(st.text(max_size=300))
def test_markup_never_lets_html_through(text: str) -> None:
    allowed = {"p", "br", "ul", "li", "a", "strong", "em"}
    html = to_html(text)
    assert {tag for tag, _ in _Tags(html).seen} <= allowed
    assert_harmless(html)


CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="behavior:url(x.htc);-moz-binding:url(x)">x</p>',
    '<p style="color:red;\\75rl(x)">x</p>',
    "<style>@import 'https://evil.test/x.css'; p{color:red}</style><p>x</p>",
    "<style>p{background:url(https://evil.test/)}</style>",
    "<style></style><script>alert(1)</script></style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action='https://evil.test'><input name=a><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.test'>",
    "<base href='https://evil.test/'>",
    "<link rel=stylesheet href='https://evil.test/x.css'>",
    "<object data='x'></object><embed src=x>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<img src='data:image/svg+xml;base64,AAAA'>",
    "<table background='javascript:alert(1)'><tr><td>x</td></tr></table>",
    "<details open ontoggle=alert(1)>x</details>",
    '<a href="https://x.test" onclick="alert(1)" target=_blank>x</a>',
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<p/onclick=alert(1)>x",
    "<<script>script>alert(1)<</script>/script>",
]


@pytest.mark.parametrize("hostile", CORPUS)
def test_own_html_loses_all_that_could_harm(hostile: str) -> None:
    compiled = compile_draft(
        own(f"<html><body>{hostile}<p>fin</p></body></html>", footer=True), base_url=BASE
    )
    assert_harmless(compiled.html)
    assert "evil.test/x.css" not in compiled.html


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(CORPUS),
            st.text(alphabet="<>\"'=/ :;(){}&#abcdonlickstyle", max_size=40),
            st.text(max_size=20),
        ),
        max_size=6,
    )
)
def test_whatever_comes_in_nothing_that_runs_comes_out_and_cleaning_is_stable(
    pieces: list[str],
) -> None:
    clean = sanitise("".join(pieces))
    assert_harmless(clean.body)
    assert clean_fragment(clean.body) == clean.body
    assert clean_sheet(clean.css) == clean.css
    assert "<" not in clean.css
    assert not re.search(r"url|@import|expression|\\", clean.css, re.I)


def test_safe_tables_styles_and_media_queries_are_kept() -> None:
    source = (
        "<html><head><style>.a{color:#123456;position:fixed} @media (max-width:600px){.a{width:100%"
        " !important}}</style></head><body bgcolor='#F0F0F0'><table width='600' cellpadding='0' "
        "bgcolor='#ffffff'><tr><td align='center' style='padding:10px;font-family:Arial'>"
        "<a href='https://www.example.org/?a=1&b=2'>Lien</a><a href='{{ lien_desinscription }}'>"
        "Stop</a></td></tr></table></body></html>"
    )
    compiled = compile_draft(own(source), base_url=BASE)
    assert "@media (max-width:600px){.a{width:100% !important}}" in compiled.html
    assert "position" not in compiled.html
    assert "background-color:#f0f0f0" in compiled.html
    assert 'style="padding:10px;font-family:Arial"' in compiled.html
    assert 'href="{{ lien_desinscription }}"' in compiled.html
    assert "Lien : https://www.example.org/?a=1&b=2" in compiled.text


def test_what_was_left_out_is_named_and_counted() -> None:
    clean = sanitise(
        "<script>1</script><p onclick=a style='position:fixed'>x</p><p onclick=b>y</p>"
    )
    assert dict(clean.removed) == {
        "balise <script>": 1,
        "attribut « onclick »": 2,
        "style « position »": 1,
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("color:red;", "color:red"),
        ("color : red ; position:fixed", "color:red"),
        ("width:calc(100%", ""),
        ("font-family:'Arial", ""),
        ("color:red/**/;padding:0", "color:red;padding:0"),
        ("color", ""),
    ],
)
def test_declarations_keep_only_what_is_understood(typed: str, kept: str) -> None:
    assert clean_declarations(typed) == kept


def test_the_footer_can_be_added_to_own_html() -> None:
    compiled = compile_draft(own("<p>Bonjour</p>", footer=True), base_url=BASE)
    assert "{{lien_desinscription}}" in compiled.html
    assert "{{lien_desinscription}}" in compiled.text
    without_it = compile_draft(own("<p>Bonjour</p>", footer=False), base_url=BASE)
    assert "{{lien_desinscription}}" not in without_it.html


def test_plain_text_is_read_from_html_as_a_person_would() -> None:
    text = from_html(
        "<h1>Titre</h1><p>Un<br>deux</p><ul><li>a</li><li>b</li></ul><div style='display:none'>"
        "caché</div><img alt='Une miche'><table><tr><td>x</td><td>y</td></tr></table>"
    )
    assert text == "Titre\n\nUn\ndeux\n\n- a\n- b\n\n[Une miche]\n\nx y\n"


def test_a_text_of_one_s_own_replaces_the_derived_one_and_keeps_the_footer() -> None:
    content = {"theme": {}, "blocks": [], "legal": LEGAL, "text": "Mon texte"}
    compiled = compile_draft(draft(content=content), base_url=BASE)
    assert compiled.text.startswith("Mon texte\n\n-- \n")
    assert "{{lien_desinscription}}" in compiled.text


def test_a_theme_reads_on_its_grounds() -> None:
    assert clean_theme({}) == Theme()
    with pytest.raises(InvalidBlockError):
        clean_theme({"accent": "red;}"})
    with pytest.raises(InvalidBlockError):
        clean_theme({"title_font": "comic"})
    for _, theme in PALETTES.values():
        assert contrast(theme.ink, theme.paper) >= 7
        assert contrast(theme.accent, theme.paper) >= 4.5
        assert contrast(readable_on(theme.accent), theme.accent) >= 4.5
    assert blended("#000000", "#ffffff", 0.5) == "#808080"


WORDS = st.text(alphabet="abcdefg éà{}<>&", max_size=12)


@settings(max_examples=80)
@given(
    st.tuples(WORDS, WORDS, WORDS, WORDS),
    st.tuples(WORDS, WORDS, WORDS, WORDS),
)
def test_the_hash_changes_exactly_when_what_is_seen_changes(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    def compiled(words: tuple[str, str, str, str]) -> object:
        subject, preheader, sender, text = words
        block = clean_block({**new_block("text"), "id": "a", "text": text})
        return compile_draft(
            draft([block], subject=subject, preheader=preheader, sender_name=sender), base_url=BASE
        )

    a, b = compiled(one), compiled(other)
    assert (a == b) == (a.sha256 == b.sha256)  # type: ignore[attr-defined]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(list(BLOCK_TYPES)), st.text(max_size=60), st.text(max_size=40))
def test_whatever_is_typed_makes_a_message(kind: str, words: str, more: str) -> None:
    typed = {"line": words[:40], "markup": f"{words} {more}", "address": more}
    fields = BLOCK_TYPES[kind].fields
    filled = {each.name: typed[each.kind] for each in fields if each.kind in typed}
    try:
        block = clean_block({**new_block(kind), **filled, "id": "a"})
    except InvalidBlockError:
        return
    legal = {"advertiser": words, "origin": more, "privacy_url": more}
    content = {"theme": {}, "blocks": [block], "legal": legal}
    compiled = compile_draft(draft(content=content, subject=words, preheader=more), base_url=BASE)
    assert_harmless(compiled.html)
    assert "{{lien_desinscription}}" in compiled.html
