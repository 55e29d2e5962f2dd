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
_BY_OFFER: dict[str, tuple[Attestation, ...]] = {"email": _EMAIL}


def attestations_for(*, offers: Collection[str]) -> Sequence[Attestation]:
    """The declarations asked for these offers, each once, in a stable order."""
    found: dict[str, Attestation] = {}
    for offer in sorted(offers):
        for attestation in _BY_OFFER.get(offer, ()):
            found.setdefault(attestation.code, attestation)
    return tuple(found.values())
