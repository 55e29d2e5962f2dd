"""Where policies are read: on the web as RFC 8461 says, or in a folder without any network."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from threading import Event, Timer
from typing import Final, Protocol

from marketingconnect.dns import Resolver, addresses
from marketingconnect.sending.mta_sts.policy import is_host_name
from marketingconnect.sending.mta_sts.proof import fault_of, proof_of
from marketingconnect.sending.mta_sts.trust import proving_context

LARGEST: Final = 64 * 1024
_PATH: Final = "/.well-known/mta-sts.txt"
_CONNECT_SECONDS: Final = 10.0
_WHOLE_SECONDS: Final = 20.0
_MOST_TRIED: Final = 3


class PolicyFetchError(Exception):
    """No policy came; the words say why, in French."""


class PolicySource(Protocol):
    """One policy at a time; may be called from several threads, never from an event loop."""

    def fetch(self, domain: str) -> bytes:
        """The policy of a domain, as it is written. Raises PolicyFetchError."""
        ...


def source_of(words: str, resolver: Resolver, *, roots: str = "") -> PolicySource | None:
    """`none`, `https`, or `folder:DIR`. Raises ValueError for other words, OSError for `roots`."""
    if words == "none":
        return None
    if words == "https":
        return WebSource(resolver, roots=roots)
    if words.startswith("folder:"):
        return FolderSource(Path(words.removeprefix("folder:")))
    raise ValueError(f"« {words} » n’est ni none, ni https, ni folder:DOSSIER.")


class FolderSource:
    """`DOMAIN.txt` in a folder: demonstrations and tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, domain: str) -> bytes:
        """What the file says. Raises PolicyFetchError when there is none."""
        if not is_host_name(domain):
            raise PolicyFetchError("Ce nom de domaine ne peut pas avoir de politique.")
        try:
            octets = (self._folder / f"{domain}.txt").read_bytes()
        except OSError as error:
            raise PolicyFetchError("Le dossier des politiques n’a pas ce domaine.") from error
        if len(octets) > LARGEST:
            raise PolicyFetchError(_TOO_LARGE)
        return octets


class WebSource:
    """`https://mta-sts.DOMAIN/.well-known/mta-sts.txt`, its certificate proved, nobody followed.

    The name is asked of our own resolver. Whoever owns a domain chooses where we connect; nothing
    is said before the certificate of that very name is proved, so a machine of ours that it would
    point at is only connected to.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        roots: str = "",
        port: int = 443,
        seconds: float = _WHOLE_SECONDS,
    ) -> None:
        """`roots`: a PEM file of authorities, instead of the system's. Raises OSError."""
        self._resolver = resolver
        self._context = proving_context(roots)
        self._port = port
        self._seconds = seconds

    def fetch(self, domain: str) -> bytes:
        """Ask its policy server, within `seconds` in all. Raises PolicyFetchError."""
        host = f"mta-sts.{domain}"
        if not is_host_name(host):
            raise PolicyFetchError("Ce nom de domaine ne peut pas avoir de politique.")
        places = addresses(host, self._resolver).records
        if not places:
            raise PolicyFetchError(f"Le nom {host} n’a pas d’adresse.")
        connection = _Connection(host, places[:_MOST_TRIED], self._port, self._context)
        try:
            with _no_longer_than(self._seconds, connection):
                return _asked(connection)
        except ssl.SSLCertVerificationError as error:
            fault = fault_of(host, proof_of(error))
            raise PolicyFetchError(f"{fault[0].upper()}{fault[1:]}.") from error
        except (OSError, HTTPException, ValueError) as error:
            raise PolicyFetchError(f"{host} ne répond pas comme il faut : {error}.") from error
        finally:
            connection.close()


class _Connection(HTTPSConnection):
    """To addresses already known, under the name that the certificate must have."""

    def __init__(
        self, host: str, places: tuple[str, ...], port: int, context: ssl.SSLContext
    ) -> None:
        super().__init__(host, port, timeout=_CONNECT_SECONDS, context=context)
        self._places = places
        self._proving = context
        self._wire: socket.socket | None = None
        self._is_cut = False

    def connect(self) -> None:
        """The first address that answers. Raises OSError."""
        last = OSError("aucune adresse")
        for place in self._places:
            try:
                wire = socket.create_connection((place, self.port), self.timeout)
            except OSError as error:
                last = error
            else:
                self._secure(wire)
                return
        raise last

    def _secure(self, wire: socket.socket) -> None:
        # A cut in the middle must not pass for an end: it would take lines away.
        self.sock = self._wire = tls = self._proving.wrap_socket(
            wire,
            server_hostname=self.host,
            suppress_ragged_eofs=False,
            do_handshake_on_connect=False,
        )
        if self._is_cut:
            raise TimeoutError
        tls.do_handshake()

    def cut(self) -> None:
        """End whatever is awaited, from another thread."""
        self._is_cut = True
        if self._wire is not None:
            with suppress(OSError):
                # That of the plain socket: that of TLS would forget its state while it is used.
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)


@contextmanager
def _no_longer_than(seconds: float, connection: _Connection) -> Iterator[None]:
    """A server that gives one octet at a time is cut off. Raises PolicyFetchError."""
    late = Event()

    def cut() -> None:
        late.set()
        connection.cut()

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, ValueError) as error:
        if late.is_set():
            raise PolicyFetchError(_TOO_LATE) from error
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise PolicyFetchError(_TOO_LATE)


def _asked(connection: _Connection) -> bytes:
    connection.request("GET", _PATH, headers={"User-Agent": "MarketingConnect MTA-STS"})
    with connection.getresponse() as answer:
        if answer.status != 200:
            # A redirection too: following it would let another name speak (RFC 8461, 3.3).
            raise PolicyFetchError(f"{connection.host} répond {answer.status} au lieu de 200.")
        if answer.headers.get_content_type() != "text/plain":
            raise PolicyFetchError(f"{connection.host} ne donne pas un texte simple (text/plain).")
        octets = answer.read(LARGEST + 1)
        if len(octets) > LARGEST:
            raise PolicyFetchError(_TOO_LARGE)
        if answer.length:
            raise PolicyFetchError("La politique est arrivée incomplète.")
    return octets


_TOO_LARGE: Final = "La politique dépasse 64 Ko."
_TOO_LATE: Final = "La politique n’est pas arrivée à temps."
