"""Somebody who has installed a file of a release and has nothing else: no Node on PATH, no compiler, an empty home.

The files are those in TSKERNEL_PACKAGES; `make wheel pack` makes them, `make release` from a clean clone.
"""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = Path(os.environ.get("TSKERNEL_PACKAGES") or ROOT / "artifacts" / "packages")
# What a system without developers' tools still has.
EVERYDAY = ["cat", "echo", "env", "ls", "mkfifo", "sh", "sleep", "uname"]


def find_wheel():
    tags = set(sys_tags())
    return next(file for file in sorted(PACKAGES.glob("*.whl")) if parse_wheel_filename(file.name)[3] & tags)


@functools.cache
def scratch():
    """A directory that is gone at the end, with an empty home and the few programs in it."""
    directory = Path(tempfile.mkdtemp(prefix="tskernel-newcomer-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for name in ("home", "bin"):
        (directory / name).mkdir()
    for program in EVERYDAY:
        (directory / "bin" / program).symlink_to(os.path.realpath(shutil.which(program)))
    return directory


def environment(**more):
    """Of whoever uses what is installed. A Python environment is not activated in it."""
    return {"PATH": str(scratch() / "bin"), "HOME": str(scratch() / "home"), "LANG": "C.UTF-8", **more}


class Environment:
    """A fresh Python environment with the wheel.

    @param more: packages that are installed with it."""

    def __init__(self, name, more=()):
        self.prefix = scratch() / name
        self.bin = self.prefix / "bin"
        self.kernelspec = self.prefix / "share" / "jupyter" / "kernels" / "tskernel"
        subprocess.run([sys.executable, "-m", "venv", self.prefix], check=True)
        self.pip("install", find_wheel(), *more)

    @property
    def packages(self):
        """Its site-packages."""
        return next(self.prefix.glob("lib/python*/site-packages"))

    def pip(self, *words):
        quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
        # The person's own settings say where packages come from.
        run = {**os.environ, "PATH": str(scratch() / "bin")}
        subprocess.run([self.bin / "python", "-m", "pip", *words, *quiet], env=run, check=True)

    def run(self, program, *words, cwd=None, **more):
        """One of its programs, by its path. Returns what ended."""
        return subprocess.run(
            [self.bin / program, *words],
            cwd=cwd or scratch() / "home",
            env=environment(**more),
            capture_output=True,
            text=True,
            timeout=300,
        )


@functools.cache
def jupyter():
    """The environment of somebody who uses JupyterLab."""
    return Environment("jupyter", ["-r", Path(__file__).with_name("jupyter.txt")])
