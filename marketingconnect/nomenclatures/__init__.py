"""The lists that describe a business in SIRENE: activity, size, form in law."""

from marketingconnect.nomenclatures.headcount import (
    HEADCOUNT_BANDS,
    HeadcountBand,
    bands_between,
    headcount_band,
)
from marketingconnect.nomenclatures.legal_categories import (
    LegalCategory,
    legal_categories,
    legal_children,
    legal_label,
)
from marketingconnect.nomenclatures.naf import (
    Naf,
    NafLevel,
    NomenclaturesNotBuiltError,
    is_naf_2025_shape,
    naf_2025_label,
    naf_2025_levels,
    naf_children,
    naf_code,
    naf_label,
    naf_line,
    naf_rev2,
    naf_subclasses,
    search_naf,
)

__all__ = [
    "HEADCOUNT_BANDS",
    "HeadcountBand",
    "LegalCategory",
    "Naf",
    "NafLevel",
    "NomenclaturesNotBuiltError",
    "bands_between",
    "headcount_band",
    "is_naf_2025_shape",
    "legal_categories",
    "legal_children",
    "legal_label",
    "naf_2025_label",
    "naf_2025_levels",
    "naf_children",
    "naf_code",
    "naf_label",
    "naf_line",
    "naf_rev2",
    "naf_subclasses",
    "search_naf",
]
