"""The only place that plugs upper chapters into lower ones."""

from django.conf import settings

from marketingconnect.offers.registry import register


def wire() -> None:
    """Register the offers and what they use; called once when Django starts."""
    from marketingconnect.base import copies
    from marketingconnect.base import usage as releases
    from marketingconnect.claims import guaranteed
    from marketingconnect.claims.emails import EmailLots
    from marketingconnect.claims.holding import claim_holds
    from marketingconnect.contacts import usage
    from marketingconnect.offers.email.file_uses import uses_of_file
    from marketingconnect.offers.email.offer import EmailConnect
    from marketingconnect.offers.list_rental.earlier import RentalDeliveries
    from marketingconnect.offers.list_rental.offer import ListConnect
    from marketingconnect.payments.services.signing import mandate_was_signed
    from marketingconnect.sending import holds
    from marketingconnect.signature.concluded import on_signed
    from marketingconnect.signature.states import DocumentKind
    from marketingconnect.statements.queries import statement_holds
    from marketingconnect.statistics.holding import count_holds
    from marketingconnect.targeting.live import register_deliveries
    from marketingconnect.targeting.selections.reading import releases_of_selections

    guaranteed.register(EmailLots())
    register(EmailConnect())
    register(ListConnect())
    on_signed(DocumentKind.MANDATE, mandate_was_signed)
    usage.register("email", uses_of_file)
    holds.register("claims", claim_holds)
    holds.register("statements", statement_holds)
    holds.register("statistics", count_holds)
    register_deliveries("list_rental", RentalDeliveries)
    releases.register("selections", releases_of_selections)
    if settings.CLICKHOUSE_URLS:
        from marketingconnect.targeting.clickhouse.setting import copy_to_cluster

        copies.register("moteur réparti", copy_to_cluster)
