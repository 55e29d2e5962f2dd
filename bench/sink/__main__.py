"""Start a sink until it is stopped; what it was given is told at the end."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from bench.sink.server import Sink
from bench.sink.table import Faults


def main() -> None:
    """Read the faults, listen on 127.0.0.1, tell the counts when stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench.sink", description=__doc__)
    parser.add_argument("--port", type=int, default=2600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    for name in ("refused", "later", "dropped"):
        parser.add_argument(f"--{name}", type=int, default=0, help="for a thousand")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds, at most")
    parser.add_argument("--connections", type=int, default=0)
    parser.add_argument("--per-connection", type=int, default=0)
    parser.add_argument("--closed", nargs="*", default=[], metavar="PROVIDER")
    told = parser.parse_args()
    faults = Faults(
        told.refused,
        told.later,
        told.dropped,
        told.times,
        told.latency,
        told.connections,
        told.per_connection,
        frozenset(told.closed),
    )
    asyncio.run(_serve(Sink(seed=told.seed, faults=faults, ledger=told.ledger), told.port))


async def _serve(sink: Sink, port: int) -> None:
    await sink.listen(port=port)
    sys.stdout.write(f"127.0.0.1:{sink.port}\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await sink.close()
    counts = {"taken": sink.taken.total(), "twice": sum(n > 1 for n in sink.taken.values())}
    counts |= {"refused": sink.refused.total(), "most_at_once": sink.most_at_once}
    sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    main()
