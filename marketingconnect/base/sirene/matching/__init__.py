"""Establishments and legal units brought together, and written as rows of the base."""
