"""The ways out of the platform: to a relay, or direct to the servers of each destination."""
