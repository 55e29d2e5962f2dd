"""The measure's own sink and blast, for machines without Postfix's tools."""

import sys
from pathlib import Path

from bench.sinks import Tools, blast, running_sink

OURS = [sys.executable, "-m", "bench.own_smtp"]


def test_our_blast_sends_as_many_messages_as_asked_and_our_sink_counts_them(tmp_path: Path) -> None:
    tools = Tools("ours", [*OURS, "sink"], [*OURS, "blast"], {})

    with running_sink(tools, tmp_path) as sink:
        rate = blast(tools, sink.port, messages=205, octets=2_000)

        assert sink.messages() == 205
    assert rate > 0
