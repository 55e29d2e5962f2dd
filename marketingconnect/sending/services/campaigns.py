"""The life of a campaign: created, started at its hour, paused, stopped, finished, frozen."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.jobs import job
from marketingconnect.sending.errors import SendingError, StaleCampaignError
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign, CampaignVariant
from marketingconnect.sending.queries import figures
from marketingconnect.sending.rules import figures_freeze_at, start_refusal
from marketingconnect.sending.services.cutting import move_spread, spread_over_hours
from marketingconnect.sending.services.links import keep_links
from marketingconnect.sending.services.signatures import forget_signatures
from marketingconnect.sending.settled import overturned_counts, window_end
from marketingconnect.sending.states import TRANSITIONS, CampaignState, ChunkState, HeldBy
from marketingconnect.sending.variants import SubjectTest, Variant

FREEZE_AUDIENCE = "sending.freeze_audience"
SENDER = Actor.system("Service d’envoi")
_SIGNED_AHEAD: Final = {CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED}


@transaction.atomic
def create_campaign(
    *,
    company_id: int,
    name: str,
    contact_file_id: int | None = None,
    selection_id: int | None = None,
    order_reference: str,
    sold_quantity: int,
    scheduled_for: datetime,
    content: CampaignContent,
    settling_hours: int = 72,
    tracks_clicks: bool = False,
    opens: Opens = Opens.NONE,
    spread_minutes: int = 0,
    test: SubjectTest | None = None,
    now: datetime,
) -> Campaign:
    """Take a campaign over from its offer and queue the freezing of its audience (CGV B.1.5).

    It goes to a contact file of the client or to a selection of the base, one of the two.
    """
    campaign = Campaign.objects.create(
        company_id=company_id,
        name=name,
        contact_file_id=contact_file_id,
        selection_id=selection_id,
        order_reference=order_reference,
        sold_quantity=sold_quantity,
        scheduled_for=scheduled_for,
        **_kept(content),
        settling_hours=settling_hours,
        tracks_clicks=tracks_clicks,
        opens=opens,
        spread_minutes=spread_minutes,
        created_at=now,
    )
    keep_links(campaign, content, *_kept_test(campaign, test))
    _journal("campaign.created", SENDER, campaign, now, after=_as_handed_over(campaign))
    job(FREEZE_AUDIENCE, lock=f"campaign:{campaign.pk}").defer(campaign_id=campaign.pk)
    return campaign


def _as_handed_over(campaign: Campaign) -> dict[str, object]:
    return {
        "sold": campaign.sold_quantity,
        "tracks_clicks": campaign.tracks_clicks,
        "opens": str(campaign.opens),
    }


def _kept_test(campaign: Campaign, test: SubjectTest | None) -> list[CampaignContent]:
    """Write the second content down; what it adds to the campaign's."""
    if test is None:
        return []
    Campaign.objects.filter(pk=campaign.pk).update(test_percent=test.percent, test_hours=test.hours)
    CampaignVariant.objects.create(campaign=campaign, **_kept(test.content))
    return [test.content]


def _kept(content: CampaignContent) -> dict[str, Any]:
    """The columns that hold the validated content, and its hash."""
    return {
        "subject": content.subject,
        "preheader": content.preheader,
        "sender_name": content.sender_name,
        "reply_to": content.reply_to,
        "html": content.html,
        "text": content.text,
        "fallbacks": dict(content.fallbacks),
        "content_sha256": content.sha256,
    }


@transaction.atomic
def start_due_campaigns(*, now: datetime) -> None:
    """Start every campaign whose hour has come and whose content is the validated one."""
    due = Campaign.objects.filter(state=CampaignState.SCHEDULED, scheduled_for__lte=now)
    for campaign in due.select_for_update(skip_locked=True):
        refusal = start_refusal(
            scheduled_for=campaign.scheduled_for,
            now=now,
            audience_frozen=campaign.audience_frozen_at is not None,
            content_sha256=content_of(campaign).sha256,
            validated_sha256=campaign.content_sha256,
        )
        if refusal:
            _hold(campaign, HeldBy.START, refusal, now)
        else:
            _move(
                campaign,
                CampaignState.RUNNING,
                SENDER,
                now,
                action="campaign.started",
                started_at=now,
            )
            if not campaign.test_percent:
                # A test lasts some hours from now: what it tries leaves at once, the rest later.
                spread_over_hours(campaign, now=now)


