"""A cluster as settings write it: shards apart from `;`, the copies of one apart from `,`.

`http://a1:8123,http://a2:8123;http://b1:8123,http://b2:8123` is two shards of two copies each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from marketingconnect.targeting.clickhouse.errors import (
    ClusterUnavailableError,
    WrongClusterError,
)
from marketingconnect.targeting.clickhouse.http import (
    Node,
    NodeDownError,
    Settings,
    node_at,
)

ATTEMPTS: Final = 3
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Every server, by shard; `name` is what the servers' own settings call the cluster."""

    shards: tuple[tuple[Node, ...], ...]
    name: str
    database: str

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(node for copies in self.shards for node in copies)

    def ask(self, statement: str, settings: Settings | None = None) -> bytes:
        """Ask any server, then another when it is down or reached a dead connection.

        Only for what may be asked twice. Raises ClusterUnavailableError.
        """
        failures: list[str] = []
        for node in self._in_turn():
            try:
                return node.ask(statement, settings or {})
            except NodeDownError as error:
                failures.append(str(error))
            except ClusterUnavailableError as error:
                failures.append(error.detail)
        raise ClusterUnavailableError(" ; ".join(failures))

    def everywhere(self, act: Callable[[Node], Answer]) -> list[list[Answer]]:
        """Act on every server, shard by shard; one that is down is left out while a copy answers.

        Raises ClusterUnavailableError when a whole shard is down.
        """
        return [_on_copies(copies, act) for copies in self.shards]

    def _in_turn(self) -> Sequence[Node]:
        nodes = self.nodes
        return [nodes[n % len(nodes)] for n in range(max(ATTEMPTS, len(nodes)))]


def _on_copies(copies: Sequence[Node], act: Callable[[Node], Answer]) -> list[Answer]:
    answers: list[Answer] = []
    failures: list[str] = []
    for node in copies:
        try:
            answers.append(act(node))
        except NodeDownError as error:
            failures.append(str(error))
    if not answers:
        raise ClusterUnavailableError(" ; ".join(failures))
    return answers


def cluster_from(urls: str, *, name: str, database: str) -> Cluster:
    """Read the setting. Raises WrongClusterError."""
    shards = tuple(
        tuple(node_at(url.strip()) for url in copies.split(",") if url.strip())
        for copies in urls.split(";")
        if copies.strip()
    )
    if not shards or not all(shards):
        raise WrongClusterError("MARKETINGCONNECT_CLICKHOUSE_URLS ne nomme aucun serveur.")
    return Cluster(shards, name, database)
