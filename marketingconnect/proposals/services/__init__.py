"""Verbs of a proposal."""

from marketingconnect.proposals.services.answering import (
    Agreement,
    accept,
    ask_for_another,
    refuse,
)
from marketingconnect.proposals.services.composing import (
    Conditions,
    add_line,
    create_proposal,
    remove_line,
    set_conditions,
)
from marketingconnect.proposals.services.discounting import set_discount, set_discount_limit
from marketingconnect.proposals.services.preparing import (
    prepare_base_campaign,
    prepare_campaign,
    prepare_rental,
)
from marketingconnect.proposals.services.printing import make_pdf
from marketingconnect.proposals.services.proposing import propose, revise, withdraw
from marketingconnect.proposals.services.timing import expire, remind

__all__ = [
    "Agreement",
    "Conditions",
    "accept",
    "add_line",
    "ask_for_another",
    "create_proposal",
    "expire",
    "make_pdf",
    "prepare_base_campaign",
    "prepare_campaign",
    "prepare_rental",
    "propose",
    "refuse",
    "remind",
    "remove_line",
    "revise",
    "set_conditions",
    "set_discount",
    "set_discount_limit",
    "withdraw",
]
