"""Who gave what to the base, under which right, and what was made of it."""

from marketingconnect.base.models.flags import FlagKind, RecordFlag
from marketingconnect.base.models.loads import SireneVintage, SupplierLoad
from marketingconnect.base.models.releases import Release
from marketingconnect.base.models.suppliers import ConsentForm, RightOfUse, Supplier

__all__ = [
    "ConsentForm",
    "FlagKind",
    "RecordFlag",
    "Release",
    "RightOfUse",
    "SireneVintage",
    "Supplier",
    "SupplierLoad",
]
