"""Where traps stand among the rows: where the order of the file would put such an address.

Rows come by département and commune. A trap goes somewhere within its commune's rows; without any,
where its commune would come in its département; else at the end of the nearest one before.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from marketingconnect.targeting.files.batches import Batch


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring rows of one commune."""

    departement: str
    commune: str
    first: int
    rows: int


@dataclass(slots=True)
class Runs:
    """The communes of a file, in its order."""

    runs: list[Run] = field(default_factory=list)
    rows: int = 0

    def add(self, batch: Batch) -> None:
        """Count the rows of one more batch."""
        departements, communes = batch.columns["departement"], batch.columns["commune"]
        start = 0
        for place in range(1, len(batch) + 1):
            if place == len(batch) or communes[place] != communes[start]:
                self._add(departements[start], communes[start], place - start)
                start = place

    def _add(self, departement: str, commune: str, rows: int) -> None:
        last = self.runs[-1] if self.runs else None
        if last is not None and last.commune == commune:
            self.runs[-1] = Run(departement, commune, last.first, last.rows + rows)
        else:
            self.runs.append(Run(departement, commune, self.rows, rows))
        self.rows += rows

    @property
    def communes(self) -> frozenset[str]:
        return frozenset(run.commune for run in self.runs)

    @property
    def departements(self) -> frozenset[str]:
        return frozenset(run.departement for run in self.runs)


def place_of(runs: Sequence[Run], *, departement: str, commune: str, draw: int) -> int:
    """Before which row a trap goes; `draw` chooses among the places that are as good."""
    own = [run for run in runs if run.commune == commune]
    if own:
        run = own[draw % len(own)]
        return run.first + draw // len(own) % (run.rows + 1)
    near = [run for run in runs if run.departement == departement]
    later = [run for run in near if run.commune > commune]
    if later:
        return later[0].first
    before = near or [run for run in runs if run.departement < departement]
    return before[-1].first + before[-1].rows if before else 0


def with_traps(
    batches: Iterable[Batch],
    traps: Sequence[tuple[int, Callable[[dict[str, str]], dict[str, str]]]],
    same_address: Sequence[str],
) -> Iterable[Batch]:
    """The batches with a row more at each place, in order; a trap is made from its neighbour.

    It moves on to where neighbours differ in `same_address`, so as to split no household.
    """
    waiting = sorted(traps, key=lambda trap: trap[0])[::-1]
    first = 0
    for batch in batches:
        due = []
        while waiting and waiting[-1][0] < first + len(batch):
            due.append(waiting.pop())
        yield _inserted(batch, first, due, same_address) if due else batch
        first += len(batch)
        neighbour = {name: values[-1] for name, values in batch.columns.items()}
    if waiting:
        rows = [make(neighbour) for _, make in reversed(waiting)]
        yield Batch({name: [row[name] for row in rows] for name in neighbour}, len(rows))


def _inserted(
    batch: Batch,
    first: int,
    due: Sequence[tuple[int, Callable[[dict[str, str]], dict[str, str]]]],
    same_address: Sequence[str],
) -> Batch:
    columns = {name: list(values) for name, values in batch.columns.items()}
    for place, make in reversed(due):
        place = _between_addresses([columns[name] for name in same_address], place - first)
        neighbour = {name: values[min(place, len(batch) - 1)] for name, values in columns.items()}
        for name, value in make(neighbour).items():
            columns[name].insert(place, value)
    return Batch(columns, len(batch) + len(due))


def _between_addresses(addresses: Sequence[Sequence[str]], place: int) -> int:
    rows = len(addresses[0])
    while 0 < place < rows and all(a[place] == a[place - 1] for a in addresses):
        place += 1
    return place
