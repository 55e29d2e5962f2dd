"""The reference geography of France: what can be named, where it is, and how it is drawn.

Made at set-up from packages of data (docs/decisions/0016-geography.md), read once and kept. A
commune is one of today; Paris, Lyon and Marseille are their arrondissements, as in SIRENE and in
the addresses, and the whole city is a `City`.
"""

from marketingconnect.geography.framing import Frame, frame_of, frames
from marketingconnect.geography.geolocation import (
    Geocoder,
    Location,
    Precision,
    TownGeocoder,
    geolocate,
)
from marketingconnect.geography.labels import routing_label, unaccented
from marketingconnect.geography.nearness import communes_within, distance, nearest_commune
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
from marketingconnect.geography.search import Place, PlaceKind, place, search_places

__all__ = [
    "City",
    "Commune",
    "Departement",
    "Epci",
    "Frame",
    "Geocoder",
    "GeographyNotBuiltError",
    "Location",
    "Place",
    "PlaceKind",
    "Position",
    "Precision",
    "Region",
    "TownGeocoder",
    "Zone",
    "cities",
    "city",
    "collectivities",
    "commune",
    "communes",
    "communes_of",
    "communes_within",
    "departement",
    "departements",
    "distance",
    "epci",
    "epcis",
    "find_commune",
    "frame_of",
    "frames",
    "geolocate",
    "nearest_commune",
    "place",
    "postal_codes",
    "project",
    "region",
    "regions",
    "routing_label",
    "search_places",
    "unaccented",
    "unproject",
    "zone_of",
]
