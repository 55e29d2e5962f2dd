"""Policies read from a real server over TLS, from a folder, or not at all."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketingconnect.dns import resolver_of
from marketingconnect.sending.mta_sts.sources import (
    LARGEST,
    FolderSource,
    PolicyFetchError,
    WebSource,
    source_of,
)
from tests.sending.authority import Authority
from tests.sending.mta_sts.web import PATH, PolicyServer, serving

POLICY = b"version: STSv1\nmode: enforce\nmx: mx.fast.test\nmax_age: 86400\n"
ZONE = "$TTL 60\nmta-sts.fast.test. A 127.0.0.9\nmta-sts.fast.test. A 127.0.0.4\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[PolicyServer]:
    with serving(authority.server("mta-sts.fast.test")) as server:
        server.body = POLICY
        yield server


def source(
    server: PolicyServer, authority: Authority | None, folder: Path, seconds: float = 5
) -> WebSource:
    (folder / "zone").write_text(ZONE, encoding="utf-8")
    resolver = resolver_of(f"zone:{folder / 'zone'}")
    roots = str(authority.roots) if authority else ""
    return WebSource(resolver, roots=roots, port=server.port, seconds=seconds)


def test_a_policy_is_asked_of_the_name_that_the_rfc_gives(
    server: PolicyServer, authority: Authority, tmp_path: Path
) -> None:
    """The first address of the name answers nobody; the second does."""
    assert source(server, authority, tmp_path).fetch("fast.test") == POLICY
    assert server.asked == [(f"mta-sts.fast.test:{server.port}", PATH)]


@pytest.mark.parametrize("status", [301, 302, 404, 500, 204])
def test_only_200_counts_and_nobody_is_followed(
    server: PolicyServer, authority: Authority, tmp_path: Path, status: int
) -> None:
    server.status = status
    server.headers["Location"] = PATH + "?again"
    server.body = b"" if status == 204 else POLICY

    with pytest.raises(PolicyFetchError, match=str(status)):
        source(server, authority, tmp_path).fetch("fast.test")
    assert len(server.asked) == 1


@pytest.mark.parametrize("says_length", [True, False])
def test_a_policy_has_64_kilobytes_at_most(
    server: PolicyServer, authority: Authority, tmp_path: Path, says_length: bool
) -> None:
    server.says_length = says_length
    server.body = b"#" * LARGEST
    assert len(source(server, authority, tmp_path).fetch("fast.test")) == LARGEST
    server.body += b"#"
    with pytest.raises(PolicyFetchError, match="64 Ko"):
        source(server, authority, tmp_path).fetch("fast.test")


def test_a_page_is_no_policy(server: PolicyServer, authority: Authority, tmp_path: Path) -> None:
    server.headers["Content-Type"] = "text/html; charset=utf-8"
    with pytest.raises(PolicyFetchError, match="text/plain"):
        source(server, authority, tmp_path).fetch("fast.test")


def test_a_server_that_gives_an_octet_at_a_time_is_cut_off(
    server: PolicyServer, authority: Authority, tmp_path: Path
) -> None:
    server.drips = True
    server.says_length = False
    with pytest.raises(PolicyFetchError, match="à temps"):
        source(server, authority, tmp_path, seconds=0.5).fetch("fast.test")


@pytest.mark.parametrize("said", [len(POLICY) + 10, None])
def test_a_policy_cut_short_is_none(
    server: PolicyServer, authority: Authority, tmp_path: Path, said: int | None
) -> None:
    """Whoever can cut a connection could take the last lines away."""
    server.says_length = server.says_goodbye = False
    if said is not None:
        server.headers["Content-Length"] = str(said)
    with pytest.raises(PolicyFetchError, match=r"incomplète|ne répond pas"):
        source(server, authority, tmp_path).fetch("fast.test")


def test_a_name_without_address_or_that_is_none_has_no_policy(
    server: PolicyServer, authority: Authority, tmp_path: Path
) -> None:
    for domain in ("slow.test", "a/../b", "fast.test\r\nX: y", "", "é.test", "a@fast.test"):
        with pytest.raises(PolicyFetchError):
            source(server, authority, tmp_path).fetch(domain)
    assert server.asked == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("expired", "hors de ses dates"),
        ("name", "un autre nom"),
        ("common name", "un autre nom"),
        ("authority", "aucune autorité reconnue"),
    ],
)
def test_nothing_is_asked_of_a_server_without_a_good_certificate(
    authority: Authority, tmp_path: Path, fault: str, said: str
) -> None:
    name = "mta-sts.other.test" if fault == "name" else "mta-sts.fast.test"
    tls: ssl.SSLContext = authority.server(
        name, is_expired=fault == "expired", only_common_name=fault == "common name"
    )
    believed = None if fault == "authority" else authority
    with serving(tls) as server, pytest.raises(PolicyFetchError, match=said):
        source(server, believed, tmp_path).fetch("fast.test")
    assert server.asked == []


def test_a_folder_serves_without_any_network(tmp_path: Path) -> None:
    (tmp_path / "fast.test.txt").write_bytes(POLICY)
    (tmp_path / "large.test.txt").write_bytes(b"#" * (LARGEST + 1))
    folder = source_of(f"folder:{tmp_path}", resolver_of("none"))

    assert isinstance(folder, FolderSource)
    assert folder.fetch("fast.test") == POLICY
    for domain in ("slow.test", "large.test", f"../{tmp_path.name}/fast.test"):
        with pytest.raises(PolicyFetchError):
            folder.fetch(domain)


def test_the_setting_says_where_policies_are_read(authority: Authority) -> None:
    resolver = resolver_of("none")
    assert source_of("none", resolver) is None
    assert isinstance(source_of("https", resolver), WebSource)
    with pytest.raises(ValueError, match="folder:DOSSIER"):
        source_of("http", resolver)
    with pytest.raises(OSError):
        source_of("https", resolver, roots=f"{authority.roots}.absent")
