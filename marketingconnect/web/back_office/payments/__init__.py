"""Transfers and cheques to record; orders."""
