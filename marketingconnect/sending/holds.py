"""Who still needs the addresses of a campaign: told by the chapters above, through `config.wiring`.

A reason in French, empty for a chapter that no longer needs them.
"""

from collections.abc import Callable
from datetime import date

HoldOfCampaign = Callable[[int, date], str]

_holders: dict[str, HoldOfCampaign] = {}


def register(name: str, hold_of_campaign: HoldOfCampaign) -> None:
    """Make a holder known under a name; again under the same name replaces it."""
    _holders[name] = hold_of_campaign


def hold_on(campaign_id: int, today: date) -> str:
    """The first reason to keep the addresses of a campaign; empty when nobody has one."""
    return next((reason for hold in _holders.values() if (reason := hold(campaign_id, today))), "")
