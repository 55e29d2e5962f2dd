"""Which domains receive mail, asked of the domain name system, many at a time."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from marketingconnect.dns import Found, Resolver, mail_servers

_AT_ONCE: Final = 32


def receives_mail(domain: str, resolver: Resolver) -> bool | None:
    """Whether mail for a domain has somewhere to go; None when nobody can tell."""
    found = mail_servers(domain, resolver).found
    return None if found is Found.UNKNOWN else found is Found.YES


def which_receive_mail(domains: Iterable[str], resolver: Resolver) -> dict[str, bool | None]:
    """The same of many domains, each asked once."""
    asked = list(dict.fromkeys(domains))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dns") as pool:
        found = pool.map(lambda domain: receives_mail(domain, resolver), asked)
        return dict(zip(asked, found, strict=True))
