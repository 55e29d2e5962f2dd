"""What the terms decide about accounts, mandates and credentials."""

from datetime import date, datetime, timedelta

from marketingconnect.accounts.errors import BillingOutsideFranceError
from marketingconnect.accounts.roles import MandateScope, MemberRole
from marketingconnect.kernel.territory import Territory, territory_of_postal_code


def billing_territory(
    *, country: str, postal_code: str, overseas_collectivities_accepted: bool
) -> Territory:
    """CGV III.a: the offers are for clients whose billing address (adresse de facturation) is in
    France: metropole, Guadeloupe, Martinique, Guyane, Réunion, Mayotte.

    `country` is an ISO code. Raises BillingOutsideFranceError with the reason, InvalidValueError
    for what is not a French postal code.
    """
    if country != "FR":
        raise BillingOutsideFranceError(
            "Nos offres sont réservées aux sociétés facturées en France (art. III.a)."
        )
    territory = territory_of_postal_code(postal_code).for_vat
    if territory.is_overseas_collectivity and not overseas_collectivities_accepted:
        raise BillingOutsideFranceError(
            f"Nos offres ne sont pas ouvertes aux sociétés facturées ici : {territory.label_fr} "
            "(art. III.a)."
        )
    return territory


def credentials_notice_due(*, changed_at: datetime, notice_hours: int) -> datetime:
    """CGV II.1.a: credentials changed by the operator reach the client within 24 hours.

    Elapsed hours, not working hours, from the change itself.
    """
    return changed_at + timedelta(hours=notice_hours)


def is_credentials_notice_late(
    *, due_at: datetime, sent_at: datetime | None, now: datetime
) -> bool:
    """CGV II.1.a: true once the notice of changed credentials was due and had not left."""
    return (sent_at or now) > due_at


def keeps_an_owner(*, owners: int, leaves: MemberRole, becomes: MemberRole | None) -> bool:
    """CGV II.1.a: the client answers for its account, so a company always keeps one owner.

    `owners` counts those there now; `becomes` is None for a person who leaves.
    """
    return owners > 1 or leaves is not MemberRole.OWNER or becomes is MemberRole.OWNER


def is_mandate_in_force(
    *, starts_on: date, ends_on: date | None, revoked_on: date | None, today: date
) -> bool:
    """CGV Def: an agent (mandataire) acts by a written mandate, from its first to its last day.

    Both days count; the day it is revoked no longer does.
    """
    if revoked_on is not None and today >= revoked_on:
        return False
    return starts_on <= today and (ends_on is None or today <= ends_on)


def role_under_mandate(*, own_role: MemberRole, scope: MandateScope) -> MemberRole:
    """CGV Def: the advertiser stays the contracting party, so an agent never owns its account.

    A member of the agency keeps its own rights there, within what the mandate allows.
    """
    if scope is MandateScope.FOLLOW or own_role is MemberRole.VIEWER:
        return MemberRole.VIEWER
    return MemberRole.EDITOR
