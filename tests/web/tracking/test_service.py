"""The tracking service: only the campaign's own addresses, nothing lost, nobody unsubscribed."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pytest_django import Settings

from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.statistics.models import Visit
from marketingconnect.statistics.visits import recording
from marketingconnect.suppression.models import Suppression
from marketingconnect.web.tracking import leaving
from marketingconnect.web.tracking.service import application, ledger
from tests.web.tracking.clicking import SHOP, Asking, made_visit, served, tracked_campaign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def spool(settings: Settings, tmp_path: Path) -> Path:
    settings.TRACKING_SPOOL = tmp_path / "spool"
    return tmp_path / "spool"


def click(campaign: Campaign, number: object = 1, position: int = 1) -> str:
    return f"/c/{current_tokens().visit(campaign.pk, position)}/{number}"


def leave(campaign: Campaign, position: int = 1) -> str:
    return f"/u/d/{current_tokens().link(campaign.pk, position)}"


def visits() -> list[tuple[int, int, str, str]]:
    return sorted(Visit.objects.values_list("position", "link", "kind", "signal"))


def test_a_click_is_written_then_leads_to_the_address_with_its_parameters() -> None:
    campaign = tracked_campaign()

    async def story(asking: Asking) -> None:
        answer = await asking.ask("GET", click(campaign))
        assert (answer.status, answer.headers["location"]) == (302, SHOP)
        assert answer.headers["cache-control"] == "no-store"
        await asking.ask("HEAD", click(campaign, 2))
        await asking.ask("GET", click(campaign, 3, 2), agent="Barracuda Sentinel")
        await asking.ask("GET", click(campaign, 3, 2), agent="")
        await asking.ask("GET", click(campaign, 3, 2), sec_purpose="prefetch;anonymous")
        assert (await asking.ask("GET", click(campaign, 0, 2))).status == 404

    served(story)
    assert visits() == [
        (1, 1, "click", ""),
        (1, 2, "click", "head"),
        (2, 0, "click", "honeypot"),
        (2, 3, "click", "agent"),
        (2, 3, "click", "no_agent"),
        (2, 3, "click", "prefetch"),
    ]


def wrong_paths(campaign: Campaign, other: Campaign) -> list[str]:
    """Forged, cut, of another campaign, or of another kind; `other` has one link and no opens."""
    token = current_tokens().visit(campaign.pk, 1)
    return [
        click(other, 3),
        click(campaign, 4),
        click(campaign, "1x"),
        click(campaign, "²"),
        click(campaign, ""),
        click(campaign, "-1"),
        click(campaign, 1, 0),
        f"/c/{token[:-1]}/1",
        f"/c/{token}=/1",
        f"/c/{current_tokens().link(campaign.pk, 1)}/1",
        f"/c/{current_tokens().visit(2**62, 1)}/1",
        "/c//1",
        "/c/https://evil.test/1",
        f"/o/{current_tokens().visit(other.pk, 0)}.gif",
        "/o/x.gif",
        "/u/d/x",
        f"/u/d/{token}",
        "/x",
    ]


def test_nothing_else_leads_anywhere_and_nothing_of_it_is_written() -> None:
    campaign, other = tracked_campaign(), tracked_campaign()
    Campaign.objects.filter(pk=other.pk).update(opens=Opens.NONE)
    other.tracked_links.filter(number__gt=1).delete()
    asked = wrong_paths(campaign, other)

    async def story(asking: Asking) -> None:
        for path in asked:
            answer = await asking.ask("GET", path)
            assert (answer.status, "location" in answer.headers) == (404, False), path
            assert "Cette adresse ne mène nulle part" in answer.body.decode()
        assert (await asking.ask("POST", click(campaign))).status == 405

        @given(st.text(st.characters(codec="utf-8"), max_size=60))
        @budget(max_examples=50)
        def anything(path: str) -> None:
            said = asyncio.run_coroutine_threadsafe(asking.ask("GET", f"/c/{path}"), loop).result()
            assert said.status == 404

        loop = asyncio.get_running_loop()
        await asyncio.to_thread(anything)

    served(story)
    assert visits() == []


def test_openings_are_counted_together_unless_the_campaign_has_their_consent() -> None:
    together, consented = tracked_campaign(), tracked_campaign(Opens.INDIVIDUAL)

    async def story(asking: Asking) -> None:
        for campaign, position in ((together, 0), (consented, 2)):
            path = f"/o/{current_tokens().visit(campaign.pk, position)}.gif"
            answer = await asking.ask("GET", path)
            assert (answer.status, answer.body[:6]) == (200, b"GIF89a")

    served(story)
    assert visits() == [(0, 0, "open", ""), (2, 0, "open", "")]


def test_one_click_unsubscribes_without_redirect_and_opening_never_does() -> None:
    campaign = tracked_campaign()

    async def story(asking: Asking) -> None:
        for method in ("GET", "HEAD"):
            for agent in ("", "Barracuda", "Mozilla/5.0"):
                answer = await asking.ask(method, leave(campaign), agent=agent)
                assert answer.status == 200
                assert "default-src 'none'" in answer.headers["content-security-policy"]
                assert "zoe" not in answer.body.decode()
        assert not await asking.service._database.ask(Suppression.objects.exists)
        for body in (
            b"List-Unsubscribe=One-Click",
            b'-\r\nname="List-Unsubscribe"\r\n\r\nOne-Click',
        ):
            said = await asking.ask("POST", leave(campaign), body=body)
            assert (said.status, "location" in said.headers) == (200, False)
        page = await asking.ask("POST", leave(campaign, 2), body=b"source=page")
        assert "Vous êtes désinscrit" in page.body.decode()
        assert (await asking.ask("POST", leave(campaign, 3))).status == 404

    served(story)
    reasons = sorted(Suppression.objects.values_list("reason", flat=True))
    assert reasons == ["unsubscribe_one_click", "unsubscribe_page"]


def test_while_the_database_is_away_all_is_kept_here_and_written_later(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = tracked_campaign()
    monkeypatch.setattr(ledger, "_TRY_AGAIN", 3_600)

    async def story(asking: Asking) -> None:
        await asking.ask("GET", click(campaign))
        with monkeypatch.context() as away:
            away.setattr(ledger, "COPY", "COPY nowhere FROM STDIN")
            away.setattr(leaving, "oppose", _away)
            assert (await asking.ask("GET", click(campaign, 2))).status == 302
            assert (await asking.ask("GET", click(campaign, 3))).status == 302
            said = await asking.ask("POST", leave(campaign), body=b"source=page")
            assert (said.status, said.headers["retry-after"]) == (503, "60")
            assert "votre demande est gardée" in said.body.decode()
            assert sum(path.stat().st_size for path in spool.glob("*.spool")) > 0
        asking.service._ledger._away_until = 0.0

    served(story)
    served(_a_second_of_care)
    assert [link for _, link, _, _ in visits()] == [1, 2, 3]
    assert Suppression.objects.get().reason == "unsubscribe_page"
    assert list(spool.iterdir()) == []


async def _a_second_of_care(asking: Asking) -> None:
    await asking.service._caring.ask(lambda: asking.service._spool.replay(application._replay))


def _away(*_: object, **__: object) -> bool:
    from django.db import OperationalError

    raise OperationalError("away")


def test_a_visit_written_twice_counts_once() -> None:
    campaign = tracked_campaign()
    line = made_visit(campaign.pk, 1, 1, "click", campaign.created_at, "")
    assert [recording.record_visits([line]) for _ in range(2)] == [1, 0]


def test_an_address_that_no_campaign_should_have_is_refused_by_the_database() -> None:
    campaign = tracked_campaign()
    with pytest.raises(Exception, match="tracked_link_is_of_the_web") as refused:
        campaign.tracked_links.create(number=9, url="javascript:x", written="x")
    assert isinstance(refused.value.__cause__, psycopg.errors.CheckViolation)


def test_a_line_that_a_fault_of_the_disk_left_keeps_nobody_from_leaving() -> None:
    campaign = tracked_campaign()
    token = leave(campaign).rpartition("/")[2].encode()

    application._replay([b"half a vis\n"], [b"\xff\xfe", token + b" unsubscribe_page"])

    assert Suppression.objects.get().reason == "unsubscribe_page"
    assert not Visit.objects.exists()
