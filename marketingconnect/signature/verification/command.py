"""``marketingconnect verify_evidence FILE``: no Django, no database, no network."""

import argparse
import os
import sys
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from marketingconnect.kernel.typography import non_breaking
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.signature.verification.evidence import CheckedEvidence, check_evidence

HELP = "Vérifie un fichier de preuve de signature, hors ligne et sans base de données."
NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="le fichier de preuve (.zip)")
    parser.add_argument(
        "--authority",
        metavar="EMPREINTE",
        help="empreinte SHA-256 de l’autorité, telle que publiée ; celle de cette machine sinon",
    )


def run(options: argparse.Namespace) -> int:
    try:
        found = check_evidence(options.file.read_bytes())
        expected = (options.authority or own_authority()).replace(":", "").lower()
        _check_authority(found, expected)
    except InvalidSignatureError as error:
        sys.stderr.write(non_breaking(f"Preuve refusée : {error}.\n"))
        return 1
    except OSError as error:
        sys.stderr.write(non_breaking(f"Fichier illisible : {error}.\n"))
        return 1
    sys.stdout.write(non_breaking("\n".join(_report(found, known=bool(expected)))) + "\n")
    return 0


def _check_authority(found: CheckedEvidence, expected: str) -> None:
    if expected and found.authorities != {expected}:
        raise InvalidSignatureError("elle vient d’une autre autorité que celle attendue")


def own_authority() -> str:
    """The fingerprint of the authority of this machine, if it has one; its keys are not opened."""
    var = os.environ.get("MARKETINGCONNECT_VAR", Path(__file__).resolve().parents[3] / "var")
    folder = Path(os.environ.get("MARKETINGCONNECT_AUTHORITY", Path(var) / "authority"))
    try:
        root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    except (OSError, ValueError):
        return ""
    return sha256(root.public_bytes(Encoding.DER)).hexdigest()


def _report(found: CheckedEvidence, *, known: bool) -> list[str]:
    lines = [
        f"Preuve intacte : commande {found.order}, {found.client}.",
        f"Scellée le {found.sealed_at:%Y-%m-%d à %H:%M:%S} UTC.",
    ]
    for one in found.documents:
        lines += [
            f"« {one.title} », signé par {one.signer} le {one.signed_at:%Y-%m-%d à %H:%M:%S} UTC",
            f"  certificat : {one.certificate}",
            f"  empreinte du document signé : {one.sha256}",
            f"  événements : {one.events}",
        ]
    end = "" if known else " : à comparer à celle que l’exploitant publie"
    return [*lines, *(f"Autorité {one}{end}" for one in sorted(found.authorities))]
