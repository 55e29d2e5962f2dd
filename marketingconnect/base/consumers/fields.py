"""What the columns of a supplier's file can hold, and the titles they are known by."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from marketingconnect.base.errors import UnreadableSupplierFileError
from marketingconnect.base.vocabulary import Channel
from marketingconnect.contacts.vocabulary import slug

_OF_A_PERSON: Final = {
    "civility": "civilite civ titre civility title",
    "first_name": "prenom prenoms first_name firstname prenom_usuel",
    "last_name": "nom nom_de_famille last_name lastname surname nom_usuel nom_usage",
    "line2": "complement complement_adresse adresse_2 adr2 appartement etage line2 volet_2",
    "line3": "batiment residence immeuble adresse_3 adr3 line3 volet_3",
    "line4": "adresse voie rue numero_et_voie adresse_1 adr1 adr4 adresse_postale line4 volet_4",
    "line5": "lieu_dit lieudit boite_postale bp adresse_5 adr5 line5 volet_5",
    "postal_code": "code_postal cp codepostal postal_code zip zipcode",
    "town": "ville commune localite town city libelle_commune nom_commune",
    "commune": "code_insee code_commune insee commune_insee codgeo depcom code_commune_insee",
    "iris": "iris code_iris",
    "x": "x x_lambert coord_x",
    "y": "y y_lambert coord_y",
    "birth_date": "date_naissance date_de_naissance naissance ddn birth_date birthdate dob",
    "birth_year": "annee_naissance annee_de_naissance birth_year",
    "age": "age",
    "sex": "sexe genre sex gender",
    "housing": "logement type_logement habitat type_habitat housing",
    "tenure": "occupation statut_occupation proprietaire_locataire tenure",
    "income_band": "decile_revenu revenu tranche_revenu income_band decile",
    "withdrawn": "retrait opposition desabonne retire withdrawn optout opt_out",
}
_OF_A_CHANNEL: Final = {
    Channel.POST: "courrier postal post adresse",
    Channel.PHONE: "telephone tel fixe telephone_fixe phone",
    Channel.MOBILE: "mobile portable sms gsm",
    Channel.EMAIL: "email mail courriel e_mail",
}
_VALUES: Final = {
    "phone": "telephone tel telephone_fixe tel_fixe fixe phone ligne_fixe",
    "mobile": "mobile portable telephone_mobile tel_mobile telephone_portable gsm sms",
    "email": "email e_mail mail courriel adresse_email adresse_e_mail",
}
_OF_A_PROOF: Final = {
    "consent_on": "date_consentement consentement date_collecte date_optin optin consent_on",
    "form": "formulaire origine_consentement form",
    "form_version": "version_formulaire version form_version",
    "proof": "preuve empreinte preuve_sha256 hash_preuve empreinte_preuve proof",
}
PROOF_PARTS: Final = tuple(_OF_A_PROOF)
REQUIRED: Final = ("last_name", "postal_code", "town")

LABELS: Final[Mapping[str, str]] = {
    "last_name": "le nom",
    "postal_code": "le code postal",
    "town": "la commune",
}


def _titles() -> dict[str, str]:
    """Title -> field; a proof's field is `form` for every channel, `phone_form` for one."""
    fields = {**_OF_A_PERSON, **_VALUES, **_OF_A_PROOF}
    known = {title: name for name, titles in fields.items() for title in titles.split()}
    for channel, words in _OF_A_CHANNEL.items():
        for part, titles in _OF_A_PROOF.items():
            for title in titles.split():
                for word in words.split():
                    known.setdefault(f"{title}_{word}", f"{channel}_{part}")
            known[f"{channel}_{part}"] = f"{channel}_{part}"
    return known


FIELD_OF_TITLE: Final[Mapping[str, str]] = _titles()
FIELDS: Final = frozenset(FIELD_OF_TITLE.values())


@dataclass(frozen=True, slots=True)
class Override:
    """A supplier's own mapping: field -> title, and values that hold for the whole file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column gives which field; `unknown` titles are not read."""

    positions: Mapping[str, int]
    titles: Mapping[str, str]
    defaults: Mapping[str, str]
    unknown: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"titles": dict(self.titles), "defaults": dict(self.defaults)}


def read_override(path: Path | None) -> Override:
    """The mapping file, when there is one: `[columns] phone = "Tél. 1"`, `[defaults] form = …`.

    Raises UnreadableSupplierFileError.
    """
    if path is None:
        return Override()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableSupplierFileError(
            f"La correspondance « {path} » ne se lit pas : {error}."
        ) from error
    tables = {name: content.pop(name, {}) for name in ("columns", "defaults")}
    wrong = sorted(
        {*content, *(name for table in tables.values() for name in table if name not in FIELDS)}
    )
    if wrong:
        raise UnreadableSupplierFileError(
            f"La correspondance « {path} » nomme ce qui n’existe pas : {', '.join(wrong)}."
        )
    as_text = {
        name: {key: str(value) for key, value in table.items()} for name, table in tables.items()
    }
    return Override(as_text["columns"], as_text["defaults"])


def map_columns(titles: Sequence[str], override: Override) -> Mapped:
    """Give each known title its field. Raises UnreadableSupplierFileError for what is missing."""
    cleaned = [title.strip("\ufeff \t") for title in titles]
    positions: dict[str, int] = {}
    for name, title in override.columns.items():
        if title not in cleaned:
            raise UnreadableSupplierFileError(
                f"La correspondance cherche une colonne « {title} » qui n’est pas dans le fichier."
            )
        positions[name] = cleaned.index(title)
    for position, title in enumerate(cleaned):
        name = FIELD_OF_TITLE.get(slug(title), "")
        if name and position not in positions.values():
            positions.setdefault(name, position)
    missing = [LABELS[name] for name in REQUIRED if name not in {*positions, *override.defaults}]
    if missing:
        raise UnreadableSupplierFileError(
            f"Il manque {' et '.join(missing)} : ligne 1, aucune colonne de ce titre parmi"
            f" « {', '.join(cleaned[:12])} ». Corrigez les titres, ou donnez une correspondance"
            " avec --mapping."
        )
    taken = set(positions.values())
    return Mapped(
        positions=positions,
        titles={name: cleaned[position] for name, position in positions.items()},
        defaults=override.defaults,
        unknown=tuple(title for position, title in enumerate(cleaned) if position not in taken),
    )
