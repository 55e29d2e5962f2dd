"""What sending refuses; the messages are French sentences for a person."""


class SendingError(Exception):
    """A verb that cannot be done now."""


class StaleCampaignError(SendingError):
    """The campaign changed state meanwhile, or never was in the one this verb needs."""
