"""Public pages: home, offers, prices, terms, sign-up."""
