"""Exact counts in milliseconds, out of the bitmaps of a release's index."""

from marketingconnect.targeting.engine.counter import Counter
from marketingconnect.targeting.engine.protocol import Engine
from marketingconnect.targeting.engine.steps import Step

__all__ = ["Counter", "Engine", "Step"]
