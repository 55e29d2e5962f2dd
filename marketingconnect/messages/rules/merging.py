"""Personalised fields: known in the file, and with words for those who lack them (CGV B.1.1)."""

from marketingconnect.messages.reading import MessageFacts
from marketingconnect.messages.rules.findings import Finding, Level
from marketingconnect.sending.merge import MERGE_TOKEN


def merge_findings(facts: MessageFacts) -> list[Finding]:
    """CGV B.1.1: a field unknown in the file, or without a fallback, leaves a hole in the text."""
    findings = []
    for name in facts.merge_fields:
        unknown = facts.known_fields is not None and name not in facts.known_fields
        fallback = facts.fallbacks.get(name, "").strip()
        if unknown:
            findings.append(_unknown(name, fallback))
        elif not fallback and name != "email":
            findings.append(_without_fallback(name))
    return findings + _broken_tokens(facts)


def _unknown(name: str, fallback: str) -> Finding:
    sentence = f"Le champ {{{{{name}}}}} n’existe pas dans le fichier choisi"
    return Finding(
        "merge_unknown",
        Level.TO_FIX if fallback else Level.BLOCKING,
        f"{sentence} : chacun lira « {fallback} »." if fallback else f"{sentence}.",
        f"Champ {name}",
        "Choisissez un champ du fichier, ou retirez-le du texte.",
        "B.1.1",
    )


def _without_fallback(name: str) -> Finding:
    return Finding(
        "merge_without_fallback",
        Level.TO_FIX,
        f"Sans {{{{{name}}}}}, le texte aura un blanc à cet endroit.",
        f"Champ {name}",
        "Écrivez ce qui le remplace quand il manque, par exemple « cher client ».",
        "B.1.1",
    )


def _broken_tokens(facts: MessageFacts) -> list[Finding]:
    """Braces that are no token stay in the text as typed: a recipient would read them."""
    texts = (facts.subject, facts.preheader, facts.visible_text, facts.text)
    leftovers = [_without_tokens(text) for text in texts]
    if not any("{{" in text or "}}" in text for text in leftovers):
        return []
    return [
        Finding(
            "merge_broken",
            Level.BLOCKING,
            "Des accolades « {{ » ou « }} » ne forment pas un champ : elles seraient lues ainsi.",
            "Champs personnalisés",
            "Insérez les champs avec la liste proposée, par exemple {{first_name}}.",
            "B.1.1",
        )
    ]


def _without_tokens(text: str) -> str:
    return MERGE_TOKEN.sub("", text)
