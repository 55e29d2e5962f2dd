"""A relay that follows a script: it answers each step of SMTP as told, or hangs up there."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HANG_UP = ""
STEPS = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 kept as 1"}


@dataclass
class Relay:
    """Answers by step (`.` is the end of the text); `kept` holds the texts accepted."""

    answers: dict[str, str]
    kept: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                with connection, suppress(OSError):
                    self.converse(connection)

    def converse(self, connection: socket.socket) -> None:
        stream = connection.makefile("rwb")
        self._say(stream, self.answers.get("", "220 relay.test"))
        while line := stream.readline():
            verb = line[:4].decode().strip().upper()
            if verb in {"EHLO", "HELO"}:
                self._say(stream, "250 relay.test")
            elif verb == "QUIT":
                self._say(stream, "221 bye")
                return
            else:
                answer = self.answers.get(verb, STEPS[verb])
                if answer == HANG_UP:
                    return
                self._say(stream, answer)
                if verb == "RCPT":
                    self.recipients.append(line.decode().partition("<")[2].partition(">")[0])
                if verb == "DATA" and answer.startswith("354") and not self._read(stream):
                    return

    def _read(self, stream: io.BufferedRWPair) -> bool:
        lines = []
        while (line := stream.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        answer = self.answers.get(".", STEPS["."])
        if answer == HANG_UP:
            return False
        if answer.startswith("250"):
            self.kept.append(b"".join(lines))
        self._say(stream, answer)
        return True

    @staticmethod
    def _say(stream: io.BufferedRWPair, words: str) -> None:
        stream.write(words.encode() + b"\r\n")
        stream.flush()


@contextmanager
def relay(kind: type[Relay] = Relay, /, **answers: str) -> Iterator[Relay]:
    """`relay(RCPT="550 no such box")`; `END` is the answer to the whole text."""
    script = {"." if step == "END" else step: words for step, words in answers.items()}
    made = kind(script)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made.port = listener.getsockname()[1]
        thread = threading.Thread(target=made.serve, args=(listener,), daemon=True)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
