"""The notebooks that a person opens first run without an error, and no type in them is wrong."""

import os
import unittest
from pathlib import Path

import nbclient
import nbformat

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def execute(name):
    """Runs a copy of an example beside the files that it reads. A cell whose types do not fit ends it."""
    notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
    environment = {**os.environ, "TSKERNEL_TYPES": "error"}
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}})
    client.execute(env=environment)
    return notebook


def shown(notebook):
    """The outputs of all cells."""
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def mimes(notebook):
    return {mime for output in shown(notebook) for mime in output.get("data", {})}


class Examples(unittest.TestCase):
    def test_tour(self):
        notebook = execute("tour")
        self.assertLessEqual({"image/svg+xml", "image/png", "text/html", "text/plain"}, mimes(notebook))

    def test_modules(self):
        execute("modules")

    def test_data(self):
        notebook = execute("data")
        self.assertLessEqual({"text/html", "text/markdown", "image/svg+xml", "application/vnd.vegalite.v5+json"}, mimes(notebook))
        pages = [output.data["text/html"] for output in shown(notebook) if "text/html" in output.get("data", {})]
        self.assertIn("342 rows × 8 columns", pages[0])
        self.assertEqual(sum("<figure" in page and "<svg" in page for page in pages), 2, "two plots")

    def test_async(self):
        notebook = execute("async")
        text = "".join(output.text for output in shown(notebook) if output.output_type == "stream")
        self.assertEqual("".join(text.split("\n")[:5]), "12345")
        self.assertIn("TimeoutError in the middle", text)

    def test_widgets(self):
        notebook = execute("widgets")
        self.assertIn("application/vnd.jupyter.widget-view+json", mimes(notebook))
        states = [model["state"] for model in notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()]
        # What ran inside an Output is in its state, and not below the cell.
        captured = [state["outputs"] for state in states if state["_model_name"] == "OutputModel" and state["outputs"]]
        self.assertIn("inside\n", [output.get("text") for outputs in captured for output in outputs])
        self.assertNotIn("inside", "".join(output.get("text", "") for output in shown(notebook)))
        sliders = {state["description"]: state["value"] for state in states if state["_model_name"] == "IntSliderModel"}
        self.assertEqual(sliders, {"bottles": 5, "across": 3, "down": 4})
        self.assertEqual([state["count"] for state in states if state["_model_name"] == "AnyModel"], [10])
