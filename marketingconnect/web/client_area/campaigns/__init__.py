"""The guided order of an e-mail campaign, its calendar, its figures."""
