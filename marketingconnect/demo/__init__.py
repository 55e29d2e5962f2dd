"""The whole platform on one machine: supervisor, invented data, the journey checked end to end."""
