"""Write rows as CSV, text or workbook, a batch at a time, whatever they hold."""
