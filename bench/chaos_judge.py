"""What the witness and the platform say of each recipient, laid side by side."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bench.witness import Witness
from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.verification import verify
from marketingconnect.sending.models import Campaign, DeliveryOutcome, Recipient
from marketingconnect.sending.queries import Figures, figures
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.statistics.queries import Totals, totals_of

_EXPECTED: Final = {
    "oppose": Outcome.NOT_SENT,
    "refuse-550": Outcome.UNDELIVERED,
    "refuse-content": Outcome.UNDELIVERED,
    "mailbox-full": Outcome.UNDELIVERED,
}
"""What becomes of an address, by its first word; of any other, `accepted`."""
_TAKEN: Final = (Outcome.RELAYED, Outcome.ACCEPTED)
_ONCE: Final = ("campaign.audience_frozen", "campaign.started", "campaign.sent_out")


@dataclass
class Verdict:
    """Counts of recipients; every violation is named in French."""

    figures: Figures
    in_ledger: int = 0
    """Messages of the campaign that the witness took."""
    doubtful_received: int = 0
    doubts_at_most: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    """Outcomes that the ledger belies."""
    other: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return [*self.lost, *self.twice, *self.contradicted, *self.other]


def expected_outcome(email: str) -> Outcome:
    """The only outcome that an address of a relayed trial may have, beside a doubt."""
    return _EXPECTED.get(email.partition(".")[0], Outcome.RELAYED)


def judge(
    campaign_id: int,
    witness: Witness,
    *,
    doubts_at_most: int,
    expected: Callable[[str], Outcome] = expected_outcome,
) -> Verdict:
    """Compare recipient by recipient, then the sums, then the journal.

    An address of which `expected` says `UNCERTAIN` is one whose server cuts the line after the
    text: nothing but a doubt is honest, and it is allowed beside `doubts_at_most`.
    """
    letters = list(witness.letters(campaign_id))
    received = Counter(address for letter in letters for address in letter.recipients)
    outcomes = dict(
        DeliveryOutcome.objects.filter(campaign_id=campaign_id).values_list("position", "outcome")
    )
    verdict = Verdict(figures(campaign_id), in_ledger=len(letters))
    people = Recipient.objects.filter(campaign_id=campaign_id).values_list("position", "email")
    for position, email in people.iterator():
        outcome, times = outcomes.pop(position, ""), received.pop(email, 0)
        doubts_at_most += expected(email) is Outcome.UNCERTAIN
        _judge_one(verdict, f"n° {position} {email}", outcome, times, expected(email))
    _judge_strangers(verdict, received, outcomes, {letter.message_id for letter in letters})
    verdict.doubts_at_most = doubts_at_most
    _judge_sums(verdict, campaign_id, doubts_at_most)
    _judge_campaign(verdict, campaign_id)
    return verdict


def _judge_one(verdict: Verdict, who: str, outcome: str, times: int, expected: Outcome) -> None:
    if times > 1:
        verdict.twice.append(f"{who} : écrit {times} fois")
    if not outcome or (outcome in _TAKEN and times == 0):
        verdict.lost.append(f"{who} : jamais écrit, noté « {outcome or 'rien'} »")
    elif outcome == Outcome.UNCERTAIN and expected != Outcome.NOT_SENT:
        verdict.doubtful_received += times
    elif outcome != expected or (times and outcome not in _TAKEN):
        verdict.contradicted.append(f"{who} : reçu {times} fois, noté « {outcome} »")


def _judge_strangers(
    verdict: Verdict, received: Counter[str], outcomes: dict[int, str], messages: set[str]
) -> None:
    verdict.other += [f"{email} : écrit sans être destinataire" for email in received]
    verdict.other += [f"n° {position} : un résultat sans destinataire" for position in outcomes]
    if len(messages) != verdict.in_ledger:
        verdict.other.append(f"{verdict.in_ledger} messages, {len(messages)} Message-ID")


def _judge_sums(verdict: Verdict, campaign_id: int, doubts_at_most: int) -> None:
    """Figures come from counts kept aside: they must be those of the outcomes and the ledger."""
    shown = verdict.figures
    once = verdict.in_ledger - verdict.doubtful_received
    if shown.delivered != once:
        verdict.other.append(f"{shown.delivered} aboutis affichés, {once} au registre")
    if shown.uncertain > doubts_at_most:
        verdict.other.append(f"{shown.uncertain} douteux pour {doubts_at_most} messages en vol")
    if shown.pending or shown.done != shown.sold:
        verdict.other.append(f"{shown.pending} en attente à la fin")
    rows = Counter(
        DeliveryOutcome.objects.filter(campaign_id=campaign_id).values_list("outcome", flat=True)
    )
    totals = Totals(
        delivered=sum(rows[outcome] for outcome in _TAKEN),
        undelivered=rows[Outcome.UNDELIVERED],
        uncertain=rows[Outcome.UNCERTAIN],
        not_sent=rows[Outcome.NOT_SENT],
    )
    summed = Totals(shown.delivered, shown.undelivered, shown.uncertain, shown.not_sent)
    for name, said in (("chiffres", summed), ("statistiques", totals_of([campaign_id]))):
        found = said if isinstance(said, Totals) else said.get(campaign_id)
        if found != totals:
            verdict.other.append(f"{name} : {found} au lieu de {totals}")


def _judge_campaign(verdict: Verdict, campaign_id: int) -> None:
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.state != CampaignState.SENT_OUT:
        verdict.other.append(f"campagne « {campaign.state} » à la fin")
    told = Counter(
        JournalEntry.objects.filter(subject=f"campaign:{campaign_id}").values_list(
            "action", flat=True
        )
    )
    verdict.other += [f"{told[act]} fois {act} au journal" for act in _ONCE if told[act] != 1]
    if broken := verify().first_break:
        verdict.other.append(f"journal rompu à {broken.position} : {broken.reason}")
