"""Compose a rental: whom, what for, how many times, which columns, with whose help."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.base.vocabulary import Population
from marketingconnect.kernel.siren import normalise_siret
from marketingconnect.offers.list_rental.delivery_files.columns import OPTIONS
from marketingconnect.offers.list_rental.errors import (
    InvalidFieldsError,
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.models import ListRental, Subcontractor
from marketingconnect.offers.list_rental.rules.ordering import (
    subcontractor_problems,
    uses_refusal,
)
from marketingconnect.offers.list_rental.services.rows import (
    being_composed,
    journal,
    locked,
    move,
    save,
)
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.targeting.criteria import Criteria, Use


@transaction.atomic
def start_rental(
    *, company_id: int, name: str, user_id: int, actor: Actor, now: datetime
) -> ListRental:
    """CGV CL.4: begin to choose a file; nothing is ordered."""
    rental = ListRental.objects.create(
        company_id=company_id, name=name.strip(), created_by_id=user_id, created_at=now
    )
    journal("rental.started", rental, actor=actor, now=now, after={"name": rental.name})
    return rental


@transaction.atomic
def rename_rental(rental_id: int, *, name: str, actor: Actor, now: datetime) -> None:
    """Give another name; it is the client's own."""
    save(locked(rental_id), "rental.renamed", actor=actor, now=now, name=name.strip())


@transaction.atomic
def choose_target(
    rental_id: int,
    *,
    criteria: Criteria,
    counted: int,
    release: str,
    actor: Actor,
    now: datetime,
) -> None:
    """CGV CL.4: choose whom, with the count that was shown: it is what will be priced and sold.

    Raises RentalError for criteria that are not of a rental, or that give nobody.
    """
    rental = being_composed(rental_id)
    if criteria.use is not Use.RENTAL:
        raise RentalError("Ce ciblage est fait pour un envoi, pas pour une location.")
    if counted < 1:
        raise RentalError("Ce ciblage ne donne personne : élargissez vos critères.", article="CL.4")
    same_population = (rental.criteria or {}).get("population") == criteria.population.value
    save(
        rental,
        "rental.target_chosen",
        actor=actor,
        now=now,
        criteria=criteria.to_json(),
        counted=counted,
        counted_at=now,
        counted_release=release,
        columns=rental.columns if same_population else [],
    )


@transaction.atomic
def choose_uses(
    rental_id: int, *, uses: Collection[str], times: int, actor: Actor, now: datetime
) -> None:
    """CGV CL.1, CL.2: designate the uses and how many times the file serves.

    Raises RentalError with its article: a forbidden use cannot be ordered.
    """
    rental = being_composed(rental_id)
    channel = (rental.criteria or {}).get("channel", "post")
    if refusal := uses_refusal(uses=uses, times=times, channel=channel):
        raise RentalError(refusal.sentence, article=refusal.article)
    chosen = sorted(set(uses))
    save(rental, "rental.uses_chosen", actor=actor, now=now, uses=chosen, times=times)


@transaction.atomic
def choose_columns(
    rental_id: int, *, columns: Collection[str], actor: Actor, now: datetime
) -> None:
    """CGV CL.4: ask for columns beside the address, such as the age band or the activity."""
    rental = being_composed(rental_id)
    if rental.criteria is None:
        raise RentalError("Choisissez d’abord qui figurera dans le fichier.", article="CL.4")
    offered = OPTIONS[Population(rental.criteria["population"])]
    if set(columns) - set(offered):
        raise RentalError("Une de ces colonnes n’existe pas pour ce ciblage.", article="CL.4")
    chosen = [name for name in offered if name in columns]
    save(rental, "rental.columns_chosen", actor=actor, now=now, columns=chosen)


@transaction.atomic
def declare_subcontractor(
    rental_id: int,
    *,
    name: str,
    siret: str,
    role: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> Subcontractor:
    """CGV CL.1: declare a router, a printer or a call centre, at any time before it acts.

    Raises InvalidFieldsError.
    """
    rental = locked(rental_id)
    if rental.state == RentalState.CANCELLED:
        raise StaleRentalError
    if problems := subcontractor_problems(name=name, siret=siret, role=role):
        raise InvalidFieldsError(problems)
    try:
        with transaction.atomic():
            declared = Subcontractor.objects.create(
                rental=rental,
                name=name.strip(),
                siret=normalise_siret(siret),
                role=role,
                declared_by_id=user_id,
                declared_at=now,
            )
    except IntegrityError:
        raise InvalidFieldsError({"siret": "Ce sous-traitant est déjà déclaré."}) from None
    after = {"name": declared.name, "siret": declared.siret, "role": role}
    journal("rental.subcontractor_declared", rental, actor=actor, now=now, after=after)
    return declared


@transaction.atomic
def withdraw_subcontractor(
    rental_id: int, subcontractor_id: int, *, actor: Actor, now: datetime
) -> None:
    """CGV CL.1: it no longer acts; licences already given keep naming it."""
    rental = locked(rental_id)
    declared = Subcontractor.objects.filter(
        pk=subcontractor_id, rental=rental, withdrawn_at__isnull=True
    )
    if not declared.update(withdrawn_at=now):
        raise StaleRentalError
    after = {"subcontractor": subcontractor_id}
    journal("rental.subcontractor_withdrawn", rental, actor=actor, now=now, after=after)


@transaction.atomic
def abandon_rental(rental_id: int, *, actor: Actor, now: datetime) -> None:
    """Put away what was never ordered."""
    rental = being_composed(rental_id)
    move(
        rental,
        RentalState.CANCELLED,
        "rental.abandoned",
        actor=actor,
        now=now,
        ended_at=now,
        end_reason="Abandonnée avant la commande",
    )
