"""Telling the merchant: signed, on time or late on purpose, again until it is received."""

import hashlib
import heapq
import hmac
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

RETRIES = (2, 5, 15, 60, 300, 900, 3600)
PATIENCE = 10.0
HEADER = "Sandbox-Bank-Signature"


@dataclass(frozen=True)
class Delivery:
    """One event to bring once; ``due`` is a time of the machine, in seconds since 1970."""

    id: str
    event: dict[str, Any]
    due: float
    tries: int = 0

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Delivery":
        return cls(**record)

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The value of the signature header."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Outbox:
    """Brings deliveries when they are due, from a thread of its own."""

    def __init__(self, webhook_url: str, secret: str) -> None:
        self._target = urlsplit(webhook_url)
        self._secret = secret
        self._waiting: list[tuple[float, str, Delivery]] = []
        self._news = threading.Condition()
        self._closed = False
        self._settled: Callable[[Delivery, bool], None]
        self._bringers = ThreadPoolExecutor(4, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(
        self, pending: Iterable[Delivery], *, settled: Callable[[Delivery, bool], None]
    ) -> None:
        """Begin with what a former run left undelivered."""
        self._settled = settled
        for delivery in pending:
            self.add(delivery)
        self._thread.start()

    def add(self, delivery: Delivery) -> None:
        with self._news:
            heapq.heappush(self._waiting, (delivery.due, delivery.id, delivery))
            self._news.notify()

    def close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify()
        self._thread.join()
        self._bringers.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            self._bringers.submit(self._bring, delivery)

    def _next(self) -> Delivery | None:
        with self._news:
            while not self._closed:
                delay = self._waiting[0][0] - time.time() if self._waiting else None
                if delay is not None and delay <= 0:
                    return heapq.heappop(self._waiting)[2]
                self._news.wait(delay)
        return None

    def _bring(self, delivery: Delivery) -> None:
        if self._post(delivery):
            self._settled(delivery, True)
        elif delivery.tries >= len(RETRIES):
            self._settled(delivery, False)
        else:
            due = time.time() + RETRIES[delivery.tries]
            self.add(replace(delivery, due=due, tries=delivery.tries + 1))

    def _post(self, delivery: Delivery) -> bool:
        """Whether the merchant received it."""
        if not self._target.hostname:
            return True
        body = json.dumps(delivery.event, ensure_ascii=False).encode()
        secure = self._target.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self._target.hostname, self._target.port, timeout=PATIENCE)
        try:
            connection.request(
                "POST",
                self._target.path or "/",
                body,
                {
                    "Content-Type": "application/json",
                    HEADER: sign(body, secret=self._secret, at=int(time.time())),
                },
            )
            return 200 <= connection.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
