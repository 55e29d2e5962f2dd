from dataclasses import replace
from datetime import date

import pytest

from marketingconnect.kernel.money import Money
from marketingconnect.offers.list_rental.rules.delivering import (
    LicenceFacts,
    amendment_price,
    amendment_problems,
    delivery_day,
    download_refusal,
    licence_hash,
    licence_sentences,
    re_delivery_refusal,
)
from marketingconnect.offers.list_rental.rules.ordering import (
    MOST_USES,
    RentalFacts,
    carries_phones,
    missing_facts,
    sample_kind,
    subcontractor_problems,
    use_refusal,
    uses_refusal,
)
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.offers.list_rental.vocabulary import FORBIDDEN_USES, SampleKind

TODAY = date(2026, 11, 25)
USE_BY = date(2026, 12, 25)
READY = RentalFacts(
    state=RentalState.FROZEN,
    counted=5_000,
    quantity=5_000,
    uses=["direct_mail"],
    times=1,
    channel="post",
    sample="approved",
    payment_validated_on=TODAY,
)


@pytest.mark.parametrize("use", ["direct_mail", "telephone"])
def test_direct_mail_and_telephone_can_be_ordered(use: str) -> None:
    assert use_refusal(use) is None


@pytest.mark.parametrize("use", sorted(FORBIDDEN_USES))
def test_a_forbidden_use_is_refused_with_its_article(use: str) -> None:
    refusal = use_refusal(use)

    assert refusal is not None
    assert refusal.article in {"CL.1", "CL.2"}


def test_automates_and_fax_need_a_consent_that_no_rental_gives() -> None:
    assert {FORBIDDEN_USES[use].article for use in ("automated_calls", "fax")} == {"CL.2"}


@pytest.mark.parametrize(
    ("uses", "times", "channel", "article"),
    [
        ([], 1, "post", "CL.1"),
        (["fax"], 1, "post", "CL.2"),
        (["direct_mail"], 0, "post", "CL.1"),
        (["direct_mail"], MOST_USES + 1, "post", "CL.1"),
        (["direct_mail"], 1, "phone", "CL.1"),
        (["telephone"], 1, "mobile", "Def"),
        (["telephone"], 1, "email", "Def"),
    ],
)
def test_what_an_order_form_cannot_name(
    uses: list[str], times: int, channel: str, article: str
) -> None:
    refusal = uses_refusal(uses=uses, times=times, channel=channel)

    assert refusal is not None
    assert refusal.article == article


def test_what_an_order_form_names() -> None:
    assert uses_refusal(uses=["direct_mail"], times=MOST_USES, channel="post") is None
    assert uses_refusal(uses=["direct_mail", "telephone"], times=1, channel="post") is None
    assert uses_refusal(uses=["telephone"], times=1, channel="phone") is None


def test_numbers_go_with_the_use_that_calls_them() -> None:
    assert carries_phones(["direct_mail", "telephone"])
    assert not carries_phones(["direct_mail"])


def test_a_subcontractor_is_declared_with_its_name_number_and_role() -> None:
    assert subcontractor_problems(name="Routage", siret="73282932000074", role="router") == {}
    assert set(subcontractor_problems(name=" ", siret="1", role="buyer")) == {
        "name",
        "siret",
        "role",
    }


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"%PDF-1.7\n", SampleKind.PDF),
        (b"\x89PNG\r\n\x1a\n\x00", SampleKind.IMAGE),
        (b"\xff\xd8\xff\xe0", SampleKind.IMAGE),
        ("Chère cliente, n’hésitez pas".encode(), SampleKind.TEXT),
        ("Chère cliente".encode("cp1252"), SampleKind.TEXT),
        (b"", None),
        (b"PK\x03\x04\x00\x00", None),
        (b"MZ\x90\x00", None),
        (b"\x1b[31m", None),
    ],
)
def test_a_sample_is_a_pdf_a_picture_or_a_text(beginning: bytes, kind: SampleKind | None) -> None:
    assert sample_kind(beginning, whole=True) == kind


def test_a_sample_cut_within_a_letter_is_still_a_text() -> None:
    assert sample_kind("à bientôt é".encode()[:-1], whole=False) is SampleKind.TEXT


def test_nothing_is_missing_once_all_is_there() -> None:
    assert missing_facts(READY) == []


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"counted": None}, ["criteria"]),
        ({"uses": []}, ["use"]),
        ({"sample": ""}, ["sample"]),
        ({"sample": "waiting"}, ["moderation"]),
        ({"sample": "changes_asked"}, ["moderation"]),
        ({"payment_validated_on": None, "state": RentalState.ORDERED}, ["payment"]),
        ({"state": RentalState.ORDERED}, ["selection"]),
        ({"state": RentalState.SUSPENDED}, ["suspended"]),
    ],
)
def test_what_is_missing_is_said_in_the_client_s_words(
    change: dict[str, object], codes: list[str]
) -> None:
    missing = missing_facts(replace(READY, **change))  # type: ignore[arg-type]

    assert [one.code for one in missing] == codes
    assert all(one.sentence.endswith(".") for one in missing)


