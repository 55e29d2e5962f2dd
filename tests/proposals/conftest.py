from tests.proposals.selling import desk

__all__ = ["desk"]
