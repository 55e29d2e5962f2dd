"""What an order refuses."""


class StaleStateError(Exception):
    """Someone else changed the state meanwhile, or the change is not allowed from it."""


class CounterNotLockedError(RuntimeError):
    """A number was asked outside a transaction, where it could leave a gap."""
