"""A chart and its table, always together."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from marketingconnect.web.charts import Chart, draw, legend_mark
from marketingconnect.web.charts_rows import draw_rows
from marketingconnect.web.components import Series

register = template.Library()


def _context(chart: Chart, first: str, drawing: SafeString | None = None) -> dict[str, Any]:
    return {
        "chart": chart,
        "drawing": drawing or draw(chart),
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


@register.inclusion_tag("components/chart.html")
def row_chart(
    id: str, title: str, labels: Sequence[str], series: Sequence[Series], *, first: str = "Nom"
) -> dict[str, Any]:
    """Bars that lie, for long labels; same arguments as `bar_chart`."""
    chart = Chart(id, "bar", title, labels, series)
    return _context(chart, first, draw_rows(chart))
