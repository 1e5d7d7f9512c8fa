"""The kernels that are measured, and what each has to be told to do the same thing."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PEERS = BENCH / "peers" / "node_modules"
#: What the names of columns begin with: the kernel's, the floor's, and those of scripts that a Node ran without a kernel.
OURS = "tskernel"
FLOOR = "floor"
PLAIN = "plain node"


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

    @property
    def is_ours(self):
        return self.name.startswith(OURS)

    def code(self, javascript, python):
        return python if self.is_python else javascript


def copy_build(nodes):
    """A copy of dist/ that stays as it is when somebody builds in the meantime. It finds node_modules where dist/ does. It has
    V8's caches for each Node, as `tskernel install` makes them: a kernel that is ended at once never comes to writing its own."""
    copy = ROOT / "artifacts" / "bench" / "dist"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "dist", copy)
    for node in nodes.values():
        subprocess.run([node, str(copy / "prepare.cjs"), str(copy)], check=True, stdout=subprocess.DEVNULL)
    return copy


def spec_environment():
    """What Jupyter sets for the kernel."""
    return json.loads((ROOT / "kernelspec" / "kernel.json").read_text())["env"]


def find_kernels(nodes, build, scratch):
    """@param nodes: the Nodes that the kernel is measured on, by their titles (see `title_nodes`). The first also runs what
    else needs one.
    @returns the kernels that are there and the names of those that are not."""
    found, missing = [], []
    scratch = Path(scratch)
    node = next(iter(nodes.values()))

    for title, path in nodes.items():
        found.append(
            Kernel(
                OURS + title,
                [path, str(build / "kernel.cjs"), "{connection_file}"],
                "typescript",
                interrupt_mode="message",
                environment={**spec_environment(), "TSKERNEL_DATA": str(scratch / (OURS + title))},
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
                # pandas, for its tables; where it could not be installed they are missing.
                environment={"IPYTHONDIR": str(scratch / "ipython"), "PYTHONPATH": str(PEERS.parent / "python")},
            )
        )
    except ImportError:
        missing.append("ipykernel")

    for title, path in nodes.items():
        echo = [path, str(BENCH / "echo.cjs"), "{connection_file}"]
        found.append(Kernel(FLOOR + title, echo, "none", interrupt_mode="message", runs_code=False))
    return found, missing


def title_nodes(paths):
    """The Nodes by what stands behind a name to tell them apart: nothing for the first, `, Node 24` for another."""
    return {f", Node {version_of_node(path).split('.')[0]}" if index else "": path for index, path in enumerate(paths)}


def version_of_node(path):
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")


def version_of(package):
    return json.loads((PEERS / package / "package.json").read_text())["version"]
