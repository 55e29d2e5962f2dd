"""One month-end in a process of its own, so that its memory is its own: FOLDER on argv."""

import json
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django


def main() -> None:
    """Close every month that is over, prove, export, age; print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    django.setup()
    from marketingconnect.clock import now, paris_date
    from marketingconnect.ledger.fec import write_fec
    from marketingconnect.ledger.queries import last_closed_month
    from marketingconnect.ledger.receivables import ageing_balance, overdue_documents
    from marketingconnect.payments.ledger_proof import faults, figures

    today = paris_date(now())
    session = SessionMemory()
    session.start()
    steps = {
        "clôture": _timed(_close_all),
        "preuve": _timed(lambda: list(faults())),
    }
    closed = last_closed_month() or today
    folder = Path(sys.argv[1])
    steps["fichier des écritures"] = _timed(
        lambda: write_fec(closed.year, siren="900000019", folder=folder)
    )
    steps["balance âgée et retards"] = _timed(
        lambda: (ageing_balance(today), overdue_documents(today))
    )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    server = session.stop()
    found = {
        "steps_s": steps,
        "seconds": round(sum(steps.values()), 2),
        "entries": figures().entries,
        "lines": figures().lines,
        "export_mb": round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 1),
        "faults": len(list(faults())),
        "server_mb": round(server, 1),
        "peak_mb": round(own + server, 1),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _close_all() -> None:
    from marketingconnect.accounts.models import User
    from marketingconnect.accounts.roles import StaffRole
    from marketingconnect.clock import now, paris_date
    from marketingconnect.ledger.queries import first_entry_day, last_closed_month
    from marketingconnect.ledger.rules.closing import is_over, month_to_close
    from marketingconnect.ledger.services import close_month

    by = User.objects.filter(staff_role=StaffRole.ACCOUNTING).earliest("pk")

    def following() -> date | None:
        return month_to_close(last_closed=last_closed_month(), first_entry=first_entry_day())

    while (month := following()) and is_over(month=month, today=paris_date(now())):
        close_month(month, by=by, now=now())


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 2)


class SessionMemory(threading.Thread):
    """The peak of what our PostgreSQL session holds for itself, looked at twenty times a second.

    The server's shared pages are a setting of the machine, not a cost of the closing. `peak_mb`
    stays 0 for a server elsewhere.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._over = threading.Event()
        self._status = Path(f"/proc/{_backend()}/status")

    def run(self) -> None:
        while not self._over.wait(0.05):
            held = re.search(r"RssAnon:\s+(\d+) kB", self._read())
            self.peak_mb = max(self.peak_mb, int(held[1]) / 1024 if held else 0.0)

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.peak_mb

    def _read(self) -> str:
        try:
            return self._status.read_text()
        except OSError:
            return ""


def _backend() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int((cursor.fetchone() or (0,))[0])


if __name__ == "__main__":
    main()
