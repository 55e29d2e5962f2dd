"""Words that call for a closer look: regulated products, comparisons, bold claims (CGV B.2).

A word found never refuses a message: it raises the level of moderation and tells the moderator and
the client what the law asks for.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.messages.reading import MessageFacts, folded

ORDINARY: Final = 1
RAISED: Final = 2


@dataclass(frozen=True)
class Sector:
    """A family of words, what the law asks, and the level of moderation it calls for."""

    code: str
    label: str
    pattern: re.Pattern[str]
    explanation: str
    level: int = RAISED
    unless: re.Pattern[str] | None = None
    """Words that answer the law already (a health warning), so that only a note remains."""


@dataclass(frozen=True)
class Flag:
    """What was found in one message."""

    code: str
    label: str
    words: tuple[str, ...]
    explanation: str
    level: int

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "words": list(self.words)}


def _words(*stems: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(stems)})\b")


SECTORS: Final = (
    Sector(
        "tobacco",
        "Tabac et vapotage",
        _words(
            "tabacs?", "cigarettes?", "cigares?", "vapot\\w+", "vapes?", "e-liquides?", "puffs?"
        ),
        "La publicité pour le tabac et le vapotage est interdite (code de la santé publique, "
        "art. L3512-4 et L3513-4).",
    ),
    Sector(
        "alcohol",
        "Boissons alcooliques",
        _words(
            "alcools?",
            "vins?",
            "champagnes?",
            "bieres?",
            "whiskys?",
            "rhums?",
            "spiritueux",
            "vodkas?",
            "liqueurs?",
            "cremant",
            "digestifs?",
            "cocktails? alcoolises?",
        ),
        "La publicité pour l’alcool ne s’adresse pas aux mineurs, se limite à des indications "
        "objectives et porte la mention « L’abus d’alcool est dangereux pour la santé, à consommer "
        "avec modération » (code de la santé publique, art. L3323-2 à L3323-4).",
        unless=re.compile(r"l'abus d'alcool est dangereux pour la sante"),
    ),
    Sector(
        "health",
        "Médicaments et promesses de santé",
        _words(
            "medicaments?",
            "ordonnances?",
            "antibiotiques?",
            "maigrir",
            "perte de poids",
            "amincissants?",
            "guerir",
            "guerison",
            "anti-douleurs?",
            "cbd",
            "cannabis",
            "complements? alimentaires?",
            "botox",
            "chirurgie esthetique",
        ),
        "La publicité des médicaments demande une autorisation, et aucun produit ne peut promettre "
        "de guérir (code de la santé publique, art. L5122-1 et suivants ; règlement CE 1924/2006).",
    ),
    Sector(
        "cpf",
        "Compte personnel de formation",
        _words("cpf", "compte personnel de formation", "mon compte formation"),
        "Démarcher pour des formations payées par le compte personnel de formation est interdit, "
        "y compris par message (code du travail, art. L6323-8-1).",
    ),
    Sector(
        "energy",
        "Rénovation énergétique",
        _words(
            "renovation energetique",
            "isolation (?:a 1 euro|des combles|exterieure)",
            "pompes? a chaleur",
            "maprimerenov\\w*",
            "panneaux? (?:solaires?|photovoltaiques?)",
            "photovoltaiques?",
            "certificats? d'economies? d'energie",
        ),
        "La prospection pour la rénovation énergétique est interdite hors contrat en cours "
        "(code de la consommation, art. L223-1).",
    ),
    Sector(
        "gambling",
        "Jeux d’argent",
        _words("casinos?", "paris sportifs?", "poker", "loteries?", "jackpot", "cotes? boostees?"),
        "Réservé aux opérateurs agréés, avec message de mise en garde (code de la sécurité "
        "intérieure, art. L320-12).",
    ),
    Sector(
        "credit",
        "Crédit",
        _words(
            "credits? a la consommation",
            "rachats? de credits?",
            "prets? personnels?",
            "taeg",
            "credit renouvelable",
            "paiement en \\d+ fois",
        ),
        "Une publicité de crédit porte « Un crédit vous engage et doit être remboursé. Vérifiez "
        "vos capacités de remboursement avant de vous engager. » (code de la consommation, "
        "art. L312-5).",
        unless=re.compile(r"un credit vous engage et doit etre rembourse"),
    ),
    Sector(
        "investment",
        "Placements et cryptoactifs",
        _words(
            "crypto\\w*",
            "bitcoins?",
            "forex",
            "trading",
            "rendements? garantis?",
            "cfd",
            "options? binaires?",
        ),
        "Les placements risqués et les cryptoactifs ne se proposent par message qu’avec agrément, "
        "et sans rendement garanti (code monétaire et financier, art. L533-12-7 et L222-16-1).",
    ),
    Sector(
        "weapons",
        "Armes",
        _words("armes? a feu", "munitions?", "pistolets?", "carabines?", "fusils?"),
        "La publicité pour les armes est limitée aux publications spécialisées (code de la "
        "sécurité intérieure, art. L315-1 et suivants).",
    ),
    Sector(
        "adult",
        "Contenus pour adultes",
        _words("erotiques?", "sexe", "sextoys?", "porno\\w*", "libertins?", "strip-?tease"),
        "Décence et protection des mineurs : à réserver à un public adulte et consentant.",
    ),
    Sector(
        "sensitive",
        "Opinions, religion, politique",
        _words("votez", "elections?", "parti politique", "syndicats?", "paroisse", "priere"),
        "Le fichier peut révéler des opinions ou une religion : données sensibles (RGPD, art. 9).",
    ),
    Sector(
        "comparative",
        "Publicité comparative ou superlative",
        _words(
            "moins chers? que",
            "mieux que",
            "numero 1",
            "n°1",
            "n° 1",
            "leader",
            "le meilleur de",
            "la meilleure de",
            "imbattables?",
            "prix les plus bas",
        ),
        "Une comparaison porte sur des faits vérifiables et ne dénigre personne ; un superlatif se "
        "prouve (code de la consommation, art. L121-2 et L122-1).",
    ),
    Sector(
        "contest",
        "Jeu-concours",
        _words("jeux?[ -]concours", "tirage au sort", "grand jeu", "a gagner"),
        "Un jeu a un règlement accessible et ne suppose aucun achat déguisé (code de la "
        "consommation, art. L121-20).",
        ORDINARY,
    ),
    Sector(
        "price_cut",
        "Annonce de réduction de prix",
        _words("soldes?", "au lieu de", "prix barres?", "remises?", "reductions?"),
        "Le prix de référence est le plus bas des trente jours précédents, et les soldes ont leurs "
        "dates (code de la consommation, art. L112-1-1 ; code de commerce, art. L310-3).",
        ORDINARY,
    ),
)


def restricted_flags(facts: MessageFacts) -> list[Flag]:
    """CGV B.2: the regulated subjects that a message touches, with the words found."""
    text = folded(" ".join([facts.subject, facts.preheader, facts.visible_text, facts.text]))
    return [flag for sector in SECTORS if (flag := _flag(sector, text))]


def _flag(sector: Sector, text: str) -> Flag | None:
    answered = bool(sector.unless and sector.unless.search(text))
    searched = sector.unless.sub(" ", text) if sector.unless else text
    words = sorted(set(sector.pattern.findall(searched)))
    if not words:
        return None
    level = ORDINARY if answered else sector.level
    return Flag(sector.code, sector.label, tuple(words), non_breaking(sector.explanation), level)


def moderation_level(flags: Iterable[Flag]) -> int:
    """CGV B.2: 1 for an ordinary message, 2 when a regulated subject calls for a closer look."""
    return max((flag.level for flag in flags), default=ORDINARY)
