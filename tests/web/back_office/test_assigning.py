"""The administrator passes every contract to another operator (CGV III.d)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.contracts.models import ContractAssignment
from marketingconnect.notices.models import Notice
from tests.cast import logged_in, make_user
from tests.contracts.living import paid
from tests.sale import Shop
from tests.web.contract_forms import contract_forms

pytestmark = pytest.mark.django_db


def test_contracts_pass_on_and_each_client_is_told(shop: Shop) -> None:
    paid(shop.order())
    olga = logged_in(make_user("Olga", role=StaffRole.ADMINISTRATOR))
    address = reverse("back_office:contracts_assign")
    shown = olga.get(address).content.decode().replace("\u00a0", " ")
    assert "1 contrat en cours" in shown

    tomorrow = clock.today() + timedelta(days=1)
    typed = {**contract_forms()["contracts_assign"], "effective_on": tomorrow.isoformat()}
    for field, wrong, said in (
        ("siret", "00042004200013", "SIRET"),
        ("iban", "FR7630006000011234567890180", "IBAN est faux"),
        ("effective_on", clock.today().isoformat(), "demain au plus tôt"),
        ("takes_all_obligations", "", "ne peuvent pas être cédés"),
    ):
        refused = olga.post(address, {**typed, field: wrong})
        assert refused.status_code == 400, field
        assert said in refused.content.decode(), field
    assert not ContractAssignment.objects.exists()

    assert olga.post(address, typed).status_code == 302
    assert ContractAssignment.objects.get().assignee.legal_name == "Atelier Postal Nord"
    assert "Atelier Postal Nord" in olga.get(address).content.decode()
    assert Notice.objects.filter(key__startswith="operator-changes").count() == 1
