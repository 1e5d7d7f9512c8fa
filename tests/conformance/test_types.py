"""Type checking beside the execution: a warning on the cell, an error before it, or nothing, as the person likes."""

from dialogue import SYNTAX, Dialogue, Kernel

WRONG = "const size: number = 'large' as unknown as string\nsize"


class Types(Dialogue):
    @classmethod
    def setUpClass(cls):
        cls._kernel = Kernel(types="warn")

    def test_a_wrong_type_is_a_warning_and_the_cell_runs(self):
        request = self.kernel.send(WRONG, allow_stdin=True)
        self.assertEqual(self.kernel.finish(request).result, "'large'")
        self.kernel.until(lambda: "TS2322" in self.kernel.cell(request).warnings, what="the warning")
        self.assertRegex(self.kernel.cell(request).warnings, r"Cell \[\d+\]:1:7")
        self.assertEqual(self.kernel.cell(request).stderr, "")

    def test_types_are_known_across_cells(self):
        self.runs("interface Pet { name: string }", "const rex: Pet = { name: 'Rex' }")
        request = self.kernel.send("rex.colour", allow_stdin=True)
        self.kernel.finish(request)
        self.kernel.until(lambda: "TS2339" in self.kernel.cell(request).warnings, what="the warning")

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
            self.assertEqual((cell.warnings, cell.diagnostics), ("", None))
        finally:
            self.runs("%types warn")

    def test_a_setting_that_there_is_not_is_an_error(self):
        self.fails("%types sometimes", "warn, wait, error, off")

    def test_where_nobody_answers_the_end_waits_for_them(self):
        cell = self.shows(WRONG.replace("size", "alone"), "'large'")
        self.assertEqual([kind for kind, _ in cell.all()][-3:], ["execute_result", "display_data", "status"])
        self.assertIn("TS2322", cell.warnings)
        self.assertEqual(self.runs("const fine = 1").diagnostics, [])

    def test_the_end_waits_for_them_where_it_is_told_to(self):
        self.runs("%types wait")
        try:
            cell = self.shows(WRONG.replace("size", "told"), "'large'", answers=[])
            self.assertIn("TS2322", cell.warnings)
            (found,) = cell.diagnostics
            self.assertEqual((found["severity"], found["code"]), ("error", 2322))
            self.assertEqual(found["range"], {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 10}})
        finally:
            self.runs("%types warn")

    def test_what_explains_an_error_joins_it_and_is_no_warning(self):
        for answers in (None, []):
            cell = self.fails("const one: string = 1; 'text'.toUppercase()", "toUppercase is not a function", answers=answers)
            self.assertIn("\nDid you mean 'toUpperCase'?\n", cell.traceback)
            self.assertIn("TS2322", cell.warnings)
            self.assertNotIn("toUppercase'", cell.warnings)
            self.assertEqual([found["code"] for found in cell.diagnostics], [2322, 2551])

    def test_a_cell_that_is_no_typescript_has_its_problem_as_data(self):
        cell = self.fails("const a = 1;\nconst b = ;", SYNTAX)
        (found,) = cell.diagnostics
        self.assertEqual((found["code"], found["range"]["start"]), (1109, {"line": 1, "character": 10}))


class StaleNames(Dialogue):
    """A notebook whose cells are edited and deleted: what is left over from them is told where it is used."""

    @classmethod
    def setUpClass(cls):
        cls._kernel = Kernel(types="warn")

    def told(self, place, code, **metadata):
        cell = self.kernel.run(code, metadata={"cellId": place, **metadata})
        messages = [found["message"] for found in cell.diagnostics or [] if "no longer declared" in found["message"]]
        for message in messages:
            self.assertIn(f"Warning: {message}\n", cell.warnings)
        return messages

    def test_a_name_that_its_cell_declares_no_longer(self):
        self.assertEqual(self.told("a", "const users = ['Ann']"), [])
        self.assertEqual(self.told("b", "users.length"), [])
        self.assertEqual(self.told("a", "const people = ['Ann']"), [])
        (message,) = self.told("b", "users.length")
        told = r"users is no longer declared in this notebook: Cell \[\d+\] declared it before it was edited \(now Cell \[\d+\]\)\."
        self.assertRegex(message, f"^{told} Its old value is still here.$")
        self.assertEqual(self.told("b", "users.length"), [])

    def test_a_cell_that_is_deleted_and_one_with_a_magic_and_an_import(self):
        self.told("c", "%types warn\nimport { join } from 'node:path'\nlet part = 'a'")
        told = self.told("d", "%types warn\n[1].map(() => join(part, 'b'))", deletedCells=["c", "unknown", 7])
        self.assertEqual([message.split()[0] for message in told], ["join", "part"])
        self.assertRegex(told[0], r"Cell \[\d+\], which declared it, was deleted\.")

    def test_it_stands_beside_what_types_say_and_in_a_cell_that_fails(self):
        self.told("e", "let old = 1")
        self.told("e", "let fresh = 1")
        cell = self.kernel.run("const text: string = old; null.x", metadata={"cellId": "f"})
        self.assertRegex(cell.warnings, r"(?s)^Warning: old is no longer .*\n\nWarning TS2322: ")
        self.assertRegex(cell.error, "^TypeError")

    def test_reset_forgets_and_types_off_is_silent(self):
        for change in ("%reset", "%types off"):
            self.told("g", "let gone = 1")
            self.told("g", "let come = 1")
            self.told("h", change)
            self.assertEqual(self.told("i", "typeof gone"), [])
        self.told("h", "%types warn")
        self.assertEqual(len(self.told("i", "typeof gone")), 1)
