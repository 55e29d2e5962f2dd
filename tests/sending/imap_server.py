"""A mailbox on a port of its own, which speaks the little IMAP4rev1 that our reader needs."""

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Mailbox:
    """Mails by UID, and the keywords that each one bears."""

    mails: dict[int, bytes]
    marks: dict[int, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    keeps: str = ""
    """The flags that it keeps, as it says after SELECT; the others it forgets without a word."""

    def answer(self, command: str) -> tuple[list[bytes], str]:
        """(untagged answers, end of the tagged one)."""
        self.asked.append(command)
        if command.startswith("LOGIN") and '"secret"' not in command:
            return [], "NO wrong password"
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1"], "OK"
        if command.startswith("SELECT"):
            told = f"* OK [PERMANENTFLAGS ({self.keeps})] limited".encode()
            return [b"* %d EXISTS" % len(self.mails), *([told] if self.keeps else [])], "OK"
        if found := re.match(r"UID FETCH (\d+)", command):
            mail = self.mails[int(found[1])]
            return [b"* 1 FETCH (BODY[]<0> {%d}\r\n%s)" % (len(mail), mail)], "OK"
        return self._marked(command), "OK"

    def _marked(self, command: str) -> list[bytes]:
        """Searches for mails without a mark, and marks, those that it keeps."""
        if found := re.match(r"UID SEARCH (?:UNKEYWORD (\S+)|UNFLAGGED)", command):
            mark = found[1] or r"\Flagged"
            left = [n for n in self.mails if mark not in self.marks.get(n, set())]
            return [b"* SEARCH " + b" ".join(b"%d" % n for n in left)]
        found = re.match(r"UID STORE (\d+) \+FLAGS.SILENT \((\S+)\)", command)
        if found and (not self.keeps or found[2] in self.keeps or r"\*" in self.keeps):
            self.marks.setdefault(int(found[1]), set()).add(found[2])
        return []


@contextmanager
def mailbox(mails: dict[int, bytes], *, keeps: str = "") -> Iterator[Mailbox]:
    """Listen until the block ends."""
    box = Mailbox(mails, keeps=keeps)

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                untagged, end = box.answer(command)
                for one in untagged:
                    self.wfile.write(one + b"\r\n")
                self.wfile.write(f"{tag} {end} done\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()
