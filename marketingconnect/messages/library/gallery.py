"""What the gallery's thumbnails show, and whether they still show it."""

import hashlib
import json
from typing import Final

from marketingconnect.messages.composing.rendering import Draft, compile_draft
from marketingconnect.messages.library import FOLDER, Template, templates

_FINGERPRINTS: Final = FOLDER / "gallery.json"
_BASE_URL: Final = "https://emails.example.org"
_LEGAL: Final = {
    "advertiser": "Boulangerie Nadia",
    "identity": "SIRET\u00a0900\u00a0000\u00a0019\u00a000019, 12 rue du Four, 69003 Lyon",
    "origin": "vous êtes client de la boulangerie",
    "rights_contact": "contact@boulangerie.example.org",
}


def sample_html(template: Template) -> str:
    """The HTML of a template as a fictional bakery would send it, fields filled."""
    draft = Draft(
        "blocks",
        template.subject,
        template.preheader,
        "Boulangerie Nadia",
        "contact@boulangerie.example.org",
        {**template.content(), "legal": _LEGAL},
    )
    html = compile_draft(draft, base_url=_BASE_URL).html
    people = {"first_name": "Camille", "civility": "Madame", "last_name": "Durand"}
    for name, value in people.items():
        html = html.replace(f"{{{{{name}}}}}", value)
    return html


def fingerprints() -> dict[str, str]:
    """Template -> SHA-256 of what its thumbnail should show now."""
    return {
        template.code: hashlib.sha256(sample_html(template).encode()).hexdigest()
        for template in templates()
    }


def drawn_fingerprints() -> dict[str, str]:
    """Template -> SHA-256 of what its thumbnail showed when it was drawn."""
    drawn: dict[str, str] = json.loads(_FINGERPRINTS.read_text(encoding="utf-8"))
    return drawn


def write_fingerprints() -> None:
    """Remember what the thumbnails show."""
    text = json.dumps(fingerprints(), indent=1, sort_keys=True)
    _FINGERPRINTS.write_text(f"{text}\n", encoding="utf-8")
