"""The platform's own certificate and timestamp authority: elliptic curve P-256, no network."""
