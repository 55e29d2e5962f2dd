"""The guided path of a campaign, its figures, and who may see them."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign, ReturnEvent
from marketingconnect.sending.services.erasing import erase_addresses
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.statistics.models import Export
from marketingconnect.statistics.services import make_export
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast, logged_in
from tests.offers.email.factories import make_message, release
from tests.sale import CLERK
from tests.sending.factories import make_campaign, make_contact_file

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def open_shop(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOON)
    ensure_terms_published(NOON)
    publish_demo_price_list(actor=CLERK, now=NOON)
    publish_demo_operator(actor=CLERK, now=NOON)
    wire()


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


def page(name: str, *args: object) -> str:
    return reverse(f"client_area:{name}", args=args)


def sent_campaign(cast: Cast, *, emails: int = 60, name: str = "client") -> EmailCampaign:
    sending = make_campaign(
        [f"{name}{n}@example.org" for n in range(1, emails + 1)], company=cast.bakery
    )
    record_outcomes(
        sending.pk,
        [
            Result(1, "undelivered", "mailbox_unknown", 550, "5.1.1 unknown", NOON),
            Result(2, "uncertain", "", None, "cut", NOON),
            *[Result(n, "accepted", "", 250, "ok", NOON) for n in range(3, emails - 1)],
        ],
        fresh=True,
    )
    Campaign.objects.filter(pk=sending.pk).update(state="running", started_at=NOON)
    return EmailCampaign.objects.create(
        company=cast.bakery,
        name="Brioches",
        contact_file=sending.contact_file,
        send_at=NOON,
        sending=sending,
        created_by=cast.alice,
        created_at=NOON,
    )


def test_the_guided_path_leads_from_a_name_to_the_basket(cast: Cast, alice: Client) -> None:
    file = make_contact_file(cast.bakery, [f"c{n}@example.org" for n in range(10)])
    message = make_message(cast.bakery, cast.alice, NOON)
    release(message, cast.alice, NOON)

    answer = alice.post(page("campaign_new"), {"name": "Noël"})
    campaign = EmailCampaign.objects.get()
    assert answer.headers["Location"] == page("campaign_recipients", campaign.pk)
    shown = alice.get(page("campaign", campaign.pk)).content.decode()
    assert "Choisissez à qui écrire" in shown

    answer = alice.post(page("campaign_recipients", campaign.pk), {"contact_file": file.pk})
    assert answer.headers["Location"] == page("campaign_message", campaign.pk)
    answer = alice.post(page("campaign_message", campaign.pk), {"message": message.pk})
    assert answer.headers["Location"] == page("campaign_calendar", campaign.pk)
    shown = alice.get(page("campaign_calendar", campaign.pk)).content.decode()
    assert "paiement par carte aujourd’hui" in shown
    assert "mercredi 25 novembre 2026" in shown.replace("\u00a0", " ")
    answer = alice.post(
        page("campaign_calendar", campaign.pk), {"send_on": "2026-11-25", "send_hour": "10:00"}
    )
    assert answer.headers["Location"] == page("campaign", campaign.pk)
    campaign.refresh_from_db()
    assert campaign.send_at == datetime(2026, 11, 25, 9, tzinfo=UTC)

    shown = alice.get(page("campaign", campaign.pk)).content.decode()
    assert "Mettre au panier" in shown
    assert "Complément au minimum" in shown


def test_a_day_that_the_terms_forbid_is_refused_and_what_was_typed_is_kept(
    cast: Cast, alice: Client
) -> None:
    campaign = EmailCampaign.objects.create(
        company=cast.bakery, name="Noël", created_by=cast.alice, created_at=NOON
    )
    answer = alice.post(
        page("campaign_calendar", campaign.pk), {"send_on": "2026-11-24", "send_hour": "15:30"}
    )
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "(art. B.1.4)" in shown
    assert 'value="15:30" selected' in shown


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("campaign_recipients", {}),
        ("campaign_recipients", {"contact_file": "999999"}),
        ("campaign_message", {"message": "zéro"}),
        ("campaign_calendar", {"send_on": "31/31/2026", "send_hour": "10:00"}),
        ("campaign_calendar", {"send_on": "2026-11-25", "send_hour": "03:00"}),
    ],
)
def test_a_bad_choice_answers_400_and_changes_nothing(
    cast: Cast, alice: Client, name: str, data: dict[str, str]
) -> None:
    campaign = EmailCampaign.objects.create(
        company=cast.bakery, name="Noël", created_by=cast.alice, created_at=NOON
    )
    assert alice.post(page(name, campaign.pk), data).status_code == 400
    campaign.refresh_from_db()
    assert (campaign.contact_file_id, campaign.message_id, campaign.send_at) == (None, None, None)


def test_a_reader_looks_and_does_not_touch(cast: Cast) -> None:
    campaign = EmailCampaign.objects.create(
        company=cast.bakery, name="Noël", created_by=cast.alice, created_at=NOON
    )
    vera = logged_in(cast.vera)
    assert vera.get(page("campaign_recipients", campaign.pk)).status_code == 200
    assert vera.post(page("campaign_recipients", campaign.pk), {}).status_code == 403
    assert vera.post(page("campaign_new"), {"name": "x"}).status_code == 403


def test_charlie_gets_404_for_everything_of_another_company(cast: Cast) -> None:
    campaign = sent_campaign(cast)
    charlie = logged_in(cast.charlie)
    for name in (
        "campaign",
        "campaign_recipients",
        "campaign_message",
        "campaign_calendar",
        "campaign_figures",
        "campaign_live",
        "campaign_csv",
    ):
        assert charlie.get(page(name, campaign.pk)).status_code == 404, name
    assert charlie.get(page("campaign_list", campaign.pk, "aboutis")).status_code == 404
    for name in ("campaign_order", "campaign_abandon", "campaign_workbook"):
        assert charlie.post(page(name, campaign.pk)).status_code == 404, name


def test_each_figure_opens_its_list(cast: Cast, alice: Client) -> None:
    campaign = sent_campaign(cast)
    shown = alice.get(page("campaign_figures", campaign.pk)).content.decode()
    assert "Adresse inconnue" in shown
    assert "En doute" in shown

    def listed(kind: str, **query: str) -> str:
        return alice.get(page("campaign_list", campaign.pk, kind), query).content.decode()

    assert "client1@example.org" in listed("non-aboutis", motif="mailbox_unknown")
    assert "client2@example.org" in listed("en-doute")
    assert "client59@example.org" in listed("en-attente")
    assert "client60@example.org" in listed("en-attente")
    first = listed("aboutis")
    assert "client3@example.org" in first
    assert "client52@example.org" in first
    assert "client53@example.org" not in first
    assert "client53@example.org" in listed("aboutis", apres="52")
    assert listed("vendus").count("@example.org") >= 50
    assert alice.get(page("campaign_list", campaign.pk, "autre")).status_code == 404


def test_figures_refresh_themselves_only_while_something_may_change(
    cast: Cast, alice: Client
) -> None:
    campaign = sent_campaign(cast)
    live = alice.get(page("campaign_live", campaign.pk)).content.decode()
    assert 'hx-trigger="every 2s"' in live
    assert "<html" not in live
    Campaign.objects.update(state="sent_out", finished_at=NOON)
    assert "hx-trigger" not in alice.get(page("campaign_live", campaign.pk)).content.decode()


def test_the_day_on_which_addresses_go_is_told_before_and_after(cast: Cast, alice: Client) -> None:
    campaign = sent_campaign(cast, emails=5)
    assert campaign.sending is not None
    sending = Campaign.objects.filter(pk=campaign.sending.pk)
    here = page("campaign_figures", campaign.pk)
    assert "effacées" not in alice.get(here).text
    sending.update(state="frozen", finished_at=NOON, figures_frozen_at=NOON)
    told = alice.get(here).text.replace("\u00a0", " ")
    assert "seront effacées à partir du 23 décembre 2026" in told

    erase_addresses(sending.get().pk, now=NOON + timedelta(days=30))

    shown = alice.get(here).text
    assert ("Adresses effacées" in shown, "seront effacées" in shown) == (True, False)
    listed = alice.get(page("campaign_list", campaign.pk, "vendus")).text
    assert ("Adresses effacées le" in listed, "client3@" in listed) == (True, False)
    assert "adresses effacées le" in alice.get(page("campaign", campaign.pk)).text


def test_the_csv_has_a_row_a_recipient_and_no_formula(cast: Cast, alice: Client) -> None:
    campaign = sent_campaign(cast, emails=5)
    assert campaign.sending is not None
    record_outcomes(
        campaign.sending.pk,
        [Result(5, "undelivered", "other", 550, "=cmd|' /C calc'!A0", NOON)],
        fresh=True,
    )
    answer = alice.get(page("campaign_csv", campaign.pk))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert lines[0].startswith("Rang;Adresse;État")
    assert len(lines) == 6
    assert "client1@example.org;Non abouti;Adresse inconnue;550" in lines[1]
    assert "'=cmd" in lines[5]


def test_a_workbook_is_made_by_a_job_then_downloaded(cast: Cast, alice: Client) -> None:
    from python_calamine import CalamineWorkbook

    campaign = sent_campaign(cast, emails=6)
    alice.post(page("campaign_workbook", campaign.pk))
    export = Export.objects.get()
    address = page("campaign_xlsx", campaign.pk, export.pk)
    assert "préparons" in alice.get(address).content.decode()

    make_export(export.pk, now=NOON)

    assert "prêt" in alice.get(address).content.decode()
    answer = alice.get(address, {"telecharger": "1"})
    octets = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    from io import BytesIO

    rows = CalamineWorkbook.from_filelike(BytesIO(octets)).get_sheet_by_index(0).to_python()
    assert len(rows) == 7
    assert rows[1][1] == "client1@example.org"


def test_the_home_says_what_is_next(cast: Cast, alice: Client) -> None:
    assert "Créer ma première campagne" in alice.get(page("home")).content.decode()
    EmailCampaign.objects.create(
        company=cast.bakery, name="Noël", created_by=cast.alice, created_at=NOON
    )
    shown = alice.get(page("home")).content.decode()
    assert "Choisissez à qui écrire." in shown
    sent_campaign(cast)
    shown = alice.get(page("home")).content.decode()
    assert "L’envoi est en cours." in shown


def test_lists_show_every_campaign_with_its_state(cast: Cast, alice: Client) -> None:
    sent_campaign(cast)
    listed = alice.get(page("campaigns")).content.decode()
    assert ("En cours d’envoi" in listed, '/chiffres">56</a>' in listed) == (True, True)
    Campaign.objects.update(state="scheduled", started_at=None)
    assert "/chiffres" not in alice.get(page("campaigns")).content.decode()
    assert "56" in alice.get(page("results")).content.decode()
    assert "Brioches" not in logged_in(cast.charlie).get(page("campaigns")).content.decode()


def test_two_messages_are_put_to_the_test_and_the_calendar_spreads(
    cast: Cast, alice: Client
) -> None:
    file = make_contact_file(cast.bakery, [f"c{n}@example.org" for n in range(300)])
    first, second = (make_message(cast.bakery, cast.alice, NOON) for _ in range(2))
    release(first, cast.alice, NOON)
    release(second, cast.alice, NOON, approved=False)
    campaign = EmailCampaign.objects.create(
        company=cast.bakery,
        name="Noël",
        created_by=cast.alice,
        created_at=NOON,
        contact_file=file,
        message=first,
    )
    test = page("campaign_test", campaign.pk)
    assert "Tester deux messages" in alice.get(page("campaign", campaign.pk)).text
    typed = {"message": second.pk, "percent": "30", "hours": "4"}
    refused = alice.post(test, typed)
    assert refused.status_code == 400
    assert "n’en feraient que" in refused.text

    assert alice.post(test, {**typed, "percent": "50"}).status_code == 302
    spread = {"send_on": "2026-11-25", "send_hour": "20:00", "spread": "240"}
    late = alice.post(page("campaign_calendar", campaign.pk), spread)
    assert "22 h au plus tard" in late.text.replace("\u00a0", " ")
    alice.post(page("campaign_calendar", campaign.pk), {**spread, "spread": "60"})
    shown = alice.get(page("campaign", campaign.pk)).text
    assert "étalé sur 1" in shown
    assert "second message" in shown
    campaign.refresh_from_db()
    assert (campaign.message_b, campaign.test_percent) == (second, 50)

    alice.post(page("campaign_no_test", campaign.pk))
    assert "Un seul message pour tous" in alice.get(page("campaign", campaign.pk)).text


def test_campaigns_are_put_side_by_side_and_nobody_else_s(cast: Cast, alice: Client) -> None:
    first, second = sent_campaign(cast), sent_campaign(cast, emails=40, name="other")
    for key in ("a", "b"):  # told twice, counted once
        ReturnEvent.objects.create(
            campaign_id=second.sending_id or 0, position=4, kind="complaint", source="webhook",
            event_key=key, at=NOON, received_at=NOON,
        )  # fmt: skip
    address = page("campaigns_compare")
    asked = {"c": [str(first.pk), str(second.pk), "999999", "x", "9" * 5000, str(first.pk)]}

    shown = alice.get(address, asked).text
    assert "Repère" in shown
    assert "trop peu de messages" in shown
    sheet = alice.get(address, {**asked, "csv": "1"}).getvalue().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))
    assert [list(line.values())[1:] for line in lines] == [
        ["60", "57", "56", "98,2", "1", "1,8", "0", "0,0", "0", "0,00", "0", "0,00"],
        ["40", "37", "36", "97,3", "1", "2,7", "0", "0,0", "0", "0,00", "1", "2,78"],
    ]
    assert '1 <small class="muted lg:block">2,78' in shown
    assert "Aucune campagne choisie" in logged_in(cast.charlie).get(address, asked).text
    assert f'value="{first.pk}"' in alice.get(page("results")).text
