"""What a page must never do wrong: axe rules, sideways scroll, an icon that is a hole.

`problems_of(page)` for the page as it stands; `problems_everywhere(page)` in both themes and at
the three widths the product promises. Both return sentences; an empty list is a good page.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

WIDTHS = (1280, 390, 320)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_COLOUR_RULES = ("color-contrast", "link-in-text-block")
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
    return layout_faults_of(page) + _violations(page)


def problems_everywhere(page: Page) -> list[str]:
    """The faults in each theme at each width, named by where they were seen.

    A theme changes colours and nothing else: after the first one, axe looks at colours alone.
    """
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.evaluate(_TWO_FRAMES)
        only = () if theme == THEMES[0] else _COLOUR_RULES
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            faults = layout_faults_of(page) + _violations(page, only=only)
            found += [f"{theme}, {width} px: {fault}" for fault in faults]
    return found


def layout_faults_of(page: Page) -> list[str]:
    """What does not fit or is not drawn, as the page is shown now: quick."""
    faults = [f"icon without a drawing: {name}" for name in page.evaluate(_EMPTY_ICONS)]
    if (beyond := page.evaluate(_SIDEWAYS)) > 0:
        faults.append(f"scrolls sideways by {beyond} pixels")
    return faults


def _violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """Axe's own findings, of the rules named `only` when there are some."""
    _bring_axe(page)
    rules = {"runOnly": {"type": "rule", "values": list(only)}} if only else {}
    options = {"resultTypes": ["violations"], **rules}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def _bring_axe(page: Page) -> None:
    """Its source goes through the debugger: the page's own policy stays strict."""
    if page.evaluate("() => 'axe' in window"):
        return
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": _axe()})
    session.detach()
