"""Sheets sent as they are read."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def csv_download(lines: Iterable[str | bytes], name: str) -> StreamingHttpResponse:
    """Text already written as CSV, to be saved under a name."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
