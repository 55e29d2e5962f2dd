"""What can go wrong with the second engine; each message is French and says what to do."""

from typing import Final

from marketingconnect.base.errors import BaseError
from marketingconnect.targeting.desk.questions import DeskError

UNKNOWN_TABLE: Final = frozenset({60, 81})
"""No such table, no such database."""
UNREACHABLE: Final = frozenset({32, 209, 210, 279})
"""Another machine of the cluster did not answer, or stopped in the middle."""
TOO_LONG: Final = 159


class ClickHouseError(BaseError, DeskError):
    """Something that a person must know; `str` is for people."""


class WrongClusterError(ClickHouseError):
    """Settings that name no cluster."""


class ClusterUnavailableError(ClickHouseError):
    """A machine does not answer: no figure is given rather than a part of it."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(
            "Le comptage est impossible pour l’instant : une machine du moteur réparti ne répond"
            " pas. Aucun chiffre partiel n’est donné. Réessayez dans un moment ;"
            f" l’exploitant trouvera le détail ici : {detail}"
        )


class ReleaseNotLoadedError(ClickHouseError):
    """The cluster lacks a release, or a part of it."""

    def __init__(self, release: str) -> None:
        super().__init__(
            f"La version « {release} » de la base n’est pas chargée entière dans le moteur réparti."
            f" Chargez-la : marketingconnect load_clickhouse {release}"
        )


class StatementRefusedError(ClickHouseError):
    """The server understood nothing, or did not accept it."""

    def __init__(self, code: int, detail: str) -> None:
        self.code = code
        super().__init__(f"Le moteur réparti a refusé la demande (code {code}) : {detail}")
