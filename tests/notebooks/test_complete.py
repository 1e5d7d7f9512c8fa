"""Nothing is lost on the way to nbclient: every result of many cells, every line of one."""

import os
import unittest

import nbclient
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

# Nothing is said of types here, so no end of a cell waits for their check.
os.environ["TSKERNEL_TYPES"] = "off"


def execute(*sources, **options):
    """Runs the cells as one notebook and returns their outputs."""
    notebook = new_notebook(
        cells=[new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "tskernel", "language": "typescript", "display_name": "TypeScript"}},
    )
    nbclient.NotebookClient(notebook, timeout=120, **options).execute()
    nbformat.validate(notebook)
    return [cell.outputs for cell in notebook.cells]


def text(outputs):
    return "".join(output.text for output in outputs if output.output_type == "stream")


class Complete(unittest.TestCase):
    def test_five_notebooks_of_a_hundred_results(self):
        for _ in range(5):
            outputs = execute(*(f"{i} + 1" for i in range(100)))
            self.assertEqual(
                [[output.data["text/plain"] for output in cell] for cell in outputs], [[str(i + 1)] for i in range(100)]
            )

    def test_every_line_stays_in_its_cell(self):
        for count in (100, 1_000, 10_000, 100_000):
            with self.subTest(lines=count):
                first, second, third = execute(
                    "'before'", f"for (let i = 0; i < {count}; i++) console.log(`line ${{i}}`)", "'after'"
                )
                self.assertEqual(text(second), "".join(f"line {i}\n" for i in range(count)))
                self.assertEqual([output.output_type for output in first + third], ["execute_result"] * 2)

    def test_both_streams_and_displays_in_order(self):
        (outputs,) = execute(
            "for (let i = 0; i < 300; i++) { console.log(i); console.error(i); display.mime({ 'text/plain': String(i) }) }"
        )
        came = [(output.get("name"), output.text.strip() if "text" in output else output.data["text/plain"]) for output in outputs]
        self.assertEqual(came, [(name, str(i)) for i in range(300) for name in ("stdout", "stderr", None)])

    def test_handles_left_open_do_not_hold_the_notebook(self):
        outputs = execute(
            "setInterval(() => {}, 1000); require('node:net').createServer().listen(0); undefined",
            "try { input('nobody is there') } catch { console.log('caught') }",
        )
        self.assertEqual(text(outputs[1]), "caught\n")

    def test_an_error_ends_the_notebook_with_the_cells_error(self):
        with self.assertRaises(nbclient.exceptions.CellExecutionError) as raised:
            execute("1", "throw new RangeError('far')", "3")
        self.assertEqual((raised.exception.ename, raised.exception.evalue), ("RangeError", "far"))

    def test_a_cell_that_takes_too_long_is_interrupted_and_the_rest_runs(self):
        notebook = new_notebook(
            cells=[new_code_cell("while (true) {}"), new_code_cell("'next'")],
            metadata={"kernelspec": {"name": "tskernel", "language": "typescript", "display_name": "TypeScript"}},
        )
        nbclient.NotebookClient(notebook, timeout=2, interrupt_on_timeout=True, allow_errors=True).execute()
        self.assertEqual(notebook.cells[0].outputs[-1].ename, "KeyboardInterrupt")
        self.assertEqual(notebook.cells[1].outputs[0].data["text/plain"], "'next'")
