"""The only place that plugs upper chapters into lower ones."""

from marketingconnect.offers.registry import register


def wire() -> None:
    """Register the offers; called once when Django starts."""
    from marketingconnect.offers.email.offer import EmailConnect

    register(EmailConnect())
