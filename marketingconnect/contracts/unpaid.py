"""Whether an order owes what it was paid: told by payments, which stands above contracts."""

from collections.abc import Callable
from datetime import date

from marketingconnect.orders.models import Order

Question = Callable[[Order, date], bool]
_questions: list[Question] = []


def ask_about_debts(question: Question) -> None:
    """Be asked, before an order goes on, whether its money was taken back. Safe to repeat."""
    if question not in _questions:
        _questions.append(question)


def owes_again(order: Order, today: date) -> bool:
    """CGV II.2.b, III.g: paid once, and no longer enough for its work to go on."""
    return any(question(order, today) for question in _questions)
