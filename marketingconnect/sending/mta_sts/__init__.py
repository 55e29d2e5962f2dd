"""MTA-STS (RFC 8461): what a domain asks of who writes to it, that nobody in between may weaken."""
