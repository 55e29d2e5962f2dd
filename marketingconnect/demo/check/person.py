"""Somebody at a browser without JavaScript: opens pages, fills forms, follows links."""

from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import urljoin

import mechanicalsoup
from bs4 import BeautifulSoup, Tag
from requests import Response, Session


class PageError(AssertionError):
    """A page was not what the journey expects; the message quotes what it said."""


class Person:
    """One browser with its own cookies."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._browser = mechanicalsoup.StatefulBrowser(
            raise_on_404=False, soup_config={"features": "lxml"}
        )
        self._session: Session = self._browser.session
        self.slowest: tuple[float, str] = (0.0, "")

    @property
    def url(self) -> str:
        return str(self._browser.url)

    @property
    def page(self) -> BeautifulSoup:
        """The page now open."""
        page: BeautifulSoup | None = self._browser.page
        if page is None:
            raise PageError(f"{self.url} n'est pas une page HTML")
        return page

    @property
    def text(self) -> str:
        """What the page says, blanks folded."""
        return " ".join(self.page.get_text(" ").split())

    def cookies(self) -> dict[str, str]:
        """By which another connection is this person too."""
        return {str(name): str(value) for name, value in self._session.cookies.items()}

    def open(self, path: str, *, status: int = 200) -> BeautifulSoup:
        """Open an address of the platform (or a full one) and check its status."""
        response = self._browser.open(urljoin(self.base_url, path), timeout=30)
        self._check(response, status)
        return self.page

    def download(self, path: str) -> Response:
        """Fetch a file without leaving the page."""
        response = self._session.get(urljoin(self.url or self.base_url, path), timeout=60)
        if response.status_code != 200:
            raise PageError(f"{path} répond {response.status_code}")
        return response

    def post(self, url: str, fields: Mapping[str, str]) -> Response:
        """A bare POST without cookies of this person's pages (a mail program's one click)."""
        return self._session.post(urljoin(self.base_url, url), data=dict(fields), timeout=30)

    def follow(self, text: str) -> None:
        """Follow the first link whose words contain `text`."""
        for link in self.page.find_all("a", href=True):
            if text.lower() in " ".join(link.get_text(" ").split()).lower():
                self.open(urljoin(self.url, str(link["href"])))
                return
        raise PageError(f"pas de lien « {text} » sur {self.url} : {self.text[:300]}")

    def submit(
        self,
        *,
        having: str,
        button: str = "",
        fields: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, BinaryIO]] | None = None,
        tick_all: bool = False,
        status: int = 200,
    ) -> None:
        """Fill and send the form that has a field or an action matching `having`.

        `having` may be `name=value`; `button` names the words of the button pressed, where a form
        has several; `tick_all` ticks every box of the form.
        """
        element = self._form(having, button)
        form = mechanicalsoup.Form(element)
        for box in element.find_all("input", attrs={"type": "checkbox"}) if tick_all else []:
            box["checked"] = ""
        for name, value in (fields or {}).items():
            form.set(name, value)
        chosen = self._press(element, button)
        response = self._send(element, chosen, files)
        self._check(response, status)

    def _form(self, having: str, button: str) -> Tag:
        for form in self.page.find_all("form"):
            named = form.find_all(True, attrs={"name": True})
            names = {str(field["name"]) for field in named}
            names |= {f"{field['name']}={field.get('value', '')}" for field in named}
            if having not in names and having not in str(form.get("action", "")):
                continue
            if not button or button.lower() in form.get_text(" ").lower():
                return form
        errors = self.text[:400]
        raise PageError(f"pas de formulaire « {having} » sur {self.url} : {errors}")

    @staticmethod
    def _press(element: Tag, words: str) -> Tag | None:
        buttons = element.find_all("button", attrs={"type": lambda kind: kind != "button"})
        if not buttons:
            return None
        return next((b for b in buttons if words.lower() in b.get_text(" ").lower()), buttons[0])

    def _send(
        self,
        element: Tag,
        pressed: Tag | None,
        files: Mapping[str, tuple[str, BinaryIO]] | None,
    ) -> Response:
        action = str((pressed and pressed.get("formaction")) or element.get("action") or self.url)
        url = urljoin(self.url, action)
        browser = self._browser
        fields = _successful_fields(element, pressed)
        headers = {"Referer": self.url}
        if str(element.get("method", "get")).lower() == "post":
            response = self._session.post(
                url, data=fields, files=dict(files or {}), headers=headers, timeout=120
            )
        else:
            response = self._session.get(url, params=fields, headers=headers, timeout=60)
        browser.open_fake_page(response.text, url=response.url, soup_config={"features": "lxml"})
        return response

    def _check(self, response: Response, status: int) -> None:
        seconds = response.elapsed.total_seconds()
        if seconds > self.slowest[0]:
            self.slowest = (seconds, response.url)
        if response.status_code != status:
            raise PageError(
                f"{response.request.method} {response.url} répond {response.status_code}"
                f" au lieu de {status} : {self.text[:400]}"
            )


def _successful_fields(form: Tag, pressed: Tag | None) -> list[tuple[str, str]]:
    """The fields a browser would send, in order (HTML, form submission)."""
    fields: list[tuple[str, str]] = []
    for element in form.find_all(["input", "select", "textarea"], attrs={"name": True}):
        if not element.has_attr("disabled"):
            fields += _values(element)
    if pressed is not None and pressed.get("name"):
        fields.append((str(pressed["name"]), str(pressed.get("value", ""))))
    return fields


def _values(element: Tag) -> list[tuple[str, str]]:
    name = str(element["name"])
    if element.name == "textarea":
        return [(name, element.get_text())]
    if element.name == "select":
        options = element.find_all("option")
        chosen = [o for o in options if o.has_attr("selected")] or options[:1]
        return [(name, str(o.get("value", o.get_text()))) for o in chosen]
    kind = str(element.get("type", "text")).lower()
    if kind in {"submit", "button", "image", "file", "reset"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [(name, str(element.get("value", "on")))] if element.has_attr("checked") else []
    return [(name, str(element.get("value", "")))]
