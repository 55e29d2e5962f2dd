"""Basket, checkout, payment, orders and invoices of the client area."""
