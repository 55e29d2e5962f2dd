"""Who signs: the platform's own authority, or an outside provider behind the same interface."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from marketingconnect.signature.providers.base import (
    Lacking,
    ProviderUnavailableError,
    SignatureProvider,
)


def current_provider() -> SignatureProvider:
    """The provider of the settings, its keys loaded once a process.

    An outside provider or an HSM is one more class here, chosen by one more setting.
    """
    return _built_in(
        Path(settings.AUTHORITY_DIR),
        settings.AUTHORITY_PASSPHRASE,
        settings.AUTHORITY_NAME,
        settings.TIMESTAMP_URL,
        Path(settings.TIMESTAMP_TRUST),
    )


@lru_cache(maxsize=4)
def _built_in(
    folder: Path, passphrase: str, name: str, timestamp_url: str, timestamp_trust: Path
) -> SignatureProvider:
    # Here, and not above: what signs a PDF takes 40 MB that a sender or a counter never uses.
    from marketingconnect.signature.providers.built_in import BuiltInProvider
    from marketingconnect.signature.providers.outside_timestamps import outside_timestamps

    if not passphrase:
        raise ProviderUnavailableError(Lacking.CERTIFICATE, "no passphrase is set")
    try:
        outside = outside_timestamps(timestamp_url, timestamp_trust) if timestamp_url else None
    except (OSError, ValueError) as error:
        raise ProviderUnavailableError(Lacking.TIMESTAMP, str(error)) from error
    may_create = settings.MODE != "production"
    return BuiltInProvider(folder, passphrase, name, may_create=may_create, outside=outside)
