"""Who validates a proof, what they certify, and what makes it void (CGV B.1.2, B.2)."""

from collections.abc import Collection
from typing import Final

from marketingconnect.kernel.typography import non_breaking

_MAY_VALIDATE: Final = {"owner", "editor"}

ATTESTATIONS: Final[dict[str, str]] = {
    code: non_breaking(sentence)
    for code, sentence in {
        "specification": "J’ai lu les caractéristiques techniques et graphiques des messages, et "
        "celui-ci les respecte.",
        "rights": "J’ai les droits sur les textes, les images, les marques et les logos, et "
        "l’accord des personnes que l’on reconnaît.",
        "loyalty": "Ce message est loyal et décent : il ne trompe, ne dénigre, n’injurie et ne "
        "diffame personne, et respecte la dignité humaine et l’ordre public.",
        "advertising": "Il respecte les règles de la publicité propres à mon activité.",
        "data": "Il porte les mentions de protection des données et dit comment s’opposer.",
        "ownership": "Il est envoyé en mon nom et pour mon compte ; j’en réponds seul.",
    }.items()
}


def may_validate_proof(*, member_role: str | None, is_staff: bool) -> bool:
    """CGV B.1.2: the client validates, as owner or editor; staff and advisors never do."""
    return not is_staff and member_role in _MAY_VALIDATE


def missing_attestations(ticked: Collection[str]) -> list[str]:
    """CGV B.2: the attestations that were not ticked, in their order; all are asked for."""
    return [code for code in ATTESTATIONS if code not in ticked]


def validation_objection(
    *,
    version_sha256: str,
    current_sha256: str,
    proof_sent: bool,
    blocked: bool,
    refused_before: bool,
) -> str:
    """CGV B.1.2: why this version cannot be validated, in French; empty when it can.

    The version must be the current content, shown by a proof that was sent, free of blocking
    findings, and not one that moderation turned down already.
    """
    if version_sha256 != current_sha256:
        sentence = (
            "Le message a changé depuis ce bon à tirer : envoyez-vous un nouveau bon à tirer, "
            "puis validez-le."
        )
    elif not proof_sent:
        sentence = "Envoyez-vous d’abord le bon à tirer, pour voir le message tel qu’il arrivera."
    elif blocked:
        sentence = "Un contrôle bloquant reste à lever avant de valider."
    elif refused_before:
        sentence = (
            "La modération n’a pas accepté ce contenu exact : modifiez-le avant de le valider."
        )
    else:
        sentence = ""
    return non_breaking(sentence)


def is_validation_void(*, validated_sha256: str, current_sha256: str) -> bool:
    """CGV B.1.2: any change of what recipients would see makes the validation void."""
    return validated_sha256 != current_sha256
