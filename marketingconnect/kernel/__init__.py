"""Pure values and calendars: money, VAT, working days, telephones, addresses, SIREN. No Django."""
