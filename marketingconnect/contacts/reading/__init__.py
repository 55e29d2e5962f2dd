"""Read a client's file whatever its encoding, separator or kind. Knows no database."""