def content_of(kept: Campaign | CampaignVariant) -> CampaignContent:
    """The content as it stands in the database now."""
    return CampaignContent(
        subject=kept.subject,
        preheader=kept.preheader,
        sender_name=kept.sender_name,
        reply_to=kept.reply_to,
        html=kept.html,
        text=kept.text,
        fallbacks=kept.fallbacks,
    )


@transaction.atomic
def pause_campaign(campaign_id: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """Hold a running campaign; what is in flight gets its outcome, nothing else leaves."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    _move(
        campaign,
        CampaignState.PAUSED,
        actor,
        now,
        action="campaign.paused",
        stop_reason=reason,
        paused_at=now,
    )


def pause_each(campaign_ids: Iterable[int], *, reason: str, now: datetime) -> list[int]:
    """CGV B.1.4: by the sender itself, those that could be; somebody may have paused one first."""
    done = []
    for campaign_id in campaign_ids:
        try:
            with transaction.atomic():
                pause_campaign(campaign_id, actor=SENDER, reason=reason, now=now)
        except StaleCampaignError:
            continue
        done.append(campaign_id)
    return done


@transaction.atomic
def resume_campaign(campaign_id: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """CGV B.1.4: let a paused campaign go on where it was, at the rate it had.

    What is left of a spread moves on by the length of the pause.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state != CampaignState.PAUSED:
        raise StaleCampaignError("Seule une campagne en pause peut reprendre.")
    _move(
        campaign,
        CampaignState.RUNNING,
        actor,
        now,
        action="campaign.resumed",
        stop_reason="",
        paused_at=None,
        resumed_at=now,
        note=reason,
    )
    since = max(filter(None, [campaign.paused_at, campaign.decided_at]), default=now)
    if last := move_spread(campaign, paused_at=since, resumed_at=now):
        after: dict[str, object] = {"since": since, "last_part_at": last}
        _journal("campaign.spread_moved", SENDER, campaign, now, after=after)


@transaction.atomic
def stop_campaign(campaign_id: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """End a campaign for good; the recipients left are counted as not sent."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    _move(
        campaign, CampaignState.STOPPED, actor, now, action="campaign.stopped", stop_reason=reason
    )


@transaction.atomic
def decide_test(
    campaign_id: int, winner: Variant, *, figures: Mapping[str, object], now: datetime
) -> bool:
    """CGV B.1.1: the rest leaves with the content that did better; False when that was decided."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.winner or campaign.state not in {CampaignState.RUNNING, CampaignState.PAUSED}:
        return False
    facts: dict[str, object] = {
        "winner": winner.value,
        "decided_at": now,
        "test_figures": dict(figures),
    }
    Campaign.objects.filter(pk=campaign_id).update(**facts)
    held = campaign.chunks.filter(variant=Variant.UNDECIDED, state=ChunkState.OPEN)
    held.update(variant=winner)
    spread_over_hours(campaign, now=now)
    _journal("campaign.test_decided", SENDER, campaign, now, after=facts)
    return True


@transaction.atomic
def finish_sent_out(campaign_ids: Iterable[int], *, now: datetime) -> None:
    """Mark as sent out the running campaigns of which every chunk is done."""
    for campaign in Campaign.objects.filter(
        pk__in=list(campaign_ids), state=CampaignState.RUNNING
    ).select_for_update(skip_locked=True):
        if not campaign.chunks.exclude(state=ChunkState.DONE).exists():
            _move(
                campaign,
                CampaignState.SENT_OUT,
                SENDER,
                now,
                action="campaign.sent_out",
                finished_at=now,
            )


@transaction.atomic
def freeze_figures(campaign_id: int, *, now: datetime) -> str:
    """CGV B.1.6: seal the figures in the journal once late refusals no longer count.

    Returns the SHA-256 of the statement. Raises SendingError before the hour.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state == CampaignState.FROZEN:
        return campaign.statement_sha256
    due = campaign.finished_at and figures_freeze_at(
        finished_at=campaign.finished_at, settling_hours=campaign.settling_hours
    )
    if due is None or now < due:
        raise SendingError("Les chiffres de cette campagne ne sont pas encore définitifs.")
    statement = _statement(campaign)
    canonical = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    _move(
        campaign,
        CampaignState.FROZEN,
        SENDER,
        now,
        action="campaign.figures_frozen",
        figures_frozen_at=now,
        statement_sha256=sha256,
        note=statement,
    )
    return sha256


def _statement(campaign: Campaign) -> dict[str, object]:
    """The figures as they bind, and from what they come: the first outcomes, the late bounces."""
    return {
        "campaign": campaign.pk,
        "content_sha256": campaign.content_sha256,
        **_second_content(campaign),
        "order": campaign.order_reference,
        "window_ended": window_end(campaign).astimezone(UTC).isoformat(),
        "figures": asdict(figures(campaign.pk)),
        "overturned": [list(one[1:]) for one in overturned_counts([campaign.pk])],
    }


@transaction.atomic
def hold_running(by: HeldBy, reason: str, *, now: datetime) -> None:
    """Say on every running campaign why nothing leaves; an empty reason: this one is over.

    Each reason stands by itself: the end of one leaves the others where they are.
    """
    running = Campaign.objects.filter(state=CampaignState.RUNNING)
    told = running.values_list("pk", "held_by")
    wanting = [pk for pk, held in told if held.get(by, "") != reason]
    # Said once when it ends, so whoever has the row is waited for.
    for campaign in running.filter(pk__in=wanting).order_by("pk").select_for_update(no_key=True):
        _hold(campaign, by, reason, now)


@transaction.atomic
def hold_content(campaign_id: int, reason: str, *, now: datetime) -> None:
    """Say on one campaign that its content cannot leave, and why."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    _hold(campaign, HeldBy.CONTENT, reason, now)


def _second_content(campaign: Campaign) -> dict[str, object]:
    if not campaign.test_percent:
        return {}
    kept = CampaignVariant.objects.get(campaign=campaign)
    return {"second_content_sha256": kept.content_sha256, "winner": campaign.winner}


def _hold(campaign: Campaign, by: HeldBy, reason: str, now: datetime) -> None:
    held = {one: words for one, words in {**campaign.held_by, by: reason}.items() if words}
    if held == campaign.held_by:
        return
    words = " ".join(held[one] for one in HeldBy if one in held)
    Campaign.objects.filter(pk=campaign.pk).update(held_by=held, held_because=words)
    _journal("campaign.held", SENDER, campaign, now, after={"reason": words})


def _move(
    campaign: Campaign,
    state: CampaignState,
    actor: Actor,
    now: datetime,
    *,
    action: str,
    note: object = None,
    **facts: object,
) -> None:
    """Compare-and-swap of the state, and its row in the journal.

    What held the campaign in its old state is over; what holds it in the new one is said again.
    """
    old = CampaignState(campaign.state)
    if state not in TRANSITIONS[old]:
        raise StaleCampaignError("La campagne n’est plus dans un état qui le permet.")
    changed = Campaign.objects.filter(pk=campaign.pk, state=old).update(
        state=state, **{"held_by": {}, "held_because": "", **facts}
    )
    if changed != 1:
        raise StaleCampaignError("La campagne vient de changer d’état.")
    if state not in _SIGNED_AHEAD:
        forget_signatures([campaign.pk])
    after: dict[str, object] = {"state": state.value, **facts}
    _journal(
        action, actor, campaign, now, before={"state": old.value}, after={**after, "note": note}
    )


def _journal(
    action: str,
    actor: Actor,
    campaign: Campaign,
    at: datetime,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=campaign.company_id,
        subject=f"campaign:{campaign.pk}",
        at=at,
        before=before,
        after=after,
    )
