"""One file a payment provider, one contract for all."""
