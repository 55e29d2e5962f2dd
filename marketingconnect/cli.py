"""``marketingconnect COMMAND …``: the one command line of the platform.

Commands are Django management commands of our chapters, and a few programs that need no Django
(the demo, the web server's master, the mail catcher, the bank), which start at once. Unless
DATABASE_URL says where the database is, the embedded PostgreSQL is started for those that need it.
"""

import argparse
import difflib
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any, Protocol

from marketingconnect.config.ports import NoFreePortError
from marketingconnect.config.postgres import PostgresError, ensure_running

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
PROGRAMS = {
    "check_addresses": "marketingconnect.contacts.quality.command",
    "classify_bounce": "marketingconnect.sending.bounces.command",
    "database": "marketingconnect.config.database",
    "demo": "marketingconnect.demo.supervisor.command",
    "live": "marketingconnect.config.live",
    "mail_catcher": "marketingconnect.sandbox.catcher.command",
    "sandbox_bank": "marketingconnect.sandbox.bank.command",
    "tracking": "marketingconnect.config.tracking",
    "verify_evidence": "marketingconnect.signature.verification.command",
    "verify_statement": "marketingconnect.statements.command",
    "web": "marketingconnect.config.web",
}
LIBRARIES = [
    "django.core",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",
    "procrastinate.contrib.django",
]
NO_DATABASE = {"collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages"}
USAGE = 2


class Program(Protocol):
    """What a module named in PROGRAMS holds."""

    HELP: str
    NEEDS_DATABASE: bool

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    try:
        if not words or words[0] in {"help", "-h", "--help"}:
            return _help(words[1:])
        return _run(words[0], words[1:])
    except (PostgresError, NoFreePortError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def var_folder() -> Path:
    """Where the platform keeps what it writes; settings say the same."""
    return Path(os.environ.get("MARKETINGCONNECT_VAR", ROOT / "var")).absolute()


def start_database() -> None:
    """Have a database at DATABASE_URL, for this process and its children."""
    if not os.environ.get("DATABASE_URL"):
        profile = "throwaway" if os.environ.get("MARKETINGCONNECT_MODE") == "test" else "durable"
        os.environ["DATABASE_URL"] = ensure_running(var_folder(), profile=profile)


def _run(name: str, arguments: list[str]) -> int:
    if name in PROGRAMS:
        return _run_program(name, arguments)
    wants_help = bool({"-h", "--help"} & set(arguments))
    if name not in NO_DATABASE and not wants_help and name in _commands_found():
        start_database()
    return _run_django(name, arguments)


def _run_program(name: str, arguments: list[str]) -> int:
    program: Program = importlib.import_module(PROGRAMS[name])
    parser = argparse.ArgumentParser(prog=f"marketingconnect {name}", description=program.HELP)
    program.add_arguments(parser)
    options = parser.parse_args(arguments)
    if program.NEEDS_DATABASE:
        start_database()
    return program.run(options)


def _run_django(name: str, arguments: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, load_command_class

    try:
        commands = _set_up_django()
        if name not in commands:
            return _unknown(name, [*commands, *PROGRAMS])
        command: Any = commands[name]
        if isinstance(command, str):
            command = load_command_class(command, name)
        # With --traceback, Django raises instead of writing the error under its English class name.
        command.run_from_argv(["marketingconnect", name, *arguments, "--traceback"])
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.returncode)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Réglage à corriger : {error}\n")
        return 1
    return 0


def _set_up_django() -> dict[str, Any]:
    import django
    from django.core.management import get_commands

    django.setup()
    return get_commands()


def _commands_found() -> set[str]:
    """Names of Django's commands, found without loading the settings: the database comes first."""
    from django.core.management import find_commands

    ours = {path.stem for path in PACKAGE.glob("**/management/commands/[!_]*.py")}
    for library in LIBRARIES:
        package = importlib.util.find_spec(library)
        for folder in (package.submodule_search_locations or []) if package else []:
            ours |= set(find_commands(os.path.join(folder, "management")))
    return ours


def _unknown(name: str, known: list[str]) -> int:
    close = difflib.get_close_matches(name, known, n=3)
    hint = f" Vouliez-vous dire : {', '.join(close)} ?" if close else ""
    sys.stderr.write(
        f"Commande inconnue : « {name} ».{hint}\n"
        "« marketingconnect help » donne la liste des commandes.\n"
    )
    return USAGE


def _help(words: list[str]) -> int:
    if words:
        return _run(words[0], ["--help"])
    from django.core.management import load_command_class

    lines = {name: importlib.import_module(module).HELP for name, module in PROGRAMS.items()}
    for name, app in _set_up_django().items():
        if str(app).startswith("marketingconnect."):
            lines[name] = str(load_command_class(app, name).help)
    width = max(map(len, lines))
    sys.stdout.write("marketingconnect COMMANDE [options] — les commandes de la plateforme :\n\n")
    for name, text in sorted(lines.items()):
        sys.stdout.write(f"  {name:{width}}  {text.strip().splitlines()[0]}\n")
    sys.stdout.write("\nmarketingconnect help COMMANDE détaille ses options.\n")
    return 0
