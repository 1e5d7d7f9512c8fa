"""Notebooks run as nbclient runs them, compared with what they must give, written down in golden/ as a transcript.

A transcript is meant to be read: each cell behind `│`, then its outputs. UPDATE_GOLDEN=1 writes what came instead of
comparing; read the difference before you keep it.
"""

import json
import os
import re
import tempfile
import unittest
from pathlib import Path

import nbclient
import nbformat

HERE = Path(__file__).parent
# Warnings about types come when they come; test_types.py of the conformance tests has them.
os.environ["TSKERNEL_TYPES"] = "off"


def execute(path):
    """Runs a copy of the notebook in an empty directory, without stopping at errors."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="tskernel-notebook-") as directory:
        nbclient.NotebookClient(
            notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": directory}}
        ).execute()
        return transcript(notebook, directory)


def transcript(notebook, directory):
    blocks = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks.append(cell.source)
            continue
        lines = [f"│ {line}".rstrip() for line in cell.source.split("\n")]
        for output in joined(cell.outputs):
            lines.extend(describe(output))
        blocks.append("\n".join(lines))
    text = "\n\n".join(blocks) + "\n"
    text = text.replace(os.path.realpath(directory), "<here>").replace(directory, "<here>")
    text = re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r", "␍")
    # Where a frame stands inside Node differs from version to version.
    return re.sub(r"\n +at [^\n]*\(node:[^\n]*", "", text)


def joined(outputs):
    """How a stream was cut into messages is nobody's business."""
    whole = []
    for output in outputs:
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def describe(output):
    if output.output_type == "stream":
        return block(output.name, output.text)
    if output.output_type == "error":
        return block(f"error {output.ename}", "\n".join(output.traceback))
    kind = "result" if output.output_type == "execute_result" else "display"
    lines = []
    for mime, value in sorted(output.data.items(), key=lambda item: (item[0] != "text/plain", item[0])):
        name = kind if mime == "text/plain" else f"{kind} {mime}"
        lines.extend(block(name, value if isinstance(value, str) else json.dumps(value)))
    return lines


def block(name, text):
    """One line where it fits, otherwise the text below its name."""
    body = text[:-1] if text.endswith("\n") else text + ("" if name not in ("stdout", "stderr") else "∎")
    if "\n" not in body:
        return [f"{name}: {body}"]
    return [f"{name}:", *(f"    {line}".rstrip() for line in body.split("\n"))]


class Golden(unittest.TestCase):
    maxDiff = None

    def check(self, path):
        golden = HERE / "golden" / f"{path.stem}.txt"
        came = execute(path)
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text(came)
        self.assertEqual(came, golden.read_text())


for case in sorted((HERE / "cases").glob("*.ipynb")):
    setattr(Golden, f"test_{case.stem}", lambda self, path=case: self.check(path))


class Tour(unittest.TestCase):
    """The example that a person opens first runs without an error and shows what it says."""

    def test_tour(self):
        path = HERE.parent.parent / "examples" / "tour.ipynb"
        notebook = nbformat.read(path, as_version=4)
        with tempfile.TemporaryDirectory(prefix="tskernel-tour-") as directory:
            nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": directory}}).execute()
        outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        mimes = {mime for output in outputs for mime in output.get("data", {})}
        self.assertLessEqual({"image/svg+xml", "image/png", "text/html", "text/plain"}, mimes)
        self.assertEqual([output for output in outputs if output.output_type == "error"], [])

