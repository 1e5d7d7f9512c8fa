"""Type checking beside the execution: a warning on the cell, an error before it, or nothing, as the person likes."""

from dialogue import Dialogue, Kernel

WRONG = "const size: number = 'large' as unknown as string\nsize"


class Types(Dialogue):
    @classmethod
    def setUpClass(cls):
        cls._kernel = Kernel(types="warn")

    def test_a_wrong_type_is_a_warning_and_the_cell_runs(self):
        request = self.kernel.send(WRONG)
        self.assertEqual(self.kernel.finish(request).result, "'large'")
        self.kernel.until(lambda: "TS2322" in self.kernel.cell(request).stderr, what="the warning")
        self.assertRegex(self.kernel.cell(request).stderr, r"Cell \[\d+\]:1:7")

    def test_types_are_known_across_cells(self):
        self.runs("interface Pet { name: string }", "const rex: Pet = { name: 'Rex' }")
        request = self.kernel.send("rex.colour")
        self.kernel.finish(request)
        self.kernel.until(lambda: "TS2339" in self.kernel.cell(request).stderr, what="the warning")

    def test_as_errors_they_keep_the_cell_from_running(self):
        self.runs("%types error")
        try:
            self.fails(WRONG.replace("size", "unset"), "TypeScriptError")
            self.fails("unset", ".")
            self.shows("1 + 1", "2")
        finally:
            self.runs("%types warn")

    def test_a_failed_cell_takes_no_type_away(self):
        self.runs("const numbers = [1, 2]", "import { join } from 'node:path'")
        self.fails("const numbers = JSON.parse('oops') as string", "SyntaxError")
        self.fails("import { join } from 'no-such-package'", ".")
        self.fails("import { Stats, statSync } from 'node:fs'; let s: Stats = statSync('missing')", "Error")
        self.runs("%types error")
        try:
            self.shows("numbers.map((n) => join('a', 'b').length + n)", "[ 4, 5 ]")
            self.runs("let s: Stats = statSync('.')")
        finally:
            self.runs("%types warn")

    def test_switched_off_they_say_nothing(self):
        self.runs("%types off")
        try:
            cell = self.shows(WRONG, "'large'")
            self.shows("'afterwards'", "'afterwards'")
            self.assertEqual(cell.stderr, "")
        finally:
            self.runs("%types warn")

    def test_a_setting_that_there_is_not_is_an_error(self):
        self.fails("%types sometimes", "warn, error, off")
