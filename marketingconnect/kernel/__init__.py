"""Pure values and calendars: money, VAT, working days, telephone numbers, addresses, SIREN. No Django."""
