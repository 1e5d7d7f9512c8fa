"""Fills a wheel: the kernel with its packages for one platform, the kernelspec that starts it, and the extension for JupyterLab.

TSKERNEL_PLATFORM, such as `linux-arm64`, chooses the platform; without it, it is the one that runs this.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):
        if version == "editable":
            raise RuntimeError("a kernel to work on is not installed by pip: see CONTRIBUTING.md")
        root = Path(self.root)
        chosen = os.environ.get("TSKERNEL_PLATFORM") or this_platform()
        tags = self.config["platforms"]
        if chosen not in tags:
            raise RuntimeError(
                f"there is no wheel for {chosen}, only for {', '.join(tags)}; with a Node of your own: npx tskernel install"
            )
        build = root / "build" / chosen
        shutil.rmtree(build, ignore_errors=True)
        node = root / "node"
        if not (node / "dist" / "kernel.cjs").exists():
            subprocess.run(["npm", "install", "--no-save", "--no-audit", "--no-fund"], cwd=node, check=True)
            subprocess.run(["npm", "run", "--silent", "build"], cwd=node, check=True)
        bundle = root / "bundle.mjs"
        subprocess.run(["node", bundle, node, chosen, build / "tskernel"], check=True)
        write_spec(root, chosen, build / "kernelspec", encrypts(build / "tskernel"))
        write_extension(node / "dist" / "lab", build / "labextension")
        materials = build / "tskernel.cdx.json"
        with open(materials, "w") as file:
            subprocess.run(["node", node / "scripts" / "sbom.mjs", chosen], stdout=file, check=True)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{tags[chosen]}"
        build_data["force_include"][str(build / "tskernel")] = "tskernel"
        build_data["sbom_files"].append(str(materials))
        build_data["shared_data"][str(build / "kernelspec")] = "share/jupyter/kernels/tskernel"
        build_data["shared_data"][str(build / "labextension")] = "share/jupyter/labextensions/tskernel"


def encrypts(package):
    """Whether ZeroMQ's addon was built with CurveZMQ. It may be another platform's, so it is not asked but read: the messages of
    that protocol begin with its name."""
    (addon,) = (package / "dist" / "zeromq").rglob("*.node")
    return b"CurveZMQ" in addon.read_bytes()


def write_spec(root, chosen, target, encrypted):
    """The kernelspec of `tskernel install`, but for what it starts: nothing in it may depend on where it is installed."""
    spec = json.loads((root / "node" / "kernelspec" / "kernel.json").read_text())
    manifest = json.loads((root / "node" / "package.json").read_text())
    shutil.copytree(root / "node" / "kernelspec" / "logos", target)
    if chosen.startswith("win32"):
        program = ["python", "-m", "tskernel.kernel"]
    else:
        program = ["/bin/sh", "{resource_dir}/start.sh"]
        shutil.copy(root / "kernelspec" / "start.sh", target)
    spec["argv"] = [*program, "{connection_file}"]
    spec["metadata"]["debugger"] = True
    if encrypted:
        spec["metadata"]["supported_encryption"] = ["curve"]
    spec["metadata"]["tskernel"] = {"version": manifest["version"]}
    (target / "kernel.json").write_text(json.dumps(spec, indent=2) + "\n")


def write_extension(built, target):
    """That of `tskernel install`, but for where it comes from."""
    shutil.copytree(built, target)
    source = {"packageManager": "python", "packageName": "tskernel", "uninstallInstructions": "pip uninstall tskernel"}
    (target / "install.json").write_text(json.dumps(source, indent=2) + "\n")


def this_platform():
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    processor = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(machine, machine)
    libc = "-musl" if "musl" in (sysconfig.get_config_var("SOABI") or "") else ""
    return f"{system}-{processor}{libc}"
