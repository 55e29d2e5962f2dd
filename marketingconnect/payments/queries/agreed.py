"""What was agreed with clients: orders by instalments, and who pays large orders by transfer."""

from django.db.models import QuerySet

from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Instalment, TransferRequirement


def orders_with_schedule() -> QuerySet[Order]:
    """Orders paid by instalments, the latest first."""
    agreed = Instalment.objects.values("order")
    return Order.objects.filter(pk__in=agreed).select_related("company", "terms").order_by("-pk")


def transfer_requirements() -> QuerySet[TransferRequirement]:
    """Every rule agreed with a client, the latest decided first."""
    rows = TransferRequirement.objects.select_related("company", "set_by")
    return rows.order_by("-pk")


def transfer_requirements_of(company_id: int) -> list[TransferRequirement]:
    """A client's rules, the latest to begin first."""
    rows = TransferRequirement.objects.filter(company=company_id).select_related("set_by")
    return list(rows.order_by("-in_force_from"))
