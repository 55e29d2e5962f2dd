"""The legal footer of every message: who speaks, why, which rights, how to stop (CGV B.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.sending.merge import ORIGIN_LINK, UNSUBSCRIBE_LINK

UNSUBSCRIBE_TOKEN: Final = "{{" + UNSUBSCRIBE_LINK + "}}"
ORIGIN_TOKEN: Final = "{{" + ORIGIN_LINK + "}}"
ORIGIN_WORDS: Final = "D’où vient votre adresse"
TO_BASE: Final = "base"
UNSUBSCRIBE_WORDS: Final = "Se désinscrire"


@dataclass(frozen=True)
class LegalMentions:
    """What the client states about itself; an empty field is left out and the checks say so."""

    advertiser: str = ""
    identity: str = ""
    origin: str = ""
    rights_contact: str = ""
    privacy_url: str = ""
    sent_to: str = ""
    """`base` for rented addresses, else the client's own contacts."""
    rented_from: str = ""
    """Who rents the addresses out."""

    @property
    def is_for_base(self) -> bool:
        return self.sent_to == TO_BASE and bool(self.rented_from)

    @classmethod
    def read(cls, raw: Mapping[str, str]) -> "LegalMentions":
        return cls(**{name: str(raw.get(name, "")).strip() for name in cls.__dataclass_fields__})


def footer_sentences(mentions: LegalMentions) -> list[str]:
    """The sentences of the footer, in plain text, without the unsubscribe link."""
    who = mentions.advertiser
    sentences = []
    if who:
        identity = f" ({mentions.identity})" if mentions.identity else ""
        sentences.append(f"Ce message vous est adressé par {who}{identity}.")
    if mentions.is_for_base:
        sentences += _rented_sentences(mentions)
    elif mentions.origin:
        reason = mentions.origin[0].lower() + mentions.origin[1:].rstrip(".")
        sentences.append(f"Vous le recevez parce que {reason}.")
    if mentions.rights_contact:
        sentences.append(
            "Vous pouvez accéder à vos données, les faire rectifier ou effacer, et vous opposer à "
            f"leur utilisation, en écrivant à {mentions.rights_contact}."
        )
    return [non_breaking(sentence) for sentence in sentences]


def _rented_sentences(mentions: LegalMentions) -> list[str]:
    """GDPR 14 and 26: whose file the address is from, and that both answer for the sending."""
    owner = mentions.rented_from
    return [
        f"Votre adresse vient d’un fichier de {owner}, qui l’a louée pour cet envoi sans la "
        "communiquer à l’annonceur.",
        f"{mentions.advertiser or 'L’annonceur'} et {owner} sont ensemble responsables de cet "
        "envoi : adressez-vous à l’un ou à l’autre.",
    ]


def footer_text(mentions: LegalMentions) -> str:
    """The footer of the plain-text part."""
    lines = ["-- ", *footer_sentences(mentions)]
    if mentions.privacy_url:
        lines.append(f"Vos données personnelles : {mentions.privacy_url}")
    if mentions.is_for_base:
        lines.append(f"{ORIGIN_WORDS} : {ORIGIN_TOKEN}")
    lines.append(f"Pour ne plus recevoir nos messages : {UNSUBSCRIBE_TOKEN}")
    return "\n".join(non_breaking(line) for line in lines)


def footer_html(mentions: LegalMentions, *, ink: str, link: str) -> str:
    """The footer's paragraphs, as HTML with inline styles."""
    paragraphs = [escape(sentence) for sentence in footer_sentences(mentions)]
    style = f"color:{link};text-decoration:underline"
    links = [f'<a href="{UNSUBSCRIBE_TOKEN}" style="{style}">{UNSUBSCRIBE_WORDS}</a>']
    if mentions.is_for_base:
        links.append(f'<a href="{ORIGIN_TOKEN}" style="{style}">{ORIGIN_WORDS}</a>')
    if mentions.privacy_url:
        address = escape(mentions.privacy_url)
        links.append(f'<a href="{address}" style="{style}">Vos données personnelles</a>')
    paragraphs.append(" · ".join(links))
    return "".join(f'<p style="margin:0 0 8px 0;color:{ink}">{each}</p>' for each in paragraphs)
