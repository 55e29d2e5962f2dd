"""What a machine reads of an invoice: its CII XML (EN 16931), and what the PDF says of it."""
