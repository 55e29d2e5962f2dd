"""Suppliers and their rights, files received, releases, the SIRENE vintage, oppositions."""
