"""Notebooks of other kernels: what their cells call is there for cells, and for nobody else."""

import os
import tempfile

from dialogue import Dialogue, Kernel

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


class StandIns(Dialogue):
    def kinds(self, code):
        """The MIME types of what the cell shows, besides text/plain."""
        cell = self.runs(code)
        return [
            sorted(set(content["data"]) - {"text/plain"})
            for kind, content in cell.all()
            if kind in ("display_data", "execute_result")
        ]

    def test_tslab(self):
        bytes = f"Buffer.from('{PNG}', 'base64')"
        for code in [
            f"import * as tslab from 'tslab'\nawait tslab.display.png(new Uint8Array({bytes}))",
            f"import {{ display as shown }} from 'tslab'\nshown.png({bytes})",
            f"const lab = require('tslab')\nlab.display.png({bytes})",
            f"import lab2 = require('tslab')\nlab2.newDisplay().png({bytes})",
        ]:
            with self.subTest(code):
                self.assertEqual(self.kinds(code), [["image/png"]])

    def test_deno(self):
        self.assertEqual(self.kinds("Deno.jupyter.html`<b>${1}</b>`"), [["text/html"]])
        self.assertEqual(self.kinds("const { display: show1, md: md1 } = Deno.jupyter\nawait show1(md1`**x**`)"), [["text/markdown"]])
        self.assertEqual(self.kinds("await display({ 'text/html': 'x' }, { raw: true })"), [["text/html"]])
        cell = self.runs(
            "await display({ 'text/plain': '1' }, { raw: true, display_id: 'd' })\n"
            "await display({ 'text/plain': '2' }, { raw: true, display_id: 'd', update: true })"
        )
        self.assertEqual(cell.story, [("display_data", "1"), ("update_display_data", "2")])
        self.fails("await Deno.readTextFile('x')", r"TypeError: Cells run in Node, where there is no Deno\.readTextFile: await readFile\(path, 'utf8'\)")

    def test_ijavascript(self):
        self.assertEqual(self.kinds("$$.html('<b>x</b>')"), [["text/html"]])
        self.assertEqual(self.kinds("$$html$$ = '<b>x</b>'\n0"), [["text/html"], []])
        cell = self.runs("$$.async()\nconst timer = setTimeout(() => { console.log('later'); $$.done() }, 50)")
        self.assertEqual(cell.story, [("stdout", "later\n")])
        self.fails("$$.async(); setTimeout(() => $$.sendError(new RangeError('no')), 20)", "RangeError: no")
        self.assertEqual(self.runs("%echo some text").stdout, "some text\n")

    def test_nobody_else_finds_them(self):
        self.shows("Deno.jupyter && typeof globalThis.Deno", "'undefined'")
        self.shows("typeof Deno", "'undefined'")
        self.shows("new Function('return typeof Deno + typeof $$')()", "'undefinedundefined'")
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "sniffs.cjs"), "w") as file:
                file.write("module.exports = typeof Deno")
            self.shows(f"require({os.path.join(directory, 'sniffs.cjs')!r})", "'undefined'")

    def test_a_cell_may_have_the_names(self):
        self.shows("const $$ = 5\n$$", "5")
        self.shows("$$ + 1", "6")
        self.runs("%reset")
        self.assertEqual(self.kinds("$$.html('again')"), [["text/html"]])


class Types(Dialogue):
    fresh = True

    @property
    def kernel(self):
        self._kernel = self._kernel or Kernel(types="error")
        return self._kernel

    def test_they_have_types(self):
        self.runs(
            "import * as tslab from 'tslab'\ntslab.display.html('x')\nDeno.jupyter.md`x`\n$$.html('x', true)\n$$.done()"
        )
        self.fails("$$.html(5)", "not assignable")
        self.fails("tslab.display.png('x')", "not assignable")
