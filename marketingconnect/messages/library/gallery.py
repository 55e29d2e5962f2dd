"""What the gallery's thumbnails show, and whether they still show it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from marketingconnect.messages.composing.rendering import Draft, compile_draft
from marketingconnect.messages.library import FOLDER, Template, templates

_FINGERPRINTS: Final = FOLDER / "gallery.json"
_BASE_URL: Final = "https://emails.example.org"


@dataclass(frozen=True)
class Sender:
    """Who signs a thumbnail."""

    name: str
    address: str
    origin: str
    mailbox: str

    def legal(self) -> dict[str, str]:
        """The mentions of its footer."""
        return {
            "advertiser": self.name,
            "identity": self.address,
            "origin": self.origin,
            "rights_contact": self.mailbox,
        }


_SENDERS: Final = {
    "boulangerie": Sender(
        "Boulangerie Nadia",
        "12 rue du Four, 69003 Lyon",
        "vous êtes client de la boulangerie",
        "contact@boulangerie.example.org",
    ),
    "garage": Sender(
        "Garage du Pré",
        "4 route du Pré, 38200 Vienne",
        "vous avez confié votre voiture au garage",
        "accueil@garage-du-pre.example.org",
    ),
    "restaurant": Sender(
        "La Table d’Odette",
        "7 place du Marché, 35000 Rennes",
        "vous avez réservé chez nous",
        "bonjour@table-odette.example.org",
    ),
    "coiffeur": Sender(
        "Salon Mèche et Ciseaux",
        "21 rue des Tanneurs, 37000 Tours",
        "vous êtes client du salon",
        "salon@meche-ciseaux.example.org",
    ),
    "fleuriste": Sender(
        "Fleurs de Garance",
        "3 rue des Jardins, 44000 Nantes",
        "vous avez commandé un bouquet",
        "atelier@fleurs-garance.example.org",
    ),
    "artisan": Sender(
        "Maçonnerie Kervella",
        "Zone du Petit Port, 29200 Brest",
        "vous nous avez demandé un devis",
        "devis@kervella.example.org",
    ),
    "immobilier": Sender(
        "Agence des Deux Ponts",
        "15 quai Vauban, 25000 Besançon",
        "vous nous avez confié une recherche",
        "agence@deux-ponts.example.org",
    ),
    "association": Sender(
        "Les Amis du Lavoir",
        "2 rue du Lavoir, 63000 Clermont-Ferrand",
        "vous êtes adhérent de l’association",
        "bureau@amis-du-lavoir.example.org",
    ),
    "boutique": Sender(
        "Maison Bruyère",
        "Atelier des Halles, 87000 Limoges",
        "vous avez commandé sur notre site",
        "bonjour@maison-bruyere.example.org",
    ),
    "epicerie": Sender(
        "Le Comptoir d’Anis",
        "8 rue du Panier, 13002 Marseille",
        "vous êtes client de l’épicerie",
        "contact@comptoir-anis.example.org",
    ),
    "services": Sender(
        "Cabinet Lemaire Conseil",
        "30 rue de la Monnaie, 59800 Lille",
        "votre entreprise est notre cliente",
        "contact@lemaire-conseil.example.org",
    ),
    "libraire": Sender(
        "Librairie du Passage",
        "9 passage Pommeraye, 44000 Nantes",
        "vous êtes client de la librairie",
        "librairie@passage.example.org",
    ),
    "optique": Sender(
        "Optique Saint-Aubin",
        "18 rue Saint-Aubin, 49100 Angers",
        "vous êtes client du magasin",
        "magasin@optique-saint-aubin.example.org",
    ),
}
"""Invented; each template names the one that could have written it."""


def sender_of(template: Template) -> Sender:
    """Who signs the thumbnail of a template. Raises KeyError."""
    return _SENDERS[template.sample]


def sample_html(template: Template) -> str:
    """The HTML of a template as a fictional business would send it, fields filled."""
    sender = sender_of(template)
    draft = Draft(
        "blocks",
        template.subject,
        template.preheader,
        sender.name,
        sender.mailbox,
        {**template.content(), "legal": sender.legal()},
    )
    html = compile_draft(draft, base_url=_BASE_URL).html
    people = {"first_name": "Camille", "civility": "Madame", "last_name": "Durand"}
    for name, value in people.items():
        html = html.replace(f"{{{{{name}}}}}", value)
    return html


def fingerprints() -> dict[str, str]:
    """Template -> SHA-256 of what its thumbnail should show now."""
    return {
        template.code: hashlib.sha256(sample_html(template).encode()).hexdigest()
        for template in templates()
    }


def drawn_fingerprints() -> dict[str, str]:
    """Template -> SHA-256 of what its thumbnail showed when it was drawn."""
    drawn: dict[str, str] = json.loads(_FINGERPRINTS.read_text(encoding="utf-8"))
    return drawn


def write_fingerprints() -> None:
    """Remember what the thumbnails show."""
    text = json.dumps(fingerprints(), indent=1, sort_keys=True)
    _FINGERPRINTS.write_text(f"{text}\n", encoding="utf-8")
