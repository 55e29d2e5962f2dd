"""The only place that plugs upper chapters into lower ones."""


def wire() -> None:
    """Register the offers; called once when Django starts."""
