"""Rentals of the client area: composed, ordered, delivered, claimed about."""
