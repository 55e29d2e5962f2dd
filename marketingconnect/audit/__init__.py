"""The append-only, hash-chained journal of acts with contractual effect."""
