"""Rented files of every client: where each stands, misuse, quantities beyond the tolerance."""
