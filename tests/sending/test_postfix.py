"""A message that went through a real Postfix is still signed, in the words of another verifier."""

import os
import smtplib
import tempfile
from pathlib import Path

from django.conf import settings

from bench.sinks import find_tools
from tests.sending.message.test_signing import AT, BOTH, SAID, rendered, verified
from tests.sending.postfix import catching, running_postfix


def test_a_message_relayed_by_postfix_keeps_both_signatures() -> None:
    sent = BOTH.signed(rendered(SAID), at=AT)
    with (
        tempfile.TemporaryDirectory(prefix="postfix-") as folder,
        catching() as (catcher, last),
        running_postfix(settings.VAR, Path(folder), last) as port,
    ):
        with smtplib.SMTP("127.0.0.1", port or last) as relay:
            relay.sendmail(sent.return_path, [sent.to], sent.octets)
        arrived = catcher.first()
    # Its programs may be out of reach (another system, no network); where they are had, it runs.
    may_run = os.geteuid() == 0 and "Postfix" in find_tools(settings.VAR).name
    assert port is not None or not may_run, "Postfix must run here, and did not"
    assert (b"(Postfix)" in arrived) == (port is not None)
    assert verified(arrived) == [True, True]
