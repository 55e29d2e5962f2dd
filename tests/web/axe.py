"""What a page must never do wrong: axe rules, sideways scroll, an icon that is a hole.

`problems_of(page)` for the page as it stands; `problems_everywhere(page)` in both themes and at
the three widths the product promises. Both return sentences; an empty list is a good page.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

WIDTHS = (1280, 390, 320)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"

_EMPTY_ICONS = """() => [...document.querySelectorAll("svg.icon use")]
    .filter((use) => use.getClientRects().length && use.getBBox().width === 0)
    .map((use) => use.getAttribute("href").split("#")[1])"""
_TWO_FRAMES = (
    "() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"
)
_SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def _axe() -> str:
    return _SOURCE.read_text(encoding="utf-8")


def problems_of(page: Page) -> list[str]:
    """Every fault of the page as it is shown now."""
    problems = [f"icon without a drawing: {name}" for name in page.evaluate(_EMPTY_ICONS)]
    if (beyond := page.evaluate(_SIDEWAYS)) > 0:
        problems.append(f"scrolls sideways by {beyond} pixels")
    return problems + _violations(page)


def problems_everywhere(page: Page) -> list[str]:
    """The faults in each theme at each width, named by where they were seen."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.evaluate(_TWO_FRAMES)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{theme}, {width} px: {problem}" for problem in problems_of(page)]
    return found


def _violations(page: Page) -> list[str]:
    """Axe's own findings. Its source goes through the debugger: the page's policy stays strict."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": f"window.axe || ({_function()})()"})
    session.detach()
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def _function() -> str:
    return "function () {" + _axe() + "}"
