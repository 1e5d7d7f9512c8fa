"""Values without a type: later cells know what JSON, rows and modules without types are."""

import os
import tempfile
import textwrap

from dialogue import Dialogue, Kernel

PACKAGE = {
    "node_modules/plain/package.json": '{ "name": "plain", "version": "1.0.0", "main": "index.js" }',
    "node_modules/plain/index.js": "exports.parse = (text) => text.split(','); exports.version = '1'",
    "feed.json": """{ "type": "FeatureCollection", "metadata": { "count": 2, "url": "a" }, "features": [
      { "type": "Feature", "id": "x", "geometry": { "type": "Point", "coordinates": [1, 2, 3] },
        "properties": { "mag": 1.5, "place": "here", "felt": null, "alert": "green" } },
      { "type": "Feature", "id": "y", "geometry": { "type": "Point", "coordinates": [1, 2, 3] },
        "properties": { "mag": 2, "place": "there", "felt": 3 } } ] }""",
}


class Values(Dialogue):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        for path, text in PACKAGE.items():
            full = os.path.join(cls.folder.name, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf8") as file:
                file.write(text)
        cls._kernel = Kernel(types="wait", cwd=cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folder.cleanup()

    def completed(self, code):
        """What is completed at the end of the code, once types know it."""

        def found():
            matches = self.kernel.ask("complete", code, len(code))["matches"]
            return matches

        return self.kernel.until(found, what=f"completions of {code}")

    def printed(self, code):
        return self.runs(code).stdout

    def warned(self, code):
        """What a cell is warned of, by the time it has ended."""
        return self.runs(code).warnings

    def setUp(self):
        super().setUp()
        self.runs(
            "import { readFileSync } from 'node:fs'\n"
            "const feed = JSON.parse(readFileSync('feed.json', 'utf8'))"
        )

    def test_json_is_completed_in_depth(self):
        self.assertEqual(self.completed("feed.features.map((f) => f.properties."), ["alert", "felt", "mag", "place"])

    def test_a_misspelt_member_is_told(self):
        self.assertIn("Did you mean 'features'?", self.warned("feed.featrues"))
        self.assertEqual(self.warned("feed.features[0].properties.felt + 1"), "")

    def test_what_a_cell_adds_is_known_to_the_next(self):
        self.assertEqual(self.warned("for (const f of feed.features) f.size = 1"), "")
        self.assertEqual(self.warned("feed.features[0].size.toFixed()"), "")
        self.assertIn("TS2551", self.warned("feed.features[0].sizes"))

    def test_a_cell_that_comes_at_once_is_warned_all_the_same(self):
        first = self.kernel.send("const page = JSON.parse('{\"total\": 1}')")
        second = self.kernel.send("page.totl")
        self.kernel.finish(first)
        self.assertIn("Did you mean 'total'?", self.kernel.finish(second).warnings)

    def test_a_module_without_types_is_completed(self):
        self.runs("const plain = require('plain')")
        self.assertEqual(self.completed("plain."), ["parse", "version"])

    def test_typeof_prints_an_interface(self):
        self.runs("const pages = JSON.parse('[{\"id\": 1, \"tags\": [\"a\"]}, {\"id\": 2}]')")
        body = textwrap.dedent(
            """\
            {
              id: number;
              tags?: string[];
            }
            """
        )
        self.assertEqual(self.printed("%typeof pages"), f"interface Page {body}\n// pages: Page[]\n")
        self.assertEqual(self.printed("%typeof pages Sheet"), f"interface Sheet {body}\n// pages: Sheet[]\n")
        self.assertEqual(self.printed("const size = new Map<string, number>();\n%typeof size"), "Map<string, number>\n")
        self.assertIn("interface Now", self.printed("const now = JSON.parse('{\"a\": 1}');\n%typeof now Now"))
        self.fails("%typeof nobody", "MagicError")
        self.fails("%typeof pages[0]", "MagicError")

    def test_what_was_declared_stays(self):
        self.runs("const any: any = JSON.parse('{\"a\": 1}')")
        self.assertEqual(self.warned("any.b"), "")


class Switched(Dialogue):
    @classmethod
    def setUpClass(cls):
        cls._kernel = Kernel(types="wait", env={"TSKERNEL_VALUE_TYPES": "off"})

    def test_off_it_is_not_looked_at(self):
        self.runs("const page = JSON.parse('{\"total\": 1}')")
        self.assertEqual(self.runs("page.totl").warnings, "")
