"""Criteria and their context, compiled to the SQL of each engine."""
