"""SQL of the false establishments: what each is, then its 54 columns."""

from collections.abc import Mapping

from marketingconnect.base.sirene.synthetic.draws import (
    a_day,
    masked,
    one_of,
    one_weighted,
    sometimes,
    text,
)
from marketingconnect.base.sirene.synthetic.units import LA_POSTE
from marketingconnect.base.sirene.synthetic.vocabulary import (
    COMPLEMENTS,
    HAMLETS,
    HEADCOUNTS,
    QUALIFIERS,
    STREET_TYPES,
    STREETS,
    TRADES,
)


def establishments(*, slots: int, as_of: str) -> str:
    """SELECT of the facts about the establishments of the units in table `unit`.

    Table `slot` gives each number below `slots` a place, as often as people live there.
    """
    head = "k = 0"
    facts = {
        "e": "u * 1000003 + k",
        "number": "siren * 10000 + k + 1",
        "head": head,
        "open": "CASE WHEN ceased THEN d(e, 102, 300) = 0"
        f" WHEN {head} THEN d(e, 103, 100) >= 8 ELSE d(e, 103, 100) >= 45 END",
        "hidden": f"CASE WHEN diffusion <> 'O' THEN {sometimes('e', 104, in_thousand=985)}"
        f" ELSE {sometimes('e', 105, in_thousand=2)} AND siren <> {LA_POSTE} END",
        "abroad": f"NOT {head} AND {sometimes('e', 106, in_thousand=8)}",
        "cedex": f"NOT abroad AND {sometimes('e', 107, in_thousand=20)}",
        "oddity": f"CASE WHEN {sometimes('e', 108, in_thousand=4)} THEN d(e, 109, 4) ELSE -1 END",
        "slot": f"CASE WHEN {head} THEN d(u, 110, {slots}) ELSE d(e, 110, {slots}) END",
    }
    drawn = ", ".join(f"{sql} AS {name}" for name, sql in facts.items())
    opened = a_day("e", 111, last=as_of, days=9_000)
    key = (
        f"CASE WHEN siren = {LA_POSTE} THEN (5 - digits_of(number) % 5) % 5"
        " ELSE key_of_siret(number) END"
    )
    return f"""
    SELECT *, number * 10 + {key} AS siret,
        CASE WHEN head THEN created_on ELSE greatest(created_on, {opened}) END AS opened_on
    FROM (SELECT *, {drawn} FROM (SELECT *, unnest(range(n)) AS k FROM unit)) JOIN slot USING (slot)
    """  # noqa: S608


def establishment_columns(as_of: str) -> Mapping[str, str]:
    """The 54 columns of an establishment of table `establishment`, by INSEE's names."""
    return {
        **_identity(as_of),
        **_street(),
        **_town(),
        **_coordinates(),
        **_activity(),
    }


def _identity(as_of: str) -> Mapping[str, str]:
    headcount = f"CASE WHEN head THEN headcount ELSE {one_weighted(HEADCOUNTS, 'e', 120)} END"
    siret = "lpad(CAST(siret AS VARCHAR), 14, '0')"
    return {
        "siren": f"left({siret}, 9)",
        "nic": f"right({siret}, 5)",
        "siret": siret,
        "statutDiffusionEtablissement": "CASE WHEN hidden THEN 'P' ELSE 'O' END",
        "dateCreationEtablissement": "CASE WHEN d(e, 121, 60) > 0 THEN opened_on END",
        "trancheEffectifsEtablissement": headcount,
        "anneeEffectifsEtablissement": "CASE WHEN headcount <> 'NN' THEN '2024' END",
        "activitePrincipaleRegistreMetiersEtablissement": "CASE WHEN d(e, 122, 20) = 0"
        " THEN '4322AZ' END",
        "dateDernierTraitementEtablissement": f"{text(as_of)} || 'T08:12:44.000'",
        "etablissementSiege": "CASE WHEN head THEN 'true' ELSE 'false' END",
        "nombrePeriodesEtablissement": "1 + d(e, 123, 6)",
        "dateDebut": "opened_on",
        "etatAdministratifEtablissement": "CASE WHEN open THEN 'A' ELSE 'F' END",
    }


