"""The accounts of the sale in double entry: posted with the act, closed by month (CGV II.2.a)."""
