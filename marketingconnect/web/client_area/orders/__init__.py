"""Basket, checkout, payment, orders, invoices."""
