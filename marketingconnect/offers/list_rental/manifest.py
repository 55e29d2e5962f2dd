"""What is kept of a delivery as evidence: every file's fingerprint, never the rows (CGV CL.6)."""

import hashlib
import json
from datetime import date
from typing import Any

from marketingconnect.offers.list_rental.delivery_files.spec import Prepared
from marketingconnect.offers.list_rental.models import Delivery


def manifest_of(
    delivery: Delivery, prepared: Prepared, *, release: str, checked_on: date
) -> tuple[dict[str, Any], str]:
    """The manifest, and the SHA-256 of its canonical writing. The same files give the same one."""
    rental = delivery.rental
    manifest = {
        "delivery": delivery.reference,
        "order": rental.order_reference,
        "kind": delivery.kind,
        "release": release,
        "criteria": rental.criteria,
        "seed": delivery.selection.seed if delivery.selection else None,
        "checked_on": checked_on.isoformat(),
        "use_by": prepared.use_by.isoformat() if prepared.use_by else None,
        "quantity": prepared.quantity,
        "traps": prepared.traps,
        "phones": prepared.phones,
        "keys_sha256": prepared.keys.sha256,
        "fingerprint_sha256": prepared.fingerprint.sha256,
        "licence": list(prepared.licence),
        "files": [
            {
                "format": file.format,
                "name": file.name,
                "size": file.stored.size,
                "sha256": file.stored.sha256,
                "rows": file.rows,
            }
            for file in prepared.files
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return manifest, hashlib.sha256(text.encode()).hexdigest()
