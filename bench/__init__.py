"""Measures of the real thing beside its ceiling, in the same run: `marketingconnect bench_…`."""
