"""What a client types or picks to compose a campaign."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final, TypedDict

from django import forms

from marketingconnect import clock
from marketingconnect.contacts.models import ContactFile
from marketingconnect.kernel.calendar import format_short_date_fr
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.messages.models import Message
from marketingconnect.messages.queries import messages_of, standing_of
from marketingconnect.offers.email.rules import LAST_HOUR, SPREADS
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.rules import FIRST_HOUR
from marketingconnect.web.components import ChoiceDetail

_MESSAGES_SHOWN: Final = 12


class NameForm(forms.Form):
    """The name of a campaign, for the client's own eyes."""

    name = forms.CharField(
        label="Nom de la campagne",
        max_length=120,
        help_text="Pour vous y retrouver ; vos destinataires ne le voient pas.",
        error_messages={"required": "Donnez un nom à votre campagne."},
    )


class FileForm(forms.Form):
    """One of the company's imported files."""

    contact_file = forms.ChoiceField(
        label="Fichier de contacts",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un fichier.",
            "invalid_choice": "Ce fichier n’est plus disponible : choisissez-en un autre.",
        },
    )

    def __init__(self, files: Iterable[ContactFile], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        files = list(files)
        field = self.fields["contact_file"]
        field.choices = [(str(file.pk), file.name) for file in files]  # type: ignore[attr-defined]
        field.choice_details = {  # type: ignore[attr-defined]
            str(file.pk): ChoiceDetail(
                description=_imported(file),
                icon="contact",
                aside=f"{format_number_fr(file.accepted)} adresses",
            )
            for file in files
        }


class MessageForm(forms.Form):
    """One of the company's messages."""

    message = forms.ChoiceField(
        label="Message",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un message.",
            "invalid_choice": "Ce message n’est plus disponible : choisissez-en un autre.",
        },
    )

    def __init__(self, messages: Iterable[Message], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        messages = list(messages)
        field = self.fields["message"]
        field.choices = [(str(one.pk), one.name) for one in messages]  # type: ignore[attr-defined]
        field.choice_details = {  # type: ignore[attr-defined]
            str(one.pk): ChoiceDetail(
                description=one.subject or "Sans objet pour l’instant",
                icon="mail",
                aside=standing_of(one).label,
            )
            for one in messages
        }


class MeasuresForm(forms.Form):
    """What is measured of the recipients."""

    tracks_clicks = forms.BooleanField(
        label="Compter les clics sur les liens",
        required=False,
        help_text="Les liens passent par notre service, qui compte puis conduit à votre page.",
    )
    opens = forms.ChoiceField(
        label="Ouvertures",
        widget=forms.RadioSelect,
        choices=[
            (Opens.AGGREGATE, "Compter ensemble, sans savoir qui ouvre"),
            (Opens.NONE, "Ne rien compter"),
            (Opens.INDIVIDUAL, "Compter par personne : vos destinataires y ont consenti"),
        ],
        error_messages={
            "required": "Choisissez comment compter les ouvertures.",
            "invalid_choice": "Choisissez l’une des trois façons de compter les ouvertures.",
        },
    )


class Departure(TypedDict):
    """When it leaves, and over how long."""

    send_at: datetime
    spread_minutes: int


class SendDateForm(forms.Form):
    """A day of the calendar and an hour of it."""

    send_on = forms.DateField(
        label="Jour d’envoi",
        error_messages={
            "required": "Choisissez un jour.",
            "invalid": "Ce jour n’est pas une date : choisissez-le dans le calendrier.",
        },
    )
    send_hour = forms.ChoiceField(
        label="Heure de début",
        choices=[
            (
                f"{minutes // 60:02}:{minutes % 60:02}",
                f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02}",
            )
            for minutes in range(FIRST_HOUR.hour * 60, LAST_HOUR.hour * 60 + 1, 30)
        ],
        initial="10:00",
        error_messages={"invalid_choice": "Choisissez une heure entre 7 h et 20 h."},
    )

    spread = forms.ChoiceField(
        label="Étaler l’envoi",
        choices=[("0", "Non, le plus vite possible")]
        + [(str(minutes), f"Sur {minutes // 60}\u00a0h") for minutes in SPREADS if minutes],
        required=False,
        help_text="Pour que les appels et les visites n’arrivent pas tous à la fois.",
        error_messages={"invalid_choice": "Choisissez une des durées proposées."},
    )

    def departure(self) -> Departure:
        """The instant chosen, in Paris, and over how many minutes."""
        day: date = self.cleaned_data["send_on"]
        hour = time.fromisoformat(self.cleaned_data["send_hour"])
        send_at = datetime.combine(day, hour, clock.PARIS)
        return {"send_at": send_at, "spread_minutes": int(self.cleaned_data["spread"] or 0)}


def messages_to_choose(company_id: int, *, chosen: int | None) -> list[Message]:
    """The messages changed last, and the one already chosen however old it is."""
    messages = messages_of(company_id)
    latest = list(messages[:_MESSAGES_SHOWN])
    if chosen is not None and all(one.pk != chosen for one in latest):
        latest += messages.filter(pk=chosen)
    return latest


def _imported(file: ContactFile) -> str:
    if file.imported_at is None:
        return ""
    return f"Importé le {format_short_date_fr(clock.paris_date(file.imported_at))}"
