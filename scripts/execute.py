"""Executes a notebook through nbclient and prints each cell with what it gave. Exit code 1 when a cell fails.

Usage: execute.py NOTEBOOK
Nothing of the person's is touched: the kernel's history goes to a temporary directory.
"""

import os
import sys
import tempfile

import nbclient
import nbformat
from nbclient.exceptions import CellExecutionError


def main(path):
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="tskernel-run-") as scratch:
        os.environ.update(
            TSKERNEL_DATA=os.path.join(scratch, "data"),
            JUPYTER_RUNTIME_DIR=os.path.join(scratch, "runtime"),
        )
        client = nbclient.NotebookClient(
            notebook,
            timeout=120,
            resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}},
            on_cell_start=print_source,
            on_cell_executed=print_outputs,
        )
        try:
            client.execute()
        except CellExecutionError:
            # Its traceback has been printed with the cell.
            return 1
    return 0


def print_source(cell, cell_index):
    if cell.cell_type == "markdown":
        print(f"\n\033[1m{cell.source}\033[0m")
    else:
        print("\n" + "\n".join(f"\033[36m│\033[0m {line}" for line in cell.source.split("\n")))


def print_outputs(cell, cell_index, execute_reply):
    for output in cell.outputs:
        print(describe(output), flush=True)


def describe(output):
    """The output as a terminal can show it: text as it is, anything else by kind and size."""
    if output.output_type == "stream":
        return output.text.rstrip("\n")
    if output.output_type == "error":
        return "\n".join(output.traceback)
    rich = [f"[{mime}, {len(value)} characters]" for mime, value in output.data.items() if mime != "text/plain"]
    mark = "→ " if output.output_type == "execute_result" else ""
    return mark + " ".join([output.data.get("text/plain", ""), *rich]).strip()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
