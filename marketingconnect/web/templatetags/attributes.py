"""HTML attributes from keyword arguments: `hx_post="/x"` becomes `hx-post="/x"`."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString


def attributes(values: Mapping[str, Any]) -> SafeString:
    """True gives a bare attribute; None, False and "" give none."""
    pairs = []
    for name, value in values.items():
        if value is None or value is False or value == "":
            continue
        pairs.append((name.rstrip("_").replace("_", "-"), "" if value is True else value))
    return format_html_join("", ' {}="{}"', pairs)
