"""Attempts, receipts and gateways; a payment counts once whatever the callbacks (CGV II.1.b)."""
