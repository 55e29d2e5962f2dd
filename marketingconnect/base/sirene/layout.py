"""The columns of INSEE's stock files, in their order, and those that we read.

Columns are found by name, never by place: INSEE added one without notice in December 2025, and
some of its names were published with blanks at their end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MASKED: Final = "[ND]"
"""What INSEE writes instead of a value that its holder asked to keep from others."""

ESTABLISHMENT_54: Final = _names(
    """
    siren nic siret statutDiffusionEtablissement dateCreationEtablissement
    trancheEffectifsEtablissement anneeEffectifsEtablissement
    activitePrincipaleRegistreMetiersEtablissement dateDernierTraitementEtablissement
    etablissementSiege nombrePeriodesEtablissement complementAdresseEtablissement
    numeroVoieEtablissement indiceRepetitionEtablissement dernierNumeroVoieEtablissement
    indiceRepetitionDernierNumeroVoieEtablissement typeVoieEtablissement
    libelleVoieEtablissement codePostalEtablissement libelleCommuneEtablissement
    libelleCommuneEtrangerEtablissement distributionSpecialeEtablissement
    codeCommuneEtablissement codeCedexEtablissement libelleCedexEtablissement
    codePaysEtrangerEtablissement libellePaysEtrangerEtablissement
    identifiantAdresseEtablissement coordonneeLambertAbscisseEtablissement
    coordonneeLambertOrdonneeEtablissement complementAdresse2Etablissement
    numeroVoie2Etablissement indiceRepetition2Etablissement typeVoie2Etablissement
    libelleVoie2Etablissement codePostal2Etablissement libelleCommune2Etablissement
    libelleCommuneEtranger2Etablissement distributionSpeciale2Etablissement
    codeCommune2Etablissement codeCedex2Etablissement libelleCedex2Etablissement
    codePaysEtranger2Etablissement libellePaysEtranger2Etablissement dateDebut
    etatAdministratifEtablissement enseigne1Etablissement enseigne2Etablissement
    enseigne3Etablissement denominationUsuelleEtablissement activitePrincipaleEtablissement
    nomenclatureActivitePrincipaleEtablissement caractereEmployeurEtablissement
    activitePrincipaleNAF25Etablissement
    """
)
ONLY_IN_54: Final = frozenset(
    {
        "dernierNumeroVoieEtablissement",
        "indiceRepetitionDernierNumeroVoieEtablissement",
        "identifiantAdresseEtablissement",
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
        "activitePrincipaleNAF25Etablissement",
    }
)
ESTABLISHMENT_48: Final = tuple(name for name in ESTABLISHMENT_54 if name not in ONLY_IN_54)

UNIT_35: Final = _names(
    """
    siren statutDiffusionUniteLegale unitePurgeeUniteLegale dateCreationUniteLegale
    sigleUniteLegale sexeUniteLegale prenom1UniteLegale prenom2UniteLegale prenom3UniteLegale
    prenom4UniteLegale prenomUsuelUniteLegale pseudonymeUniteLegale
    identifiantAssociationUniteLegale trancheEffectifsUniteLegale anneeEffectifsUniteLegale
    dateDernierTraitementUniteLegale nombrePeriodesUniteLegale categorieEntreprise
    anneeCategorieEntreprise dateDebut etatAdministratifUniteLegale nomUniteLegale
    nomUsageUniteLegale denominationUniteLegale denominationUsuelle1UniteLegale
    denominationUsuelle2UniteLegale denominationUsuelle3UniteLegale categorieJuridiqueUniteLegale
    activitePrincipaleUniteLegale nomenclatureActivitePrincipaleUniteLegale nicSiegeUniteLegale
    economieSocialeSolidaireUniteLegale societeMissionUniteLegale caractereEmployeurUniteLegale
    activitePrincipaleNAF25UniteLegale
    """
)
UNIT_34: Final = tuple(name for name in UNIT_35 if name != "activitePrincipaleNAF25UniteLegale")
"""The layout before NAF 2025."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that we read: INSEE's name, ours, its type, and whether a file may lack it."""

    name: str
    ours: str
    kind: str = "VARCHAR"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class StockKind:
    """One of the two files: what people call it, its published columns, those we read."""

    name: str
    member: str
    published: tuple[str, ...]
    wanted: tuple[Wanted, ...]

    def missing(self, header: Sequence[str]) -> list[str]:
        """Columns without which the file cannot be loaded."""
        present = set(header)
        return [w.name for w in self.wanted if not w.optional and w.name not in present]

    def unknown(self, header: Sequence[str]) -> list[str]:
        """Columns that INSEE added since: accepted, left aside, and told."""
        published = set(self.published)
        return [name for name in header if name not in published]


def header_names(cells: Sequence[str]) -> list[str]:
    """Names as published, without the blanks and the mark some files put around them."""
    return [cell.strip().lstrip("\ufeff").strip() for cell in cells]


ESTABLISHMENTS: Final = StockKind(
    "établissements",
    "StockEtablissement",
    ESTABLISHMENT_54,
    (
        Wanted("siret", "siret"),
        Wanted("statutDiffusionEtablissement", "diffusion"),
        Wanted("dateCreationEtablissement", "created_on", "DATE"),
        Wanted("trancheEffectifsEtablissement", "headcount"),
        Wanted("etablissementSiege", "head_office"),
        Wanted("complementAdresseEtablissement", "complement"),
        Wanted("numeroVoieEtablissement", "number"),
        Wanted("indiceRepetitionEtablissement", "repetition"),
        Wanted("typeVoieEtablissement", "street_type"),
        Wanted("libelleVoieEtablissement", "street"),
        Wanted("codePostalEtablissement", "postal_code"),
        Wanted("distributionSpecialeEtablissement", "delivery"),
        Wanted("codeCommuneEtablissement", "commune"),
        Wanted("codeCedexEtablissement", "cedex_code"),
        Wanted("libelleCedexEtablissement", "cedex"),
        Wanted("codePaysEtrangerEtablissement", "country"),
        Wanted("coordonneeLambertAbscisseEtablissement", "x", optional=True),
        Wanted("coordonneeLambertOrdonneeEtablissement", "y", optional=True),
        Wanted("etatAdministratifEtablissement", "state"),
        Wanted("enseigne1Etablissement", "sign"),
        Wanted("denominationUsuelleEtablissement", "usual_name"),
        Wanted("activitePrincipaleEtablissement", "activity"),
        Wanted("nomenclatureActivitePrincipaleEtablissement", "nomenclature"),
        Wanted("activitePrincipaleNAF25Etablissement", "activity25", optional=True),
    ),
)
UNITS: Final = StockKind(
    "unités légales",
    "StockUniteLegale",
    UNIT_35,
    (
        Wanted("siren", "siren"),
        Wanted("statutDiffusionUniteLegale", "diffusion"),
        Wanted("sigleUniteLegale", "acronym"),
        Wanted("prenom1UniteLegale", "first_name"),
        Wanted("prenomUsuelUniteLegale", "usual_first_name"),
        Wanted("etatAdministratifUniteLegale", "state"),
        Wanted("nomUniteLegale", "last_name"),
        Wanted("nomUsageUniteLegale", "usual_last_name"),
        Wanted("denominationUniteLegale", "name"),
        Wanted("denominationUsuelle1UniteLegale", "usual_name"),
        Wanted("categorieJuridiqueUniteLegale", "legal_form"),
    ),
)
