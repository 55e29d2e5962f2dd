"""Every act that the code writes in the journal has a French name."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from marketingconnect.claims.states import GuaranteeState
from marketingconnect.contracts.states import FormalNoticeState, LetterState, SolvencyState
from marketingconnect.invoices.states import EInvoiceState
from marketingconnect.messages.states import ModerationState
from marketingconnect.notices.states import NoticeState
from marketingconnect.orders.states import LineState, OrderState
from marketingconnect.signature.states import EventKind
from marketingconnect.web.journal_words import ACTS, act_in_words
from tests.house.repository import read, tracked_files

WRITERS = {
    "record",
    "finish",
    "journal",
    "journal_debit",
    "journal_payment",
    "save",
    "move",
    "move_delivery",
    "_journal",
    "_journal_amendment",
    "_move",
    "_save",
    "_decide",
    "_end",
}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
BY_STATE: dict[str, type[StrEnum]] = {
    "e_invoice.": EInvoiceState,
    "formal_notice.": FormalNoticeState,
    "guarantee.": GuaranteeState,
    "letter.": LetterState,
    "message.moderation_": ModerationState,
    "notice.": NoticeState,
    "order.": OrderState,
    "order_line.": LineState,
    "solvency.": SolvencyState,
    "signature.": EventKind,
}


def sources() -> list[Path]:
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.parts[0] == "marketingconnect"
    ]


def codes_in(tree: ast.AST) -> Iterator[str]:
    """What is given to the functions that write in the journal, states spelled out."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in WRITERS and not _keeps_a_file(call.func):
            for given in [*call.args, *(word.value for word in call.keywords)]:
                yield from _codes(given)


def _keeps_a_file(written: ast.expr) -> bool:
    """`storage.save` writes no act."""
    owner = written.value if isinstance(written, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id == "storage"


def _codes(given: ast.expr) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        if CODE.fullmatch(given.value):
            yield given.value
    elif isinstance(given, ast.IfExp):
        yield from _codes(given.body)
        yield from _codes(given.orelse)
    elif isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant):
        start = str(given.values[0].value)
        if re.fullmatch(r"[a-z_]+\.[a-z_]*", start):
            yield from (f"{start}{state}" for state in BY_STATE[start])


def written() -> set[str]:
    return {code for path in sources() for code in codes_in(ast.parse(read(path)))}


def test_every_act_written_has_a_name_and_every_name_an_act() -> None:
    found = written()

    assert len(found) > 80
    assert found == set(ACTS)


def test_no_act_is_written_outside_the_form_of_a_dotted_code() -> None:
    undotted = [
        f"{path}: {word.value.value!r}"
        for path in sources()
        for call in ast.walk(ast.parse(read(path)))
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "action"
        and getattr(call.func, "id", "") == "record"
        and isinstance(word.value, ast.Constant)
        and not CODE.fullmatch(str(word.value.value))
    ]

    assert undotted == []


def test_an_act_without_a_name_shows_its_code() -> None:
    assert act_in_words("order.accepted") == "Commande passée"
    assert act_in_words("order.teleported") == "order.teleported"
