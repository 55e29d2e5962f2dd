"""Values for the examples: invented, plausible, and never read from the database."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.web.components import (
    CalendarDay,
    ChoiceDetail,
    Series,
    Step,
    Tab,
    TimelineEntry,
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom de la campagne", help_text="Vous seul le verrez.")
    email = forms.EmailField(label="Adresse de réponse")
    note = forms.CharField(label="Note interne", required=False, widget=forms.Textarea)
    city = forms.ChoiceField(
        label="Ville", choices=[("", "Choisissez…"), ("lyon", "Lyon"), ("brest", "Brest")]
    )
    quantity = forms.IntegerField(label="Nombre d’adresses", min_value=1)
    channels = forms.MultipleChoiceField(
        label="Me prévenir",
        choices=[("mail", "par e-mail"), ("sms", "par SMS")],
        widget=forms.CheckboxSelectMultiple,
    )
    audience = forms.ChoiceField(
        label="À qui écrivez-vous ?",
        choices=[
            ("own", "À mes clients"),
            ("base", "À de nouvelles personnes"),
            ("later", "Plus tard"),
        ],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label="Votre fichier", help_text="CSV, TXT ou XLSX, 512 Mo au plus.")
    code = forms.CharField(label="Code reçu", help_text="Six chiffres, valables dix minutes.")
    accept = forms.BooleanField(label="J’ai lu et j’accepte les conditions générales de vente.")


_CARDS = {
    "own": ChoiceDetail("Votre propre fichier de contacts.", icon="contact",
                        aside="dès 38\u00a0€ le mille"),
    "base": ChoiceDetail("Des adresses choisies dans notre base.", icon="users",
                         disabled_reason="Bientôt disponible."),
    "later": ChoiceDetail("Vous choisirez en cours de route.", icon="clock"),
}  # fmt: skip


def sample_context(now: datetime) -> dict[str, Any]:
    """Everything the examples name."""
    return {
        "form": SampleForm(initial={"audience": "own"}),
        "wrong_form": SampleForm({"name": "", "email": "nadia@", "quantity": "0", "city": "lyon"}),
        "cards": _CARDS,
        "now": now,
        "today": paris_date(now),
        "amount": Money(1_234_50),
        "rate": Decimal("98.4"),
        "steps": _steps(),
        "tab_list": [Tab("Toutes", "#", current=True, count=12), Tab("Brouillons", "#", count=3)],
        "entries": _entries(now),
        "days": _days(paris_date(now)),
        "labels": ["lun.", "mar.", "mer.", "jeu.", "ven."],
        "one_series": [Series("Aboutis", [4_812, 96, 31, 14, 3])],
        "two_series": [
            Series("Aboutis", [1_200, 2_430, 2_980, 3_105, 3_140]),
            Series("Non aboutis", [80, 140, 156, 162, 163]),
        ],
        "rows": _rows(),
    }


def _steps() -> list[Step]:
    return [
        Step("À qui", "done", "#", "4 956 contacts"),
        Step("Quoi", "done", "#", "Message validé"),
        Step("Quand", "current"),
        Step("Récapitulatif"),
        Step("Accord", "problem", "#", "À accepter"),
        Step("Paiement"),
    ]


def _entries(now: datetime) -> list[TimelineEntry]:
    return [
        TimelineEntry("Bon à tirer envoyé", now - timedelta(days=2), who="Nadia",
                      icon="mail-check"),
        TimelineEntry("Message validé", now - timedelta(days=1), who="Nadia", icon="check",
                      kind="success", text="Version 3, empreinte 7f3a…"),
        TimelineEntry("Relecture demandée", now, who="Paul", icon="shield-check", kind="progress"),
        TimelineEntry("Départ prévu", paris_date(now) + timedelta(days=3), icon="send"),
    ]  # fmt: skip


def _days(today: date) -> list[CalendarDay]:
    first = today.replace(day=1)
    after_next = (first + timedelta(days=64)).replace(day=1)
    count = (after_next - first).days
    return [_day(first + timedelta(days=offset), today) for offset in range(count)]


def _day(day: date, today: date) -> CalendarDay:
    if day < today:
        return CalendarDay(day, False, "Ce jour est passé.")
    if day < today + timedelta(days=3):
        return CalendarDay(day, False, "Moins de 2 jours ouvrés après votre paiement.", "B.1.4")
    return CalendarDay(day, True)


def _rows() -> list[dict[str, Any]]:
    return [
        {"name": "Rentrée de la boulangerie", "state": ("Envoyée", "success"), "count": 4_956,
         "amount": Money(300_00)},
        {"name": "Galette de janvier", "state": ("À valider", "warning"), "count": 1_203,
         "amount": Money(300_00)},
        {"name": "Ouverture du dimanche", "state": ("En cours", "progress"), "count": 12_480,
         "amount": Money(274_56)},
    ]  # fmt: skip
