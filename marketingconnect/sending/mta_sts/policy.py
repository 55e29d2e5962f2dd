"""The words of RFC 8461: the record that announces a policy, and the policy itself. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_AGE: Final = 31_557_600
"""Seconds, the most that a policy may ask to be kept (RFC 8461, 3.2)."""
_VERSION: Final = "STSv1"
_ID: Final = re.compile(r"[A-Za-z0-9]{1,32}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_VALUE: Final = re.compile(r"[\x21-\x3a\x3c\x3e-\x7e]+")
_DELIMITER: Final = re.compile(r"[ \t]*;[ \t]*")
_AGE: Final = re.compile(r"[0-9]{1,10}")
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class InvalidPolicyError(ValueError):
    """A policy that does not stand counts for none; the words say why, in French."""


class Mode(StrEnum):
    """What follows when a server does not keep to the policy (RFC 8461, 5)."""

    ENFORCE = "enforce"
    """Nothing is given to it."""
    TESTING = "testing"
    """It gets its mail as if there were no policy, and the failure is counted."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Policy:
    """`mx` are the names of servers, in lower case, `*.` standing for one label."""

    mode: Mode
    max_age: int
    mx: tuple[str, ...] = ()

    def allows(self, host: str) -> bool:
        """Whether a server is one of the domain's (RFC 8461, 4.1)."""
        name = host.rstrip(".").lower()
        _, _, parent = name.partition(".")
        return is_host_name(name) and (name in self.mx or f"*.{parent}" in self.mx)


def is_host_name(name: str) -> bool:
    """Whether it is a name in lower case that may stand in an address of the web."""
    return len(name) <= 253 and _HOST.fullmatch(name) is not None


def announced_id(records: Sequence[str]) -> str | None:
    """The id in the TXT records of `_mta-sts`; None when they announce no policy (RFC 8461, 3.1).

    Texts about something else are left aside; two announcements, or one that is badly written,
    announce nothing.
    """
    ours = [one for one in records if re.match(r"v=STSv1[ \t]*;", one)]
    if len(ours) != 1:
        return None
    _, *fields = _DELIMITER.split(ours[0].rstrip(" \t"))
    if fields and not fields[-1]:
        fields.pop()
    found: dict[str, str] = {}
    for one in fields:
        name, equals, value = one.partition("=")
        if not (equals and _NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            return None
        found.setdefault(name, value)
    policy_id = found.get("id", "")
    return policy_id if _ID.fullmatch(policy_id) else None


def parse_policy(octets: bytes) -> Policy:
    """A policy file, `key: value` by line (RFC 8461, 3.2). Raises InvalidPolicyError.

    Keys not known are left aside; of a key given twice the first counts, but `mx` adds up.
    """
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidPolicyError("La politique n’est pas un texte UTF-8.") from error
    found: dict[str, str] = {}
    servers: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip(" \t"):
            continue
        key, value = _pair(line)
        if key == "mx":
            servers.append(_pattern(value))
        else:
            found.setdefault(key, value)
    return _policy(found, servers)


def _pair(line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not (colon and _NAME.fullmatch(key)):
        raise InvalidPolicyError(f"La ligne « {line[:60]} » n’est pas de la forme « clé: valeur ».")
    return key, value.strip(" \t")


def _pattern(value: str) -> str:
    """A name of server, its wildcard allowed as the whole of the left-most label only."""
    pattern = value.lower()
    if not is_host_name(pattern.removeprefix("*.")):
        raise InvalidPolicyError(f"« mx: {value[:60]} » n’est pas un nom de serveur.")
    return pattern


def _policy(found: dict[str, str], servers: list[str]) -> Policy:
    if found.get("version") != _VERSION:
        raise InvalidPolicyError("La politique ne dit pas « version: STSv1 ».")
    if found.get("mode") not in set(Mode):
        raise InvalidPolicyError("Le mode n’est ni enforce, ni testing, ni none.")
    if not _AGE.fullmatch(found.get("max_age", "")):
        raise InvalidPolicyError("La durée max_age n’est pas un nombre de secondes.")
    mode = Mode(found["mode"])
    if mode is not Mode.NONE and not servers:
        raise InvalidPolicyError("La politique ne nomme aucun serveur (mx).")
    return Policy(mode, min(int(found["max_age"]), LONGEST_AGE), tuple(dict.fromkeys(servers)))
