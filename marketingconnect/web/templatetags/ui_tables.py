"""Tables that read well: a caption, sort links, paging by key."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketingconnect.web.templatetags.ui_basics import draw_icon

register = template.Library()


def _query(context: Context, **changes: str | None) -> str:
    """The present query string with some parameters changed (None removes)."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_block_tag
def data_table(
    content: str,
    caption: str,
    *,
    dense: bool = False,
    stacking: bool = False,
    hide_caption: bool = False,
    css: str = "",
) -> SafeString:
    """Wraps `<thead>` and `<tbody>`; scrolls sideways by itself, by keyboard too.

    `stacking` turns rows into sheets on a phone: each cell then carries `data-label`.
    """
    classes = " ".join(
        filter(
            None,
            ["data-table", "is-dense" if dense else "", "is-stacking" if stacking else "", css],
        )
    )
    return format_html(
        '<div class="table-wrap" role="region" aria-label="{}" tabindex="0"><table class="{}">'
        '<caption class="{}">{}</caption>{}</table></div>',
        caption, classes, "sr-only" if hide_caption else "", caption, SafeString(content),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def sort_header(context: Context, text: str, key: str, *, numeric: bool = False) -> SafeString:
    """A `<th>` whose link sorts by `key` (`?tri=key`, then `?tri=-key`)."""
    current = context["request"].GET.get("tri", "")
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    link = _query(context, tri=f"-{key}" if current == key else key, apres=None, avant=None)
    shape = {"ascending": "arrow-up", "descending": "arrow-down", "none": "arrow-up-down"}[order]
    return format_html(
        '<th scope="col"{} aria-sort="{}"><a class="sort-link" href="{}">{}{}</a></th>',
        SafeString(' class="num"') if numeric else "", order, link, text,
        draw_icon(shape, size="sm"),
    )  # fmt: skip


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Context, *, after: Any = None, before: Any = None, shown: str = ""
) -> dict[str, Any]:
    """Paging by key: `?apres=KEY` for what follows, `?avant=KEY` for what comes before."""
    return {
        "next_href": _query(context, apres=str(after), avant=None) if after else "",
        "previous_href": _query(context, avant=str(before), apres=None) if before else "",
        "shown": shown,
    }
