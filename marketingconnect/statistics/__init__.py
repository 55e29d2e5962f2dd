"""Reports built from outcomes: shares, activity by hour, exports (CGV B.1.6)."""
