"""Figures and dates as a French reader expects them, with spaces that never break."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeData, SafeString

from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.web.journal_words import act_in_words

register = template.Library()

NBSP = "\u00a0"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def _local(value: date | datetime) -> date | datetime:
    """An aware instant as Paris reads it; a civil date as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


@register.filter
def euros(value: Money | Decimal | int | None) -> str:
    """Money, a decimal of euros, or whole cents: `1 234,50 €`."""
    if value is None or value == "":
        return ""
    if isinstance(value, Money):
        return value.format_fr()
    return (Money.from_decimal(value) if isinstance(value, Decimal) else Money(value)).format_fr()


@register.filter
def number_fr(value: Any) -> str:
    """A count or a rate: `12 480`, `8,5`; a float keeps one decimal."""
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        value = Decimal(str(round(value, 1)))
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return format_number_fr(value)


@register.filter
def percent_fr(value: Any) -> str:
    """A rate already in percent: `98,4 %`."""
    return "" if value is None else f"{number_fr(value)}{NBSP}%"


@register.filter
def date_fr(value: date | datetime | None) -> str:
    """`mardi 24 novembre 2026`."""
    if not value:
        return ""
    day = _local(value)
    return f"{WEEKDAYS[day.weekday()]} {_day_number(day)}{NBSP}{MONTHS[day.month - 1]} {day.year}"


@register.filter
def day_fr(value: date | datetime | None) -> str:
    """`24 novembre 2026`."""
    if not value:
        return ""
    day = _local(value)
    return f"{_day_number(day)}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


@register.filter
def short_date_fr(value: date | datetime | None) -> str:
    """`24/11/2026`, for tables."""
    return f"{_local(value):%d/%m/%Y}" if value else ""


@register.filter
def time_fr(value: datetime | None) -> str:
    """`14:32`."""
    return f"{_local(value):%H:%M}" if value else ""


@register.filter
def datetime_fr(value: datetime | None) -> str:
    """`mardi 24 novembre 2026 à 14:32`."""
    return f"{date_fr(value)} à{NBSP}{time_fr(value)}" if value else ""


@register.filter
def short_datetime_fr(value: datetime | None) -> str:
    """`24/11/2026 14:32`, for tables."""
    return f"{short_date_fr(value)}{NBSP}{time_fr(value)}" if value else ""


@register.filter
def iso(value: date | datetime | None) -> str:
    """For `<time datetime="…">`."""
    return _local(value).isoformat() if value else ""


@register.filter
def file_size_fr(octets: int | None) -> str:
    """`820 octets`, `18,4 ko`, `1,2 Mo`."""
    if octets is None:
        return ""
    size, unit = Decimal(octets), "octets"
    for larger in ("ko", "Mo", "Go"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    rounded = size.quantize(Decimal(1) if unit == "octets" else Decimal("0.1"))
    return f"{number_fr(rounded)}{NBSP}{unit}"


@register.filter
def plural_fr(count: int, words: str) -> str:
    """`3|plural_fr:"contact,contacts"` gives `contacts`; zero and one are singular in French."""
    one, many = words.split(",")
    return one if abs(count) < 2 else many


@register.filter
def count_fr(count: int, words: str) -> str:
    """`3|count_fr:"contact,contacts"` gives `3 contacts`, on one line."""
    return f"{number_fr(count)}{NBSP}{plural_fr(count, words)}"


@register.filter
def phone_fr(value: str) -> str:
    """A French number in international digits, as one dials it: `01 99 00 24 00`."""
    if not value.startswith("+33"):
        return value
    national = "0" + value.removeprefix("+33")
    return NBSP.join(national[at : at + 2] for at in range(0, len(national), 2))


@register.filter
def act_fr(action: str) -> str:
    """An act of the journal, as a person names it: `Commande passée`."""
    return act_in_words(action)


@register.filter
def held(text: Any) -> str:
    """A sentence whose high marks never start a line; what was safe stays safe."""
    whole = non_breaking(str(text))
    return SafeString(whole) if isinstance(text, SafeData) else whole
