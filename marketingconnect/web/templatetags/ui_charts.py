"""A chart and its table, always together."""

from collections.abc import Sequence
from typing import Any

from django import template

from marketingconnect.web.charts import bar_chart as draw_bars
from marketingconnect.web.charts import legend_mark
from marketingconnect.web.charts import line_chart as draw_lines
from marketingconnect.web.components import Series

register = template.Library()


def _chart(
    kind: str, id: str, title: str, labels: Sequence[str], series: Sequence[Series], first: str
) -> dict[str, Any]:
    draw = draw_bars if kind == "bar" else draw_lines
    rows = [(label, [one.values[at] for one in series]) for at, label in enumerate(labels)]
    return {
        "id": id,
        "title": title,
        "drawing": draw(id, title=title, labels=labels, series=series),
        "legend": [(legend_mark(at, kind=kind, id=id), one.name) for at, one in enumerate(series)],
        "series": series,
        "rows": rows,
        "first": first,
    }


@register.inclusion_tag("components/chart.html")
def bar_chart(
    id: str, title: str, labels: Sequence[str], series: Sequence[Series], *, first: str = "Période"
) -> dict[str, Any]:
    """Bars; `first` heads the table's first column; every series has one value a label."""
    return _chart("bar", id, title, labels, series, first)


@register.inclusion_tag("components/chart.html")
def line_chart(
    id: str, title: str, labels: Sequence[str], series: Sequence[Series], *, first: str = "Période"
) -> dict[str, Any]:
    """Lines; same arguments as `bar_chart`."""
    return _chart("line", id, title, labels, series, first)
