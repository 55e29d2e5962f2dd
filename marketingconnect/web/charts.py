"""Charts drawn by the server as SVG: bars and lines, readable without colour and without sight.

A chart is a picture for those who see it; its table, drawn beside it, says the same to everyone.
Sizes are in the units of a 720-wide drawing that the page scales.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from marketingconnect.kernel.money import format_number_fr
from marketingconnect.web.components import Series

WIDTH = 720
HEIGHT = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 20, 40
_PLOT_WIDTH = WIDTH - _LEFT - _RIGHT
_PLOT_HEIGHT = HEIGHT - _TOP - _BOTTOM

# One hatch a series, laid over its colour: the first is plain.
_HATCHES = (
    '<path class="chart-hatch" d="M-2 8 8-2M4 14 14 4" stroke-width="2.5"/>',
    '<path class="chart-hatch" d="M0 5h12" stroke-width="3"/>',
    '<path class="chart-hatch" d="M5 0v12" stroke-width="3"/>',
    '<path class="chart-hatch" d="M0 5h12M5 0v12" stroke-width="2"/>',
)
_DASHES = ("", "9 5", "2 5", "12 4 2 4", "5 3")


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
    """Three to six graduations of 1, 2 or 5 times a power of ten; never below one."""
    rough = max(largest, 1) / 4
    power = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return Scale(top=float(step * max(1, ceil(max(largest, 1) / step))), step=float(step))


def bar_chart(id: str, *, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Vertical bars, grouped by label when there are several series."""
    scale = scale_for(_largest(series))
    slot = _PLOT_WIDTH / max(1, len(labels))
    bar = min(64.0, slot * 0.72 / max(1, len(series)))
    marks = [
        _bar(id, rank, _LEFT + slot * (at + 0.5) + bar * (rank - len(series) / 2), bar, value, scale)
        for rank, one in enumerate(series)
        for at, value in enumerate(one.values)
    ]
    return _drawing(id, title, labels, series, scale, SafeString("".join(marks)))


def line_chart(
    id: str, *, title: str, labels: Sequence[str], series: Sequence[Series]
) -> SafeString:
    """Lines through points, each with its own dashes."""
    scale = scale_for(_largest(series))
    slot = _PLOT_WIDTH / max(1, len(labels))
    marks = [_line(rank, one, slot, scale) for rank, one in enumerate(series)]
    return _drawing(id, title, labels, series, scale, SafeString("".join(marks)))


def legend_mark(rank: int, *, kind: str, id: str) -> SafeString:
    """The small sample of a series beside its name."""
    if kind == "line":
        return format_html(
            '<svg class="series-{}" viewBox="0 0 28 14" aria-hidden="true">'
            '<path class="chart-line" stroke-dasharray="{}" d="M0 7h28"/></svg>',
            rank % 5 + 1, _DASHES[rank % 5],
        )  # fmt: skip
    return format_html(
        '<svg class="series-{}" viewBox="0 0 28 14" aria-hidden="true">'
        '<rect class="chart-mark" width="28" height="14"/>{}</svg>',
        rank % 5 + 1, _hatch_over(id, rank, SafeString('width="28" height="14"')),
    )  # fmt: skip


def _largest(series: Sequence[Series]) -> float:
    return max((float(value) for one in series for value in one.values), default=0.0)


def _bar(id: str, rank: int, x: float, width: float, value: float, scale: Scale) -> SafeString:
    y = scale.y(value)
    inner = round(width * 0.9, 1)
    box = format_html(
        'x="{}" y="{}" width="{}" height="{}"',
        round(x, 1), y, inner, round(_TOP + _PLOT_HEIGHT - y, 1),
    )  # fmt: skip
    return format_html(
        '<g class="series-{}"><rect class="chart-mark" {}/>{}'
        '<text class="chart-value" x="{}" y="{}" text-anchor="middle">{}</text></g>',
        rank % 5 + 1, box, _hatch_over(id, rank, box),
        round(x + inner / 2, 1), y - 6, _figure(value),
    )  # fmt: skip


def _hatch_over(id: str, rank: int, box: SafeString) -> SafeString:
    if rank % 5 == 0:
        return SafeString("")
    return format_html('<rect {} fill="url(#{}-hatch-{})"/>', box, id, rank % 5)


def _line(rank: int, one: Series, slot: float, scale: Scale) -> SafeString:
    points = [
        (round(_LEFT + slot * (at + 0.5), 1), scale.y(value)) for at, value in enumerate(one.values)
    ]
    path = "M" + "L".join(f"{x} {y}" for x, y in points) if points else ""
    dots = format_html_join(
        "", '<circle class="chart-dot" cx="{}" cy="{}" r="4"/>', points if len(points) < 40 else []
    )
    return format_html(
        '<g class="series-{}"><path class="chart-line" stroke-dasharray="{}" d="{}"/>{}</g>',
        rank % 5 + 1, _DASHES[rank % 5], path, dots,
    )  # fmt: skip


def _drawing(
    id: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    scale: Scale,
    marks: SafeString,
) -> SafeString:
    described = "; ".join(_summary(one, labels) for one in series)
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc><defs>{}</defs>{}{}{}</svg>',
        WIDTH, HEIGHT, id, id, id, title, id, described,
        _hatches(id, len(series)), _grid(scale), marks, _axis(labels),
    )  # fmt: skip


def _summary(one: Series, labels: Sequence[str]) -> str:
    """One sentence: the first figure, the last and the highest."""
    if not one.values or not labels:
        return f"{one.name} : aucune donnée"
    highest = max(range(len(one.values)), key=lambda at: one.values[at])
    return (
        f"{one.name} : {_figure(one.values[0])} ({labels[0]}), "
        f"{_figure(one.values[-1])} ({labels[len(one.values) - 1]}), "
        f"maximum {_figure(one.values[highest])} ({labels[highest]})"
    )


def _hatches(id: str, count: int) -> SafeString:
    return format_html_join(
        "",
        '<pattern id="{}-hatch-{}" width="10" height="10" patternUnits="userSpaceOnUse">{}</pattern>',
        [(id, rank, SafeString(_HATCHES[rank - 1])) for rank in range(1, min(5, count))],
    )


def _grid(scale: Scale) -> SafeString:
    rows = [
        (
            "chart-axis" if value == 0 else "chart-grid",
            _LEFT, scale.y(value), WIDTH - _RIGHT,
            _LEFT - 10, scale.y(value) + 4, _figure(value),
        )
        for value in scale.marks
    ]  # fmt: skip
    return format_html_join(
        "",
        '<path class="{}" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        rows,
    )


def _axis(labels: Sequence[str]) -> SafeString:
    """Labels below; when they would touch, only some are written."""
    slot = _PLOT_WIDTH / max(1, len(labels))
    widest = max((len(label) for label in labels), default=1) * 7.5
    every = max(1, ceil(widest / slot))
    written = [
        (round(_LEFT + slot * (at + 0.5), 1), HEIGHT - _BOTTOM + 22, label)
        for at, label in enumerate(labels)
        if at % every == 0
    ]
    return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', written)


def _figure(value: float) -> str:
    return format_number_fr(int(value)) if float(value).is_integer() else f"{value:.1f}".replace(".", ",")
