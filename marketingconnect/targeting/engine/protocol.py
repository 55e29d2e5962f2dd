"""What the counting desk asks of an engine: one machine's bitmaps, or a cluster."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Criteria, Group
from marketingconnect.targeting.engine.steps import Step


class Engine(Protocol):
    """Exact answers about one release; `Counter` says what each is."""

    def count(self, criteria: Criteria, context: CountContext) -> int: ...

    def rows(self, criteria: Criteria, context: CountContext) -> NDArray[np.uint32]: ...

    def before_sample(self, criteria: Criteria, context: CountContext) -> BitMap: ...

    def by(self, criteria: Criteria, context: CountContext, by: str) -> dict[str, int]: ...

    def groups_drawn(self, criteria: Criteria, context: CountContext, group: Group) -> int: ...

    def groups_by(
        self, criteria: Criteria, context: CountContext, group: Group, by: str
    ) -> dict[str, int]: ...

    def steps(self, criteria: Criteria, context: CountContext) -> list[Step]: ...

    def steps_of_groups(
        self, criteria: Criteria, context: CountContext, group: Group
    ) -> list[Step]: ...
