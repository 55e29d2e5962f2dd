"""Home, offers, prices, terms, legal pages."""
