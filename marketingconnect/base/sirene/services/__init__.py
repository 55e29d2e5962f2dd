"""Load a stock of the register and publish it; tell staff when the one in use gets old."""

from marketingconnect.base.sirene.services.alerting import tell_of_ageing_vintage
from marketingconnect.base.sirene.services.importing import (
    ImportReport,
    StockDelivery,
    StockRefusedError,
    import_sirene,
)

__all__ = [
    "ImportReport",
    "StockDelivery",
    "StockRefusedError",
    "import_sirene",
    "tell_of_ageing_vintage",
]
