"""Campaigns of the demo that ended: sent, visited, answered and settled by the services that real
ones use. Only what the outside world did is invented: servers, visitors, letters."""
