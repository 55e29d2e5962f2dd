"""The tables of states: whole, without a dead end that nobody meant, and drawn in the docs."""

import pytest

from tests.house.states_document import DOCUMENT, Machine, document, machines

MACHINES = list(machines())


def name(machine: Machine) -> str:
    return f"{machine.chapter}.{machine.states.__name__}"


@pytest.mark.parametrize("machine", MACHINES, ids=name)
def test_a_table_has_a_row_for_each_state(machine: Machine) -> None:
    assert set(machine.table) == set(machine.states)


@pytest.mark.parametrize("machine", MACHINES, ids=name)
def test_every_state_can_be_reached_from_the_first(machine: Machine) -> None:
    assert machine.reachable() == set(machine.states)


def test_the_drawings_are_fresh() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), (
        "run python -m tests.house.states_document"
    )
