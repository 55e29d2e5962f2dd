"""Advisors, accounting, moderation, DPO, and the demo tools."""
