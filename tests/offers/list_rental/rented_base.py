"""A release in use that rentals are really counted, frozen and delivered from."""

from pathlib import Path

from marketingconnect.base.models import Supplier
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.services.releases import build_release
from tests.base.made import AS_OF, KEEPER, consumers, noon, note
from tests.web.back_office.base_scene import make_supplier

PEOPLE = 1_500
IN_RHONE = 300
"""A fifth of the people of the release are in each of its five départements."""


def make_rented_base(folder: Path, *, people: int = PEOPLE) -> ReleaseRef:
    """The caller has set BASE_ROOT."""
    # Tests that commit are cleaned by truncating, which takes the register's own number 1 too.
    Supplier.objects.filter(pk=make_supplier().pk).update(number=note().supplier)
    return build_release(
        consumers(folder / "contents", people),
        sources=[note(people)],
        as_of=AS_OF,
        actor=KEEPER,
        now=noon,
    )
