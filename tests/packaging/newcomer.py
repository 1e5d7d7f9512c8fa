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

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager
from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "remote"))
from gateway import SERVER_OPTIONS, Gateway  # noqa: E402, F401

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


class Kernel:
    """A kernel as jupyter_client starts it. Use in `with`.

    @param kernelspec: the directory of its kernelspec
    @param more: environment variables"""

    def __init__(self, kernelspec, cwd=None, **more):
        specs = KernelSpecManager(kernel_dirs=[str(kernelspec.parent)], ensure_native_kernel=False)
        self.manager = KernelManager(kernel_name=kernelspec.name, kernel_spec_manager=specs)
        self.manager.start_kernel(cwd=str(cwd or scratch() / "home"), env=environment(**more))
        self.client = self.manager.client()
        self.client.start_channels()

    def __enter__(self):
        self.client.wait_for_ready(timeout=60)
        self.id = self.manager.provisioner.pid
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def run(self, code):
        """The result of a cell as text."""
        results = [message for message in self._outputs(code) if message["msg_type"] == "execute_result"]
        return results[-1]["content"]["data"]["text/plain"] if results else None

    def printed(self, code):
        return "".join(m["content"]["text"] for m in self._outputs(code) if m["msg_type"] == "stream")

    def complete(self, code):
        return self.client.complete(code, reply=True, timeout=60)["content"]["matches"]

    def _outputs(self, code):
        messages = []
        reply = self.client.execute_interactive(code, output_hook=messages.append, timeout=60, allow_stdin=False)
        if reply["content"]["status"] != "ok":
            raise AssertionError("\n".join(reply["content"]["traceback"]))
        return messages


@functools.cache
def jupyter():
    """The environment of somebody who uses JupyterLab: that of binder/."""
    return Environment("jupyter", ["-r", ROOT / "binder" / "requirements.txt"])


@functools.cache
def tools():
    """The environment of somebody who has every tool for notebooks."""
    return Environment("tools", ["-r", Path(__file__).with_name("tools.txt")])
