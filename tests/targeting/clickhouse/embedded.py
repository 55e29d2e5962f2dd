"""Today's ClickHouse inside the process (chdb): it has the dialect of a server, and no network."""

import re
import shutil
import tempfile
from typing import Any

from chdb.session import Session

from marketingconnect.targeting.clickhouse.cluster import Cluster
from marketingconnect.targeting.clickhouse.errors import StatementRefusedError
from marketingconnect.targeting.clickhouse.http import SETTINGS, Body, Settings

_CODE = re.compile(r"Code: (\d+)")
_OF_HTTP_ALONE = {"wait_end_of_query"}


class EmbeddedNode:
    """A server as the cluster knows it, without the way to it."""

    name = "chdb"

    def __init__(self, session: Any) -> None:
        self._session = session

    def ask(self, statement: str, settings: Settings) -> bytes:
        chosen = {
            name: value
            for name, value in {**SETTINGS, **settings}.items()
            if name not in _OF_HTTP_ALONE
        }
        if statement.startswith("SELECT"):
            listed = ", ".join(f"{name} = {value}" for name, value in chosen.items())
            statement = f"{statement} SETTINGS {listed}"
        return self._run(statement)

    def send(self, insert: str, body: Body) -> None:
        """Through a file: rows written after a statement are not all read here."""
        into, _, form = insert.partition(" FORMAT ")
        with tempfile.NamedTemporaryFile() as rows:
            if isinstance(body, bytes):
                rows.write(body)
            else:
                shutil.copyfileobj(body, rows)
            rows.flush()
            self._run(f"{into} FROM INFILE '{rows.name}' FORMAT {form}")

    def _run(self, statement: str) -> bytes:
        try:
            return bytes(self._session.query(statement, "TabSeparated").bytes())
        except RuntimeError as error:
            found = _CODE.search(str(error))
            raise StatementRefusedError(int(found[1]) if found else 0, str(error)) from error


def embedded_cluster(folder: str) -> Cluster:
    session: Any = Session
    return Cluster(((EmbeddedNode(session(folder)),),), "none", "marketingconnect")
