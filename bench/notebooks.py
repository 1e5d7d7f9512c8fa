"""The kernels under nbclient, as `jupyter execute` and nbconvert drive them: what is in the notebook afterwards."""

import asyncio
import json
import logging
import os
import subprocess
import time
from pathlib import Path

import nbclient
import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError

NOTEBOOKS = 5
CELLS = 100


def install(kernels, scratch):
    """Kernelspecs for the kernels, where only this process looks."""
    for number, kernel in enumerate(kernels):
        directory = Path(scratch) / "jupyter" / "kernels" / f"bench-{number}"
        directory.mkdir(parents=True)
        spec = {
            "argv": kernel.argv,
            "display_name": kernel.name,
            "language": kernel.language,
            "interrupt_mode": kernel.interrupt_mode,
            "env": kernel.environment,
        }
        (directory / "kernel.json").write_text(json.dumps(spec))
    os.environ["JUPYTER_PATH"] = str(Path(scratch) / "jupyter")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(Path(scratch) / "runtime")
    logging.disable(logging.WARNING)


def execute(number, kernel, cells, scratch, timeout):
    """Runs cells as one notebook. Returns the notebook, the seconds, and what ended it early."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": f"bench-{number}", "display_name": kernel.name}
    client = nbclient.NotebookClient(
        notebook,
        timeout=timeout,
        startup_timeout=60,
        allow_errors=True,
        resources={"metadata": {"path": kernel.directory or str(scratch)}},
    )
    began = time.perf_counter()
    problem = None
    try:
        client.execute(stderr=subprocess.DEVNULL)
    # nbclient asserts that there is a manager when it cleans up, and a kernel that died has none any more.
    except (AssertionError, CellTimeoutError, DeadKernelError, RuntimeError, asyncio.TimeoutError) as error:
        problem = type(error).__name__
    return notebook, time.perf_counter() - began, problem


def results_missing(kernels, scratch):
    """5 notebooks of 100 cells `i+1`: results that are not in the notebook."""
    missing = {}
    for number, kernel in enumerate(kernels):
        if not kernel.runs_code:
            continue
        missing[kernel.name] = 0
        for _ in range(NOTEBOOKS):
            notebook, _, _ = execute(number, kernel, [f"{i}+1" for i in range(CELLS)], scratch, 20)
            for i, cell in enumerate(notebook.cells):
                shown = "".join(output_text(output) for output in cell.outputs)
                if str(i + 1) not in shown:
                    missing[kernel.name] += 1
    return missing


def lines_captured(kernels, scratch, counts):
    """One cell of N printed lines: how many are in that cell, and how long the notebook took."""
    captured = {}
    for number, kernel in enumerate(kernels):
        if not kernel.runs_code:
            continue
        captured[kernel.name] = {}
        for count in counts:
            code = kernel.code(
                f"for (let i = 0; i < {count}; i++) console.log('line ' + i)",
                f"for i in range({count}): print('line', i)",
            )
            notebook, seconds, problem = execute(number, kernel, [code], scratch, 60)
            text = "".join(output_text(output) for output in notebook.cells[0].outputs)
            expected = "".join(f"line {i}\n" for i in range(count))
            captured[kernel.name][count] = {
                "lines": text.count("\n"),
                "exact": text == expected,
                "seconds": seconds,
                "problem": problem,
            }
    return captured


def output_text(output):
    if output.output_type == "stream":
        return output.text
    return output.get("data", {}).get("text/plain", "")
