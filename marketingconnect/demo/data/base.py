"""The demo's base: invented people and businesses, made and imported as real ones are.

Everything is dated three weeks back, so that the clients' rentals could come from it.
"""

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from marketingconnect.audit.actors import Actor
from marketingconnect.base.consumers.synthetic.files import PROFILES, write_files
from marketingconnect.base.queries import published_release
from marketingconnect.base.services.consumers import rebuild_consumers
from marketingconnect.base.services.loads import Delivery, load_file
from marketingconnect.base.services.registering import register_from_file
from marketingconnect.base.sirene.services import StockDelivery, import_sirene
from marketingconnect.base.sirene.synthetic.making import StockOrder, make_stock
from marketingconnect.base.vocabulary import Population
from marketingconnect.clock import paris_date
from marketingconnect.offers.list_rental.delivery_files.traps.samples import register_sample_traps

ROWS: Final = 300_000
AGE: Final = timedelta(days=21)
KEEPER: Final = Actor.system("Données de démonstration")
Clock = Callable[[], datetime]
Say = Callable[[str], None]


def rows_wanted() -> int:
    """How many of each; fewer where a whole demo is made for one test."""
    return int(os.environ.get("MARKETINGCONNECT_DEMO_ROWS", ROWS))


def load_base(now: Clock, *, say: Say) -> None:
    """Make and publish both populations, each once; a killed run goes on where it stopped."""

    def then() -> datetime:
        return now() - AGE

    folder = Path(settings.VAR) / "demo-base"
    register_sample_traps(actor=KEEPER, now=then())
    if published_release(Population.CONSUMERS) is None:
        say("particuliers")
        _load_consumers(folder / "consumers", then, say)
    if published_release(Population.PROFESSIONALS) is None:
        say("professionnels")
        _load_professionals(folder / "professionals", then, say)
    shutil.rmtree(folder, ignore_errors=True)


def _load_consumers(folder: Path, then: Clock, say: Say) -> None:
    """Three suppliers' files, with what real ones hold wrong."""
    day = paris_date(then())
    folder.mkdir(parents=True, exist_ok=True)
    files = write_files(folder, rows=rows_wanted(), seed=1, as_of=day, profiles=list(PROFILES))
    for path in files:
        supplier = register_from_file(path.with_suffix(".toml"), actor=KEEPER, now=then())
        delivery = Delivery(path=path, supplier=supplier, delivered_on=day)
        load_file(delivery, actor=KEEPER, now=then, say=say)
    rebuild_consumers(as_of=day, actor=KEEPER, now=then, say=say)


def _load_professionals(folder: Path, then: Clock, say: Say) -> None:
    """A stock of the register in INSEE's own layout."""
    day = paris_date(then())
    vintage = day.replace(day=1) - timedelta(days=1)
    made = make_stock(StockOrder(rows=rows_wanted(), as_of=vintage), folder)
    delivery = StockDelivery(
        establishments=made.establishments,
        units=made.units,
        vintage=vintage,
        delivered_on=day,
        as_of=day,
    )
    import_sirene(delivery, actor=KEEPER, now=then, say=say)
