"""Figures of a proposal in French."""

from decimal import Decimal

from marketingconnect.kernel.money import format_number_fr


def percent_in_words(percent: Decimal) -> str:
    """`10 %`, `7,50 %`."""
    whole = percent == percent.to_integral_value()
    return f"{format_number_fr(int(percent) if whole else percent)}\u00a0%"
