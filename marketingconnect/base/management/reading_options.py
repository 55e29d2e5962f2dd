"""Options that several commands of the base share."""

import argparse
from datetime import date
from pathlib import Path

from django.core.management.base import CommandError

from marketingconnect.base.models import Supplier
from marketingconnect.base.queries import supplier_called, suppliers


def day(text: str) -> date:
    """A date written 2026-11-25."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas une date : 2026-11-25.") from error


def supplier_told(text: str) -> Supplier:
    """The supplier of a number or a name. Raises CommandError with those that are known."""
    supplier = supplier_called(text)
    if supplier is None:
        known = ", ".join(f"{one.number} {one.name}" for one in suppliers())
        raise CommandError(
            f"Aucun fournisseur « {text} ». Connus : {known}."
            " « marketingconnect register_supplier FICHE.toml » en ajoute un."
        )
    return supplier


def existing(text: str) -> Path:
    """A file that is there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas un fichier.")
    return path
