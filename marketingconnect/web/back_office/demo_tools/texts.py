"""The text messages that the demo caught instead of sending them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from marketingconnect.notices.texting import Text, caught_texts
from marketingconnect.web.access import StaffRequest
from marketingconnect.web.back_office.demo_tools.guard import demo_page


@require_safe
@demo_page
def texts(request: StaffRequest) -> HttpResponse:
    """The latest first; the list asks again by itself."""
    context = {"rows": [_row(one) for one in caught_texts(Path(settings.TEXTS_DIR))]}
    return render(request, "back_office/demo_tools/texts.html", context)


def _row(text: Text) -> dict[str, Any]:
    return {"to": text.to, "body": text.body, "at": parse_datetime(text.at)}
