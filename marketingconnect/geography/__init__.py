"""The reference geography of France: what can be named, where it is, and how it is drawn.

Made at set-up from packages of data (docs/decisions/0016-geography.md), read once and kept. A
commune is one of today; Paris, Lyon and Marseille are their arrondissements, as in SIRENE and in
the addresses, and the whole city is a `City`.
"""

from marketingconnect.geography.labels import routing_label, unaccented
from marketingconnect.geography.places import (
    City,
    Commune,
    Departement,
    Epci,
    GeographyNotBuiltError,
    Region,
    cities,
    city,
    collectivities,
    commune,
    communes,
    communes_of,
    departement,
    departements,
    epci,
    epcis,
    find_commune,
    postal_codes,
    region,
    regions,
)
from marketingconnect.geography.projection import Position, Zone, project, unproject, zone_of

__all__ = [
    "City",
    "Commune",
    "Departement",
    "Epci",
    "GeographyNotBuiltError",
    "Position",
    "Region",
    "Zone",
    "cities",
    "city",
    "collectivities",
    "commune",
    "communes",
    "communes_of",
    "departement",
    "departements",
    "epci",
    "epcis",
    "find_commune",
    "postal_codes",
    "project",
    "region",
    "regions",
    "routing_label",
    "unaccented",
    "unproject",
    "zone_of",
]
