"""What goes with every file that holds data of the register: its source and its date."""

from datetime import date

from marketingconnect.kernel.calendar import format_day_month_fr
from marketingconnect.kernel.typography import non_breaking


def sirene_notice(*, vintage: date, licence: str) -> str:
    """CGV CL.5: the source, the date and the licence of SIRENE data, as deliveries print them."""
    day = f"{format_day_month_fr(vintage)} {vintage.year}"
    return non_breaking(
        f"Source : INSEE, répertoire SIRENE, données au {day}, rediffusées sous {licence}."
    )