def _street() -> Mapping[str, str]:
    hamlet = "d(e, 131, 10) = 0"
    number = f"CASE WHEN NOT {hamlet} AND d(e, 132, 12) > 0 THEN 1 + d(e, 133, 180) END"
    street = f"CASE WHEN {hamlet} THEN {one_of(HAMLETS, 'e', 134)}"
    street += f" ELSE {one_of(STREETS, 'e', 135)} END"
    complement = f"""CASE oddity WHEN 0 THEN 'ZA "LES PRES", LOT 3' WHEN 1 THEN
        'BATIMENT C' || chr(10) || '2E ETAGE' WHEN 2 THEN 'PORTE 4; INTERPHONE "N°2"'
        ELSE CASE WHEN d(e, 136, 7) = 0 THEN {one_of(COMPLEMENTS, "e", 137)} END END"""
    return {
        "complementAdresseEtablissement": masked(complement, "hidden"),
        "numeroVoieEtablissement": masked(f"CAST({number} AS VARCHAR)", "hidden"),
        "indiceRepetitionEtablissement": masked(
            f"CASE WHEN {number} IS NOT NULL AND d(e, 141, 30) = 0 THEN 'B' END", "hidden"
        ),
        "dernierNumeroVoieEtablissement": "CASE WHEN NOT hidden AND d(e, 142, 90) = 0"
        " THEN '200' END",
        "typeVoieEtablissement": masked(
            f"CASE WHEN NOT {hamlet} THEN {one_of(STREET_TYPES, 'e', 143)} END", "hidden"
        ),
        "libelleVoieEtablissement": masked(street, "hidden"),
    }


def _town() -> Mapping[str, str]:
    delivery = """CASE WHEN cedex THEN ([('BP ' || d(e, 138, 900)), ('CS ' || 10000 + d(e, 138,
        80000)), ('TSA ' || 10000 + d(e, 138, 80000))])[1 + d(e, 139, 3)]
        WHEN d(e, 140, 40) = 0 THEN 'BP ' || d(e, 138, 900) END"""
    at_home = "CASE WHEN NOT abroad THEN {} END"
    return {
        "codePostalEtablissement": at_home.format(masked("postal_code", "hidden")),
        "libelleCommuneEtablissement": at_home.format("town"),
        "libelleCommuneEtrangerEtablissement": "CASE WHEN abroad THEN 'NULLEPART SUR MER' END",
        "distributionSpecialeEtablissement": at_home.format(masked(delivery, "hidden")),
        "codeCommuneEtablissement": at_home.format("commune"),
        "codeCedexEtablissement": "CASE WHEN cedex THEN left(postal_code, 2) || '9' "
        "|| lpad(CAST(d(commune, 144, 99) AS VARCHAR), 2, '0') END",
        "libelleCedexEtablissement": "CASE WHEN cedex THEN"
        " regexp_replace(label, '( [0-9]+)?$', ' CEDEX\\1') END",
        "codePaysEtrangerEtablissement": "CASE WHEN abroad THEN '99131' END",
        "libellePaysEtrangerEtablissement": "CASE WHEN abroad THEN 'BELGIQUE' END",
        "identifiantAdresseEtablissement": at_home.format(
            masked("commune || '_' || lpad(CAST(d(e, 145, 9999) AS VARCHAR), 4, '0') || '_B'",
                   "hidden")
        ),
    }  # fmt: skip


def _coordinates() -> Mapping[str, str]:
    """Decimals as INSEE writes them; masked or empty now and then, even when all else is told."""
    told = "CASE WHEN NOT abroad AND d(e, 150, 50) > 0 THEN {} END"
    unknown = "hidden OR d(e, 151, 66) = 0"
    return {
        f"coordonneeLambert{name}Etablissement": masked(
            told.format(f"CAST({axis} + d(e, {salt}, 3000) - 1500 AS VARCHAR) || '.25'"), unknown
        )
        for name, axis, salt in (("Abscisse", "x", 152), ("Ordonnee", "y", 153))
    }


def _activity() -> Mapping[str, str]:
    sign = f"{one_of(TRADES, 'e', 160)} || ' ' || {one_of(QUALIFIERS, 'e', 161)}"
    return {
        "enseigne1Etablissement": "CASE WHEN oddity = 3 THEN"
        f" 'CHEZ \"' || {sign} || '\", DEPUIS 1899' WHEN d(e, 162, 8) = 0"
        f" THEN {masked(sign, 'hidden')} END",
        "enseigne2Etablissement": "CASE WHEN d(e, 162, 200) = 0 AND NOT hidden THEN 'ANNEXE' END",
        "denominationUsuelleEtablissement": f"CASE WHEN d(e, 163, 25) = 0 THEN "
        f"{masked(one_of(QUALIFIERS, 'e', 164), 'hidden')} END",
        "activitePrincipaleEtablissement": "activity",
        "nomenclatureActivitePrincipaleEtablissement": "nomenclature",
        "caractereEmployeurEtablissement": "CASE WHEN headcount IN ('NN', '00') THEN 'N'"
        " ELSE 'O' END",
        "activitePrincipaleNAF25Etablissement": "nullif(activity25, '')",
    }
