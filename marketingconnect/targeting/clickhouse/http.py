"""One ClickHouse server over plain HTTP: a statement out, bytes back, or an error of ours.

One connection a statement: nothing stays open that could have died meanwhile.
"""

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import BinaryIO, Final, Protocol
from urllib.parse import unquote, urlencode, urlsplit

from marketingconnect.targeting.clickhouse.errors import (
    TOO_LONG,
    UNREACHABLE,
    ClusterUnavailableError,
    StatementRefusedError,
    WrongClusterError,
)

Settings = Mapping[str, int]
Body = bytes | BinaryIO

CONNECT_SECONDS: Final = 3
COUNT_SECONDS: Final = 60
LOAD_SECONDS: Final = 3_600
SETTINGS: Final = {
    "wait_end_of_query": 1,
    "skip_unavailable_shards": 0,
    "connect_timeout_with_failover_ms": 1_000,
    "max_query_size": 16_777_216,
    "max_ast_elements": 2_000_000,
    "max_expanded_ast_elements": 2_000_000,
    "max_execution_time": COUNT_SECONDS,
}
"""Whole answers, all machines, and criteria as long as the tree allows."""
_CODE: Final = re.compile(rb"Code: (\d+)")


class NodeDownError(Exception):
    """This server gave no answer: another copy may."""


class Node(Protocol):
    """A server that reads statements."""

    @property
    def name(self) -> str: ...

    def ask(self, statement: str, settings: Settings) -> bytes:
        """The answer. Raises NodeDownError, ClusterUnavailableError, StatementRefusedError."""

    def send(self, insert: str, body: Body) -> None:
        """An INSERT and its rows. Raises the same; after a failure some rows may be in."""


@dataclass(frozen=True, slots=True)
class HttpNode:
    """`url` is `http(s)://user:password@host:port`."""

    url: str

    @property
    def name(self) -> str:
        """Host and port, without the password."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def ask(self, statement: str, settings: Settings) -> bytes:
        query = urlencode({**SETTINGS, **settings})
        return self._post(query, statement.encode(), COUNT_SECONDS)

    def send(self, insert: str, body: Body) -> None:
        self._post(urlencode({"query": insert}), body, LOAD_SECONDS)

    def _post(self, query: str, body: Body, seconds: int) -> bytes:
        connection = self._connection()
        try:
            connection.connect()
            connection.sock.settimeout(seconds)
            try:
                connection.request("POST", f"/?{query}", body=body, headers=self._headers())
                answer = connection.getresponse()
                content = answer.read()
            except TimeoutError:
                raise StatementRefusedError(TOO_LONG, f"{self.name}, {seconds} s") from None
        except (OSError, HTTPException) as error:
            raise NodeDownError(f"{self.name} : {error or type(error).__name__}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise _refusal(self.name, answer.status, content)
        return content

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme == "https":
            return HTTPSConnection(
                parts.hostname or "",
                parts.port or 8443,
                timeout=CONNECT_SECONDS,
                context=ssl.create_default_context(),
            )
        return HTTPConnection(parts.hostname or "", parts.port or 8123, timeout=CONNECT_SECONDS)

    def _headers(self) -> dict[str, str]:
        parts = urlsplit(self.url)
        headers = {"Content-Type": "application/octet-stream"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return headers


def node_at(url: str) -> HttpNode:
    """A server at an address. Raises WrongClusterError."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise WrongClusterError(
            "L’adresse d’un serveur ClickHouse s’écrit http://machine:8123"
            " ou https://compte:secret@machine:8443."
        )
    return HttpNode(url)


def _refusal(node: str, status: int, content: bytes) -> Exception:
    found = _CODE.search(content)
    code = int(found[1]) if found else status
    detail = content.decode("utf-8", "replace").strip()[:500]
    if code in UNREACHABLE:
        return ClusterUnavailableError(f"{node}, code {code} : {detail}")
    return StatementRefusedError(code, detail)
