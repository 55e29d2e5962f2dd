"""Verbs of ListConnect."""

from marketingconnect.offers.list_rental.services.amending import (
    propose_amendment,
    refuse_amendment,
    take_amendment,
    withdraw_amendment,
)
from marketingconnect.offers.list_rental.services.composing import (
    abandon_rental,
    choose_columns,
    choose_target,
    choose_uses,
    declare_subcontractor,
    rename_rental,
    start_rental,
    withdraw_subcontractor,
)
from marketingconnect.offers.list_rental.services.delivering import (
    ask_re_delivery,
    download_file,
    launch_rental,
)
from marketingconnect.offers.list_rental.services.ending import (
    end_rental,
    replace_addresses,
    resume_rental,
    suspend_rental,
    top_up,
)
from marketingconnect.offers.list_rental.services.freezing import (
    freeze_order,
    freeze_rental,
    note_payment,
)
from marketingconnect.offers.list_rental.services.samples import judge_sample, submit_sample

__all__ = [
    "abandon_rental",
    "ask_re_delivery",
    "choose_columns",
    "choose_target",
    "choose_uses",
    "declare_subcontractor",
    "download_file",
    "end_rental",
    "freeze_order",
    "freeze_rental",
    "judge_sample",
    "launch_rental",
    "note_payment",
    "propose_amendment",
    "refuse_amendment",
    "rename_rental",
    "replace_addresses",
    "resume_rental",
    "start_rental",
    "submit_sample",
    "suspend_rental",
    "take_amendment",
    "top_up",
    "withdraw_amendment",
    "withdraw_subcontractor",
]
