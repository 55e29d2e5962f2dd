"""The pace of each destination, read from a file that a person may change."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.dns import resolver_of
from marketingconnect.sending.engine.lanes import Group
from marketingconnect.sending.ways.exchangers import Exchanger, route_to
from marketingconnect.sending.ways.policies import (
    DestinationsError,
    Policy,
    destinations_of,
    parse_destinations,
)
from tests.dns.name_server import BROKEN, ZONE, serving

SHIPPED = destinations_of()


@pytest.mark.parametrize(
    ("domain", "exchangers", "name"),
    [
        ("orange.fr", [], "Orange"),
        ("wanadoo.fr", ["smtp-in.orange.fr"], "Orange"),
        ("boulangerie.test", ["aspmx.l.google.com", "alt1.aspmx.l.google.com"], "Google"),
        ("boulangerie.test", ["boulangerie-test.mail.protection.outlook.com."], "Microsoft"),
        ("hotmail.fr", ["hotmail-com.olc.protection.outlook.com"], "Microsoft"),
        ("free.fr", ["mx1.free.fr"], "Free"),
        ("laposte.net", ["smtp4.laposte.net"], "La Poste"),
        ("yahoo.fr", ["mx-eu.mail.am0.yahoodns.net"], "Yahoo"),
        ("boulangerie.test", ["mx.notgoogle.com"], "autres"),
    ],
)
def test_servers_decide_which_pace_holds(domain: str, exchangers: list[str], name: str) -> None:
    assert SHIPPED.policy_of(domain, exchangers).name == name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[default", "TOML"),
        ("[default]\nconnections = 1\n", "ne dit pas"),
        ("REST\n[[group]]\ndomains = []\n", "« autres »|«  »"),
        ("REST\n[[group]]\nname = 'A'\nconnections = 0\n", "au moins 1"),
        ("REST\n[[group]]\nname = 'A'\nper_minute = -1\n", "au moins 0"),
        ("REST\n[[group]]\nname = 'A'\nwaits = []\n", "waits"),
        ("REST\n[[group]]\nname = 'A'\nspeed = 3\n", "speed"),
    ],
)
def test_a_file_that_does_not_stand_says_where(text: str, said: str) -> None:
    rest = "[default]\nconnections=1\nper_connection=1\nper_minute=0\nwaits=[1]\nwarm_up=[]\n"

    with pytest.raises(DestinationsError, match=said):
        parse_destinations(text.replace("REST\n", rest))


@given(st.integers(1, 50))
def test_each_trouble_closes_for_longer_and_never_for_ever(failures: int) -> None:
    policy = SHIPPED.policy_of("orange.fr", [])

    assert policy.closed_for(failures) <= policy.closed_for(failures + 1) == policy.waits[-1] or (
        failures + 1 < len(policy.waits)
    )


def test_a_warm_up_ends() -> None:
    policy = Policy("A", 1, 1, 0, (1,), (500, 1000))
    group = Group(policy)

    assert [policy.most_on_day(age) for age in (0, 1, 2)] == [500, 1000, None]
    assert group.left_today == 500
    group.allowed(499, age=0)
    assert not group.is_spent
    group.started(0)
    assert group.is_spent
    group.not_taken()
    assert not group.is_spent
    group.started(0)
    group.taken()
    assert group.is_spent
    group.allowed(10_000, age=2)
    assert not group.is_spent


def test_a_rate_is_kept_and_a_pause_is_not_caught_up_beyond_a_second() -> None:
    group = Group(Policy("A", 1, 1, 120, (1,), ()))

    for _ in range(4):
        group.started(100.0)
    assert group.next_at == pytest.approx(99.0 + 4 * 0.5)
    group.started(500.0)
    assert group.next_at == pytest.approx(499.5)


def test_servers_come_by_preference_with_their_addresses(tmp_path: Path) -> None:
    zone = tmp_path / "zone"
    zone.write_text(ZONE + "mx2.example.org. A 192.0.2.9\nmx2.example.org. AAAA 2001:db8::9\n")
    resolver = resolver_of(f"zone:{zone}")

    assert route_to("example.org", resolver).exchangers == (
        Exchanger("mx2.example.org", "192.0.2.9"),
        Exchanger("mx2.example.org", "2001:db8::9"),
        Exchanger("mx.example.org", "192.0.2.1"),
    )
    assert route_to("host.example.org", resolver).exchangers[0].address == "192.0.2.2"
    for dead in ("silent.example.org", "words.example.org", "nowhere.example.org"):
        assert route_to(dead, resolver).is_dead
    with serving(zone) as port:
        unsure = route_to(str(BROKEN)[:-1], resolver_of(f"127.0.0.1:{port}"))
    assert (unsure.exchangers, unsure.is_dead) == ((), False)
