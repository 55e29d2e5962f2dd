"""What is given back of an order that ended before all its work was done."""

from marketingconnect.claims.rules.settlement import cancellation_credit
from marketingconnect.kernel.money import Money


def undone_credit(
    *, undone: Money, top_up: Money, kept: Money, minimum: Money, credited: Money, remaining: Money
) -> Money:
    """CGV II.1.b, III.g: what never began is not owed, whoever ended the order.

    `undone` is the price of the lines that never began, `kept` that of the others, done or begun;
    `credited` was taken back already, `remaining` is what is left of the invoice. All HT.
    """
    if undone == Money.zero:
        return Money.zero
    asked = cancellation_credit(line_net=undone, top_up=top_up, others=kept, minimum=minimum)
    return min(max(asked - credited, Money.zero), remaining)


def undone_problems(*, net: Money, remaining: Money, reason: str) -> dict[str, str]:
    """CGV II.2.a: accounting credits what it decides of an invoice at most, and why."""
    problems = {}
    if not Money.zero < net <= remaining:
        problems["net"] = f"Indiquez un montant HT positif, d’au plus {remaining}."
    if not reason.strip():
        problems["reason"] = "Dites pourquoi : le client le lit sur l’avoir."
    return problems
