"""Bars of a chart on the nights when the clocks of Paris are changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.sending.models import OutcomeCount
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.statistics.exports import csv_chunks
from marketingconnect.statistics.hours import hour_label, start_of_bar, told_twice
from marketingconnect.statistics.queries import activity_of
from marketingconnect.statistics.visits.models import VisitCount
from marketingconnect.statistics.visits.queries import csv_of, visits_of
from tests.sending.factories import make_campaign

BACK = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""2:30 by the clocks of Paris, for the first time that night; the second comes an hour later."""
FORWARD = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""1:30 in Paris; half an hour later the clocks show 3:00."""
HOUR = timedelta(hours=1)


def sent(minutes: Sequence[datetime]) -> int:
    campaign = make_campaign(["a@example.org"])
    for number, minute in enumerate(minutes, start=1):
        OutcomeCount.objects.create(
            campaign=campaign, minute=minute, outcome="relayed", cause="", n=number
        )
    return campaign.pk


@pytest.mark.django_db
def test_the_hour_shown_twice_in_autumn_makes_two_bars_that_say_which() -> None:
    shown = activity_of(sent([BACK - HOUR, BACK, BACK + HOUR, BACK + 2 * HOUR, BACK + 13 * HOUR]))

    assert shown.minutes_a_bar == 60
    assert shown.labels == [
        "1\u00a0h\u00a000",
        "2\u00a0h\u00a000 (été)",
        "2\u00a0h\u00a000 (hiver)",
        "3\u00a0h\u00a000",
        "14\u00a0h\u00a000",
    ]
    assert shown.delivered == [1, 2, 3, 4, 5]
    assert shown.hour_twice


@pytest.mark.django_db
def test_the_hour_that_spring_leaves_out_is_in_no_bar() -> None:
    shown = activity_of(sent([FORWARD, FORWARD + HOUR, FORWARD + 14 * HOUR]))

    assert shown.labels == ["1\u00a0h\u00a000", "3\u00a0h\u00a000", "16\u00a0h\u00a000"]
    assert shown.delivered == [1, 2, 3]
    assert not shown.hour_twice


@pytest.mark.django_db
def test_long_bars_follow_the_clock_on_the_wall_and_say_their_day() -> None:
    shown = activity_of(sent([BACK, BACK + HOUR, BACK + 2 * HOUR, BACK + 30 * HOUR]))

    assert shown.minutes_a_bar == 180
    assert shown.labels == [
        "25/10 0\u00a0h\u00a000",
        "25/10 3\u00a0h\u00a000",
        "26/10 6\u00a0h\u00a000",
    ]
    assert shown.delivered == [1 + 2, 3, 4]


@given(
    st.sampled_from([BACK, FORWARD]),
    st.integers(-1_500, 1_500),
    st.sampled_from([1, 5, 10, 30, 60]),
)
def test_a_short_bar_never_holds_more_than_its_minutes(night: datetime, n: int, step: int) -> None:
    at = night + timedelta(minutes=n)
    start = start_of_bar(at, step)

    assert timedelta(0) <= at - start < timedelta(minutes=step)
    assert start_of_bar(start, step) == start


def test_only_the_hour_that_comes_twice_says_its_season() -> None:
    assert [told_twice(BACK + n * HOUR) for n in (-1, 0, 1, 2)] == [
        "",
        "été",
        "hiver",
        "",
    ]
    assert [told_twice(FORWARD + n * HOUR) for n in (-1, 0, 1)] == ["", "", ""]
    assert hour_label(BACK) == "25/10 2\u00a0h (été)"
    assert hour_label(FORWARD + HOUR) == "29/03 3\u00a0h"


@pytest.mark.django_db
def test_clicks_of_both_hours_stay_two_lines_of_the_export() -> None:
    campaign = make_campaign(["a@example.org"])
    for hour, visits in ((BACK, 3), (BACK + HOUR, 4)):
        VisitCount.objects.create(
            campaign_id=campaign.pk,
            kind="click",
            verdict="person",
            hour=hour.replace(minute=0),
            visits=visits,
            people=1,
        )

    assert list(csv_of(visits_of(campaign.pk)))[1:] == [
        ";;2026-10-25 02:00 (heure d’été);3;1;0;0\r\n",
        ";;2026-10-25 02:00 (heure d’hiver);4;1;0;0\r\n",
    ]


@pytest.mark.django_db
def test_the_list_of_recipients_says_which_of_the_two_hours() -> None:
    campaign = make_campaign(["a@example.org", "b@example.org"])
    results = [
        Result(place, "relayed", "", 250, "ok", at) for place, at in ((1, BACK), (2, BACK + HOUR))
    ]
    record_outcomes(campaign.pk, results, fresh=True)

    sheet = b"".join(csv_chunks(campaign.pk)).decode()
    assert "25/10/2026 02:30:00 (heure d’été)" in sheet
    assert "25/10/2026 02:30:00 (heure d’hiver)" in sheet
