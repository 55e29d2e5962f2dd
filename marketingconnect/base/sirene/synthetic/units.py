"""SQL of the false legal units: what each is, then its 35 columns."""

from collections.abc import Mapping
from typing import Final

from marketingconnect.base.sirene.synthetic.draws import (
    a_day,
    masked,
    one_of,
    one_weighted,
    sometimes,
    text,
    weighted_places,
)
from marketingconnect.base.sirene.synthetic.vocabulary import (
    ACTIVITIES,
    FIRST_NAMES_F,
    FIRST_NAMES_M,
    HEADCOUNTS,
    LEGAL_FORMS,
    OLD_ACTIVITIES,
    QUALIFIERS,
    SURNAME_ENDS,
    SURNAME_MIDDLES,
    SURNAME_STARTS,
    TRADES,
)

LA_POSTE: Final = 356000000
"""The one SIREN whose establishments have keys of their own."""


def units(*, first: int, last: int, stride: int, as_of: str) -> str:
    """SELECT of the facts about units `first` to `last` (not included), in order of SIREN.

    `base` is the SIREN without its key: one in each stretch of `stride` numbers, so that SIREN
    never meet; the last place of a stretch is kept for the one that would take La Poste's.
    """
    drawn = f"10000000 + CAST(range AS BIGINT) * {stride} + d(range, 1, {stride - 1})"
    return f"""
    WITH numbered AS (
        SELECT range AS u, {drawn} AS drawn FROM range({first}, {last})
    ), keyed AS (
        SELECT u, CASE WHEN drawn = {LA_POSTE // 10} THEN drawn + 1 ELSE drawn END AS base
        FROM numbered
    )
    SELECT u, base * 10 + key_of_siren(base) AS siren, {_facts(as_of)}
    FROM keyed
    """  # noqa: S608


def la_poste(*, establishments: int, as_of: str) -> str:
    """SELECT of the one unit with many establishments and another key."""
    facts = _facts(as_of).replace("AS n,", "AS drawn_n,")
    return f"""
    SELECT * EXCLUDE (drawn_n) REPLACE (
        false AS sole, false AS ceased, 'O' AS diffusion, false AS purged, false AS missing,
        '5599' AS legal_form, 'OPERATEUR POSTAL D''ESSAI' AS name, '53.10Z' AS activity,
        '53.10Y' AS activity25, 'NAFRev2' AS nomenclature, false AS masked
    ), {establishments} AS n
    FROM (SELECT u, CAST({LA_POSTE} AS BIGINT) AS siren, {facts}
          FROM (SELECT CAST(9000000000 AS BIGINT) AS u))
    """  # noqa: S608


def _facts(as_of: str) -> str:
    rev2 = [code for code, _, _ in ACTIVITIES]
    naf25 = [code for _, code, _ in ACTIVITIES]
    place = weighted_places([weight for _, _, weight in ACTIVITIES], "u", 7)
    sole = sometimes("u", 2, in_thousand=564)
    facts = {
        "n": "CASE WHEN d(u, 8, 100) < 72 THEN 1 WHEN d(u, 8, 100) < 90 THEN 2"
        " WHEN d(u, 8, 100) < 97 THEN 3 ELSE 4 + d(u, 9, 5) END",
        "sole": sole,
        "ceased": sometimes("u", 3, in_thousand=400),
        "diffusion": f"CASE WHEN d(u, 4, 1000) < (CASE WHEN {sole} THEN 95 ELSE 10 END)"
        " THEN CASE WHEN d(u, 5, 200) = 0 THEN 'N' ELSE 'P' END ELSE 'O' END",
        "purged": f"{sometimes('u', 3, in_thousand=400)} AND {sometimes('u', 6, in_thousand=30)}",
        "missing": sometimes("u", 10, in_thousand=0.2),
        "activity_at": place,
        "old": sometimes("u", 11, in_thousand=8),
        "legal_form": f"CASE WHEN {sole} THEN '1000' ELSE {one_weighted(LEGAL_FORMS, 'u', 12)} END",
        "female": "d(u, 13, 100) < 42",
        "first_name": f"CASE WHEN d(u, 13, 100) < 42 THEN {one_of(FIRST_NAMES_F, 'u', 14)}"
        f" ELSE {one_of(FIRST_NAMES_M, 'u', 14)} END",
        "last_name": f"{one_of(SURNAME_STARTS, 'u', 15)} || {one_of(SURNAME_MIDDLES, 'u', 16)}"
        f" || {one_of(SURNAME_ENDS, 'u', 17)}",
        "name": f"{one_of(TRADES, 'u', 18)} || ' ' || {one_of(QUALIFIERS, 'u', 19)}"
        f" || CASE WHEN d(u, 20, 3) = 0 THEN ' ' || {one_of(SURNAME_STARTS, 'u', 21)}"
        f" || {one_of(SURNAME_ENDS, 'u', 22)} ELSE '' END"
        " || CASE WHEN d(u, 23, 40) = 0 THEN ' DEVELOPPEMENT ET PARTICIPATIONS REUNIES'"
        " WHEN d(u, 23, 40) = 1 THEN ', FILS ET \"CIE\"' ELSE '' END",
        "headcount": one_weighted(HEADCOUNTS, "u", 24),
        "created_on": a_day("u", 25, last=as_of, days=14_000),
    }
    drawn = ", ".join(f"{sql} AS {name}" for name, sql in facts.items())
    old = one_of(OLD_ACTIVITIES, "u", 26)
    return f"""{drawn},
        CASE WHEN old THEN {old} ELSE ({rev2})[activity_at] END AS activity,
        CASE WHEN old THEN '' ELSE ({naf25})[activity_at] END AS activity25,
        CASE WHEN NOT old THEN 'NAFRev2' ELSE {one_of(["NAFRev1", "NAF1993", "NAP"], "u", 27)} END
            AS nomenclature,
        diffusion <> 'O' AS masked"""


