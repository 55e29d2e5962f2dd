"""Complete package-lock.json with the optional packages of other platforms.

A registry that does not hold the builds for other systems leaves them out of the lock, and `npm ci`
then refuses the lock as incomplete. What such a package is for is written in its name, so its line
can be added: `npm ci` reads it, sees another system, and never fetches it.
"""

import json
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "package-lock.json"
SYSTEMS = ("android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "sunos", "win32")
PROCESSORS = {"arm64": "arm64", "x64": "x64", "ia32": "ia32", "arm": "arm", "wasm32": "wasm32"}


def main() -> None:
    lock = json.loads(LOCK.read_text("utf-8"))
    packages: dict[str, Any] = lock["packages"]
    for package in list(packages.values()):
        for name, version in package.get("optionalDependencies", {}).items():
            if f"node_modules/{name}" not in packages:
                packages[f"node_modules/{name}"] = for_another_platform(name, version)
    lock["packages"] = dict(sorted(packages.items()))
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


def for_another_platform(name: str, version: str) -> dict[str, Any]:
    words = name.rpartition("/")[2].split("-")
    systems = [word for word in words if word in SYSTEMS]
    processors = [PROCESSORS[word] for word in words if word in PROCESSORS]
    if not processors and not systems:
        raise SystemExit(f"{name} : pour quel système ?")
    entry: dict[str, Any] = {"version": version, "dev": True, "optional": True}
    if processors:
        entry["cpu"] = processors
    if systems:
        entry["os"] = systems
    return entry


if __name__ == "__main__":
    main()
