"""Figures for those who steer the house: turnover, receipts, what clients owe by age."""
