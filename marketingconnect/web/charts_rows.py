"""Bars that lie, one group a label: for names too long to stand below an upright bar.

Drawn wide and narrow as the other charts are: the wide one names each group beside its bars, the
narrow one above them.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketingconnect.web.charts import (
    COLOURS,
    WIDTHS,
    Chart,
    described,
    figure,
    hatch_over,
    hatches,
)

_BAR, _GAP, _NAME_HEIGHT = 16, 14, 20
_NAMES = {"wide": 210, "narrow": 0}
"""Room for the names at the left of the bars."""
_FIGURES = 58
"""Room for the figure at the end of the longest bar."""
_LETTER = 7.8
"""A letter is about so wide."""


def draw_rows(chart: Chart) -> SafeString:
    """Both drawings of a chart, wide then narrow."""
    return SafeString("".join(_drawing(chart, size) for size in WIDTHS))


def _drawing(chart: Chart, size: str) -> SafeString:
    id = f"{chart.id}-{size}"
    height = _group_height(chart, size) * len(chart.labels)
    return format_html(
        '<svg class="chart-{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc><defs>{}</defs>{}{}</svg>',
        size, WIDTHS[size], height, id, id, id, chart.title, id, described(chart),
        hatches(id, chart), _groups(chart, size),
        format_html('<path class="chart-axis" d="M{} 0V{}"/>', _NAMES[size], height),
    )  # fmt: skip


def _group_height(chart: Chart, size: str) -> int:
    above = 0 if _NAMES[size] else _NAME_HEIGHT
    return above + _BAR * max(1, len(chart.series)) + _GAP


def _groups(chart: Chart, size: str) -> SafeString:
    return SafeString("".join(_group(chart, size, at) for at in range(len(chart.labels))))


def _group(chart: Chart, size: str, at: int) -> SafeString:
    top = _group_height(chart, size) * at + _GAP // 2
    name = _shortened(chart.labels[at], (_NAMES[size] or WIDTHS[size]) - 12)
    if _NAMES[size]:
        middle = top + _BAR * len(chart.series) / 2 + 5
        written = format_html(
            '<text x="{}" y="{}" text-anchor="end">{}</text>', _NAMES[size] - 10, middle, name
        )
    else:
        written = format_html('<text x="8" y="{}">{}</text>', top + 12, name)
        top += _NAME_HEIGHT
    bars = (_bar(chart, size, rank, at, top + _BAR * rank) for rank in range(len(chart.series)))
    return SafeString(written + "".join(bars))


def _bar(chart: Chart, size: str, rank: int, at: int, y: int) -> SafeString:
    value = float(chart.series[rank].values[at])
    room = WIDTHS[size] - _NAMES[size] - _FIGURES
    length = round(room * value / chart.largest, 1) if chart.largest else 0
    left = _NAMES[size]
    box = format_html('x="{}" y="{}" width="{}" height="{}"', left, y, length, _BAR - 3)
    return format_html(
        '<g class="series-{}"><rect class="chart-mark" {}/>{}'
        '<text class="chart-value" x="{}" y="{}">{}</text></g>',
        rank % COLOURS + 1, box, hatch_over(f"{chart.id}-{size}", rank, box),
        round(left + length + 6, 1), y + 12, figure(value),
    )  # fmt: skip


def _shortened(name: str, room: int) -> str:
    most = int(room / _LETTER)
    return name if len(name) <= most else f"{name[: most - 1]}…"
