"""Verbs of the base, each in one transaction with its line in the journal."""
