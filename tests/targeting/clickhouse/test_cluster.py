"""Settings that name a cluster, and how its servers are asked."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.config.ports import free_ports
from marketingconnect.targeting.clickhouse.cluster import Cluster, cluster_from
from marketingconnect.targeting.clickhouse.errors import (
    ClusterUnavailableError,
    StatementRefusedError,
    WrongClusterError,
)
from marketingconnect.targeting.clickhouse.http import HttpNode, NodeDownError
from marketingconnect.targeting.clickhouse.loading import share_out
from marketingconnect.targeting.clickhouse.tables import parts_table, whole_table, word
from tests.targeting.clickhouse.servers import ClickHouseServer
from tests.targeting.clickhouse.stage import ON_ONE_WORKER


def cluster(urls: str) -> Cluster:
    return cluster_from(urls, name="shards", database="marketingconnect")


def test_shards_are_apart_from_semicolons_and_copies_from_commas() -> None:
    read = cluster("http://a1:8123, http://a2:8123; http://b1:8123,http://b2:8123;")

    assert [[node.name for node in copies] for copies in read.shards] == [
        ["a1:8123", "a2:8123"],
        ["b1:8123", "b2:8123"],
    ]


@pytest.mark.parametrize("urls", ["", ";", "a1:8123", "ftp://a1", "http://", "http://a:x", "/,;"])
def test_settings_that_name_no_server_are_refused(urls: str) -> None:
    with pytest.raises(WrongClusterError):
        cluster(urls)


def test_a_server_is_named_without_its_password() -> None:
    assert HttpNode("https://reader:s3cret@a1:8443").name == "a1:8443"


@pytest.mark.parametrize("text", ["", "a b", "x;DROP", "é", "a" * 65, "1a", "a.b"])
def test_a_name_that_is_not_one_word_never_reaches_a_statement(text: str) -> None:
    with pytest.raises(WrongClusterError):
        word(text)


def test_one_server_is_asked_for_its_own_rows_and_several_for_those_of_all() -> None:
    release = "consumers-2026-11-25-01"
    one, two = cluster("http://a"), cluster("http://a;http://b")

    assert parts_table(two, release) == "marketingconnect.consumers_2026_11_25_01_rows"
    assert whole_table(one, release) == parts_table(one, release)
    assert whole_table(two, release) == "marketingconnect.consumers_2026_11_25_01"
    with pytest.raises(WrongClusterError):
        parts_table(two, "consumers; DROP")


@given(
    st.dictionaries(st.text("0123456789", min_size=5, max_size=5), st.integers(1, 10_000)),
    st.integers(1, 5),
)
def test_communes_are_shared_out_evenly_and_always_the_same(
    rows: dict[str, int], shards: int
) -> None:
    placed = share_out(rows, shards)

    loads = [sum(rows[c] for c, shard in placed.items() if shard == s) for s in range(shards)]
    assert placed.keys() == rows.keys()
    assert max(loads) - min(loads) <= max(rows.values(), default=0)
    assert placed == share_out(dict(reversed(list(rows.items()))), shards)


def test_servers_that_nobody_runs_are_an_error_in_words() -> None:
    first, second = free_ports(2)

    with pytest.raises(ClusterUnavailableError, match="Aucun chiffre partiel") as raised:
        cluster(f"http://127.0.0.1:{first},http://127.0.0.1:{second}").ask("SELECT 1")
    assert str(second) in raised.value.detail


class _Stubborn(http.server.BaseHTTPRequestHandler):
    """Closes the connection without a word, the first two times."""

    asked: list[str] = []

    def do_POST(self) -> None:
        self.asked.append(self.headers["Authorization"] or "")
        if len(self.asked) <= 2:
            self.connection.close()
            return
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"42\n")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def stubborn() -> Iterator[str]:
    _Stubborn.asked = []
    with http.server.HTTPServer(("127.0.0.1", 0), _Stubborn) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_question_is_asked_again_after_a_reset_and_with_its_password(stubborn: str) -> None:
    assert cluster(f"http://reader:p%40ss@{stubborn}").ask("SELECT 1") == b"42\n"

    assert _Stubborn.asked == ["Basic cmVhZGVyOnBAc3M="] * 3


def test_rows_are_never_sent_twice(stubborn: str) -> None:
    with pytest.raises(NodeDownError):
        HttpNode(f"http://{stubborn}").send("INSERT INTO t FORMAT CSV", b"1\n")

    assert len(_Stubborn.asked) == 1


@ON_ONE_WORKER
def test_what_a_server_refuses_is_not_asked_again(two_servers: list[ClickHouseServer]) -> None:
    with pytest.raises(StatementRefusedError) as raised:
        cluster(two_servers[0].url).ask("SELECT colonne_inconnue")

    assert raised.value.code == 47


@ON_ONE_WORKER
def test_an_account_of_the_server_is_known_by_its_password(
    two_servers: list[ClickHouseServer],
) -> None:
    known, unknown = (
        two_servers[0].url.replace("//", f"//reader:{password}@")
        for password in ("p%40ss%3Aword", "x")
    )

    assert cluster(known).ask("SELECT 1") == b"1\n"
    with pytest.raises(StatementRefusedError) as raised:
        cluster(unknown).ask("SELECT 1")
    assert "p@ss" not in str(raised.value)
