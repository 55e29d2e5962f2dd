"""Charts drawn by the server as SVG: bars and lines, readable without colour and without sight.

A chart is a picture for those who see it; its table, drawn beside it, says the same to everyone.
Each is drawn twice, wide and narrow, so that its words keep their size on a phone: the page
shows one of them. Lengths are in units of the drawing, near to a pixel once shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from marketingconnect.kernel.money import format_number_fr
from marketingconnect.web.components import Series

Kind = Literal["bar", "line"]

WIDTHS = {"wide": 680, "narrow": 330}
HEIGHT = 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 8, 22, 36
_PLOT_HEIGHT = HEIGHT - _TOP - _BOTTOM
COLOURS = 5
_NARROWEST_WRITTEN_BAR = 30

# One hatch a series, laid over its colour: the first is plain.
_HATCHES = (
    '<path class="chart-hatch" d="M-2 8 8-2M4 14 14 4" stroke-width="2.5"/>',
    '<path class="chart-hatch" d="M0 5h12" stroke-width="3"/>',
    '<path class="chart-hatch" d="M5 0v12" stroke-width="3"/>',
    '<path class="chart-hatch" d="M0 5h12M5 0v12" stroke-width="2"/>',
)
_DASHES = ("", "9 5", "2 5", "12 4 2 4", "5 3")


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw: every series has one value for each label."""

    id: str
    kind: Kind
    title: str
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def largest(self) -> float:
        return max((float(value) for one in self.series for value in one.values), default=0.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Round graduations from zero to at least the largest value."""

    top: float
    step: float

    @property
    def marks(self) -> list[float]:
        return [self.step * rank for rank in range(round(self.top / self.step) + 1)]

    def y(self, value: float) -> float:
        """Height of a value on the drawing, downwards as SVG counts."""
        return round(_TOP + _PLOT_HEIGHT * (1 - value / self.top), 1)


def scale_for(largest: float) -> Scale:
    """Graduations of 1, 2 or 5 times a power of ten; the step is never below one."""
    rough = max(largest, 1) / 4
    power = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return Scale(top=float(step * max(1, ceil(max(largest, 1) / step))), step=float(step))


@dataclass(frozen=True, slots=True)
class _Canvas:
    """A chart at one width."""

    chart: Chart
    size: str
    scale: Scale

    @property
    def id(self) -> str:
        return f"{self.chart.id}-{self.size}"

    @property
    def width(self) -> int:
        return WIDTHS[self.size]

    @property
    def slot(self) -> float:
        """The room of one label."""
        return (self.width - _LEFT - _RIGHT) / max(1, len(self.chart.labels))

    def x(self, at: int) -> float:
        """The middle of a label's room."""
        return round(_LEFT + self.slot * (at + 0.5), 1)


def draw(chart: Chart) -> SafeString:
    """Both drawings of a chart, wide then narrow."""
    scale = scale_for(chart.largest)
    canvases = [_Canvas(chart, size, scale) for size in WIDTHS]
    return SafeString("".join(_drawing(canvas) for canvas in canvases))


def legend_mark(chart: Chart, rank: int) -> SafeString:
    """The small sample of a series beside its name."""
    if chart.kind == "line":
        inside = format_html(
            '<path class="chart-line" stroke-dasharray="{}" d="M0 7h28"/>', _DASHES[rank % COLOURS]
        )
    else:
        box = SafeString('width="28" height="14"')
        inside = format_html(
            '<rect class="chart-mark" {}/>{}', box, hatch_over(f"{chart.id}-legend", rank, box)
        )
    return format_html(
        '<svg class="series-{}" viewBox="0 0 28 14" aria-hidden="true"><defs>{}</defs>{}</svg>',
        rank % COLOURS + 1, _hatch(f"{chart.id}-legend", rank), inside,
    )  # fmt: skip


def _drawing(canvas: _Canvas) -> SafeString:
    chart, id = canvas.chart, canvas.id
    marks = _bars(canvas) if chart.kind == "bar" else _lines(canvas)
    return format_html(
        '<svg class="chart-{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc><defs>{}</defs>{}{}{}</svg>',
        canvas.size, canvas.width, HEIGHT, id, id, id, chart.title, id, described(chart),
        hatches(id, chart), _grid(canvas), marks, _axis(canvas),
    )  # fmt: skip


def described(chart: Chart) -> str:
    """What a drawing says to those who do not see it: a sentence a series."""
    return "\u00a0; ".join(_summary(one, chart.labels) for one in chart.series)


def _summary(one: Series, labels: Sequence[str]) -> str:
    """The first figure, the last and the highest."""
    if not one.values or not labels:
        return f"{one.name}\u00a0: aucune donnée"
    highest = max(range(len(one.values)), key=lambda at: one.values[at])
    return (
        f"{one.name}\u00a0: {figure(one.values[0])} ({labels[0]}), "
        f"{figure(one.values[-1])} ({labels[len(one.values) - 1]}), "
        f"maximum {figure(one.values[highest])} ({labels[highest]})"
    )


def _bars(canvas: _Canvas) -> SafeString:
    count = len(canvas.chart.series)
    width = min(64.0, canvas.slot * 0.72 / max(1, count))
    return SafeString(
        "".join(
            _bar(canvas, rank, canvas.x(at) + width * (rank - count / 2), width, value)
            for rank, one in enumerate(canvas.chart.series)
            for at, value in enumerate(one.values)
        )
    )


def _bar(canvas: _Canvas, rank: int, x: float, width: float, value: float) -> SafeString:
    y = canvas.scale.y(value)
    inner = round(width * 0.9, 1)
    box = format_html(
        'x="{}" y="{}" width="{}" height="{}"',
        round(x, 1), y, inner, round(_TOP + _PLOT_HEIGHT - y, 1),
    )  # fmt: skip
    written = format_html(
        '<text class="chart-value" x="{}" y="{}" text-anchor="middle">{}</text>',
        round(x + inner / 2, 1), round(y - 6, 1), figure(value),
    )  # fmt: skip
    return format_html(
        '<g class="series-{}"><rect class="chart-mark" {}/>{}{}</g>',
        rank % COLOURS + 1, box, hatch_over(canvas.id, rank, box),
        written if width >= _NARROWEST_WRITTEN_BAR else "",
    )  # fmt: skip


def _lines(canvas: _Canvas) -> SafeString:
    return SafeString("".join(_line(canvas, at, one) for at, one in enumerate(canvas.chart.series)))


def _line(canvas: _Canvas, rank: int, one: Series) -> SafeString:
    points = [(canvas.x(at), canvas.scale.y(value)) for at, value in enumerate(one.values)]
    path = "M" + "L".join(f"{x} {y}" for x, y in points) if points else ""
    dots = format_html_join(
        "",
        '<circle class="chart-dot" cx="{}" cy="{}" r="4"/>',
        points if canvas.slot >= 16 else [],
    )
    return format_html(
        '<g class="series-{}"><path class="chart-line" stroke-dasharray="{}" d="{}"/>{}</g>',
        rank % COLOURS + 1, _DASHES[rank % COLOURS], path, dots,
    )  # fmt: skip


def hatches(id: str, chart: Chart) -> SafeString:
    """The patterns that a drawing of bars lays over its colours; `id` is the drawing's."""
    ranks = range(min(COLOURS, len(chart.series))) if chart.kind == "bar" else ()
    return SafeString("".join(_hatch(id, rank) for rank in ranks))


def _hatch(id: str, rank: int) -> SafeString:
    if rank % COLOURS == 0:
        return SafeString("")
    return format_html(
        '<pattern id="{}-hatch-{}" width="10" height="10" patternUnits="userSpaceOnUse">'
        "{}</pattern>",
        id, rank % COLOURS, SafeString(_HATCHES[rank % COLOURS - 1]),
    )  # fmt: skip


def hatch_over(id: str, rank: int, box: SafeString) -> SafeString:
    """The pattern of a series over its mark; nothing for the first, which is plain."""
    if rank % COLOURS == 0:
        return SafeString("")
    return format_html('<rect {} fill="url(#{}-hatch-{})"/>', box, id, rank % COLOURS)


def _grid(canvas: _Canvas) -> SafeString:
    rows = [
        (
            "chart-axis" if value == 0 else "chart-grid",
            _LEFT, canvas.scale.y(value), canvas.width - _RIGHT,
            _LEFT - 8, canvas.scale.y(value) + 4, figure(value),
        )
        for value in canvas.scale.marks
    ]  # fmt: skip
    return format_html_join(
        "",
        '<path class="{}" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        rows,
    )


def _axis(canvas: _Canvas) -> SafeString:
    """Labels below; when they would touch, only some are written."""
    labels = canvas.chart.labels
    widest = max((len(label) for label in labels), default=1) * 7.5
    every = max(1, ceil(widest / canvas.slot))
    written = [
        (canvas.x(at), HEIGHT - _BOTTOM + 22, label)
        for at, label in enumerate(labels)
        if at % every == 0
    ]
    return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', written)


def figure(value: float) -> str:
    """A value as written on a chart: whole, or with one decimal."""
    whole = float(value).is_integer()
    return format_number_fr(int(value)) if whole else f"{value:.1f}".replace(".", ",")
