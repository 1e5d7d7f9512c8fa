"""Builds the sdist, and from what is in it a wheel for every platform.

Usage: build.py FOLDER [PLATFORM ...], with hatchling installed and the kernel built. Platforms are named as in pyproject.toml.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# What the kernel is built from, besides its build.
SOURCES = ["package.json", "package-lock.json", "tsconfig.json", "dist", "kernel", "kernelspec", "scripts", "src", "lab"]


def main(folder, *platforms):
    table = (HERE / "pyproject.toml").read_text().split("hooks.custom.platforms]")[1]
    platforms = platforms or re.findall(r"^([\w-]+) =", table, re.MULTILINE)
    with tempfile.TemporaryDirectory(prefix="tskernel-wheel-") as scratch:
        tree = Path(scratch) / "tskernel"
        lay_out(tree)
        hatchling("sdist", tree, folder)
        for platform in platforms:
            hatchling("wheel", tree, folder, TSKERNEL_PLATFORM=platform)


def lay_out(tree):
    unwanted = shutil.ignore_patterns("*.map", "*.v8cache", "__pycache__", "build.py", "node_modules", "dist")
    shutil.copytree(HERE, tree, ignore=unwanted)
    shutil.copy(ROOT / "LICENSE", tree)
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tree / "node").mkdir(exist_ok=True)
        copy(ROOT / name, tree / "node" / name, **({"ignore": unwanted} if copy is shutil.copytree else {}))


def hatchling(target, tree, folder, **environment):
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", os.path.abspath(folder)]
    subprocess.run(command, cwd=tree, env={**os.environ, **environment}, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
