"""Immutable, dated releases of the base: built aside, sealed by a manifest, published at once."""
