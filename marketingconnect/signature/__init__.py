"""Electronic signature by a code sent by SMS, and the proof of it that lasts (CGV II.3)."""
