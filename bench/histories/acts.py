"""What may happen to sales, by anybody, in any order: each act is one verb of the product.

An act that finds nothing to act on does nothing. What the product refuses is a refusal; anything
else that it raises is a fault.
"""

from collections.abc import Callable
from typing import Final

from bench.histories import by_bank, by_card, documents, lives, selling
from bench.histories.world import World

ACTS: Final[dict[str, tuple[Callable[[World], None], int]]] = {
    act.__name__: (act, weight)
    for act, weight in (
        (selling.order_online, 2),
        (selling.order_by_an_advisor, 3),
        (selling.withdraw, 1),
        (by_card.pay_by_card, 7),
        (by_card.payer_decides, 7),
        (by_card.callback, 6),
        (by_card.ask_the_bank, 4),
        (by_card.give_up_the_page, 1),
        (by_card.choose_another_way, 2),
        (by_card.debit_cards, 4),
        (by_bank.receive, 4),
        (by_bank.validate, 2),
        (by_bank.receive_for_an_invoice, 2),
        (by_bank.bank_file, 3),
        (by_bank.announce, 12),
        (by_bank.file_of_debits, 4),
        (by_bank.collect, 7),
        (by_bank.return_a_debit, 3),
        (by_bank.take_back, 2),
        (documents.supplement, 1),
        (documents.credit, 2),
        (documents.spend, 2),
        (documents.refund, 2),
        (documents.end_refund, 2),
        (documents.give_up, 1),
        (lives.suspend, 2),
        (lives.resume, 1),
        (lives.terminate, 1),
        (lives.give_back_undone, 2),
        (documents.close_the_month, 1),
        (lives.work, 4),
        (lives.time_passes, 6),
    )
}
"""By name, with how often it happens beside the others."""
