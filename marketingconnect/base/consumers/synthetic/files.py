"""Suppliers' files of the same people: three layouts, overlaps, and what real files hold wrong."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from marketingconnect.base.consumers.synthetic.people import make_people
from marketingconnect.base.engine import DuckDB, duckdb_in, quoted
from marketingconnect.base.vocabulary import Channel
from marketingconnect.kernel.calendar import add_months


@dataclass(frozen=True, slots=True)
class Profile:
    """A supplier: what it calls its columns, whom it knows, how it writes."""

    name: str
    title: str
    siren: str
    suffix: str
    separator: str
    columns: Mapping[str, str]
    """Title -> expression over the people of the file."""
    share: str
    """Whom it knows."""
    form: str
    form_source: str
    oldest_months: int


_DATE_FR: Final = "strftime({}, '%d/%m/%Y')"
_PROOFS_FR: Final = {
    title: expression
    for channel, french in zip(Channel, ("courrier", "telephone", "mobile", "email"), strict=True)
    for title, expression in (
        (f"date_consentement_{french}", f"strftime({channel}_day, '%d/%m/%Y')"),
        (f"preuve_{french}", f"{channel}_hash"),
    )
}
PROFILES: Final[Mapping[str, Profile]] = {
    "foyers": Profile(
        name="Foyers & Cie",
        title="foyers",
        siren="552100554",
        suffix=".csv",
        separator=";",
        columns={
            "Civilité": "CASE WHEN is_woman THEN 'Mme' ELSE 'M.' END",
            "Nom": "upper(last_name)",
            "Prénom": "first_name",
            "Complément": "flat",
            "Bâtiment": "building",
            "Adresse": "street",
            "Code postal": "postal_code",
            "Ville": "town",
            "Code IRIS": "iris",
            "X": "x",
            "Y": "y",
            "Date de naissance": _DATE_FR.format("born"),
            "Logement": "CASE WHEN is_flat THEN 'appartement' ELSE 'maison' END",
            "Occupation": "tenure",
            "Décile revenu": "income",
            "Téléphone": "written_phone",
            "Mobile": "mobile",
            "E-mail": "email",
            "Formulaire": "form",
            "Version formulaire": "form_version",
            **_PROOFS_FR,
            "Retrait": "CASE WHEN draw(i, 'withdrawn') < 0.002 THEN 'oui' ELSE '' END",
        },
        share="draw(i, 'known') < 0.7",
        form="FOYER",
        form_source="Enquête des foyers",
        oldest_months=40,
    ),
    "jeux": Profile(
        name="Jeux du Dimanche",
        title="jeux",
        siren="542107651",
        suffix=".csv",
        separator=",",
        columns={
            "firstname": "first_name",
            "lastname": "last_name",
            "address": "''",
            "adresse_1": "moved_street",
            "zip": "moved_postal_code",
            "city": "upper(moved_town)",
            "birth_year": "year(born)",
            "sex": "CASE WHEN is_woman THEN 'F' ELSE 'M' END",
            "phone": "phone",
            "mobile": "mobile",
            "email": "upper(email)",
            "optin": "email_day",
            "form": "form",
            "form_version": "form_version",
            "proof": "email_hash",
        },
        share="draw(i, 'known') >= 0.5",
        form="JEU",
        form_source="Jeu-concours jeux.example.org",
        oldest_months=30,
    ),
    "presse": Profile(
        name="Presse régionale réunie",
        title="presse",
        siren="383960135",
        suffix=".parquet",
        separator="",
        columns={
            "CIV": "CASE WHEN is_woman THEN 'MME' ELSE 'M' END",
            "NOM": "upper(strip_accents(last_name))",
            "PRENOM": "upper(strip_accents(first_name))",
            "ADR2": "flat",
            "ADR4": "upper(strip_accents(street))",
            "CP": "postal_code",
            "COMMUNE": "label",
            "DDN": "born",
            "SMS": "mobile",
            "COURRIEL": "email",
            "DATE_OPTIN": "post_day",
            "FORMULAIRE": "form",
            "VERSION": "form_version",
            "PREUVE": "post_hash",
        },
        share="draw(i, 'press') < 0.2",
        form="ABO",
        form_source="Bulletin d’abonnement",
        oldest_months=36,
    ),
}
_WORDINGS: Final = {
    "1": "J’accepte que mes coordonnées soient transmises aux partenaires commerciaux.",
    "2": "J’accepte de recevoir les offres des partenaires par courrier, téléphone, SMS et e-mail.",
}


def write_files(
    folder: Path, *, rows: int, seed: int, as_of: date, profiles: Sequence[str]
) -> list[Path]:
    """Write each supplier's file and, beside it, the TOML that registers it; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch,
        duckdb_in(Path(scratch)) as connection,
    ):
        make_people(connection, rows, seed)
        return [_write(connection, PROFILES[name], folder, as_of, seed) for name in profiles]


