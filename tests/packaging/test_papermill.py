"""papermill with the wheel: what it injects, what the notebook sees of it, and what it says of a notebook's parameters."""

import unittest

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from newcomer import scratch, tools

DEFAULTS = """\
// Parameters of the run

// How many rows to read
const rows: number = 100
let name = 'nobody' // whose rows they are
let mode: 'fast' | 'slow' = 'fast'
const places = ['here', 'there'], nothing = null
let limits = {
  low: 1, // at least
  high: 2.5,
}
const total = () => rows * 2"""


class Papermill(unittest.TestCase):
    def setUp(self):
        self.directory = scratch() / self.id()
        self.directory.mkdir()

    def write(self, *sources, tagged=True):
        cells = [new_code_cell(source) for source in sources]
        if tagged:
            cells[0].metadata["tags"] = ["parameters"]
        kernelspec = {"name": "tskernel", "language": "typescript", "display_name": "TypeScript"}
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), self.directory / "work.ipynb")

    def papermill(self, *words):
        ran = tools().run("papermill", "work.ipynb", *words, cwd=self.directory)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def execute(self, parameters):
        """Through papermill's function, which takes what no command line can say. Returns the executed notebook."""
        code = (
            "import datetime, math, papermill, numpy\n"
            "from datetime import date\n"
            f"papermill.execute_notebook('work.ipynb', 'done.ipynb', {parameters}, progress_bar=False)"
        )
        ran = tools().run("python", "-c", code, cwd=self.directory)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return nbformat.read(self.directory / "done.ipynb", as_version=4)

    def test_injects_into_a_notebook_whose_defaults_are_typed(self):
        self.write(DEFAULTS, "[rows, name, places, nothing, limits.high, total()]")
        self.papermill("done.ipynb", "-p", "rows", "7", "-p", "name", "it's \"Ada\"", "-y", "{places: [home], nothing: 1.5}")
        executed = nbformat.read(self.directory / "done.ipynb", as_version=4)
        injected = executed.cells[1]
        self.assertEqual(injected.metadata.tags, ["injected-parameters"])
        self.assertEqual(
            injected.source,
            '// Parameters\nlet places = ["home"]\nlet nothing: number = 1.5\nlet rows: number = 7\nlet name: string = "it\'s \\"Ada\\""\n',
        )
        self.assertEqual([cell.outputs for cell in executed.cells[:2]], [[], []])
        self.assertEqual(executed.cells[2].outputs[0].data["text/plain"], "[ 7, `it's \"Ada\"`, [ 'home' ], 1.5, 2.5, 14 ]")

    def test_injects_again_what_was_injected(self):
        self.write(DEFAULTS, "rows")
        self.papermill("done.ipynb", "-p", "rows", "7")
        ran = tools().run("papermill", "done.ipynb", "again.ipynb", "-p", "rows", "8", cwd=self.directory)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        again = nbformat.read(self.directory / "again.ipynb", as_version=4)
        self.assertEqual([cell.get("source") for cell in again.cells[1:]], ["// Parameters\nlet rows: number = 8\n", "rows"])
        self.assertEqual(again.cells[2].outputs[0].data["text/plain"], "8")

    def test_gives_each_value_as_it_is(self):
        values = {
            "5": "5",
            "-0.25": "-0.25",
            "1e300": "1e+300",
            "2**53 - 1": "9007199254740991",
            "2**63": "9223372036854775808n",
            "True": "true",
            "None": "null",
            "'tab\\t quote\" back\\\\ ü \\u2028 😀'": "'tab\\t quote\" back\\\\ ü \\u2028 😀'",
            "[]": "[]",
            "[1, 'a', [None]]": "[ 1, 'a', [ null ] ]",
            "{}": "{}",
            "{'a': 1, 'b-c': {'__proto__': 2}}": "{ a: 1, 'b-c': { ['__proto__']: 2 } }",
            "math.nan": "NaN",
            "-math.inf": "-Infinity",
            "numpy.float64(0.5)": "0.5",
        }
        names = [f"p{index}" for index in range(len(values))]
        parameters = ", ".join(f"'{name}': {value}" for name, value in zip(names, values))
        self.write("// no defaults", *names, "[p7 === 'tab\\t quote\" back\\\\ ü \\u2028 😀', Object.keys(p11['b-c'])]")
        executed = self.execute(f"{{{parameters}}}")
        shown = [cell.outputs[0].data["text/plain"] for cell in executed.cells[2:]]
        for (value, expected), text in zip(values.items(), shown):
            with self.subTest(value):
                if not value.startswith("'tab"):
                    self.assertEqual(text, expected)
        self.assertEqual(shown[-1], "[ true, [ '__proto__' ] ]")

    def test_writes_dates(self):
        # papermill itself cannot write a date into the notebook; what asks for its cell alone can.
        code = (
            "import datetime, papermill.engines\n"
            "from papermill.translators import translate_parameters as t\n"
            "when = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)\n"
            "print(t('tskernel', 'typescript', {'day': datetime.date(2024, 1, 2), 'when': when}))"
        )
        written = tools().run("python", "-c", code).stdout
        self.assertEqual(
            written,
            '// Parameters\nlet day: Date = new Date("2024-01-02")\nlet when: Date = new Date("2024-01-02T03:04:05+00:00")\n\n',
        )

    def test_refuses_what_is_no_name(self):
        self.write("let a = 1")
        ran = tools().run("papermill", "work.ipynb", "done.ipynb", "-p", "no-name", "1", cwd=self.directory)
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("the parameter 'no-name' cannot be a name in TypeScript", ran.stderr)

    def test_refuses_words_of_the_language(self):
        self.write("let a = 1")
        for word in ("class", "await", "NaN"):
            ran = tools().run("papermill", "work.ipynb", "done.ipynb", "-p", word, "1", cwd=self.directory)
            self.assertIn(f"the parameter '{word}' cannot be a name in TypeScript, which has that word for itself", ran.stderr)
            self.assertFalse((self.directory / "done.ipynb").exists())

    def test_lets_cells_fill_what_is_empty_within_a_value(self):
        self.write("// no defaults", "task.include.push(1); task.limits.low = 2; task.name = 'a'; task.rows[0].push(3); task")
        executed = self.execute("{'task': {'include': [], 'limits': {}, 'name': None, 'rows': [[]]}}")
        outputs = executed.cells[2].outputs
        self.assertEqual([output.output_type for output in outputs], ["execute_result"], outputs)
        self.assertIn("include: [ 1 ]", outputs[0].data["text/plain"])

    def test_hides_nothing_in_a_text(self):
        # What some program takes for the end of a line, or turns the text around.
        self.write("// no defaults", "[...text].map((c) => c.codePointAt(0)!.toString(16)).join()")
        executed = self.execute("{'text': 'a\\x85\\u2028\\u202e\\ufeff`${1}`'}")
        self.assertIn(r'let text: string = "a\u0085\u2028\u202e\ufeff`${1}`"', executed.cells[1].source)
        self.assertIn("61,85,2028,202e,feff,60,24,7b,31,7d,60", executed.cells[2].outputs[0].data["text/plain"])

    def test_tells_the_parameters_of_a_notebook(self):
        self.write(DEFAULTS)
        told = self.papermill("--help-notebook")
        for line in [
            "rows: number (default 100)      How many rows to read",
            "name: string (default 'nobody')\n",
            "whose rows they are",
            "mode: 'fast' | 'slow' (default 'fast')",
            "places: string[] (default ['here', 'there'])",
            "nothing: Unknown type (default null)",
            "limits: { low: number; high: number; } (default { low: 1, high: 2.5, })",
        ]:
            self.assertIn(line, told.replace("NoneType", "Unknown type"))

    def test_tells_the_parameters_beside_magics_with_the_spaces_of_texts(self):
        self.write("%types off\nlet gap = 'a  b'\n!echo hello")
        self.assertIn("gap: string (default 'a  b')", self.papermill("--help-notebook"))

    def test_tells_nothing_of_a_cell_with_mistakes(self):
        self.write("let let ==== 1")
        self.assertIn("Can't infer anything", self.papermill("--help-notebook"))


if __name__ == "__main__":
    unittest.main()
