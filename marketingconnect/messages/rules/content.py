"""The identity of a message's content."""

import hashlib
import json
from collections.abc import Mapping


def content_sha256(
    *,
    subject: str,
    preheader: str,
    sender_name: str,
    reply_to: str,
    html: str,
    text: str,
    fallbacks: Mapping[str, str],
) -> str:
    """CGV B.1.2: what the client validates is exactly this content, named by its SHA-256.

    64 hexadecimal digits over the canonical JSON of all that a recipient may see.
    """
    content = [subject, preheader, sender_name, reply_to, html, text, dict(fallbacks)]
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
