"""What is refused before a request's body is read, on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from marketingconnect.web.errors import too_large
from marketingconnect.web.keys import number_in

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
_ENVELOPE: Final = 1024 * 1024
_TOO_MUCH_TEXT: Final = "Ce formulaire contient plus de 8 Mo. Raccourcissez ce que vous envoyez."


@dataclass(frozen=True, slots=True)
class UploadLimit:
    """How many bytes of file a page takes, and what to do with a larger one."""

    max_bytes: Callable[[], int]
    sentence: str


def takes_upload(max_bytes: Callable[[], int], sentence: str) -> Callable[[View], View]:
    """Mark a view that takes a file; the sentence tells a person what to do with a larger one."""

    def mark(view: View) -> View:
        view.upload_limit = UploadLimit(max_bytes, sentence)  # type: ignore[attr-defined]
        return view

    return mark


class RequestLimits:
    """413 as soon as the length is announced: nobody sends 2 GB to be told that it was too much.

    It stands before the protection against forged forms, which reads the body. An address with a
    NUL names nothing, and no database takes one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: object, kwargs: object
    ) -> HttpResponse | None:
        if "\x00" in request.path_info:
            raise Http404
        limit: UploadLimit | None = getattr(view, "upload_limit", None)
        most = limit.max_bytes() if limit else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if (number_in(request.META.get("CONTENT_LENGTH") or "0") or 0) <= most + _ENVELOPE:
            return None
        return too_large(request, limit.sentence if limit else _TOO_MUCH_TEXT)
