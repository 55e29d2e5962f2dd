"""What a client declares when ordering, word for word, beside its acceptance of the terms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Attestation:
    """One box to tick; `sentence` is kept with the acceptance exactly as shown."""

    code: str
    article: str
    sentence: str


_EMAIL = (
    Attestation(
        "own_file_lawful",
        "B.3",
        "J’atteste que les adresses de mon fichier ont été recueillies loyalement et que j’ai le "
        "droit de leur écrire : accord préalable des particuliers, information et possibilité de "
        "refuser pour les professionnels.",
    ),
    Attestation(
        "content_mine",
        "B.2",
        "J’atteste être seul responsable du contenu de mon message et disposer des droits sur les "
        "textes, les images et les marques qu’il contient.",
    ),
)
_LIST_RENTAL = (
    Attestation(
        "designated_use_only",
        "CL.1",
        "Je n’utiliserai le fichier que pour les usages et le nombre d’utilisations de la "
        "commande, par moi-même ou par les sous-traitants que je déclare.",
    ),
    Attestation(
        "own_campaigns_only",
        "CL.2",
        "Je n’utiliserai le fichier que pour mes propres campagnes publicitaires ; je ne le "
        "communiquerai à aucun tiers, et je n’emploierai ni automate d’appel ni télécopie.",
    ),
    Attestation(
        "own_choice",
        "CL.4",
        "J’ai choisi moi-même les critères du fichier et je sais juger s’il convient à mon "
        "message.",
    ),
    Attestation(
        "own_messages",
        "CL.7",
        "Je réponds seul du contenu et des conditions de mes messages, dont je fournis un "
        "exemplaire et qui ont un but économique.",
    ),
    Attestation(
        "authorisations_held",
        "CL.8",
        "Je détiens les autorisations légales et administratives que l’usage du fichier exige.",
    ),
)
_BY_OFFER: dict[str, tuple[Attestation, ...]] = {"email": _EMAIL, "list_rental": _LIST_RENTAL}


def attestations_for(*, offers: Collection[str]) -> Sequence[Attestation]:
    """The declarations asked for these offers, each once, in a stable order."""
    found: dict[str, Attestation] = {}
    for offer in sorted(offers):
        for attestation in _BY_OFFER.get(offer, ()):
            found.setdefault(attestation.code, attestation)
    return tuple(found.values())
