"""A company, its imported file and a campaign of 10 KB messages, made by the real services."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.services.whole import import_at_once
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import create_campaign

_FIRST_NAMES: Final = ["Élodie", "François", "Hélène", "Jérôme", "Inès", "Loïc", "Noémie", "Rémi"]
_LAST_NAMES: Final = ["Lefèvre", "Garçon", "Béranger", "Le Goff", "Châtelain", "Sœur", "Naïm"]
_PLACES: Final = [("29200", "Brest"), ("44000", "Nantes"), ("75011", "Paris"), ("54000", "Nancy")]
_GREETING: Final = (
    "Bonjour {{first_name}} {{last_name}}, la boulangerie la plus proche de {{city}}"
    " ({{postal_code}}) prépare votre commande, {{company_name}}."
)
_SENTENCES: Final = (
    "Le four est allumé dès quatre heures et la première fournée sort à six heures.",
    "La tourte de seigle repose une nuit entière avant d’être façonnée à la main.",
    "Les brioches de fête se commandent jusqu’à la veille, au comptoir ou par téléphone.",
    "Nos farines viennent de moulins voisins ; le levain a fêté ses douze ans.",
)


def make_company(now: datetime) -> Company:
    return Company.objects.create(
        reference="C-MESURE",
        siret="00000000000000",
        legal_name="Mesure d’envoi",
        billing_street="1 rue de l’Essai",
        billing_postal_code="75011",
        billing_city="Paris",
        territory="metropole",
        created_at=now,
    )


def import_recipients(
    company: Company, addresses: Sequence[str], now: Callable[[], datetime]
) -> ContactFile:
    """A file of these addresses, with the words that the message is made of."""
    file = import_at_once(
        company_id=company.pk,
        original_name="destinataires.csv",
        chunks=_lines(addresses),
        actor=Actor.system("mesure"),
        now=now,
    )
    if file.accepted != len(addresses):
        raise RuntimeError(f"{len(addresses)} adresses données, {file.accepted} importées")
    return file


def make_campaign(file: ContactFile, *, now: datetime) -> Campaign:
    """A campaign to the whole file, due at once, its audience still to be frozen."""
    return create_campaign(
        company_id=file.company_id,
        name="Mesure",
        contact_file_id=file.pk,
        order_reference="BC-MESURE",
        sold_quantity=file.accepted,
        scheduled_for=now - timedelta(minutes=1),
        content=_content(),
        now=now,
    )


def _lines(addresses: Sequence[str]) -> Iterator[bytes]:
    yield "Adresse e-mail;Prénom;Nom;Société;Code postal;Ville\r\n".encode()
    for number, address in enumerate(addresses):
        first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
        last = _LAST_NAMES[number % len(_LAST_NAMES)]
        code, city = _PLACES[number % len(_PLACES)]
        yield f"{address};{first};{last};Atelier {number};{code};{city}\r\n".encode()


def _content() -> CampaignContent:
    """Five merge fields in each part and one in the subject; about 10 KB once encoded."""
    paragraphs = [f"{sentence} ({number})" for number, sentence in enumerate(_SENTENCES * 7)]
    html = "\n".join(
        f'<p style="margin:0 0 16px;font-family:Arial,sans-serif;color:#333">{text}</p>'
        for text in [_GREETING, *paragraphs]
    )
    return CampaignContent(
        subject="{{first_name}}, le pain de la semaine",
        preheader="",
        sender_name="Boulangerie Nadia",
        reply_to="nadia@boulangerie.test",
        html=f'<html><body>\n{html}\n<p><a href="{{{{lien_desinscription}}}}">Ne plus recevoir'
        " nos messages</a></p>\n</body></html>\n",
        text="\n\n".join([_GREETING, *paragraphs, "{{lien_desinscription}}"]) + "\n",
        fallbacks={"first_name": "Cher client"},
    )