def _write(connection: DuckDB, profile: Profile, folder: Path, as_of: date, seed: int) -> Path:
    target = folder / f"{profile.title}{profile.suffix}"
    chosen = ", ".join(
        f'{expression} AS "{title}"' for title, expression in profile.columns.items()
    )
    known = f"SELECT * FROM people WHERE {profile.share}"
    repeated = f"{known} UNION ALL ({known} AND draw(i, 'again') < 0.012)"
    options = (
        f"FORMAT csv, HEADER, DELIMITER {quoted(profile.separator)}"
        if profile.separator
        else "FORMAT parquet, COMPRESSION zstd"
    )
    connection.execute(
        f"COPY (SELECT {chosen} FROM ({_with_proofs(repeated, profile, as_of, seed)})"
        f" ORDER BY draw(i, {quoted(profile.title)})) TO {quoted(target)} ({options})"
    )
    (folder / f"{profile.title}.toml").write_text(_registration(profile, as_of), encoding="utf-8")
    return target


def _with_proofs(people: str, profile: Profile, as_of: date, seed: int) -> str:
    """Each channel's day and proof; some are missing, too old, or not well written."""
    today = f"DATE {quoted(as_of.isoformat())}"
    span = (as_of - add_months(as_of, -profile.oldest_months)).days
    title = quoted(profile.title)
    days = ", ".join(
        f"CASE WHEN draw(i, {title} || '{channel}none') < 0.03 THEN NULL ELSE {today}"
        f" - CAST(floor(pow(draw(i, {title} || '{channel}'), {power}) * {span}) AS INTEGER)"
        f" END AS {channel}_day"
        for channel, power in zip(Channel, (1.6, 2.6, 1.6, 1.6), strict=True)
    )
    hashes = ", ".join(
        f"CASE WHEN {channel}_day IS NULL THEN '' WHEN draw(i, {title} || '{channel}bad') < 0.005"
        f" THEN 'scan-' || i ELSE sha256({title} || i || '{channel}{seed}') END AS {channel}_hash"
        for channel in Channel
    )
    previous = (
        f"CASE WHEN draw(i, {title} || 'moved') < 0.015 THEN '1 chemin de l’Ancien Logis'"
        " ELSE street END AS moved_street, postal_code AS moved_postal_code, town AS moved_town"
    )
    written = """CASE WHEN phone = '' THEN '' WHEN draw(i, 'spelled') < 0.3
            THEN '+33' || phone[2:] WHEN draw(i, 'spelled') < 0.6 THEN regexp_replace(phone,
                '(..)(..)(..)(..)(..)', '\\1 \\2 \\3 \\4 \\5')
        WHEN draw(i, 'spelled') < 0.61 THEN phone[:8] WHEN draw(i, 'spelled') < 0.62
            THEN phone[2:] ELSE phone END AS written_phone"""
    return f"""
        SELECT *, {hashes}, {quoted(profile.form)} AS form,
            CASE WHEN draw(i, 'version') < 0.002 THEN '9' WHEN draw(i, 'version') < 0.5
                THEN '1' ELSE '2' END AS form_version
        FROM (SELECT *, {days}, {previous}, {written},
            {today} - CAST(years * 365.25 + draw(i, 'birthday') * 364 AS INTEGER) AS born
            FROM ({people}))"""


def _registration(profile: Profile, as_of: date) -> str:
    """The TOML that `register_supplier` reads."""
    channels = ", ".join(f'"{channel}"' for channel in Channel)
    forms = "".join(
        f"""
[[form]]
reference = "{profile.form}"
version = "{version}"
source = "{profile.form_source}"
ground = "consent"
channels = [{channels}]
wording = "{wording}"
recipients = "Annonceurs de la vente à distance, de la presse et des services"
used_from = 2018-01-01
"""
        for version, wording in _WORDINGS.items()
    )
    return f"""name = "{profile.name}"
siren = "{profile.siren}"
contact_name = "Service des fichiers"
contact_email = "fichiers@{profile.title}.test"
licence = "Contrat {profile.title.upper()}-{as_of.year}"

[[right]]
population = "consumers"
channels = [{channels}]
purposes = ["rental", "sending"]
starts_on = {add_months(as_of, -12).isoformat()}
ends_on = {add_months(as_of, 36).isoformat()}
contract = "{profile.title.upper()}-{as_of.year}"
register = "Base des particuliers"
{forms}"""
