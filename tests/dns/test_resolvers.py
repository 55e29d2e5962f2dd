"""One contract: a zone file read here, and the same zone asked of a name server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marketingconnect.contacts.quality.mail_domains import receives_mail, which_receive_mail
from marketingconnect.dns import Found, RecordType, Resolver, resolver_of
from marketingconnect.dns.live import LiveResolver
from tests.dns.name_server import ZONE, serving


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dns") / "zone"
    path.write_text(ZONE, encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["zone", "live"])
def resolver(request: pytest.FixtureRequest, zone: Path) -> Iterator[Resolver]:
    if request.param == "zone":
        yield resolver_of(f"zone:{zone}")
        return
    with serving(zone) as port:
        yield resolver_of(f"127.0.0.1:{port}")


def test_records_come_in_their_written_form(resolver: Resolver) -> None:
    exchangers = resolver.ask("example.org", RecordType.MX)
    text = resolver.ask("example.org", RecordType.TXT)

    assert exchangers.records == ("10 mx.example.org.", "5 mx2.example.org.")
    assert text.records == ("v=spf1 include:envois.example.org -all",)
    assert exchangers.found is text.found is Found.YES


def test_a_name_without_the_record_or_at_all_is_absent(resolver: Resolver) -> None:
    for name in ("mx.example.org", "nowhere.example.org", "example.net"):
        answer = resolver.ask(name, RecordType.MX)
        assert (answer.found, answer.records) == (Found.NO, ())


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("example.org", True),
        ("alias.example.org", True),
        ("host.example.org", True),
        ("six.example.org", True),
        ("silent.example.org", False),
        ("words.example.org", False),
        ("nowhere.example.org", False),
    ],
)
def test_a_domain_receives_mail_by_rfc_5321_and_7505(
    resolver: Resolver, domain: str, expected: bool
) -> None:
    assert receives_mail(domain, resolver) is expected


def test_a_server_that_fails_or_is_silent_decides_nothing(zone: Path) -> None:
    with serving(zone) as port:
        failing = LiveResolver("127.0.0.1", port)
        assert receives_mail("broken.example.org", failing) is None
    assert receives_mail("example.org", LiveResolver("127.0.0.1", 1)) is None
    assert receives_mail("example.org", resolver_of("none")) is None


def test_many_domains_are_asked_at_once(resolver: Resolver) -> None:
    domains = [f"d{number}.example.org" for number in range(200)] + ["example.org"] * 3

    found = which_receive_mail(domains, resolver)

    assert len(found) == 201
    assert found["example.org"]
    assert not any(found[one] for one in found if one != "example.org")


def test_words_that_name_no_resolver_are_refused() -> None:
    with pytest.raises(ValueError, match="abc"):
        resolver_of("192.0.2.1:abc")
