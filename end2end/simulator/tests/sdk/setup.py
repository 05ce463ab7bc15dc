"""Makes sure of the vendor's SDK in the user's cache folder and prints the path of its Python.

A folder per version of the SDK and of Python: `drydock-sdk/3.1.219-python3.11`. It is made once, with the packages
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
    print(f"sdk: {text}", file=sys.stderr, flush=True)


def folder(requirements):
    pinned = dict(line.split("==") for line in requirements.splitlines())
    version = pinned["huaweicloudsdkworkspace"]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    return cache / "drydock-sdk" / f"{version}-python{sys.version_info.major}.{sys.version_info.minor}"


def install(place, requirements):
    started = time.monotonic()
    say(f"installs itself into {place}; that is done once and takes a minute")
    venv.create(place, with_pip=True, clear=True)
    python = place / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--no-input", "--requirement", REQUIREMENTS]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        sys.exit("sdk: could not be installed; is the package index (PyPI) reachable?")
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
