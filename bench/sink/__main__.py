"""Start a sink until it is stopped; what it was given is told at the end."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from bench.sink.options import add_options, faults_of
from bench.sink.server import Sink


def main() -> None:
    """Read the faults, listen on this machine, tell the counts when stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench.sink", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="an address of this machine (127.…)")
    parser.add_argument("--port", type=int, default=2600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    add_options(parser)
    told = parser.parse_args()
    sink = Sink(seed=told.seed, faults=faults_of(told), ledger=told.ledger)
    asyncio.run(_serve(sink, told.host, told.port))


async def _serve(sink: Sink, host: str, port: int) -> None:
    await sink.listen(host, port)
    sys.stdout.write(f"{host}:{sink.port}\n")
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
