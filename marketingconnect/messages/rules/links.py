"""Links that lead nowhere, found without asking the network (CGV B.2)."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from marketingconnect.messages.reading import LinkFact, MessageFacts, folded
from marketingconnect.messages.rules.findings import Finding, Level
from marketingconnect.sending.merge import OWN_LINK

_TOKEN: Final = re.compile(r"\{\{.*?\}\}")
_HOST: Final = re.compile(r"(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_][\w-]*\.?")
_MAILBOX: Final = re.compile(r"mailto:[^@\s?]+@[^@\s?]+\.[^@\s?]+(?:\?.*)?", re.I)
_PHONE: Final = re.compile(r"tel:\+?[\d .-]{4,20}", re.I)
_VAGUE: Final = {"cliquez ici", "ici", "lien", "en savoir plus ici", "click here"}


def link_findings(facts: MessageFacts) -> list[Finding]:
    """CGV B.2: each link has a whole and public address, and words that say where it leads."""
    findings = []
    for link in facts.links:
        if problem := _problem(link.href.strip()):
            findings.append(_finding(link, *problem))
        elif folded(link.label) in _VAGUE or not link.label.strip():
            findings.append(
                Finding(
                    "link_vague",
                    Level.ADVICE,
                    f"Le lien « {link.label or link.href[:60]} » ne dit pas où il mène.",
                    "Liens",
                    "Écrivez l’action : « Voir la carte », « Réserver ma place ».",
                )
            )
    return findings


def _finding(link: LinkFact, level: Level, sentence: str, mend: str) -> Finding:
    where = f"Lien « {link.label[:60] or link.href[:60] or 'sans texte'} »"
    return Finding("link_broken", level, sentence, where, mend)


def _problem(href: str) -> tuple[Level, str, str] | None:
    """Why an address does not work: level, sentence, way to mend; None when it looks right."""
    if OWN_LINK.fullmatch(href):
        return None
    if not href or href == "#":
        return Level.BLOCKING, "Ce lien est vide.", "Donnez son adresse, ou retirez-le."
    if _TOKEN.search(href):
        return (
            Level.BLOCKING,
            "L’adresse contient un champ personnalisé : elle livrerait des données personnelles.",
            "Utilisez une adresse identique pour tous.",
        )
    scheme = href.partition(":")[0].lower()
    if scheme in {"mailto", "tel"}:
        pattern = _MAILBOX if scheme == "mailto" else _PHONE
        broken = "L’adresse de messagerie ou le numéro de ce lien n’est pas lisible."
        return None if pattern.fullmatch(href) else (Level.BLOCKING, broken, "Corrigez-le.")
    return _web_problem(href)


def _web_problem(href: str) -> tuple[Level, str, str] | None:
    if not re.match(r"https?://", href, re.I):
        return (
            Level.BLOCKING,
            f"L’adresse « {href[:60]} » est incomplète.",
            "Commencez-la par https://",
        )
    if re.search(r"\s", href):
        return Level.BLOCKING, "L’adresse contient une espace.", "Retirez l’espace."
    try:
        host = urlsplit(href).hostname or ""
    except ValueError:
        host = ""
    if _is_private(host):
        return (
            Level.BLOCKING,
            f"L’adresse « {href[:60]} » n’existe que chez vous.",
            "Donnez l’adresse publique de la page.",
        )
    if not _is_public_host(host):
        return Level.BLOCKING, f"« {host[:60]} » n’est pas un nom de site.", "Vérifiez l’adresse."
    return None


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _is_public_host(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return bool(_HOST.fullmatch(host)) and len(host) <= 253
