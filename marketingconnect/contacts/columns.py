"""What each column of a client's file holds: from its title, then from its contents.

CGV B.5: columns that reveal health, religion, opinions, union, origin or sexual life, the social
security number and bank details are recognised so that they are never taken.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from marketingconnect.contacts.vocabulary import (
    CIVILITIES,
    EXTRA,
    LONGEST_LABEL,
    MOST_EXTRAS,
    RESERVED_NAMES,
    key_of,
    slug,
)

_TITLES: Final = {
    "email": "email e_mail mail courriel adresse_email adresse_e_mail adresse_mail adresse_courriel"
    " mel email_address e_mail_address mail_address adresse_electronique emails email_1 e_mail_1"
    " email_client mail_client e_mail_value contact_email",
    "civility": "civilite civ titre title civility salutation genre_civilite politesse",
    "first_name": "prenom prenoms first_name firstname given_name forename prenom_client"
    " prenom_contact prenom_usuel",
    "last_name": "nom nom_de_famille last_name lastname surname family_name nom_client"
    " nom_contact nom_usuel nom_naissance name",
    "company_name": "societe entreprise raison_sociale company company_name organisation"
    " organization enseigne etablissement nom_societe nom_entreprise organization_name",
    "postal_code": "code_postal cp postal_code zip zipcode zip_code postcode codepostal"
    " code_post billing_postcode",
    "city": "ville city commune localite town billing_city libelle_commune",
    "mobile": "mobile portable telephone_mobile tel_mobile tel_portable telephone_portable gsm"
    " mobile_phone cell cellphone numero_mobile phone telephone tel phone_number numero_telephone"
    " num_tel phone_1_value",
}
_FIELD_OF_TITLE: Final = {
    title: field for field, titles in _TITLES.items() for title in titles.split()
}
_SENSITIVE: Final = {
    "la santé": r"sante|health|maladie|pathologie|handicap|allergi|medical|medecin|diagnostic"
    r"|groupe sanguin|grossesse|enceinte|vaccin|regime alimentaire",
    "la religion": r"religi|confession|culte|eglise|mosquee|synagogue|casher|halal",
    "les opinions politiques": r"opinions? politi|politi(?:que|cal)|parti politi",
    "l’appartenance syndicale": r"syndic(?:at|al|ale|ats)\b|union member",
    "l’origine": r"ethni|origine (?:raciale|ethnique)|race\b",
    "la vie sexuelle": r"sexuel|sexual|orientation sex",
    "des condamnations": r"casier judiciaire|condamnation|infraction penale",
    "le numéro de sécurité sociale": r"nir\b|insee nir|num(?:ero)? (?:de )?secu|securite sociale"
    r"|secu\b|ssn\b|social security",
    "des données bancaires": r"iban\b|rib\b|bic\b|cvv\b|carte bancaire|numero (?:de )?carte bleue"
    r"|card number|credit card",
}
_SENSITIVE_TITLES: Final = {
    kind: re.compile(rf"\b(?:{words})") for kind, words in _SENSITIVE.items()
}
_NIR: Final = re.compile(r"[12378]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[ABab])\d{6}(?:\d{2})?")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_EMAIL: Final = re.compile(r"[^@\s\"'<>;,|]+@[^@\s\"'<>;,|]+\.[^@\s\"'<>;,|]{2,}")
_FIRST_NAMES: Final = frozenset(
    re.findall(
        r"\w+",
        """
    adrien agathe alain alexandra alexandre alice aline amandine amelie anais andre anne antoine
    arthur audrey aurelie aurore axel baptiste beatrice benjamin benoit bernard brigitte bruno
    camille caroline catherine cecile celine chantal charlotte chloe christelle christian
    christine christophe claire claude claudine clement corinne cyril damien daniel david delphine
    denis didier dominique dylan elena elise elodie emilie emma enzo eric estelle etienne eva
    fabien fabrice florence florent florian francis franck francois francoise frederic gabriel
    gaelle gerard gilles guillaume helene herve hugo ines isabelle jacqueline jacques jean jeanne
    jerome joel josiane julia julie julien juliette karine kevin laetitia laura laure laurence
    laurent lea lilian lola louis louise luc lucas lucie ludovic lydie manon marc marcel margaux
    marie marine marion martine mathieu mathilde matthieu maxime melanie michel michele mickael
    mohamed monique morgane nadia nadine nathalie nicolas nicole noemie odile olivier pascal
    patrice patricia patrick paul pauline philippe pierre quentin raphael raymond regine remi
    remy rene richard robert roger roland romain sabine samuel sandra sandrine sarah sebastien
    serge severine simon solene sonia sophie stephane stephanie sylvain sylvie theo therese
    thierry thomas valentin valerie vanessa veronique victor vincent virginie xavier yann yannick
    yves yvette zoe
    """,
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as we understand it: `target` is a field, `extra:…`, or empty when not taken."""

    index: int
    title: str
    target: str
    examples: tuple[str, ...]
    sensitive: str = ""
    """What the column would reveal; such a column cannot be taken."""


