"""Card providers behind one Protocol; which one is used is a setting."""

from functools import lru_cache

from django.conf import settings

from marketingconnect.payments.gateways.base import CardGateway
from marketingconnect.payments.gateways.sandbox import SandboxGateway
from marketingconnect.payments.gateways.stripe import StripeGateway


def current_gateway() -> CardGateway:
    """The provider that new attempts use."""
    return gateway_named(settings.CARD_GATEWAY)


def gateway_named(name: str) -> CardGateway:
    """The provider of an attempt made earlier. Raises LookupError for one we do not speak to."""
    if name == "sandbox":
        return SandboxGateway(base_url=settings.BANK_URL, secret=settings.BANK_SECRET)
    if name == "stripe":
        return _stripe(
            settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE
        )
    raise LookupError(name)


@lru_cache(maxsize=4)
def _stripe(secret_key: str, webhook_secret: str, api_base: str) -> StripeGateway:
    """One client, and so one pool of connections, for each configuration."""
    return StripeGateway(secret_key=secret_key, webhook_secret=webhook_secret, api_base=api_base)
