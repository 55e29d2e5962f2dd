"""Approved platforms (plateformes agréées): the one set up, and what each must be able to do."""

from django.conf import settings

from marketingconnect.invoices.platforms.base import Platform
from marketingconnect.invoices.platforms.directory import DirectoryPlatform


def platform() -> Platform:
    """The platform in use: files in a directory, until an operator is bound to another one."""
    return DirectoryPlatform(settings.E_INVOICE_FOLDER)
