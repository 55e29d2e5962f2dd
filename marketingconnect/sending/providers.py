"""The refusals of large mailbox providers, as `refusals.toml` tells them. Pure."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class ProviderRefusal:
    """A shape of refusal. `cause` names one of `sending.causes.Cause`."""

    provider: str
    pattern: "re.Pattern[str]"
    cause: str
    example: str

    @property
    def code(self) -> int:
        """The reply code of the example."""
        return int(self.example[:3])


@cache
def provider_refusals() -> tuple[ProviderRefusal, ...]:
    """In the order of the file: the first one that matches decides."""
    text = resources.files(__package__).joinpath("refusals.toml").read_text("utf-8")
    return tuple(
        ProviderRefusal(
            one["provider"], re.compile(one["match"], re.I), one["cause"], one["example"]
        )
        for one in tomllib.loads(text)["refusal"]
    )


def refusal_of(reply: str) -> ProviderRefusal | None:
    """The shape that a reply has, if it is one of theirs."""
    return next((one for one in provider_refusals() if one.pattern.search(reply)), None)
