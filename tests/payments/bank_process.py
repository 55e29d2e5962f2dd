"""Real processes of the two card providers: our sandbox bank and localstripe."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

SECRET = "a secret shared with the bank"  # noqa: S105


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(command: list[str], port: int, cwd: Path) -> Iterator[str]:
    """Start a server, wait until it answers, end it afterwards; gives its address."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once the port answers. Raises RuntimeError if the process ends or takes 20 s."""
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    raise RuntimeError(f"no server on port {port}")


@contextlib.contextmanager
def sandbox_bank(folder: Path, webhook_url: str) -> Iterator[str]:
    """Our own bank, as the demo runs it."""
    port = free_port()
    command = [
        sys.executable,
        *("-m", "marketingconnect.sandbox.bank"),
        *("--port", str(port), "--dir", str(folder)),
        *("--webhook-url", webhook_url, "--secret", SECRET),
    ]
    with running(command, port, folder) as address:
        yield address


@contextlib.contextmanager
def localstripe(folder: Path) -> Iterator[str]:
    """A server that answers as Stripe does."""
    port = free_port()
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with running(command, port, folder) as address:
        yield address


def post_form(url: str, body: bytes) -> int:
    """Post a form without following where it leads; gives the status."""
    request = urllib.request.Request(url, data=body, method="POST")
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(request, timeout=10) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as answer:
        return answer.code


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
