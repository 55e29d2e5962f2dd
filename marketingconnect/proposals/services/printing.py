"""Print a proposal once it is sent, and keep the file."""

from marketingconnect import storage
from marketingconnect.clock import paris_date
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.pdf import render


def make_pdf(proposal_id: int) -> Proposal:
    """CGV Def: the proposal as it was sent; once printed it is never printed again.

    Two jobs at once print twice and keep one: the loser's file is deleted.
    """
    proposal = Proposal.objects.select_related("company", "advisor", "terms", "price_list").get(
        pk=proposal_id
    )
    if proposal.pdf_path or proposal.proposed_at is None:
        return proposal
    year = paris_date(proposal.proposed_at).year
    stored = storage.save(f"proposals/{year}", f"{proposal.reference}.pdf", [render(proposal)])
    kept = Proposal.objects.filter(pk=proposal.pk, pdf_path="").update(
        pdf_path=stored.path, pdf_sha256=stored.sha256, pdf_size=stored.size
    )
    if not kept:
        storage.delete(stored.path)
    proposal.refresh_from_db()
    return proposal
