"""An authority of our own and the certificates that it signs, good and bad."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_TODAY = datetime.fromtimestamp(Path("/proc/self").stat().st_ctime, UTC)
"""By the machine's clock, which is the one that TLS goes by."""
_YEAR = timedelta(days=365)


class Authority:
    """Keeps what it makes below a folder; `roots` is its own certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Autorité d’essai")
        ours = _certificate(self._name, self._name, self._key.public_key(), _TODAY + _YEAR)
        ours = ours.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        ours = ours.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
        )
        self.roots = folder / "roots.pem"
        signed = ours.sign(self._key, hashes.SHA256())
        self.roots.write_bytes(signed.public_bytes(Encoding.PEM))

    def server(
        self, *names: str, is_expired: bool = False, only_common_name: bool = False
    ) -> ssl.SSLContext:
        """TLS of a server with a certificate of these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = _TODAY + (-timedelta(days=1) if is_expired else _YEAR)
        made = _certificate(_named(names[0]), self._name, key.public_key(), until)
        if not only_common_name:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
            made = made.add_extension(alternatives, critical=False)
        made = made.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        path = self._folder / f"{names[0].replace('*', '_')}-{is_expired}-{only_common_name}.pem"
        path.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 2 * _YEAR)
        .not_valid_after(until)
    )
