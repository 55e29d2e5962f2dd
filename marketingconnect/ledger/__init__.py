"""The accounts of the sale (grand livre): booked with the act, closed by month (CGV II.2.a)."""
