"""E-mail addresses: one canonical form, checked fast enough for files of millions of lines.

The form accepted is the one that mailbox providers give: unquoted ASCII local part (RFC 5321
dot-string), a domain of at least two labels, international domains turned into their ASCII
form. Whether the mailbox exists is not known here.
"""

import re
from typing import Final

import idna

from marketingconnect.kernel.errors import InvalidValueError

_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP_LABEL: Final = r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+{_TOP_LABEL}")
USUAL_ADDRESS: Final = rf"{_LOCAL.pattern}@{_DOMAIN.pattern}"
"""Nearly every address, in lower case, its lengths apart: for engines without Python."""
LONGEST_ADDRESS: Final = 254
LONGEST_LOCAL: Final = 64
_ADDRESS: Final = re.compile(rf"(?=.{{1,64}}@){USUAL_ADDRESS}")
_LONGEST_DOMAIN: Final = 253
_INVISIBLE: Final = " \t\r\n\u00a0\u202f\u200b\ufeff"
ROLE_NAMES: Final = frozenset(
    re.findall(
        r"\S+",
        """
        abuse accueil achats admin administration admissions billing bonjour boutique bureau
        commandes commercial communication compta comptabilite contact contacts courrier devis
        direction facturation factures formation hello help hostmaster info information
        informations infos jobs kontakt location magasin mail mailer-daemon mairie marketing
        newsletter no-reply noc noreply office ouverture postmaster presse privacy recrutement
        reservation reservations restaurant rh root sales sav secretariat security service
        service-client serviceclient standard support team technique vente ventes webmaster
        """,
    )
)
"""Local parts that name a function of an organisation."""


def normalise_email(text: str) -> str:
    """` Jean.Dupont@Exemple.FR ` -> `jean.dupont@exemple.fr`.

    Lower case, domain in its ASCII form (`café.fr` -> `xn--caf-dma.fr`). Raises
    InvalidValueError: email_empty, email_at_sign, email_accents, email_local_part,
    email_domain, email_length.
    """
    address = text.strip(_INVISIBLE).lower()
    if len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address):
        return address
    return _normalise_slowly(address)


def is_role_address(email: str) -> bool:
    """Whether the address names a function (contact@, info@), so that it belongs to a company."""
    local = email.partition("@")[0].partition("+")[0]
    return local in ROLE_NAMES


def domain_of(email: str) -> str:
    """The part after the @ of a normalised address."""
    return email.rpartition("@")[2]


def _normalise_slowly(address: str) -> str:
    """What the one expression refused: an international domain, or a mistake to name."""
    if not address:
        raise InvalidValueError("email_empty", "L’adresse e-mail manque.")
    local, at_sign, domain = address.partition("@")
    if not at_sign or "@" in domain:
        raise InvalidValueError(
            "email_at_sign", "Une adresse e-mail contient une seule fois le signe @."
        )
    _check_local_part(local)
    ascii_domain = _ascii_domain(domain)
    if len(local) + 1 + len(ascii_domain) > LONGEST_ADDRESS:
        raise InvalidValueError("email_length", "Cette adresse e-mail est trop longue.")
    return f"{local}@{ascii_domain}"


def _check_local_part(local: str) -> None:
    if not local.isascii():
        raise InvalidValueError(
            "email_accents", "La partie avant @ ne peut contenir ni accent ni caractère spécial."
        )
    if len(local) > LONGEST_LOCAL:
        raise InvalidValueError("email_length", "La partie avant @ dépasse 64 caractères.")
    if not _LOCAL.fullmatch(local):
        raise InvalidValueError(
            "email_local_part",
            "La partie avant @ est mal écrite : pas d’espace, pas de point au bord ni doublé.",
        )


def _ascii_domain(domain: str) -> str:
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            domain = ""
    if len(domain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
        raise InvalidValueError(
            "email_domain", "La partie après @ n’est pas un nom de domaine, comme exemple.fr."
        )
    return domain
