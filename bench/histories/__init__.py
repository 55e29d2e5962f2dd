"""Generated histories of sales and payments, and what must hold after each."""
