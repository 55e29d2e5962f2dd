"""Verbs of the life of a contract."""
