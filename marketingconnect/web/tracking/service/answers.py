"""What the service says: plain pages without a script, under a policy that allows none."""

import base64
import hashlib
import html
import typing
from dataclasses import dataclass
from typing import Final

from marketingconnect.kernel.typography import non_breaking

Headers = list[tuple[str, str]]
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_STYLE: Final = (
    "body{font:1.0625rem/1.6 system-ui,sans-serif;color:#1d2433;background:#f6f5f2;margin:0}"
    "main{max-width:34rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:.75rem}"
    "h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}"
    "button{font:inherit;font-weight:600;padding:.75rem 1.25rem;border:0;border-radius:.5rem;"
    "background:#1f4fd8;color:#fff;cursor:pointer}"
    "button:focus-visible{outline:3px solid #f2b705;outline-offset:2px}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
_BRIEF: Final = [("cache-control", "no-store"), ("x-robots-tag", "noindex")]
_ALWAYS: Final = [
    *_BRIEF,
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
]


class Protocol(typing.Protocol):
    """How Granian takes an answer (RSGI 1.5)."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a body."""
        ...

    def response_empty(self, status: int, headers: Headers) -> None:
        """Send no body."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, its headers and its bytes, ready to be sent many times."""

    status: int
    headers: Headers
    body: bytes = b""

    def send(self, protocol: Protocol) -> None:
        if self.body:
            protocol.response_bytes(self.status, self.headers, self.body)
        else:
            protocol.response_empty(self.status, self.headers)


def answer(status: int, body: bytes, *headers: tuple[str, str]) -> Answer:
    return Answer(status, [*headers, *_ALWAYS], body)


def redirect(url: str) -> Answer:
    return Answer(302, [("location", url), *_BRIEF])


def text(status: int, words: str) -> Answer:
    return answer(status, f"{words}\n".encode(), ("content-type", "text/plain; charset=utf-8"))


def page(status: int, title: str, *paragraphs: str, form: str = "", later: bool = False) -> Answer:
    """`form` is the label of a button that posts to the same address."""
    title = html.escape(non_breaking(title))
    said = "".join(f"<p>{html.escape(non_breaking(words))}</p>" for words in paragraphs)
    label = f'<button name="source" value="page">{html.escape(form)}</button>'
    button = f'<form method="post">{label}</form>' if form else ""
    body = (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{said}{button}</main></body></html>"
    ).encode()
    headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", _POLICY),
    ]
    return answer(status, body, *headers, *([("retry-after", "60")] if later else []))


NOT_FOUND: Final = page(
    404,
    "Cette adresse ne mène nulle part",
    "Le lien est incomplet ou n’existe pas. Revenez au message reçu et cliquez de nouveau, ou"
    " recopiez l’adresse en entier.",
)
AWAY: Final = page(
    503,
    "Un instant, s’il vous plaît",
    "Le service est momentanément indisponible. Votre lien reste bon : réessayez dans une minute.",
    later=True,
)
KEPT: Final = page(
    503,
    "Votre désinscription est notée",
    "Le service est momentanément indisponible, mais votre demande est gardée : elle sera"
    " enregistrée dès son retour. Vous pouvez aussi réessayer dans une minute.",
    later=True,
)
LEFT: Final = page(
    200,
    "Vous êtes désinscrit",
    "Vous ne recevrez plus les campagnes de cet expéditeur envoyées par notre service. Si votre"
    " adresse venait de notre base, personne ne la louera plus.",
)
LEFT_AT_ONCE: Final = text(200, "Désinscription enregistrée.")
KEPT_AT_ONCE: Final = text(503, "Demande gardée, enregistrée dès le retour du service.")
WRONG_METHOD: Final = answer(405, b"", ("allow", "GET, HEAD, POST"))
GIF: Final = answer(200, PIXEL, ("content-type", "image/gif"))


def leaving_page(company: str, *, from_base: bool) -> Answer:
    others = ", ni d’autres annonceurs à partir de notre base" if from_base else ""
    return page(
        200,
        "Ne plus recevoir ces messages ?",
        f"Vous ne recevrez plus les campagnes de {company} envoyées par notre service{others}.",
        "Si vous n’avez rien demandé, fermez cette page : rien n’a changé.",
        form="Me désinscrire",
    )
