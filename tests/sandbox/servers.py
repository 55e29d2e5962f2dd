"""Start a command of ours as a real process and wait until it listens."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

START = "from marketingconnect.cli import main; raise SystemExit(main())"


@contextmanager
def running(*arguments: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """``marketingconnect ARGUMENTS…``, listening on the port; ended on the way out."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(os.environ),
    )
    try:
        wait_for_port(port, process)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def wait_for_port(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.02)
