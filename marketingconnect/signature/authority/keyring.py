"""Where the authority's keys are kept: a folder, each key encrypted with a passphrase.

The folder is made whole or not at all: it is written beside its place, then renamed. Of two
processes that start together, both use the one that came first.
"""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from marketingconnect.signature.authority.certificates import (
    Credential,
    make_root,
    make_seal,
    make_timestamper,
)

ROOT, TIMESTAMPS, SEAL = "root", "timestamps", "seal"
RENEWED_BEFORE: Final = timedelta(days=30)


class KeyringError(Exception):
    """No authority can be used: absent, unreadable, or expired."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The three credentials of an authority, loaded."""

    root: Credential
    timestamps: Credential
    seal: Credential


def create(folder: Path, passphrase: str, *, name: str, now: datetime) -> None:
    """Make an authority in `folder`, unless one is there."""
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
    draft.mkdir(parents=True, mode=0o700)
    root = make_root(name, now)
    _write(draft, ROOT, root, passphrase)
    _write(draft, TIMESTAMPS, make_timestamper(root, name, now), passphrase)
    _write(draft, SEAL, make_seal(root, name, now), passphrase)
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft)
        if not folder.is_dir():
            raise


def load(folder: Path, passphrase: str) -> Keyring:
    """Read an authority. Raises KeyringError when it is absent or the passphrase is not its own."""
    try:
        return Keyring(*(_read(folder, name, passphrase) for name in (ROOT, TIMESTAMPS, SEAL)))
    except FileNotFoundError as error:
        raise KeyringError(f"{error.filename} is missing") from None
    except (ValueError, TypeError) as error:
        raise KeyringError(f"the keys cannot be read: {error}") from None


def renew(folder: Path, passphrase: str, keyring: Keyring, *, name: str, now: datetime) -> Keyring:
    """New credentials for the services whose certificate ends soon; the root stays."""
    timestamps, seal = keyring.timestamps, keyring.seal
    if _ends_soon(timestamps, now):
        timestamps = make_timestamper(keyring.root, name, now)
        _write(folder, TIMESTAMPS, timestamps, passphrase)
    if _ends_soon(seal, now):
        seal = make_seal(keyring.root, name, now)
        _write(folder, SEAL, seal, passphrase)
    return Keyring(keyring.root, timestamps, seal)


def is_current(keyring: Keyring, now: datetime) -> bool:
    """Whether the authority's own services need no renewal."""
    return not (_ends_soon(keyring.timestamps, now) or _ends_soon(keyring.seal, now))


def _ends_soon(credential: Credential, now: datetime) -> bool:
    return credential.certificate.not_valid_after_utc - RENEWED_BEFORE <= now


def _read(folder: Path, name: str, passphrase: str) -> Credential:
    """One file holds both, so that a key and its certificate change together."""
    content = (folder / f"{name}.pem").read_bytes()
    key = load_pem_private_key(content, passphrase.encode())
    certificate = x509.load_pem_x509_certificate(content)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{name} is not an elliptic-curve key")
    if key.public_key() != certificate.public_key():
        raise ValueError(f"{name}: the certificate is another key's")
    return Credential(key, certificate)


def _write(folder: Path, name: str, credential: Credential, passphrase: str) -> None:
    locked = credential.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    draft = folder / f".{name}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
        new.write(locked + credential.certificate.public_bytes(Encoding.PEM))
        new.flush()
        os.fsync(new.fileno())
    draft.replace(folder / f"{name}.pem")