def test_only_moderation_and_our_own_work_wait_for_the_operator() -> None:
    waiting = missing_facts(replace(READY, sample="waiting", state=RentalState.ORDERED))

    assert {one.whose for one in waiting} == {"operator"}


FACTS = LicenceFacts(
    reference="LC-000042-1",
    order_reference="BC-2026-000001",
    holder="Boulangerie Nadia",
    siret="90000001900019",
    quantity=4_880,
    uses=["telephone", "direct_mail"],
    times=2,
    subcontractors=[("Routage du Rhône", "73282932000074", "router")],
    use_by=USE_BY,
)


def test_a_licence_names_the_holder_the_uses_and_the_subcontractors() -> None:
    text = " ".join(licence_sentences(FACTS))

    assert "Boulangerie Nadia" in text
    assert "2 utilisations\u00a0: publipostage et prospection par téléphone" in text
    assert "Routage du Rhône (SIRET 73282932000074, routeur)" in text
    assert "25 décembre 2026" in text
    assert "responsable autonome" in text


def test_a_licence_without_phones_or_subcontractor_says_so() -> None:
    text = " ".join(licence_sentences(replace(FACTS, subcontractors=[], use_by=None, times=1)))

    assert "Aucun sous-traitant" in text
    assert "numéros de téléphone" not in text
    assert "une utilisation" in text


def test_any_other_word_is_another_licence() -> None:
    sentences = licence_sentences(FACTS)

    assert licence_hash(sentences) == licence_hash(list(sentences))
    assert licence_hash(sentences) != licence_hash(sentences[:-1])


@pytest.mark.parametrize(
    ("state", "accepted", "today", "article"),
    [
        (DeliveryState.PREPARING, "h", TODAY, "CL.3"),
        (DeliveryState.WITHDRAWN, "h", TODAY, "CL.2"),
        (DeliveryState.RE_DELIVERED, "h", TODAY, "CL.6"),
        (DeliveryState.AVAILABLE, "", TODAY, "CL.1"),
        (DeliveryState.AVAILABLE, "h", date(2026, 12, 26), "CL.6"),
        (DeliveryState.AVAILABLE, "h", USE_BY, None),
        (DeliveryState.DOWNLOADED, "h", TODAY, None),
    ],
)
def test_a_file_is_downloaded_under_its_licence_until_its_limit(
    state: DeliveryState, accepted: str, today: date, article: str | None
) -> None:
    refusal = download_refusal(
        state=state, accepted=accepted, licence="h", use_by=USE_BY, today=today
    )

    assert (refusal.article if refusal else None) == article


@pytest.mark.parametrize(
    ("state", "use_by", "has_phones", "today", "is_refused"),
    [
        (DeliveryState.DOWNLOADED, USE_BY, True, date(2026, 12, 24), True),
        (DeliveryState.DOWNLOADED, USE_BY, True, USE_BY, False),
        (DeliveryState.AVAILABLE, USE_BY, True, date(2027, 3, 1), False),
        (DeliveryState.AVAILABLE, None, False, TODAY, True),
        (DeliveryState.RE_DELIVERED, USE_BY, True, date(2027, 1, 1), True),
    ],
)
def test_a_file_of_phones_is_checked_again_from_its_last_day_on(
    state: DeliveryState, use_by: date | None, has_phones: bool, today: date, is_refused: bool
) -> None:
    refusal = re_delivery_refusal(state=state, use_by=use_by, has_phones=has_phones, today=today)

    assert (refusal is not None) == is_refused


def test_the_delivery_is_the_day_the_file_is_made_available() -> None:
    assert delivery_day(made_available_on=TODAY) == TODAY


@pytest.mark.parametrize(
    ("uses", "times", "channel", "fields"),
    [
        (["direct_mail"], 1, "post", {"uses"}),
        (["telephone"], 2, "post", {"uses"}),
        (["direct_mail"], MOST_USES, "post", set()),
        (["direct_mail"], MOST_USES + 1, "post", {"times"}),
        (["direct_mail", "telephone"], 1, "phone", {"uses"}),
        (["direct_mail"], 2, "post", set()),
        (["direct_mail", "telephone"], 1, "post", set()),
    ],
)
def test_an_amendment_adds_a_use(
    uses: list[str], times: int, channel: str, fields: set[str]
) -> None:
    problems = amendment_problems(
        uses_before=["direct_mail"], times_before=1, uses=uses, times=times, channel=channel
    )

    assert set(problems) == fields


def test_an_amendment_costs_what_it_adds() -> None:
    assert amendment_price(before=Money(900_00), after=Money(1_800_00)) == Money(900_00)
    assert amendment_price(before=Money(900_00), after=Money(890_00)) == Money.zero
