"""People of the base learn where their address comes from, and leave it with the advertiser."""

import pytest
from django.test import Client

from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.services.erasing import erase_addresses
from marketingconnect.suppression.models import Scope, Suppression
from marketingconnect.suppression.queries import suppressed
from tests.cast import Cast
from tests.offers.email.test_targets import HOUR, handed_over, open_shop
from tests.sending.factories import make_campaign
from tests.targeting.stage import ON_ONE_WORKER, Base

pytestmark = [ON_ONE_WORKER, pytest.mark.django_db]
__all__ = ["open_shop"]


def rented(cast: Cast, base: Base) -> tuple[Recipient, str]:
    handed_over(cast, base)
    sending = Campaign.objects.get()
    freeze_audience(sending.pk, now=HOUR)
    recipient = Recipient.objects.get(campaign=sending, position=2)
    return recipient, current_tokens().link(sending.pk, 2)


def test_the_source_is_told_on_request_and_the_request_is_kept(cast: Cast, base: Base) -> None:
    recipient, token = rented(cast, base)
    page = Client().get(f"/u/o/{token}").text
    assert "Atelier Postal" in page
    assert recipient.email not in page
    assert not JournalEntry.objects.filter(action="base.source_asked").exists()

    told = Client(enforce_csrf_checks=True).post(f"/u/o/{token}").text
    assert "Fournisseur" in told
    assert "Recueillie par" in told
    entry = JournalEntry.objects.get(action="base.source_asked")
    assert entry.subject == f"record:consumers:{recipient.contact_id}"
    assert recipient.email not in str(entry.after)


def test_who_leaves_a_campaign_to_the_base_leaves_the_base_too(cast: Cast, base: Base) -> None:
    _, token = rented(cast, base)
    assert "ni d’autres annonceurs" in Client().get(f"/u/d/{token}").text
    assert not Suppression.objects.exists()

    Client(enforce_csrf_checks=True).post(f"/u/d/{token}", {"List-Unsubscribe": "One-Click"})

    assert set(Suppression.objects.values_list("scope", flat=True)) == {
        Scope.CLIENT,
        Scope.OPERATOR,
    }


def test_once_rented_addresses_are_erased_the_source_is_told_and_leaving_works(
    cast: Cast, base: Base
) -> None:
    recipient, token = rented(cast, base)
    erase_addresses(recipient.campaign_id, now=HOUR)

    assert "L’adresse qui a reçu ce message" in Client().get(f"/u/o/{token}").text
    assert "Recueillie par" in Client().post(f"/u/o/{token}").text
    Client(enforce_csrf_checks=True).post(f"/u/d/{token}", {"List-Unsubscribe": "One-Click"})

    company = recipient.campaign.company_id
    for of_base in (False, True):
        asked = {"channel": "email", "company_id": company + of_base, "to_base": of_base}
        found = suppressed(addresses=[recipient.email], **asked)  # type: ignore[arg-type]
        assert found == {recipient.email}


def test_nothing_is_told_of_an_own_file_or_to_a_forger(cast: Cast, base: Base) -> None:
    own = make_campaign(["zoe@example.org"], company=cast.bakery)
    token = current_tokens().link(own.pk, 1)

    assert Client().get(f"/u/o/{token}").status_code == 404
    assert Client().post(f"/u/o/{token[:-2]}xx").status_code == 404
