"""The TLS that proves who answers: of relays, of servers under a policy, and of the policies."""

import ssl
from functools import lru_cache


@lru_cache(maxsize=4)
def proving_context(roots: str = "") -> ssl.SSLContext:
    """TLS 1.2 or later, with the proof of who answers: a name among the certificate's own
    (subjectAltName), under an authority of the system or of the PEM file `roots`.

    Raises OSError when that file cannot be read, or is none.
    """
    context = ssl.create_default_context(cafile=roots or None)
    context.hostname_checks_common_name = False
    # Early 3.11 asks OpenSSL to take a connection cut in the middle for its end.
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context
