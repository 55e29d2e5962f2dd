"""The whole platform as child processes: started in order, watched, stopped in reverse."""

import http.client
import json
import subprocess
import sys
import time
from typing import Any

from marketingconnect.config import postgres
from marketingconnect.demo.supervisor.child import Child, command_line
from marketingconnect.demo.supervisor.layout import DemoError, Layout, answers

READY_PATIENCE = 60.0
TICK = 0.2


class Platform:
    """Use ``start``, then ``watch`` again and again, then ``stop``."""

    def __init__(self, layout: Layout, database_url: str) -> None:
        """``database_url``: a database from outside; "" runs the embedded one."""
        self.layout = layout
        self._embedded = not database_url
        self._database_url = database_url
        self._children: list[Child] = []

    def start(self) -> None:
        """Everything up and answering. Raises DemoError (or PostgresError) with what to do."""
        (self.layout.var / "static").mkdir(parents=True, exist_ok=True)
        self.layout.require_ports()
        started = time.monotonic()
        if self._embedded:
            self._database_url = postgres.ensure_running(self.layout.var)
        say_done("base de données", started)
        environment = self.layout.environment(self._database_url)
        self._launch(self._outside(environment))
        self._prepare(environment)
        started = time.monotonic()
        self._launch(self._inside(environment))
        for child in self._children:
            self._wait_ready(child)
        say_done(
            "site, comptage, tâches, envois, direct, suivi, retours, courrier, banque", started
        )
        self._launch([self._base(environment)])

    def watch(self) -> None:
        """Start again what has died since the last call; to be called a few times a second."""
        self._watch_database()
        for child in self._children:
            if child.is_done:
                self._finish(child)
                break
            if child.process is not None and not child.alive:
                code = child.exit_code
                pause = child.note_death()
                when = "maintenant" if pause == 0 else f"dans {pause:.0f} s"
                say(f"{child.name} s’est arrêté (code {code}) : redémarrage {when}.")
            if child.process is None and time.monotonic() >= child.start_again_at:
                child.start()

    def stop(self) -> None:
        """The web first, so that nobody starts anything new; the database last."""
        for child in self._children:
            child.ask_to_end()
        for child in reversed(self._children):
            child.wait_end()
        self._children = []
        if self._embedded:
            postgres.leave(self.layout.var)

    def accounts(self) -> list[dict[str, Any]]:
        """Who may log in, as ``demo_prepare`` wrote it."""
        accounts = json.loads(self.layout.accounts_file.read_text("utf-8"))
        return accounts if isinstance(accounts, list) else []

    def pids(self) -> dict[str, int]:
        """Process numbers by name, for those who kill them on purpose."""
        return {child.name: child.process.pid for child in self._children if child.process}

    def _finish(self, child: Child) -> None:
        say(f"{child.name} : {child.last_words(1)}")
        child.wait_end()
        self._children.remove(child)

    # -- parts -----------------------------------------------------------------------------------

    def _outside(self, environment: dict[str, str]) -> list[Child]:
        """The outside world: it needs no database."""
        layout, log = self.layout, self.layout.logs
        catcher = ["mail_catcher", "--port", str(layout.smtp), "--dir", str(layout.catcher_dir)]
        bank = ["sandbox_bank", "--port", str(layout.bank), "--dir", str(layout.bank_dir)]
        bank += ["--webhook-url", layout.webhook_url]
        return [
            Child(
                "courrier", catcher, environment, log / "catcher.log", lambda: answers(layout.smtp)
            ),
            Child("banque", bank, environment, log / "bank.log", lambda: answers(layout.bank)),
        ]

    def _base(self, environment: dict[str, str]) -> Child:
        """Some 600 000 invented records take their time: the site is open meanwhile."""
        log = self.layout.logs / "base.log"
        return Child("base", ["demo_base"], environment, log, is_errand=True)

    def _inside(self, environment: dict[str, str]) -> list[Child]:
        """The platform itself, on a database that is ready."""
        layout, log = self.layout, self.layout.logs
        web = ["web", "--port", str(layout.web), "--workers", "2"]
        return [
            Child(
                "comptage",
                ["counter"],
                environment,
                log / "counter.log",
                layout.counter_socket.is_socket,
            ),
            Child("tâches", ["worker"], environment, log / "worker.log", patience=25.0),
            Child("envois", ["sender"], environment, log / "sender.log"),
            Child(
                "direct",
                ["live", "--port", str(layout.live)],
                environment,
                log / "live.log",
                lambda: answers(layout.live),
            ),
            Child(
                "suivi",
                ["tracking", "--port", str(layout.tracking)],
                environment,
                log / "tracking.log",
                lambda: answers(layout.tracking),
            ),
            Child(
                "retours",
                ["inbound", "--host", "127.0.0.1", "--port", str(layout.inbound)],
                environment,
                log / "inbound.log",
                lambda: answers(layout.inbound),
            ),
            Child("site", web, environment, log / "web.log", self._site_answers),
        ]

    def _launch(self, children: list[Child]) -> None:
        for child in children:
            child.start()
            self._children.append(child)

    def _prepare(self, environment: dict[str, str]) -> None:
        """Migrate and load the demo data, in one short-lived process."""
        started = time.monotonic()
        log = self.layout.logs / "prepare.log"
        with log.open("w", encoding="utf-8") as output:
            done = subprocess.run(
                command_line("demo_prepare", "--accounts", str(self.layout.accounts_file)),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode != 0:
            words = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
            raise DemoError(
                f"{words}\nLes données de démonstration n’ont pas pu être chargées ({log}). "
                "Pour recommencer à neuf : script/demo --reset."
            )
        say_done("données", started)

    def _wait_ready(self, child: Child) -> None:
        deadline = time.monotonic() + READY_PATIENCE
        while not (child.alive and child.ready()):
            if not child.alive or time.monotonic() > deadline:
                raise DemoError(
                    f"{child.last_words()}\n« {child.name} » ne démarre pas ; journal complet : "
                    f"{child.log}"
                )
            time.sleep(0.05)

    def _site_answers(self) -> bool:
        if not answers(self.layout.web):
            return False
        caller = http.client.HTTPConnection("127.0.0.1", self.layout.web, timeout=20)
        try:
            caller.request("GET", "/")
            return caller.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            caller.close()

    def _watch_database(self) -> None:
        """Start the server again when its supervisor itself was killed."""
        if not self._embedded or postgres.status(self.layout.var).state != "stopped":
            return
        say("La base de données s’est arrêtée : redémarrage.")
        url = postgres.ensure_running(self.layout.var)
        if url != self._database_url:
            self._database_url = url
            self._restart_inside()

    def _restart_inside(self) -> None:
        """The database has moved: those who use it must learn its address."""
        environment = self.layout.environment(self._database_url)
        for child in self._children:
            if child.name not in {"courrier", "banque"}:
                child.ask_to_end()
                child.wait_end()
                child.environment = environment
                child.start()


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def say_done(what: str, since: float) -> None:
    seconds = f"{time.monotonic() - since:.1f}".replace(".", ",")
    say(f"  {what} : {seconds} s")
