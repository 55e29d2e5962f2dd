"""Espace client."""
