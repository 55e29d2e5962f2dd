"""A program that knows nothing of ours, to check what we signed."""

import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def timestamp_holds(folder: Path, content: bytes, token: bytes, root: bytes) -> bool:
    """`openssl ts -verify`."""
    names = _written(folder, content=content, token=token, root=pem(root))
    command = ["openssl", "ts", "-verify", "-data", names["content"], "-in", names["token"]]
    return _holds([*command, "-token_in", "-CAfile", names["root"]], "Verification: OK")


def signature_holds(
    folder: Path, content: bytes, message: bytes, root: bytes, *, attime: int
) -> bool:
    """`openssl cms -verify`, the chain being judged at the time of the signature."""
    names = _written(folder, content=content, message=message, root=pem(root))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", names["message"]]
    more = ["-content", names["content"], "-CAfile", names["root"], "-attime", str(attime)]
    return _holds([*command, *more, "-purpose", "any", "-out", "/dev/null"], "successful")


def _written(folder: Path, **contents: bytes) -> dict[str, str]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents}


def _holds(command: list[str], words: str) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0 and words in done.stdout + done.stderr
