"""Have a release read again byte for byte, and keep what was found (CGV Def)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.errors import ReleaseError
from marketingconnect.base.models import Release
from marketingconnect.base.services.releases import verify_release
from marketingconnect.jobs import job

VERIFY = "base.verify_release"
VERIFIER = Actor.system("Vérification des versions")


@transaction.atomic
def ask_verification(release: Release, *, actor: Actor, now: datetime) -> None:
    """CGV Def: a job reads the whole release; a large one takes minutes."""
    _journal("base.verification_asked", release.name, actor, now, {})
    job(VERIFY, queue="base", lock=f"verify:{release.name}").defer(name=release.name)


def verify_and_note(name: str, *, now: datetime) -> bool:
    """CGV Def: whether every file is the one that was published; the journal keeps the answer."""
    try:
        verify_release(name)
    except ReleaseError as error:
        _journal("base.release_found_altered", name, VERIFIER, now, {"what": str(error)})
        return False
    _journal("base.release_verified", name, VERIFIER, now, {})
    return True


def _journal(action: str, name: str, actor: Actor, now: datetime, after: dict[str, object]) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"release:{name}",
        after=after,
        at=now,
    )
