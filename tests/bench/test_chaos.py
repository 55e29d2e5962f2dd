"""The trial by kills must itself be able to convict."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bench import chaos_direct
from bench.chaos import Trial, blows
from bench.chaos_judge import Verdict, expected_outcome, judge
from bench.chaos_platform import KINDS
from bench.sink.options import add_options, faults_of, options_of
from bench.sink.table import Faults
from bench.witness import CatcherWitness, SinkWitness
from marketingconnect.dns import resolver_of
from marketingconnect.sandbox.catcher.writer import Writer
from marketingconnect.sending.models import OutcomeCount
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.states import Outcome
from marketingconnect.sending.ways.exchangers import route_to
from marketingconnect.sending.ways.policies import destinations_of
from tests.sending.factories import NOON, make_campaign

ADDRESSES = ["personne.1@x.test", "personne.2@x.test", "refuse-550.3@x.test"]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path)
    yield writer
    writer.close()


def tried(
    writer: Writer,
    folder: Path,
    received: Sequence[int],
    outcomes: Mapping[int, str],
    **options: int,
) -> Verdict:
    """Judge a campaign of which some messages were received and some outcomes written."""
    campaign = make_campaign(ADDRESSES)
    for number, position in enumerate(received):
        head = f"X-Campaign: {campaign.pk}\r\nMessage-ID: <{number}@x.test>\r\n\r\n"
        writer.keep("a@x.test", [ADDRESSES[position - 1]], head.encode())
    results = [Result(position, said, "", None, "", NOON) for position, said in outcomes.items()]
    record_outcomes(campaign.pk, results, fresh=True)
    return judge(
        campaign.pk, CatcherWitness(folder), doubts_at_most=options.get("doubts_at_most", 1)
    )


ALL_WELL = {1: Outcome.RELAYED, 2: Outcome.RELAYED, 3: Outcome.UNDELIVERED}


@pytest.mark.django_db
def test_nobody_is_accused_when_the_ledger_and_the_outcomes_agree(
    writer: Writer, tmp_path: Path
) -> None:
    verdict = tried(writer, tmp_path, [1, 2], ALL_WELL)

    assert verdict.lost == verdict.twice == verdict.contradicted == []
    # This campaign was never run by a sender: only its end and its journal are missing.
    assert all("à la fin" in words or "au journal" in words for words in verdict.other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("received", "outcomes", "kind", "words"),
    [
        ([1], ALL_WELL, "lost", "n° 2 personne.2@x.test : jamais écrit"),
        ([1, 2], {1: Outcome.RELAYED, 3: Outcome.UNDELIVERED}, "lost", "n° 2"),
        ([1, 2, 2], ALL_WELL, "twice", "n° 2 personne.2@x.test : écrit 2 fois"),
        ([1, 2, 2], {**ALL_WELL, 2: Outcome.UNCERTAIN}, "twice", "n° 2"),
        ([1, 2, 3], ALL_WELL, "contradicted", "n° 3"),
        ([1, 2], {**ALL_WELL, 2: Outcome.UNDELIVERED}, "contradicted", "n° 2"),
        ([1], {**ALL_WELL, 2: Outcome.UNDELIVERED}, "contradicted", "n° 2"),
        ([1], {**ALL_WELL, 2: Outcome.NOT_SENT}, "contradicted", "n° 2"),
        ([1, 2], {1: Outcome.RELAYED, 2: Outcome.RELAYED}, "other", "1 en attente"),
    ],
)
def test_each_violation_is_found_and_named(
    writer: Writer,
    tmp_path: Path,
    received: list[int],
    outcomes: Mapping[int, str],
    kind: str,
    words: str,
) -> None:
    verdict = tried(writer, tmp_path, received, outcomes)

    assert any(found.startswith(words) for found in getattr(verdict, kind))


@pytest.mark.django_db
@pytest.mark.parametrize("received", [[1], [1, 2]])
def test_a_doubt_is_allowed_received_or_not_but_only_as_many_as_were_in_flight(
    writer: Writer, tmp_path: Path, received: list[int]
) -> None:
    outcomes = {**ALL_WELL, 2: Outcome.UNCERTAIN}

    verdict = tried(writer, tmp_path, received, outcomes, doubts_at_most=0)

    assert verdict.lost == verdict.twice == verdict.contradicted == []
    assert "1 douteux pour 0 messages en vol" in verdict.other


@pytest.mark.django_db
def test_figures_that_differ_from_the_outcomes_are_found(writer: Writer, tmp_path: Path) -> None:
    campaign = make_campaign(ADDRESSES)
    OutcomeCount.objects.create(
        campaign_id=campaign.pk, minute=NOON, outcome=Outcome.RELAYED, cause="", n=3
    )

    verdict = judge(campaign.pk, CatcherWitness(tmp_path), doubts_at_most=0)

    assert "3 aboutis affichés, 0 au registre" in verdict.other
    assert any(words.startswith("statistiques") for words in verdict.other)


@pytest.mark.django_db
@pytest.mark.parametrize(("outcome", "convicted"), [("uncertain", False), ("relayed", True)])
def test_who_is_cut_off_after_the_text_may_only_be_doubtful(
    writer: Writer, tmp_path: Path, outcome: str, convicted: bool
) -> None:
    campaign = make_campaign(["coupe@x.test"])
    head = f"X-Campaign: {campaign.pk}\r\nMessage-ID: <1@x.test>\r\n\r\n"
    writer.keep("a@x.test", ["coupe@x.test"], head.encode())
    record_outcomes(campaign.pk, [Result(1, outcome, "", None, "", NOON)], fresh=True)

    verdict = judge(
        campaign.pk,
        CatcherWitness(tmp_path),
        doubts_at_most=0,
        expected=lambda email: Outcome.UNCERTAIN,
    )

    assert bool(verdict.contradicted) == convicted
    assert not any("en vol" in words for words in verdict.other)


def test_a_sink_is_a_witness_of_what_it_took_and_only_of_whole_lines(tmp_path: Path) -> None:
    ledger, other = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    witness = SinkWitness([ledger, other])
    assert witness.count(4) == 0
    taken = '{"to": "a@x.test", "fate": "taken", "id": "<1>", "campaign": "4"}\n'
    refused = '{"to": "b@x.test", "fate": "refused", "id": "", "campaign": "4"}\n'
    dropped = '{"to": "c@x.test", "fate": "dropped", "id": "<2>", "campaign": "4"}\n'
    ledger.write_text(taken + refused + dropped[:20])

    assert witness.count(4) == 1
    ledger.write_text(taken + refused + dropped)
    other.write_text(taken.replace('"4"', '"5"'))

    assert (witness.count(4), witness.count(5)) == (2, 1)
    assert [letter.recipients for letter in witness.letters(4)] == [("a@x.test",), ("c@x.test",)]


def test_each_destination_of_the_direct_way_has_its_server_and_its_pace(tmp_path: Path) -> None:
    told = chaos_direct.environment(tmp_path, port=2525)
    paces = destinations_of(Path(told["MARKETINGCONNECT_DESTINATIONS"]))

    for one in chaos_direct.DESTINATIONS:
        route = route_to(one.domain, resolver_of(told["MARKETINGCONNECT_DNS"]))
        assert [server.address for server in route.exchangers] == [one.host]
        policy = paces.policy_of(one.domain, [server.host for server in route.exchangers])
        assert (policy.name, policy.connections) == (one.name, one.connections)
    fates = Counter(
        chaos_direct.expected_outcome(chaos_direct.address(number), 7) for number in range(20_000)
    )
    assert set(fates) == {*Outcome} - {Outcome.RELAYED}
    assert fates[Outcome.NOT_SENT] == 200


def test_faults_are_told_to_a_sink_on_its_command_line() -> None:
    faults = Faults(later=3, latency=0.5, closed=frozenset({"Google", "SFR"}), provider="Free")
    parser = argparse.ArgumentParser()
    add_options(parser)

    assert faults_of(parser.parse_args(options_of(faults))) == faults
    assert options_of(Faults()) == []


def test_kills_are_drawn_from_the_seed_spread_out_and_of_every_kind() -> None:
    trial = Trial(recipients=20_000, kills=50, seed=7, senders=1, pauses=3)
    drawn = blows(trial)

    assert drawn == blows(trial)
    assert len(drawn) == 53
    assert {blow.kind for blow in drawn} == {*KINDS, "pause"}
    assert [blow.moment for blow in drawn] == sorted(blow.moment for blow in drawn)
    assert drawn[0].moment < 0
    assert len({blow.moment // 2_000 for blow in drawn}) >= 9


def test_an_address_tells_what_must_become_of_it() -> None:
    assert expected_outcome("defer.40@exemple.test") == Outcome.RELAYED
    assert expected_outcome("refuse-content.43@exemple.test") == Outcome.UNDELIVERED
    assert expected_outcome("oppose.44@exemple.test") == Outcome.NOT_SENT
