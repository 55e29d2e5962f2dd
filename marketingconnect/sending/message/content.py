"""What a campaign says, and the hash that binds it to what the client validated."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CampaignContent:
    """The exact content of a validated version (CGV B.1.2); merge fields are not replaced yet."""

    subject: str
    preheader: str
    sender_name: str
    reply_to: str
    html: str
    text: str
    fallbacks: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Over everything that a recipient can see. Any change gives another hash."""
        return content_sha256(
            subject=self.subject,
            preheader=self.preheader,
            sender_name=self.sender_name,
            reply_to=self.reply_to,
            html=self.html,
            text=self.text,
            fallbacks=self.fallbacks,
        )


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
    """Hash of a content, the same in the proof, the validation, the order and the sender."""
    content = [subject, preheader, sender_name, reply_to, html, text, dict(fallbacks)]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
