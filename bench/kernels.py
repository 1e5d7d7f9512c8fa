"""The kernels that are measured, and what each has to be told to do the same thing."""

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PEERS = BENCH / "peers" / "node_modules"


@dataclass(frozen=True)
class Kernel:
    name: str
    #: With {connection_file} where the file's path goes.
    argv: list
    language: str
    interrupt_mode: str = "signal"
    environment: dict = field(default_factory=dict)
    #: Whether it runs code at all; the floor answers every request with the same words.
    runs_code: bool = True
    #: Where it runs when it needs to find something there; otherwise an empty directory.
    directory: str | None = None

    @property
    def is_python(self):
        return self.language == "python"

    def code(self, javascript, python):
        return python if self.is_python else javascript


def copy_build():
    """A copy of dist/ that stays as it is when somebody builds in the meantime. It finds node_modules where dist/ does."""
    copy = ROOT / "artifacts" / "bench" / "dist"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "dist", copy)
    return copy


def find_kernels(node, build, scratch):
    """Returns the kernels that are there and the names of those that are not."""
    found, missing = [], []
    scratch = Path(scratch)

    found.append(
        Kernel(
            "tskernel",
            [node, str(build / "kernel.cjs"), "{connection_file}"],
            "typescript",
            interrupt_mode="message",
            environment={"TSKERNEL_DATA": str(scratch / "tskernel")},
        )
    )

    deno = next(PEERS.glob("@deno/*/deno*"), None)
    if deno and deno.exists():
        found.append(
            Kernel(
                f"Deno {version_of('deno')}",
                [str(deno), "jupyter", "--kernel", "--conn", "{connection_file}"],
                "typescript",
                environment={"DENO_DIR": str(scratch / "deno"), "DENO_NO_UPDATE_CHECK": "1"},
            )
        )
    else:
        missing.append("Deno")

    tslab = PEERS / "tslab" / "bin" / "tslab"
    if tslab.exists():
        argv = [node, str(tslab), "kernel", "--config-path={connection_file}"]
        # Without @types/node above its directory it does not know `console`.
        found.append(Kernel(f"tslab {version_of('tslab')}", argv, "typescript", directory=str(PEERS.parent)))
    else:
        missing.append("tslab")

    try:
        import ipykernel

        found.append(
            Kernel(
                f"ipykernel {ipykernel.__version__}",
                # -X frozen_modules=off is what its own kernelspec says.
                [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                "python",
                environment={"IPYTHONDIR": str(scratch / "ipython")},
            )
        )
    except ImportError:
        missing.append("ipykernel")

    echo = [node, str(BENCH / "echo.cjs"), "{connection_file}"]
    found.append(Kernel("floor", echo, "none", interrupt_mode="message", runs_code=False))
    return found, missing


def version_of(package):
    return json.loads((PEERS / package / "package.json").read_text())["version"]
