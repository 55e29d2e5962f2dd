"""Weight, subject, sender, images: the technical and graphic characteristics (CGV B.2)."""

import re
from typing import Final

from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.messages.reading import MessageFacts, folded
from marketingconnect.messages.rules.findings import Finding, Level
from marketingconnect.messages.specification import Specification

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LURES: Final = (
    "gratuit",
    "100 % gratuit",
    "urgent",
    "gagnez",
    "argent facile",
    "cliquez ici",
    "offre exceptionnelle",
    "vous avez gagne",
    "sans engagement",
    "promo",
    "felicitations",
    "derniere chance",
    "credit",
)


def weight_findings(facts: MessageFacts, *, specification: Specification) -> list[Finding]:
    """CGV B.2: the HTML weighs no more than the specification allows."""
    size, most = facts.html_bytes, specification.max_html_bytes
    if size <= specification.advised_html_bytes:
        return []
    blocked = size > most
    return [
        Finding(
            "weight",
            Level.BLOCKING if blocked else Level.TO_FIX,
            f"Le code du message pèse {size // 1024} Kio"
            + (f" : la limite est de {most // 1024} Kio." if blocked else ", c’est beaucoup."),
            "Message",
            "Retirez des blocs ou raccourcissez les textes : au-delà de 100 Kio, plusieurs "
            "messageries coupent la fin du message.",
        )
    ]


def subject_findings(facts: MessageFacts, *, specification: Specification) -> list[Finding]:
    """CGV B.2: the subject is there, not too long, and does not look like unwanted mail."""
    subject = facts.subject.strip()
    if not subject:
        return [_subject("subject_empty", Level.BLOCKING, "L’objet est vide.", "Écrivez un objet.")]
    return [*_subject_length(subject, specification), *_subject_manners(subject)]


def _subject_length(subject: str, specification: Specification) -> list[Finding]:
    length, most, advised = len(subject), specification.max_subject, specification.advised_subject
    if length > most:
        sentence = f"L’objet a {length} caractères : la limite est de {most}."
        return [_subject("subject_too_long", Level.BLOCKING, sentence, "Raccourcissez-le.")]
    if length > advised:
        sentence = f"L’objet a {length} caractères : la fin sera cachée sur un téléphone."
        mend = f"Visez {advised} caractères, l’essentiel au début."
        return [_subject("subject_long", Level.ADVICE, sentence, mend)]
    return []


def _subject_manners(subject: str) -> list[Finding]:
    findings = []
    letters = [char for char in subject if char.isalpha()]
    if len(letters) >= 8 and sum(char.isupper() for char in letters) > 0.7 * len(letters):
        sentence = "L’objet est écrit en majuscules : les filtres s’en méfient."
        findings.append(
            _subject("subject_capitals", Level.TO_FIX, sentence, "Écrivez-le en minuscules.")
        )
    if subject.count("!") > 1 or re.search(r"[!?€$]{2,}", subject):
        sentence = "La ponctuation de l’objet insiste trop."
        findings.append(
            _subject("subject_marks", Level.TO_FIX, sentence, "Un seul signe suffit, ou aucun.")
        )
    words = folded(subject)
    lures = [lure for lure in _LURES if re.search(rf"\b{re.escape(lure)}\b", words)]
    if len(lures) >= 2 or (lures and findings):
        sentence = f"Ces mots attirent les filtres : {', '.join(lures)}."
        mend = "Dites plutôt ce que le message apporte, simplement."
        findings.append(_subject("subject_lures", Level.ADVICE, sentence, mend))
    return findings


def _subject(code: str, level: Level, sentence: str, mend: str) -> Finding:
    return Finding(code, level, sentence, "Objet", mend)


def sender_findings(facts: MessageFacts, *, specification: Specification) -> list[Finding]:
    """CGV B.2: the sender is named, replies can reach the client, the preheader fits."""
    findings = []
    if not facts.sender_name.strip():
        findings.append(
            Finding(
                "sender_missing",
                Level.BLOCKING,
                "Le nom de l’expéditeur est vide.",
                "Expéditeur",
                "Écrivez le nom sous lequel vos destinataires vous connaissent.",
            )
        )
    if not _is_address(facts.reply_to):
        level = Level.BLOCKING if facts.reply_to.strip() else Level.TO_FIX
        findings.append(
            Finding(
                "reply_to",
                level,
                "L’adresse de réponse n’est pas une adresse de messagerie."
                if facts.reply_to.strip()
                else "Aucune adresse de réponse : vos destinataires ne pourront pas vous écrire.",
                "Adresse de réponse",
                "Indiquez une adresse que vous relevez, comme contact@boulangerie.example.org.",
            )
        )
    return findings + _preheader(facts, specification)


def _is_address(text: str) -> bool:
    """One that a header can hold, and that somebody can answer to."""
    try:
        return bool(normalise_email(text))
    except InvalidValueError:
        return False


def _preheader(facts: MessageFacts, specification: Specification) -> list[Finding]:
    length = len(facts.preheader.strip())
    if 0 < length <= specification.advised_preheader:
        return []
    sentence = (
        "Pas de pré-en-tête : la messagerie montrera les premiers mots du message."
        if not length
        else f"Le pré-en-tête a {length} caractères : il sera coupé."
    )
    mend = "Une phrase qui complète l’objet, de 40 à 90 caractères."
    return [Finding("preheader", Level.ADVICE, sentence, "Pré-en-tête", mend)]


def picture_findings(facts: MessageFacts, *, specification: Specification) -> list[Finding]:
    """CGV B.2: images say what they show, and the message holds without them."""
    findings = []
    silent = [p for p in facts.pictures if not p.decorative and not (p.alt or "").strip()]
    if silent:
        findings.append(
            Finding(
                "picture_without_alt",
                Level.TO_FIX,
                "Une image n’a pas de description."
                if len(silent) == 1
                else f"{len(silent)} images n’ont pas de description.",
                "Images",
                "Écrivez ce qu’elles montrent : beaucoup de messageries les bloquent d’abord.",
            )
        )
    unreachable = [p for p in facts.pictures if not p.src.startswith(("http://", "https://"))]
    if unreachable:
        findings.append(
            Finding(
                "picture_unreachable",
                Level.BLOCKING,
                f"{len(unreachable)} image(s) n’ont pas d’adresse publique.",
                "Images",
                "Choisissez une image de votre bibliothèque, ou retirez-la.",
            )
        )
    return findings + _balance(facts, specification)


def _balance(facts: MessageFacts, specification: Specification) -> list[Finding]:
    count, words = len(facts.pictures), len(_WORD.findall(facts.visible_text))
    if count > specification.max_pictures:
        sentence = f"{count} images : au-delà de {specification.max_pictures}, le message est lent."
    elif count and words < specification.min_words_beside_pictures:
        sentence = f"{count} image(s) pour {words} mots : sans les images, le message est vide."
    else:
        return []
    mend = "Écrivez l’essentiel en texte, et gardez les images pour l’illustrer."
    return [Finding("picture_balance", Level.TO_FIX, sentence, "Images", mend)]
