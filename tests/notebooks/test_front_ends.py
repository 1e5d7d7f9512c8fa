"""Jupyter's own programs with this kernel: the console in a terminal, notebooks executed and written out as scripts."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat
import pexpect
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

JUPYTER = Path(sys.executable).with_name("jupyter")
# Seconds; generous, for a busy machine.
PATIENCE = 60


class Console(unittest.TestCase):
    """What is typed here never contains, as it stands, what is waited for: a terminal echoes."""

    def setUp(self):
        self.terminal = pexpect.spawn(
            str(JUPYTER),
            ["console", "--kernel", "tskernel"],
            encoding="utf8",
            timeout=PATIENCE,
            dimensions=(40, 120),
            # No question to the terminal where its cursor is: nobody here would answer.
            env={**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
        )
        self.addCleanup(self.terminal.close, force=True)
        self.see("Jupyter console")

    def see(self, pattern):
        try:
            self.terminal.expect(pattern)
        except (pexpect.TIMEOUT, pexpect.EOF):
            self.fail(f"{pattern!r} was not seen, but:\n{self.terminal.before}")

    def enter(self, number, text):
        """Types into the prompt of that number."""
        self.see(rf"In \[\S*?{number}\S*?\]: ")
        self.terminal.send(f"{text}\r")

    def test_of_results_output_and_errors(self):
        self.enter(1, "const answer: number = 41; answer + 1")
        self.see(r"Out\[.*1.*\]: .*42")
        self.enter(2, "console.log('to' + 'gether')")
        self.see("together")
        self.enter(3, "throw new RangeError('far' + 'away')")
        self.see("RangeError.*: faraway")
        self.enter(4, "answer")
        self.see(r"Out\[.*4.*\]: .*41")

    def test_goes_on_while_a_statement_is_not_complete(self):
        self.enter(1, "function twice(n: number) {")
        self.see(r"\.\.\.: ")
        # An empty line ends it.
        self.terminal.send("return 2 * n }\r\r")
        self.enter(2, "twice(21)")
        self.see(r"Out\[.*2.*\]: .*42")

    def test_asks_for_a_line_and_for_a_password(self):
        self.enter(1, "const name = input('Who' + ' is it? ')")
        self.see(r"Who is it\? ")
        self.terminal.send("Ada\r")
        self.enter(2, "name.toUpperCase()")
        self.see("ADA")
        self.enter(3, "[input('Se' + 'cret? ', { password: true }).length]")
        self.see(r"Secret\? ")
        self.terminal.send("enigma\r")
        # In colours, since somebody can answer.
        self.see(r"Out\[.*3.*\]: .*\[ \x1b\[35m6\x1b\[39m \]")
        self.assertNotIn("enigma", self.terminal.before)

    def test_stops_an_endless_loop_at_control_c(self):
        self.enter(1, "const kept = 41; console.log('spin' + 'ning'); while (true) {}")
        self.see("spinning")
        self.terminal.sendintr()
        self.see("KeyboardInterrupt")
        self.enter(2, "kept + 1")
        self.see(r"Out\[.*2.*\]: .*42")

    def test_leaves_at_exit_unless_a_cell_has_declared_it(self):
        self.enter(1, "const exit = 6 * 7")
        self.enter(2, "exit")
        self.see(r"Out\[.*2.*\]: .*42")
        self.enter(3, "quit()")
        self.see(pexpect.EOF)
        self.assertNotIn("Error", self.terminal.before)

    def test_completes_at_tab_and_leaves_at_control_d(self):
        self.enter(1, "const held = { unusual: 42 }")
        self.see(r"In \[\S*?2\S*?\]: ")
        self.terminal.send("held.unu")
        # The console gives an answer little time; then a person presses Tab again.
        for _ in range(10):
            self.terminal.send("\t")
            if self.terminal.expect(["sual", pexpect.TIMEOUT], timeout=5) == 0:
                break
        self.terminal.send("\r")
        self.see(r"Out\[.*2.*\]: .*42")
        self.see(r"In \[\S*?3\S*?\]: ")
        self.terminal.sendeof()
        self.see(r"really want to exit")
        self.terminal.send("y\r")
        self.see(pexpect.EOF)


class Programs(unittest.TestCase):
    """`jupyter execute` and `jupyter nbconvert`, on a notebook in a directory of its own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tskernel-programs-")
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)

    def write(self, *cells):
        notebook = new_notebook(
            cells=list(cells),
            metadata={"kernelspec": {"name": "tskernel", "language": "typescript", "display_name": "TypeScript"}},
        )
        nbformat.write(notebook, self.directory / "work.ipynb")

    def jupyter(self, *arguments):
        return subprocess.run([JUPYTER, *arguments], cwd=self.directory, capture_output=True, text=True, timeout=120)

    def test_execute_fills_the_notebook_in(self):
        self.write(new_code_cell("const six: number = 6\nconsole.log('out')"), new_code_cell("six * 7"))
        ran = self.jupyter("execute", "--inplace", "work.ipynb")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        notebook = nbformat.read(self.directory / "work.ipynb", as_version=4)
        first, second = notebook.cells
        self.assertEqual((first.outputs[0].text, second.outputs[0].data["text/plain"]), ("out\n", "42"))
        self.assertEqual(notebook.metadata.language_info.file_extension, ".ts")

    def test_execute_fails_with_the_cells_error(self):
        self.write(new_code_cell("throw new RangeError('far')"))
        ran = self.jupyter("execute", "work.ipynb")
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("RangeError: far", re.sub(r"\x1b\[[\d;]+m", "", ran.stderr))

    def test_nbconvert_writes_a_script_that_node_runs(self):
        self.write(
            new_markdown_cell("# Six times seven"),
            new_code_cell("interface Factors { readonly a: number; readonly b: number }\nconst factors: Factors = { a: 6, b: 7 }"),
            new_code_cell("console.log(factors.a * factors.b)"),
        )
        # A notebook tells its language once it was run.
        ran = self.jupyter("nbconvert", "--execute", "--to", "notebook", "--inplace", "work.ipynb")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        converted = self.jupyter("nbconvert", "--to", "script", "work.ipynb")
        self.assertEqual(converted.returncode, 0, converted.stderr)
        script = self.directory / "work.ts"
        self.assertIn("const factors: Factors = { a: 6, b: 7 }", script.read_text())
        tsx = Path(__file__).parent.parent.parent / "node_modules" / "tsx" / "dist" / "cli.mjs"
        printed = subprocess.run(["node", tsx, script], capture_output=True, text=True, timeout=60)
        self.assertEqual(printed.stdout, "42\n", printed.stderr)
