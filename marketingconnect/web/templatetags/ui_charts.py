"""A chart and its table, always together."""

from collections.abc import Sequence
from typing import Any

from django import template

from marketingconnect.web.charts import Chart, draw, legend_mark
from marketingconnect.web.components import Series

register = template.Library()


def _context(chart: Chart, first: str) -> dict[str, Any]:
    return {
        "chart": chart,
        "drawing": draw(chart),
        "legend": [(legend_mark(chart, at), one.name) for at, one in enumerate(chart.series)],
        "rows": [
            (label, [one.values[at] for one in chart.series])
            for at, label in enumerate(chart.labels)
        ],
        "first": first,
    }


@register.inclusion_tag("components/chart.html")
def bar_chart(
    id: str, title: str, labels: Sequence[str], series: Sequence[Series], *, first: str = "Période"
) -> dict[str, Any]:
    """Bars; `first` heads the table's first column; every series has one value a label."""
    return _context(Chart(id, "bar", title, labels, series), first)


@register.inclusion_tag("components/chart.html")
def line_chart(
    id: str, title: str, labels: Sequence[str], series: Sequence[Series], *, first: str = "Période"
) -> dict[str, Any]:
    """Lines; same arguments as `bar_chart`."""
    return _context(Chart(id, "line", title, labels, series), first)
