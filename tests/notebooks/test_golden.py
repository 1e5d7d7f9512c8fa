"""Notebooks run as nbclient runs them, compared with what they must give, written down in golden/ as a transcript.

A transcript is meant to be read: each cell behind `│`, then its outputs. UPDATE_GOLDEN=1 writes what came instead of
comparing; read the difference before you keep it. Cases in PAGES are made into an HTML page by nbconvert as well, and
golden/NAME.page.txt has what that page shows of each output.
"""

import json
import os
import re
import tempfile
import unittest
from pathlib import Path

import nbclient
import nbformat
from nbconvert import HTMLExporter

HERE = Path(__file__).parent
PAGES = {"display", "rich"}
# Warnings about types come when they come; test_types.py of the conformance tests has them.
os.environ["TSKERNEL_TYPES"] = "off"


def execute(path):
    """Runs a copy of the notebook in an empty directory, without stopping at errors. Returns transcripts by file name."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="tskernel-notebook-") as directory:
        nbclient.NotebookClient(
            notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": directory}}
        ).execute()
        transcripts = {f"{path.stem}.txt": timeless(transcript(notebook), directory)}
        if path.stem in PAGES:
            transcripts[f"{path.stem}.page.txt"] = timeless(page(notebook), directory)
    return transcripts


def transcript(notebook):
    blocks = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks.append(cell.source)
            continue
        lines = quoted(cell.source)
        for output in joined(cell.outputs):
            lines.extend(describe(output))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def page(notebook):
    """What a page by nbconvert shows below each cell that shows something."""
    html, _ = HTMLExporter(exclude_input=True, exclude_markdown=True).from_notebook_node(notebook)
    # Each output ends its own area and the child that it stands in; then another child or the end of the cell follows.
    output = re.compile(
        r'<div class="[^"]*?(jp-Rendered\w+|jupyter-widgets) jp-OutputArea-output[^>]*>\n?(.*?)\n?</div>\n</div>\n(?=<div class="jp-Out|</div>)', re.S
    )
    sources = {cell.id: cell.source for cell in notebook.cells}
    blocks = []
    for name, body in re.findall(r'id="cell-id=([\w-]+)">(.*?)(?=<div class="jp-Cell |</main>)', html, re.S):
        lines = quoted(sources[name])
        for kind, content in output.findall(body):
            lines.extend(block(kind.removeprefix("jp-Rendered"), content))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def timeless(text, directory):
    """Without what differs from run to run."""
    text = text.replace(os.path.realpath(directory), "<here>").replace(directory, "<here>")
    text = re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r", "␍").replace("\0", "␀")
    text = re.sub(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<id>", text)
    text = re.sub(r"· [\d.]+[kMG]?/s · \d+:\d\d", "· <rate>/s · <time>", text)
    # Where a frame stands inside Node differs from version to version.
    return re.sub(r"\n +at [^\n]*\(node:[^\n]*", "", text)


def quoted(source):
    return [f"│ {line}".rstrip() for line in source.split("\n")]


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
    if output.metadata:
        lines.extend(block(f"{kind} metadata", json.dumps(output.metadata)))
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
        for name, came in execute(path).items():
            golden = HERE / "golden" / name
            if os.environ.get("UPDATE_GOLDEN"):
                golden.write_text(came)
            with self.subTest(golden=name):
                self.assertEqual(came, golden.read_text())


for case in sorted((HERE / "cases").glob("*.ipynb")):
    setattr(Golden, f"test_{case.stem}", lambda self, path=case: self.check(path))
