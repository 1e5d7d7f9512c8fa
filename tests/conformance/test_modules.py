"""Modules: builtins, packages and files found from the notebook's directory; ES modules as they are, CommonJS too."""

import json
import tempfile
from pathlib import Path

from dialogue import Dialogue, Kernel

FILES = {
    "esm.mjs": "export const seven = await Promise.resolve(7); export default 'the default'; export let changing = 1; export const change = () => { changing++ };",
    "cjs.cjs": "exports.name = 'common'; exports.more = { deep: 1 };",
    "effect.mjs": "globalThis.effects = (globalThis.effects ?? 0) + 1;",
    "data.json": '{ "answer": 42 }',
    "broken.mjs": "export const a = 1;\nthrow new Error('while loading');",
    "unparsable.mjs": "export const a = = 1;",
    "node_modules/es-only/package.json": json.dumps(
        {"name": "es-only", "version": "1.0.0", "type": "module", "exports": {".": "./main.js", "./part": "./part.js"}}
    ),
    "node_modules/es-only/main.js": "await null; export const kind = 'es'; export default class Thing {}",
    "node_modules/es-only/part.js": "export const part = 'a part';",
    "node_modules/common/package.json": json.dumps({"name": "common", "version": "1.0.0", "main": "index.js"}),
    "node_modules/common/index.js": "module.exports = function common() { return 'called' }; module.exports.extra = 'extra';",
}


class Modules(Dialogue):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="tskernel-modules-")
        for name, text in FILES.items():
            path = Path(cls.scratch.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        cls._kernel = Kernel(cwd=cls.scratch.name)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.scratch.cleanup()

    def test_a_statement_may_begin_with_an_import_call(self):
        self.shows("import('node:path') instanceof Promise", "true")
        self.shows("const before = 1\nimport('node:path') instanceof Promise", "true")
        self.shows("enum Emitted {}\nimport('node:path') instanceof Promise", "true")
        self.shows("await 0\nimport('node:path') instanceof Promise && (await import('node:path')).sep", "'/'")
        self.shows("eval('1 + 1')", "2")
        self.shows("for (const n of [1]) import('node:path') instanceof Promise", "true")

    def test_import_declarations_of_builtins(self):
        self.shows("import path from 'node:path'; path.sep", "'/'")
        self.shows("import { join, basename as base } from 'node:path'; [join('a', 'b'), base('c/d')]", "[ 'a/b', 'd' ]")
        self.shows("import * as os from 'node:os'; typeof os.cpus", "'function'")
        self.shows("import fs, { readFileSync } from 'fs'; fs.readFileSync === readFileSync", "true")
        self.shows("import { readFile } from 'node:fs/promises'; (await readFile('data.json', 'utf8')).trim()", "'{ \"answer\": 42 }'")

    def test_the_names_are_there_in_later_cells(self):
        self.runs("import { sep as separator } from 'node:path'")
        self.shows("separator", "'/'")

    def test_an_import_may_stand_anywhere_in_the_cell(self):
        self.shows("const joined = join2('a', 'b')\nimport { join as join2 } from 'node:path'\njoined", "'a/b'")

    def test_types_leave_nothing(self):
        self.shows("import type { Stats } from 'node:fs'; import { type Dirent, existsSync } from 'node:fs'; existsSync('/')", "true")
        self.fails("Dirent2", "^ReferenceError")

    def test_packages(self):
        self.shows("import Thing, { kind } from 'es-only'; [kind, new Thing()]", "[ 'es', Thing {} ]")
        self.shows("import { part } from 'es-only/part'; part", "'a part'")
        self.shows("import common from 'common'; [common(), common.extra]", "[ 'called', 'extra' ]")
        self.shows("import { extra } from 'common'; extra", "'extra'")

    def test_files(self):
        self.shows("import text, { seven } from './esm.mjs'; [text, seven]", "[ 'the default', 7 ]")
        self.shows("import cjs from './cjs.cjs'; cjs.name", "'common'")
        self.shows("import { name as commonName } from './cjs.cjs'; commonName", "'common'")
        self.shows("import data from './data.json' with { type: 'json' }; data.answer", "42")

    def test_a_module_is_loaded_once(self):
        self.runs("import './effect.mjs'", "import './effect.mjs'", "await import('./effect.mjs')")
        self.shows("(globalThis as any).effects", "1")

    def test_dynamic_import(self):
        self.shows("const esm = await import('./esm.mjs'); esm.seven", "7")
        self.shows("(await import('es-only')).kind", "'es'")
        self.shows("const load = () => import('./cjs.cjs'); (await load()).default.name", "'common'")
        self.shows("import('node:path').then((p) => { globalThis.later = p.sep }); undefined", None)

    def test_import_meta(self):
        self.shows("import.meta.url.startsWith('file://')", "true")
        self.shows("import.meta.dirname === process.cwd()", "true")
        self.shows("import.meta.resolve('./esm.mjs').endsWith('/esm.mjs')", "true")
        self.shows("typeof import.meta.filename", "'string'")

    def test_require(self):
        self.shows("require('node:path').sep", "'/'")
        self.shows("require('./cjs.cjs').more.deep", "1")
        self.shows("import whole = require('common'); whole()", "'called'")
        self.shows("require.resolve('common').endsWith('node_modules/common/index.js')", "true")

    def test_exports_of_a_cell_are_its_names(self):
        self.shows("export const exported = 1; export function fn() { return 2 }; export class C { static c = 3 }; [exported, fn(), C.c]", "[ 1, 2, 3 ]")
        self.shows("const inner = 4; export { inner, inner as other }; inner", "4")
        self.runs("export type T = number; export interface I { x: T }")
        self.runs("export default 5")
        self.runs("export enum E { A }")
        self.shows("E.A", "0")

    def test_what_is_not_there_is_an_error_that_says_so(self):
        self.fails("import x from 'no-such-package'", "no-such-package")
        self.fails("import x from './no-such-file.mjs'", "no-such-file")
        self.fails("await import('./no-such-file.mjs')", "no-such-file")
        cell = self.fails("\nimport { noSuchExport } from 'node:path'\nnoSuchExport()", "noSuchExport")
        self.assertIn("node:path", cell.error)
        self.assertRegex(cell.traceback, r"Cell \[\d+\]:2:")

    def test_errors_of_a_module_name_its_file(self):
        cell = self.fails("import './broken.mjs'", "^Error: while loading$")
        self.assertIn("broken.mjs:2", cell.traceback)
        # Node itself does not say in which file.
        self.fails("await import('./unparsable.mjs')", "^SyntaxError")
