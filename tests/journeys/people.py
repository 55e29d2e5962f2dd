"""Who takes part in a journey, each in a browser of their own, on the running platform."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from marketingconnect.demo.check.post import Post
from marketingconnect.demo.supervisor.platform import Platform
from tests.journeys.tenant import Employee, Tenant, log_in

Someone = TypeVar("Someone", bound=Tenant | Employee)


@dataclass
class People:
    """Who takes part, each in a browser of their own."""

    platform: Platform
    browser: Browser
    pictures: Path
    width: int
    errors: list[str]

    def client(self, kind: type[Someone], email: str) -> Someone:
        return self._logged_in(kind, email, self.pictures)

    def employee(self, role: str) -> Employee:
        return self.staff(Employee, role)

    def staff(self, kind: type[Someone], role: str) -> Someone:
        email = next(one["email"] for one in self.platform.accounts() if one["role"] == role)
        shots = self.pictures.with_name(f"{self.pictures.name}-{role.lower()}")
        return self._logged_in(kind, email, shots)

    def _logged_in(self, kind: type[Someone], email: str, shots: Path) -> Someone:
        place = self.platform.layout
        post = Post(place.catcher_dir, place.texts_dir)
        person = kind(self._page(), post, email=email, siret="", shots=shots)
        person.home = f"{place.base_url}/"
        log_in(person.page, person.home, email, self.platform.accounts()[0]["password"])
        return person

    def _page(self) -> Page:
        size: ViewportSize = {"width": self.width, "height": 900}
        opened = self.browser.new_context(viewport=size, locale="fr-FR").new_page()
        opened.on("console", self._hear)
        opened.on("pageerror", lambda error: self.errors.append(str(error)))
        return opened

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.errors.append(line.text)
