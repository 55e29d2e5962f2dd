"""A policy server of our own over TLS, which answers what it is told to."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATH = "/.well-known/mta-sts.txt"


@dataclass
class PolicyServer:
    """What it answers, and what it was asked: `Host`, then path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/plain"})
    says_length: bool = True
    says_goodbye: bool = True
    """Ends TLS before the connection, so that an end is no cut."""
    drips: bool = False
    """One octet at a time, for ever."""
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        policy = self.server.policy
        policy.asked.append((self.headers["Host"], self.path))
        self.send_response(policy.status)
        for name, value in policy.headers.items():
            self.send_header(name, value)
        if policy.says_length:
            self.send_header("Content-Length", str(len(policy.body)))
        self.end_headers()
        self.wfile.write(policy.body)
        while policy.drips and not policy.over.wait(0.02):
            self.wfile.write(b"#")
            self.wfile.flush()
        if policy.says_goodbye and isinstance(self.connection, ssl.SSLSocket):
            with suppress(OSError):
                self.connection.unwrap()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.policy = PolicyServer(port=self.server_port)

    def handle_error(self, *_: Any) -> None:
        """Whoever hangs up is whom the tests are about."""


@contextmanager
def serving(tls: ssl.SSLContext, host: str = "127.0.0.4") -> Iterator[PolicyServer]:
    """A server at work on an address of its own."""
    with _Server(host) as server:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.policy
        finally:
            server.policy.over.set()
            server.shutdown()
            thread.join()
