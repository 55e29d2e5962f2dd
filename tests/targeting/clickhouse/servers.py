"""Real ClickHouse servers of the tests: on loopback, in folders of their own, ended by their pid.

`start_cluster` starts as many as asked; each knows the clusters `shards` (one server a shard) and
`copies` (one shard, each server a copy of it).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from marketingconnect.config.ports import free_ports
from marketingconnect.config.postgres.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0


@dataclass
class ClickHouseServer:
    """One server: `start` waits until it answers, `kill` is a machine that disappears."""

    program: str
    folder: Path
    http_port: int
    tcp_port: int
    interserver_port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def ask(self, statement: str) -> str:
        """What the server answers, by no code of the product."""
        connection = HTTPConnection("127.0.0.1", self.http_port, timeout=PATIENCE)
        connection.request("POST", "/", body=statement.encode())
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        assert answer.status == 200, content
        return content

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, f"--config-file={self.folder / 'config.xml'}"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_us,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                last_words = (self.folder / "server.log").read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"ClickHouse n’a pas démarré :\n{last_words}")
            time.sleep(0.02)

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.http_port, timeout=5)
        try:
            connection.request("GET", "/ping")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def clickhouse_program() -> str:
    """The server that `script/_clickhouse.py` finds or unpacks."""
    command = [sys.executable, "-I", str(ROOT / "script" / "_clickhouse.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def start_cluster(program: str, folder: Path, count: int) -> list[ClickHouseServer]:
    """Servers that know one another, all of them answering."""
    ports = iter(free_ports(3 * count))
    servers = [
        ClickHouseServer(program, folder / f"server-{n}", next(ports), next(ports), next(ports))
        for n in range(count)
    ]
    try:
        for server in servers:
            _write_settings(server, servers)
        for server in servers:
            server.start()
    except BaseException:
        stop_all(servers)
        raise
    return servers


def stop_all(servers: Sequence[ClickHouseServer]) -> None:
    """Nothing of theirs is kept: no need to let them tidy up."""
    for server in servers:
        server.kill()


def _die_with_us() -> None:
    die_with_parent(signal.SIGKILL)


def _write_settings(server: ClickHouseServer, servers: Sequence[ClickHouseServer]) -> None:
    for folder in ("data", "tmp", "files", "formats"):
        (server.folder / folder).mkdir(parents=True)
    replicas = [_replica(each) for each in servers]
    settings = CONFIG.format(
        folder=server.folder,
        http=server.http_port,
        tcp=server.tcp_port,
        interserver=server.interserver_port,
        shards="".join(f"<shard>{replica}</shard>" for replica in replicas),
        copies=f"<shard>{''.join(replicas)}</shard>",
    )
    (server.folder / "config.xml").write_text(settings, "utf-8")
    (server.folder / "users.xml").write_text(USERS.format(threads=os.cpu_count()), "utf-8")


def _replica(server: ClickHouseServer) -> str:
    return f"<replica><host>127.0.0.1</host><port>{server.tcp_port}</port></replica>"


CONFIG = """<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <http_port>{http}</http_port>
  <tcp_port>{tcp}</tcp_port>
  <interserver_http_port>{interserver}</interserver_http_port>
  <listen_host>127.0.0.1</listen_host>
  <max_connections>64</max_connections>
  <keep_alive_timeout>3</keep_alive_timeout>
  <max_concurrent_queries>32</max_concurrent_queries>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <mark_cache_size>67108864</mark_cache_size>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <user_files_path>{folder}/files/</user_files_path>
  <format_schema_path>{folder}/formats/</format_schema_path>
  <users_config>{folder}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <remote_servers><shards>{shards}</shards><copies>{copies}</copies></remote_servers>
</yandex>
"""
USERS = """<?xml version="1.0"?>
<yandex>
  <profiles><default>
    <max_threads>{threads}</max_threads>
    <max_memory_usage>2000000000</max_memory_usage>
  </default></profiles>
  <users><default>
    <password></password>
    <networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
  </default><reader>
    <password>p@ss:word</password>
    <networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
  </reader></users>
  <quotas><default></default></quotas>
</yandex>
"""
