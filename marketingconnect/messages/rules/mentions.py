"""Who speaks, which rights, how to stop: what every message must say (CGV B.2)."""

import re
from typing import Final

from marketingconnect.messages.reading import MessageFacts, folded
from marketingconnect.messages.rules.findings import Finding, Level

_UNSUBSCRIBE: Final = re.compile(r"\{\{\s*lien_desinscription\s*\}\}")
_RIGHTS: Final = (
    ("accès", re.compile(r"\bacce(?:s|der|dez)\b")),
    ("rectification", re.compile(r"\brectifi|\bcorriger\b|\bmodifi")),
    ("effacement", re.compile(r"\beffac|\bsuppr")),
)
_CONTACT: Final = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|\b\d{5}\s+[a-z]|\{\{lien_desinscription\}\}|https?://"
)


def mentions_findings(facts: MessageFacts) -> list[Finding]:
    """CGV B.2: advertiser, data-protection rights and unsubscribe link, each blocking if absent."""
    return [*_identity(facts), *_rights(facts), *_way_out(facts)]


def _identity(facts: MessageFacts) -> list[Finding]:
    text = folded(facts.visible_text)
    names = [folded(name) for name in facts.advertiser_names if name.strip()]
    if any(name in text for name in names):
        return []
    return [
        Finding(
            "advertiser_missing",
            Level.BLOCKING,
            "Le message ne dit pas qui s’adresse au destinataire.",
            "Mentions légales",
            "Écrivez le nom de votre entreprise dans les mentions légales, en bas du message.",
        )
    ]


def _rights(facts: MessageFacts) -> list[Finding]:
    text = folded(facts.visible_text)
    absent = [name for name, pattern in _RIGHTS if not pattern.search(text)]
    if not absent and _CONTACT.search(text):
        return []
    what = (
        f"Il manque comment exercer les droits : {', '.join(absent)}."
        if absent
        else "Les droits sont cités, sans dire à qui écrire pour les exercer."
    )
    return [
        Finding(
            "rights_missing",
            Level.BLOCKING,
            what,
            "Mentions légales",
            "Indiquez une adresse où demander l’accès à ses données, leur rectification et leur "
            "effacement : le pied de message que nous proposons s’en charge.",
        )
    ]


def _way_out(facts: MessageFacts) -> list[Finding]:
    in_html = any(_UNSUBSCRIBE.fullmatch(link.href.strip()) for link in facts.links)
    in_text = bool(_UNSUBSCRIBE.search(facts.text))
    if in_html and in_text:
        return []
    where = "Message" if not in_html else "Version en texte"
    return [
        Finding(
            "unsubscribe_missing",
            Level.BLOCKING,
            "Le destinataire ne trouve pas de lien pour se désinscrire.",
            where,
            "Placez un lien dont l’adresse est {{lien_desinscription}}, ou ajoutez notre pied de "
            "message, qui le contient.",
        )
    ]
