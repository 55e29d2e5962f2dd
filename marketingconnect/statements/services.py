"""Make the statement of a campaign whose figures bind, once."""

import json
import logging
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.services import record
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.states import CampaignState
from marketingconnect.signature.providers import current_provider
from marketingconnect.signature.providers.base import ProviderUnavailableError
from marketingconnect.statements.evidence import build_archive
from marketingconnect.statements.facts import Facts, facts_of
from marketingconnect.statements.models import CampaignStatement, StatementWithoutAddresses
from marketingconnect.statements.notices import tell_statement_is_made
from marketingconnect.statements.queries import statements_with_erased_addresses
from marketingconnect.statements.sheet import compressed, sheet_of
from marketingconnect.statements.statement_form import render_statement
from marketingconnect.statements.verification import FROZEN

log = logging.getLogger(__name__)
REGISTRAR = Actor.system("Relevés de campagne")


def make_missing_statements(*, now: datetime) -> int:
    """CGV B.1.6: those of every frozen campaign that has none; returns how many were made.

    One stopped before its audience was frozen wrote to nobody: it has no row to count. What cannot
    be sealed now waits for the next time: no statement without its seal.
    """
    waiting = Campaign.objects.filter(
        state=CampaignState.FROZEN, statement=None, audience_frozen_at__isnull=False
    ).order_by("pk")
    made = 0
    for campaign in waiting.select_related("company")[:20]:
        try:
            made += make_statement(campaign, now=now) is not None
        except ProviderUnavailableError as error:
            log.warning("statement of campaign %s: %s", campaign.pk, error.detail)
    return made


def make_statement(campaign: Campaign, *, now: datetime) -> CampaignStatement | None:
    """Its PDF, its sheet, its sealed archive; None when somebody made it meanwhile.

    Raises ProviderUnavailableError, and nothing is kept.
    """
    facts = facts_of(campaign)
    return _keep(facts, _sealed_files(facts, now), now)


def seal_again_without_addresses(*, now: datetime) -> int:
    """CGV B.5: statements whose files list erased addresses, sealed again without; how many.

    The figures and the number stay. What cannot be sealed now waits for the next time, files
    included: no statement is ever without its proofs.
    """
    done = 0
    for statement in statements_with_erased_addresses():
        facts = facts_of(statement.campaign)
        try:
            files = _sealed_files(facts, now)
        except ProviderUnavailableError as error:
            log.warning("statement %s without addresses: %s", statement.number, error.detail)
            continue
        _replace(statement, files, now)
        done += 1
    return done


def _sealed_files(facts: Facts, now: datetime) -> dict[str, bytes]:
    campaign, provider = facts.campaign, current_provider()
    sheet = compressed(sheet_of(campaign))
    pdf = provider.seal_pdf(
        render_statement(facts, sheet_sha256=sha256(sheet).hexdigest()),
        reason=f"Relevé de campagne {facts.number}",
        at=now,
    ).content
    archive = build_archive(
        facts, provider, pdf=pdf, sheet=sheet, sealed=_sealed_words(campaign), at=now
    )
    return {"pdf": pdf, "sheet": sheet, "evidence": archive}


def _replace(statement: CampaignStatement, files: dict[str, bytes], now: datetime) -> None:
    """The new files are kept before the old ones go."""
    kept = _saved(files)
    with transaction.atomic():
        StatementWithoutAddresses.objects.create(
            statement=statement,
            made_at=now,
            **{name: file.path for name, file in kept.items()},
            **{f"{name}_sha256": file.sha256 for name, file in kept.items()},
        )
        record(
            action="statement.sealed_without_addresses",
            actor=REGISTRAR,
            company_id=statement.campaign.company_id,
            subject=f"campaign:{statement.campaign_id}",
            at=now,
            before={"sha256": {name: getattr(statement, f"{name}_sha256") for name in files}},
            after={
                "number": statement.number,
                "sha256": {name: one.sha256 for name, one in kept.items()},
            },
        )
        transaction.on_commit(lambda: _delete_files(statement))


def _delete_files(statement: CampaignStatement) -> None:
    for path in (statement.pdf, statement.sheet, statement.evidence):
        storage.delete(path)


def _saved(files: dict[str, bytes]) -> dict[str, storage.StoredFile]:
    endings = {"pdf": "pdf", "sheet": "gz", "evidence": "zip"}
    return {
        name: storage.save("statements", f"releve.{endings[name]}", _once(content))
        for name, content in files.items()
    }


@transaction.atomic
def _keep(facts: Facts, files: dict[str, bytes], now: datetime) -> CampaignStatement | None:
    kept = _saved(files)
    try:
        with transaction.atomic():
            statement = CampaignStatement.objects.create(
                number=facts.number,
                campaign=facts.campaign,
                made_at=now,
                figures=facts.figures.as_facts(),
                **{name: file.path for name, file in kept.items()},
                **{f"{name}_sha256": file.sha256 for name, file in kept.items()},
            )
    except IntegrityError:
        for file in kept.values():
            storage.delete(file.path)
        return None
    record(
        action="statement.made",
        actor=REGISTRAR,
        company_id=facts.client.pk,
        subject=f"campaign:{facts.campaign.pk}",
        at=now,
        after={"number": facts.number, "sha256": {name: one.sha256 for name, one in kept.items()}},
    )
    tell_statement_is_made(statement, facts.figures, at=now)
    return statement


def _sealed_words(campaign: Campaign) -> str:
    """The figures as the journal sealed them, in the very bytes that it hashed."""
    entry = JournalEntry.objects.get(subject=f"campaign:{campaign.pk}", action=FROZEN)
    note = (entry.after or {})["note"]
    return json.dumps(note, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _once(content: bytes) -> Iterable[bytes]:
    yield content
