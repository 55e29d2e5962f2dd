"""Campaigns running, doubtful recipients, pause and stop."""
