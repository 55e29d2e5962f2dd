"""Policies of destinations against real servers: what must be proved is never sent without it."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from marketingconnect import clock
from marketingconnect.sending.causes import label_of
from marketingconnect.sending.models import Campaign, Chunk, MailPolicy, TransportDay
from marketingconnect.sending.mta_sts.sources import FolderSource
from marketingconnect.sending.queries import figures
from tests.sending.authority import Authority
from tests.sending.engine.internet import ZONE, Internet, addresses
from tests.sending.engine.stage import Run, finished, outcome_of, state_of
from tests.sending.factories import make_campaign
from tests.sending.scripted_smtp import ScriptedServer

pytestmark = pytest.mark.django_db(transaction=True)
NO_DELAY = {"retry_delays": [], "give_up_hours": 0}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def internet(tmp_path: Path, authority: Authority) -> Internet:
    for name in ("spool", "policies"):
        (tmp_path / name).mkdir()
    source = FolderSource(tmp_path / "policies")
    return Internet(tmp_path, policies=source, roots=str(authority.roots))


def publish(
    internet: Internet, domain: str, *lines: str, policy_id: str = "1", max_age: int = 86_400
) -> None:
    """Announce a policy, and put it where it is read."""
    internet.zone += f'_mta-sts.{domain}. TXT "v=STSv1; id={policy_id};"\n'
    text = "\n".join(["version: STSv1", *lines, f"max_age: {max_age}", ""])
    (internet.folder / "policies" / f"{domain}.txt").write_text(text, encoding="utf-8")


def counted() -> Counter[tuple[str, str, str, str]]:
    rows = TransportDay.objects.values_list("domain", "server", "mode", "result", "connections")
    return Counter({row[:4]: row[4] for row in rows})


def test_a_server_that_proves_who_it_is_gets_the_mail_encrypted(
    internet: Internet, authority: Authority
) -> None:
    publish(internet, "fast.test", "mode: enforce", "mx: *.fast.test")
    internet.fast.tls = authority.server("mx.fast.test")
    campaign = make_campaign(addresses("fast.test", 30))

    fast, _ = internet.send(finished(campaign))

    assert fast.accepted == Counter(addresses("fast.test", 30))
    assert fast.in_clear.total() == 0
    assert outcome_of(campaign, 1).reply == "2.0.0 taken"
    assert set(counted()) == {("fast.test", "mx.fast.test", "enforce", "proved")}
    kept = MailPolicy.objects.get()
    assert (kept.domain, kept.mode, kept.mx) == ("fast.test", "enforce", ["*.fast.test"])
    assert (kept.policy_id, kept.max_age, kept.trouble) == ("1", 86_400, "")


def faulty(internet: Internet, authority: Authority, fault: str) -> None:
    names = ["mx.other.test"] if fault == "certificate-host-mismatch" else ["mx.slow.test"]
    if fault == "certificate-not-trusted":
        internet.roots = ""
    internet.slow.tls = authority.server(
        *names,
        is_expired=fault == "certificate-expired",
        only_common_name=fault == "no name of its own",
    )
    if fault == "starttls-not-supported":
        internet.slow.tls = None


FAULTS = [
    ("starttls-not-supported", "ne propose pas de chiffrer"),
    ("certificate-expired", "hors de ses dates"),
    ("certificate-host-mismatch", "un autre nom"),
    ("certificate-not-trusted", "aucune autorité reconnue"),
]


@pytest.mark.parametrize(("fault", "said"), FAULTS)
def test_a_server_that_proves_nothing_never_gets_a_message(
    internet: Internet, authority: Authority, fault: str, said: str
) -> None:
    """Not even its envelope; and a domain of the same server that asks for nothing is served."""
    publish(internet, "slow.test", "mode: enforce", "mx: mx.slow.test")
    faulty(internet, authority, fault)
    refused, served = addresses("slow.test", 20), addresses("twin.test", 5)
    campaign = make_campaign(refused + served)

    _, slow = internet.send(finished(campaign), **NO_DELAY)

    assert slow.accepted == Counter(served)
    assert not set(slow.in_clear) & set(refused)
    assert figures(campaign.pk).undelivered_by_cause == {"not_secure": 20}
    outcome = outcome_of(campaign, 1)
    assert outcome.reply.startswith("4.7.5 MTA-STS : chiffrement prouvé exigé")
    assert said in outcome.reply
    assert label_of(outcome.cause).startswith("Chiffrement exigé")
    assert set(counted()) == {("slow.test", "mx.slow.test", "enforce", fault)}


def test_a_name_that_is_not_among_the_certificates_own_proves_nothing(
    internet: Internet, authority: Authority
) -> None:
    publish(internet, "slow.test", "mode: enforce", "mx: mx.slow.test")
    faulty(internet, authority, "no name of its own")
    campaign = make_campaign(addresses("slow.test", 1))

    _, slow = internet.send(finished(campaign), **NO_DELAY)

    assert slow.taken == Counter()
    assert figures(campaign.pk).undelivered_by_cause == {"not_secure": 1}


def test_what_waits_for_proof_leaves_once_it_comes(
    internet: Internet, authority: Authority
) -> None:
    publish(internet, "slow.test", "mode: enforce", "mx: mx.slow.test")
    faulty(internet, authority, "certificate-expired")
    campaign = make_campaign(addresses("slow.test", 10))

    async def story(run: Run) -> None:
        await run.until(lambda: counted().total() >= 2)
        assert await run.ask(lambda: state_of(campaign)) == "running"
        assert internet.slow.taken == Counter()
        internet.slow.tls = authority.server("mx.slow.test")
        await run.until(lambda: _brought_forward(campaign) and state_of(campaign) == "sent_out")

    _, slow = internet.send(story, retry_delays=[0] * 50)

    assert slow.accepted == Counter(addresses("slow.test", 10))
    assert slow.in_clear.total() == 0


def test_a_policy_taken_back_is_heard_of_before_the_next_message(internet: Internet) -> None:
    publish(internet, "slow.test", "mode: enforce", "mx: mx.slow.test", max_age=0)
    campaign = make_campaign(addresses("slow.test", 10))

    async def story(run: Run) -> None:
        await run.until(lambda: counted().total() >= 1)
        publish(internet, "slow.test", "mode: none")
        await run.until(lambda: _brought_forward(campaign) and state_of(campaign) == "sent_out")

    _, slow = internet.send(story, retry_delays=[0] * 50)

    assert slow.accepted == Counter(addresses("slow.test", 10))


def _brought_forward(campaign: Campaign) -> bool:
    """What was given back for later comes now, so that nobody waits in a test."""
    Chunk.objects.filter(campaign=campaign, state="open").update(not_before=None)
    return True


def test_only_servers_that_the_policy_names_are_used(
    internet: Internet, authority: Authority
) -> None:
    """The first server is a stranger, slipped in by whoever answers for the DNS."""
    internet.zone += "named.test. MX 10 mx.slow.test.\nnamed.test. MX 20 mx.fast.test.\n"
    internet.zone += "lost.test. MX 10 mx.slow.test.\n"
    publish(internet, "named.test", "mode: enforce", "mx: mx.fast.test")
    publish(internet, "lost.test", "mode: enforce", "mx: mx.lost.test")
    for server, name in ((internet.fast, "mx.fast.test"), (internet.slow, "mx.slow.test")):
        server.tls = authority.server(name)
    campaign = make_campaign([*addresses("named.test", 5), "a@lost.test"])

    fast, slow = internet.send(finished(campaign), **NO_DELAY)

    assert fast.accepted == Counter(addresses("named.test", 5))
    assert slow.connections == 0
    assert "n’est pas de ceux" in outcome_of(campaign, 6).reply
    assert counted()["lost.test", "mx.slow.test", "enforce", "mx-mismatch"] == 1


@pytest.mark.parametrize(("fault", "_said"), [*FAULTS, ("mx-mismatch", "")])
def test_a_policy_in_testing_stops_nothing_and_is_counted(
    internet: Internet, authority: Authority, fault: str, _said: str
) -> None:
    mx = "mx.lost.test" if fault == "mx-mismatch" else "mx.slow.test"
    publish(internet, "slow.test", "mode: testing", f"mx: {mx}")
    faulty(internet, authority, fault)
    campaign = make_campaign(addresses("slow.test", 5))

    _, slow = internet.send(finished(campaign))

    assert slow.accepted == Counter(addresses("slow.test", 5))
    assert (slow.in_clear.total() == 0) is (fault != "starttls-not-supported")
    assert set(counted()) == {("slow.test", "mx.slow.test", "testing", fault)}


def test_a_policy_outlives_the_sender_and_whoever_hides_it(
    internet: Internet, authority: Authority
) -> None:
    """RFC 8461, 5.1: as long as its age allows, whatever the DNS and the web say since."""
    publish(internet, "slow.test", "mode: enforce", "mx: mx.slow.test")
    internet.slow.tls = authority.server("mx.slow.test")
    first = make_campaign(["first@slow.test"])
    internet.send(finished(first))

    internet.slow = ScriptedServer(host="127.0.0.3")
    internet.fast = ScriptedServer(host="127.0.0.2")
    internet.zone = ZONE
    hidden = make_campaign(["hidden@slow.test"])
    internet.send(finished(hidden), **NO_DELAY)
    assert figures(hidden.pk).undelivered_by_cause == {"not_secure": 1}

    internet.zone += '_mta-sts.slow.test. TXT "v=STSv1; id=2;"\n'
    (internet.folder / "policies" / "slow.test.txt").unlink()
    lost = make_campaign(["lost@slow.test"])
    internet.send(finished(lost), **NO_DELAY)
    assert figures(lost.pk).undelivered_by_cause == {"not_secure": 1}
    assert "ce domaine" in MailPolicy.objects.get().trouble
    assert internet.slow.taken == Counter()

    clock.advance_to(clock.now() + timedelta(seconds=86_401))
    late = make_campaign(["late@slow.test"])
    internet.send(finished(late))
    assert internet.slow.accepted == Counter(["late@slow.test"])
