"""Makes sure of Keystone in the user's cache folder and prints the path of its Python.

A folder per version of Keystone and of Python: `drydock-keystone/30.0.0-python3.11`. It is made once, with the packages
that `requirements.txt` names; where that file changes, it is brought up to date. Several processes may ask at once.
"""

import fcntl
import os
import pathlib
import subprocess
import sys
import time
import venv

REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")


def say(text):
    print(f"keystone: {text}", file=sys.stderr, flush=True)


def folder(requirements):
    version = next(line.split("==")[1] for line in requirements.splitlines() if line.startswith("keystone=="))
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    return cache / "drydock-keystone" / f"{version}-python{sys.version_info.major}.{sys.version_info.minor}"


def install(place, requirements):
    started = time.monotonic()
    say(f"installs itself into {place}; that is done once and takes a minute or two")
    venv.create(place, with_pip=True, clear=True)
    python = place / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--no-input", "--requirement", REQUIREMENTS]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        sys.exit("keystone: could not be installed; is the package index (PyPI) reachable?")
    (place / "installed.txt").write_text(requirements)
    say(f"was installed in {time.monotonic() - started:.0f} s")


def main():
    requirements = REQUIREMENTS.read_text()
    place = folder(requirements)
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place.parent / f"{place.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = place / "installed.txt"
        if not installed.exists() or installed.read_text() != requirements:
            install(place, requirements)
    print(place / "bin" / "python")


main()