def looks_like_email(cell: str) -> bool:
    """Whether a cell holds an address and nothing else, well written or nearly."""
    return "@" in cell and _EMAIL.fullmatch(cell.strip("\ufeff \t'\"\u00a0")) is not None


def is_known_title(cell: str) -> bool:
    """Whether a cell is a usual column title, in French or in English."""
    title = slug(cell)
    return title in _FIELD_OF_TITLE or bool(sensitive_title(cell))


def sensitive_title(title: str) -> str:
    """What a column of this title would reveal, empty when nothing sensitive (CGV B.5)."""
    words = slug(title).replace("_", " ")
    kinds = (kind for kind, pattern in _SENSITIVE_TITLES.items() if pattern.search(words))
    return next(kinds, "")


def guess_columns(rows: Sequence[Sequence[str]], *, header: bool) -> list[Column]:
    """Understand the first rows of a file; `rows` holds the header too when there is one."""
    titles = [cell.strip("\ufeff ").strip() for cell in rows[0]] if header and rows else []
    body = rows[1:] if header else rows
    width = max((len(row) for row in rows), default=0)
    taken: set[str] = set()
    columns: list[Column] = []
    samples = [[row[i].strip() for row in body if i < len(row)] for i in range(width)]
    mail_column = _best_mail_column(titles, samples)
    for index, cells in enumerate(samples):
        title = titles[index] if index < len(titles) else ""
        filled = [cell for cell in cells if cell]
        sensitive = sensitive_title(title) or _sensitive_contents(filled)
        target = "" if sensitive else _target(title, filled)
        if index == mail_column and not sensitive:
            target = "email"
        elif target == "email":
            target = _extra(title, taken)
        if target in taken or (target.startswith(EXTRA) and key_of(target) in taken):
            target = _extra(title, taken)
        if target:
            taken.add(key_of(target))
        columns.append(Column(index, title, target, tuple(filled[:3]), sensitive))
    return _with_few_extras(columns)


def _best_mail_column(titles: list[str], samples: list[list[str]]) -> int | None:
    """The column that holds most addresses; a title only decides between equals."""

    def weight(index: int) -> tuple[int, bool]:
        title = titles[index] if index < len(titles) else ""
        found = sum(looks_like_email(cell) for cell in samples[index])
        return found, _FIELD_OF_TITLE.get(slug(title)) == "email"

    best = max(range(len(samples)), key=weight, default=None)
    return best if best is not None and any(weight(best)) else None


def _target(title: str, filled: list[str]) -> str:
    known = _FIELD_OF_TITLE.get(slug(title))
    if known is not None and known != "mobile":
        return known
    if by_contents := _by_contents(filled):
        return by_contents
    if known == "mobile":
        return known
    return f"{EXTRA}{title[:LONGEST_LABEL]}" if slug(title) and filled else ""


def _by_contents(filled: list[str]) -> str:
    """A field that most of the cells speak for."""
    if not filled:
        return ""
    speaks: list[tuple[str, Callable[[str], bool]]] = [
        ("civility", lambda cell: cell.lower() in CIVILITIES),
        ("postal_code", lambda cell: re.fullmatch(r"\d{4,5}", cell) is not None),
        ("mobile", _is_mobile),
        ("first_name", lambda cell: slug(cell).split("_")[0] in _FIRST_NAMES),
    ]
    for field, test in speaks:
        if sum(test(cell) for cell in filled) > 0.6 * len(filled):
            return field
    return ""


def _is_mobile(cell: str) -> bool:
    digits = re.sub(r"\D", "", cell)
    return re.fullmatch(r"(?:0033|33)?0?[67]\d{8}", digits) is not None


def _sensitive_contents(filled: list[str]) -> str:
    half = len(filled) / 2
    compact = [re.sub(r"[ .\u00a0-]", "", cell) for cell in filled]
    for kind, pattern in (
        ("le numéro de sécurité sociale", _NIR),
        ("des données bancaires", _IBAN),
    ):
        if filled and sum(pattern.fullmatch(cell) is not None for cell in compact) > half:
            return kind
    return ""


def _extra(title: str, taken: set[str]) -> str:
    """A column of the client's own under a name that nothing else has; empty without a title."""
    name = slug(title)
    if not name:
        return ""
    label, number = title[:LONGEST_LABEL], 2
    while slug(label) in taken or slug(label) in RESERVED_NAMES:
        label, number = f"{title[: LONGEST_LABEL - 4]} {number}", number + 1
    return f"{EXTRA}{label}"


def _with_few_extras(columns: list[Column]) -> list[Column]:
    """Past 30 columns of the client's own, the others are left out unless it chooses them."""
    kept = 0
    result: list[Column] = []
    for column in columns:
        kept += column.target.startswith(EXTRA)
        left_out = column.target.startswith(EXTRA) and kept > MOST_EXTRAS
        result.append(
            Column(column.index, column.title, "", column.examples, column.sensitive)
            if left_out
            else column
        )
    return result
