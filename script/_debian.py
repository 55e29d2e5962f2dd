"""Install a Debian package when we may; say what to type when we may not."""

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """Raises RuntimeError with a French message when the packages cannot be installed."""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    prefix = _superuser_prefix()
    if shutil.which("apt-get") is None or prefix is None:
        raise RuntimeError(f"Installez d’abord, en superutilisateur : {command}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    updated = _run([*prefix, "apt-get", "update", "-qq"], environment)
    patient = [*prefix, *command.split(), "-o", "DPkg::Lock::Timeout=120"]
    installed = _run(patient, environment)
    if installed.returncode != 0:
        words = (updated.stderr + installed.stderr).strip().splitlines()[-5:]
        raise RuntimeError("\n".join([f"Échec de : {command}", *words]))


def _superuser_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"], dict(os.environ)).returncode == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
