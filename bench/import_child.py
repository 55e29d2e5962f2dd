"""One import in a process of its own, so that its memory is its own: FILE COMPANY_ID on argv."""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django


def main() -> None:
    """Receive the file as the web does, import it as the worker does, print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    django.setup()
    from marketingconnect import clock
    from marketingconnect.audit.actors import Actor
    from marketingconnect.contacts.services.whole import import_at_once

    path, company_id = Path(sys.argv[1]), int(sys.argv[2])
    began, cpu = time.perf_counter(), time.process_time()
    file = import_at_once(
        company_id=company_id,
        original_name=path.name,
        chunks=_chunks(path),
        actor=Actor.system("mesure"),
        now=clock.now,
    )
    figures = {
        "file_id": file.pk,
        "rows": file.rows_read,
        "accepted": file.accepted,
        "duplicates": file.duplicates,
        "refused": sum(file.refused.values()),
        "opposed": file.opposed,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk


if __name__ == "__main__":
    main()
