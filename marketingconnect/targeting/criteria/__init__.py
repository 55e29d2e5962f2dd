"""The one typed tree of criteria: screens write it, every engine reads it (CGV B.1.3, CL.4).

`Criteria.from_json(value)` is strict and says in French what is wrong and where; `to_json()` gives
the one canonical writing, of which `fingerprint()` is the hash. No framework, no database, no
criterion on health, opinions, religion, origin or any other matter of article 9 of the GDPR.
"""

from marketingconnect.targeting.criteria.errors import InvalidCriteriaError
from marketingconnect.targeting.criteria.fields import (
    FIELDS,
    ZONES,
    Channel,
    Field,
    Group,
    Population,
    Use,
    fields_of,
)
from marketingconnect.targeting.criteria.tree import (
    VERSION,
    All,
    AnyOf,
    Between,
    Condition,
    Criteria,
    Exclusions,
    Near,
    Not,
    Quotas,
    Reachable,
    Sample,
    ValueIn,
    Within,
)

__all__ = [
    "FIELDS",
    "VERSION",
    "ZONES",
    "All",
    "AnyOf",
    "Between",
    "Channel",
    "Condition",
    "Criteria",
    "Exclusions",
    "Field",
    "Group",
    "InvalidCriteriaError",
    "Near",
    "Not",
    "Population",
    "Quotas",
    "Reachable",
    "Sample",
    "Use",
    "ValueIn",
    "Within",
    "fields_of",
]
