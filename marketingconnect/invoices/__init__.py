"""Invoices: gapless numbering, frozen figures, PDF (CGV II.2.a)."""
