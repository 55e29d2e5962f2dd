"""Everything a client keeps: what it signed and its proof, invoices, credit notes (CGV II.3)."""
