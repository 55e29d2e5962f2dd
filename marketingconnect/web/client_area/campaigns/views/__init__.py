"""Campaigns of the client area: the list, the guided path, the figures."""
