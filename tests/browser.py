"""A real Chromium whose requests Django answers in the test's own transaction, without a server.

Playwright keeps an event loop running in its thread, and Django then hands each caller another
database connection. So the browser lives in a thread of its own: whatever a test asks of a page
is done there, while the test's thread answers the requests that the page makes meanwhile.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.utils.html import escape
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

ORIGIN = "http://testserver"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_PLAIN = (type(None), bool, int, float, str, bytes, dict)

OpenPage = Callable[..., Page]


@dataclass
class _Question:
    """A request of a page, to be answered in the test's thread."""

    client: Client
    request: Request
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    navigates: bool
    answer: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)


class BrowserThread:
    """Runs Playwright and Chromium in a thread; `run` does one thing there."""

    def __init__(self, executable: str | None) -> None:
        self._work: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._questions: queue.Queue[_Question | None] = queue.Queue()
        self._thread = threading.Thread(target=self._live, args=(executable,), daemon=True)
        self._thread.start()

    browser: Browser

    def run(self, act: Callable[[], Any]) -> Any:
        """What `act` returns or raises, answering the page's requests until then."""
        outcome: list[Any] = []
        failure: list[BaseException] = []

        def work() -> None:
            try:
                outcome.append(act())
            except BaseException as error:
                failure.append(error)
            self._questions.put(None)

        self._work.put(work)
        while (question := self._questions.get()) is not None:
            question.answer.put(_answer(question))
        if failure:
            raise failure[0]
        return outcome[0]

    def ask(self, client: Client, route: Route) -> None:
        """In the browser's thread: hand a request over and give its answer to the page."""
        request = route.request
        address = urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" != ORIGIN:
            route.abort()
            return
        question = _Question(
            client,
            request,
            request.method,
            address.path + (f"?{address.query}" if address.query else ""),
            {name: value for name, value in request.headers.items() if name != "cookie"},
            request.post_data_buffer or b"",
            request.is_navigation_request(),
        )
        self._questions.put(question)
        route.fulfill(**question.answer.get())

    def stop(self) -> None:
        self._work.put(None)
        self._thread.join(timeout=20)

    def _live(self, executable: str | None) -> None:
        with sync_playwright() as playwright:
            self.browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
            while (work := self._work.get()) is not None:
                work()
            self.browser.close()


class _Remote:
    """A page, a locator… of the browser's thread, used from the test's as if it were there."""

    def __init__(self, thread: BrowserThread, target: Any) -> None:
        self._thread, self._target = thread, target

    def __getattr__(self, name: str) -> Any:
        return self._wrap(self._thread.run(lambda: getattr(self._target, name)))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        plain = [each._target if isinstance(each, _Remote) else each for each in args]
        return self._wrap(self._thread.run(lambda: self._target(*plain, **kwargs)))

    def __enter__(self) -> Any:
        return self._wrap(self._thread.run(self._target.__enter__))

    def __exit__(self, *details: Any) -> Any:
        return self._thread.run(lambda: self._target.__exit__(*details))

    def _wrap(self, value: Any) -> Any:
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, list):
            return [self._wrap(each) for each in value]
        return _Remote(self._thread, value)


@pytest.fixture(scope="session")
def browser_thread(chromium: str | None) -> Iterator[BrowserThread]:
    """One Chromium for the whole run."""
    thread = BrowserThread(chromium)
    yield thread
    thread.stop()


@pytest.fixture
def open_page(browser_thread: BrowserThread, db: None) -> Iterator[OpenPage]:
    """`open_page(client, "/tarifs/", width=390, theme="dark", javascript=True)` gives the page."""
    contexts = []

    def opened(
        client: Client,
        path: str,
        *,
        width: int = 1280,
        theme: str = "light",
        javascript: bool = True,
    ) -> Page:
        def act() -> Page:
            context = browser_thread.browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
                locale="fr-FR",
                java_script_enabled=javascript,
            )
            contexts.append(context)
            context.route("**/*", lambda route: browser_thread.ask(client, route))
            page = context.new_page()
            page.goto(f"{ORIGIN}{path}")
            return page

        return cast(Page, _Remote(browser_thread, browser_thread.run(act)))

    yield opened
    for context in contexts:
        browser_thread.run(context.close)


def _answer(question: _Question) -> dict[str, Any]:
    """What the product answers, as Playwright's `fulfill` wants it."""
    response = question.client.generic(
        question.method,
        question.url,
        data=question.body,
        content_type=question.headers.pop("content-type", "application/octet-stream"),
        headers=question.headers,
    )
    if "Location" in response.headers:
        location = response["Location"]
        if question.navigates:
            # The browser would follow a redirection out of our reach: it is asked to go anew.
            page = f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(location)}">'
            return {"status": 200, "content_type": "text/html", "body": page}
        response = question.client.get(location)
    return {
        "status": response.status_code,
        "headers": dict(response.headers.items()),
        "body": _body(response),
    }


def _body(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    assert isinstance(response, HttpResponse)
    return response.content
