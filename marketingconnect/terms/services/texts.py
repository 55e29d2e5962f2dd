"""Publish the texts: those that ship, and the operator's own."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.terms import queries
from marketingconnect.terms.errors import PublishedTextChangedError
from marketingconnect.terms.models import TermsOrigin, TermsVersion
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.rules import ChangeKind
from marketingconnect.terms.services.changes import announce_change
from marketingconnect.terms.services.law import seed_law
from marketingconnect.terms.texts import TermsText, published_texts

_PLATFORM = Actor.system("MarketingConnect")


@transaction.atomic
def ensure_terms_published(now: datetime) -> TermsVersion:
    """Publish the versions that ship and are not yet in the database, and seed the law.

    Safe to call at every start. Returns the version in force that day. Raises
    PublishedTextChangedError when a file differs from what was published, since clients accepted
    its hash. Once the operator has published a text of its own, no later file is published.
    """
    for text in published_texts():
        _ensure_published(text, now)
    seed_law(now)
    return queries.current_terms(paris_date(now))


def _ensure_published(text: TermsText, now: datetime) -> None:
    known = TermsVersion.objects.filter(number=text.number).first()
    if known is None and not TermsVersion.objects.filter(origin=TermsOrigin.OPERATOR).exists():
        publish_text(
            text,
            TermsParameters(),
            in_force_from=_first_day(text, paris_date(now)),
            origin=TermsOrigin.SHIPPED,
            by=None,
            now=now,
        )
    elif known and known.origin == TermsOrigin.SHIPPED and known.sha256 != text.sha256:
        raise PublishedTextChangedError(
            f"Le texte de la version {text.number} a changé depuis sa publication : "
            "un texte publié est définitif, publiez une nouvelle version."
        )


def _first_day(text: TermsText, today: date) -> date:
    """The day written in the file, or later where clients must first be able to refuse."""
    earliest = queries.earliest_change(today)
    return text.in_force_from if earliest is None else max(text.in_force_from, earliest)


def publish_text(
    text: TermsText,
    parameters: TermsParameters,
    *,
    in_force_from: date,
    origin: TermsOrigin,
    by: User | None,
    now: datetime,
) -> TermsVersion:
    """CGV III.b: keep a text for ever; journalled, and announced when it replaces another."""
    version = TermsVersion.objects.create(
        number=text.number,
        title=text.title,
        text=text.text,
        sha256=text.sha256,
        parameters=parameters.to_json(),
        published_at=now,
        in_force_from=in_force_from,
        origin=origin,
        published_by=by,
    )
    record(
        action="terms.published",
        actor=Actor.staff(by.pk, by.full_name) if by else _PLATFORM,
        company_id=None,
        subject=f"terms_version:{version.pk}",
        after={"number": text.number, "sha256": text.sha256, "in_force_from": in_force_from},
        at=now,
    )
    if text.number > 1:
        announce_change(
            kind=ChangeKind.TERMS, number=text.number, in_force_from=in_force_from, now=now
        )
    return version
