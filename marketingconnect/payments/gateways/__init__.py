"""Card providers behind one Protocol; which one is used is a setting."""

from collections.abc import Callable
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
    return BUILDERS[name]()


def _sandbox() -> CardGateway:
    return SandboxGateway(base_url=settings.BANK_URL, secret=settings.BANK_SECRET)


def _stripe() -> CardGateway:
    return _stripe_client(
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE
    )


@lru_cache(maxsize=4)
def _stripe_client(secret_key: str, webhook_secret: str, api_base: str) -> StripeGateway:
    """One client, and so one pool of connections, for each configuration."""
    return StripeGateway(secret_key=secret_key, webhook_secret=webhook_secret, api_base=api_base)


BUILDERS: dict[str, Callable[[], CardGateway]] = {"sandbox": _sandbox, "stripe": _stripe}
"""The providers we speak to, by the name that attempts keep."""
