"""Stock files read as a stream, a piece at a time, into typed Parquet that a second run reuses."""
