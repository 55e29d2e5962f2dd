"""Open an account: ask, receive a mail, confirm by choosing a password (CGV II.1.a, III.a).

Nothing of a company exists before its first user has proved to read the mail sent to it. The
page answers the same whatever is already known: only the mail tells.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from marketingconnect.accounts.errors import AlreadyRegisteredError
from marketingconnect.accounts.models import AccessLink, Company, LinkPurpose, Membership, User
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.accounts.services.links import asked_too_often, make_link, use_up
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.kernel.siren import vat_number
from marketingconnect.notices.services import queue_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A company and its first user, every field already checked and in its canonical form."""

    siret: str
    legal_name: str
    billing_recipient: str = ""
    billing_complement: str = ""
    billing_street: str
    billing_locality: str = ""
    billing_postal_code: str
    billing_city: str
    territory: str
    website: str = ""
    phone: str = ""
    is_agent: bool = False
    email: str
    first_name: str
    last_name: str


_OF_THE_USER = ("email", "first_name", "last_name")


@transaction.atomic
def ask_registration(wanted: Registration, *, now: datetime) -> None:
    """Send the mail that fits: confirm, or the account exists; never says which on screen."""
    if asked_too_often(wanted.email, now=now):
        return
    known = User.objects.filter(email=wanted.email).exists()
    company = Company.objects.filter(siret=wanted.siret).first()
    if known:
        _tell(wanted, "account_known_address", now, {})
    elif company is not None:
        _tell(wanted, "account_known_company", now, {"siret": wanted.siret})
        _tell_owners(company, wanted, now)
    else:
        _, address = make_link(LinkPurpose.REGISTER, wanted.email, now=now, details=asdict(wanted))
        _tell(wanted, "account_confirm", now, {"action_url": address, "action_text": "Confirmer"})


def confirm_registration(link_id: int, *, password: str, now: datetime) -> User:
    """CGV II.1.a: use the link; the company, its owner and the password appear together.

    Raises StaleLinkError, or AlreadyRegisteredError when somebody was faster.
    """
    try:
        with transaction.atomic():
            link = use_up(link_id, now=now)
            wanted = Registration(**link.details)
            user = new_user(
                wanted.email, wanted.first_name, wanted.last_name, password=password, now=now
            )
            open_company(wanted, owner=user, now=now)
            return user
    except IntegrityError as error:
        raise AlreadyRegisteredError(
            "Un compte vient d’être ouvert pour cet établissement ou cette adresse : "
            "connectez-vous, ou demandez une invitation à votre collègue."
        ) from error


@transaction.atomic
def open_company(wanted: Registration, *, owner: User, now: datetime) -> Company:
    """Write the company with its client number and its first owner."""
    number = _next_company_number()
    fields = {key: value for key, value in asdict(wanted).items() if key not in _OF_THE_USER}
    company = Company.objects.create(
        pk=number,
        reference=f"C-{number:06d}",
        vat_number=vat_number(wanted.siret[:9]),
        created_at=now,
        **fields,
    )
    Membership.objects.create(company=company, user=owner, role=MemberRole.OWNER, since=now)
    record(
        action="company.registered",
        actor=Actor.user(owner.pk, f"{owner.full_name} <{owner.email}>"),
        company_id=company.pk,
        subject=f"company:{company.pk}",
        at=now,
        after={"reference": company.reference, **fields, "owner": owner.email},
    )
    return company


def new_user(
    email: str, first_name: str, last_name: str, *, password: str | None, now: datetime
) -> User:
    """A person whose address is proved by the mail just answered; without password, none fits."""
    user = User(
        email=email,
        first_name=first_name,
        last_name=last_name,
        email_confirmed_at=now if password else None,
        joined_at=now,
    )
    user.set_password(password)
    user.save(force_insert=True)
    return user


def pending_registration(link: AccessLink) -> Registration:
    """What the confirmation page sums up."""
    return Registration(**link.details)


def _tell(wanted: Registration, template: str, now: datetime, more: dict[str, str]) -> None:
    queue_notice(
        key=f"{template}:{secrets.token_hex(8)}",
        template=template,
        to_email=wanted.email,
        company_id=None,
        context={"first_name": wanted.first_name, "legal_name": wanted.legal_name, **more},
        at=now,
    )


def _tell_owners(company: Company, wanted: Registration, now: datetime) -> None:
    """Once for each person who asks, whatever the number of times."""
    for membership in company.memberships.filter(role=MemberRole.OWNER, until__isnull=True):
        queue_notice(
            key=f"join-request:{company.pk}:{wanted.email}"[:140] + f":{membership.user_id}",
            template="account_join_request",
            to_email=membership.user.email,
            company_id=company.pk,
            context={
                "legal_name": company.legal_name,
                "who": f"{wanted.first_name} {wanted.last_name}",
                "email": wanted.email,
            },
            at=now,
        )


def _next_company_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_company', 'id'))")
        return int(cursor.fetchone()[0])
