"""The real sender against the smart sink: outcomes are what its ledger says, cause by cause."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.sink.server import Sink
from bench.sink.table import Fate, Faults, fate_of, provider_of, refusals_by_provider
from marketingconnect.sending.causes import LABELS, cause_of
from marketingconnect.sending.engine.smtp import Relay
from marketingconnect.sending.engine.way_out import ToRelay
from marketingconnect.sending.models import Campaign, DeliveryOutcome
from tests.sending.engine.stage import Run, finished
from tests.sending.factories import make_campaign
from tests.sending.scripted_smtp import ScriptedServer

DOMAINS = ("orange.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "gmail.com", "hotmail.fr",
           "yahoo.fr", "icloud.com", "example.org")  # fmt: skip
FAULTS = Faults(refused=250, later=150, dropped=20, per_connection=40)


def sent(campaign: Campaign, sink: Sink, spool: Path) -> None:
    async def play() -> None:
        await sink.listen()
        relay = Relay.from_url(f"smtp://127.0.0.1:{sink.port}")
        run = Run(ScriptedServer(), spool, way_out=ToRelay(relay, connections=4))
        sending = asyncio.create_task(run.sender.run())
        try:
            await finished(campaign)(run)
        finally:
            run.sender.stop()
            await sending
            await run.close()
            await sink.close()

    asyncio.run(play())


@pytest.mark.django_db(transaction=True)
def test_every_outcome_is_what_the_ledger_says_and_each_refusal_has_its_cause(
    tmp_path: Path,
) -> None:
    emails = [f"client{n}@{domain}" for n in range(60) for domain in DOMAINS]
    campaign = make_campaign(emails)
    (tmp_path / "spool").mkdir()
    sink = Sink(seed=7, faults=FAULTS, ledger=tmp_path / "ledger")

    sent(campaign, sink, tmp_path / "spool")

    drawn = {email: fate_of(email, 7, FAULTS) for email in emails}
    outcomes = dict(DeliveryOutcome.objects.values_list("position", "outcome"))
    causes = dict(DeliveryOutcome.objects.values_list("position", "cause"))
    expected = {Fate.TAKEN: "relayed", Fate.LATER: "relayed", Fate.REFUSED: "undelivered",
                Fate.DROPPED: "uncertain"}  # fmt: skip
    for position, email in enumerate(emails, 1):
        fate = drawn[email].fate
        assert outcomes[position] == expected[fate], email
        if fate is Fate.REFUSED:
            words = drawn[email].reply
            assert causes[position] == cause_of(int(words[:3]), words[4:]), words
            assert LABELS[causes[position]] != LABELS["other"], words
    kept = [json.loads(line) for line in (tmp_path / "ledger").read_text().splitlines()]
    taken = Counter(one["to"] for one in kept if one["fate"] in {Fate.TAKEN, Fate.DROPPED})
    assert taken == Counter(email for email in emails if drawn[email].fate is not Fate.REFUSED)
    assert len({one["id"] for one in kept if one["fate"] == Fate.TAKEN}) == sum(
        drawn[email].fate in {Fate.TAKEN, Fate.LATER} for email in emails
    )


def test_every_large_provider_has_words_of_its_own() -> None:
    for domain in DOMAINS[:-1]:
        assert refusals_by_provider()[provider_of(f"a@{domain}")], domain


def test_a_fate_depends_on_the_address_and_the_seed_alone() -> None:
    emails = [f"a{n}@orange.fr" for n in range(2_000)]
    fates = Counter(fate_of(email, 1, FAULTS).fate for email in emails)

    assert [fate_of(email, 1, FAULTS) for email in emails] == [
        fate_of(email, 1, replace(FAULTS, latency=3)) for email in emails
    ]
    assert fates[Fate.REFUSED] == pytest.approx(500, abs=90)
    assert fates[Fate.LATER] == pytest.approx(300, abs=80)
