"""The only place that plugs upper chapters into lower ones."""

from marketingconnect.offers.registry import register


def wire() -> None:
    """Register the offers and what they use; called once when Django starts."""
    from marketingconnect.contacts import usage
    from marketingconnect.offers.email.file_uses import uses_of_file
    from marketingconnect.offers.email.offer import EmailConnect

    register(EmailConnect())
    usage.register("email", uses_of_file)