def unit_columns(as_of: str) -> Mapping[str, str]:
    """The 35 columns of a unit of table `unit`, by INSEE's names."""
    nic = "lpad(CAST(10 + key_of_siret(siren * 10000 + 1) AS VARCHAR), 5, '0')"
    yes_no = "CASE WHEN headcount IN ('NN', '00') THEN 'N' ELSE 'O' END"
    return {
        **_names(),
        "siren": "lpad(CAST(siren AS VARCHAR), 9, '0')",
        "statutDiffusionUniteLegale": "diffusion",
        "unitePurgeeUniteLegale": "CASE WHEN purged THEN 'true' END",
        "dateCreationUniteLegale": "CASE WHEN d(u, 40, 50) > 0 THEN created_on END",
        "identifiantAssociationUniteLegale": "CASE WHEN legal_form = '9220' AND d(u, 45, 2) = 0"
        " THEN 'W' || lpad(CAST(d(u, 46, 999999999) AS VARCHAR), 9, '0') END",
        "trancheEffectifsUniteLegale": "headcount",
        "anneeEffectifsUniteLegale": "CASE WHEN headcount <> 'NN' THEN '2024' END",
        "dateDernierTraitementUniteLegale": f"{text(as_of)} || 'T08:12:44.000'",
        "nombrePeriodesUniteLegale": "1 + d(u, 47, 5)",
        "categorieEntreprise": "CASE WHEN headcount >= '41' AND headcount <> 'NN' THEN 'ETI'"
        " WHEN NOT ceased THEN 'PME' END",
        "anneeCategorieEntreprise": "CASE WHEN NOT ceased THEN '2024' END",
        "dateDebut": "CASE WHEN d(u, 40, 50) > 0 THEN created_on END",
        "etatAdministratifUniteLegale": "CASE WHEN ceased THEN 'C' ELSE 'A' END",
        "categorieJuridiqueUniteLegale": "legal_form",
        "activitePrincipaleUniteLegale": "activity",
        "nomenclatureActivitePrincipaleUniteLegale": "nomenclature",
        "nicSiegeUniteLegale": nic,
        "economieSocialeSolidaireUniteLegale": "CASE WHEN legal_form = '9220' THEN 'O'"
        " WHEN d(u, 52, 3) = 0 THEN 'N' END",
        "societeMissionUniteLegale": "CASE WHEN d(u, 53, 500) = 0 THEN 'O' END",
        "caractereEmployeurUniteLegale": yes_no,
        "activitePrincipaleNAF25UniteLegale": "nullif(activity25, '')",
    }


def _names() -> Mapping[str, str]:
    """What a person and a company are called; nothing of one that was purged."""
    company = "(NOT sole AND NOT purged)"
    person = "(sole AND NOT purged)"
    return {
        "sigleUniteLegale": f"CASE WHEN {company} AND d(u, 41, 9) = 0 THEN "
        f"{masked('left(name, 2) || substr(last_name, 1, 2)', 'masked')} END",
        "sexeUniteLegale": f"CASE WHEN {person} THEN {masked(_sex(), 'masked')} END",
        "prenom1UniteLegale": f"CASE WHEN {person} THEN {masked('first_name', 'masked')} END",
        "prenom2UniteLegale": f"CASE WHEN {person} AND d(u, 42, 3) = 0 THEN "
        f"{masked(one_of(FIRST_NAMES_M, 'u', 43), 'masked')} END",
        "prenomUsuelUniteLegale": f"CASE WHEN {person} AND d(u, 44, 10) > 0 THEN "
        f"{masked('first_name', 'masked')} END",
        "nomUniteLegale": f"CASE WHEN {person} THEN {masked('last_name', 'masked')} END",
        "nomUsageUniteLegale": f"CASE WHEN {person} AND female AND d(u, 48, 3) = 0 THEN "
        f"{masked(_married_name(), 'masked')} END",
        "denominationUniteLegale": f"CASE WHEN {company} THEN {masked('name', 'masked')} END",
        "denominationUsuelle1UniteLegale": f"CASE WHEN {company} AND d(u, 50, 30) = 0 THEN "
        f"{masked(one_of(QUALIFIERS, 'u', 51), 'masked')} END",
    }


def _sex() -> str:
    return "CASE WHEN female THEN 'F' ELSE 'M' END"


def _married_name() -> str:
    return f"{one_of(SURNAME_STARTS, 'u', 49)} || 'VOISIN'"
