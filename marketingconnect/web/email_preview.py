"""An e-mail shown inside a page: its own document, in a sandboxed frame, under its own policy."""

from django.http import HttpResponse
from django.utils.html import escape

from marketingconnect.messages.queries.samples import Rendered

POLICY = (
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups"
)
MEASURED = f"{POLICY} allow-same-origin"
"""Of a message whose height the page around it reads; without scripts, it reads nothing back."""
_TEXT_STYLE = (
    "body{margin:0;padding:20px;font:15px/1.5 ui-monospace,'DejaVu Sans Mono',Menlo,monospace;"
    "color:#261d1b;background:#fffdf9;white-space:pre-wrap;overflow-wrap:anywhere}"
)


def preview_response(rendered: Rendered, view: str, *, policy: str = POLICY) -> HttpResponse:
    """The HTML of the message, or its plain text when `view` is `texte`; nothing in it can run."""
    body = _text_document(rendered.text) if view == "texte" else rendered.html
    response = HttpResponse(body)
    response["Content-Security-Policy"] = policy
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def _text_document(text: str) -> str:
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Version en texte</title>'
        f"<style>{_TEXT_STYLE}</style></head><body>{escape(text)}</body></html>"
    )
