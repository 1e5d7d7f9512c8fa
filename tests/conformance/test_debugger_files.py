"""Debugging files: breakpoints before and after they are loaded, steps into them, their own lines, and packages by their maps."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from debugging import Debugging
from dialogue import Kernel

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "shapes.ts": """import { scale } from './scale';

interface Shape {
  readonly radius: number;
}

/** About. */
export function area(shape: Shape): number {
  const squared: number = shape.radius * shape.radius;

  return scale(squared);
}

export const loaded = 'yes';
""",
    "scale.ts": """export enum Kind { none, triple }
export function scale(value: number): number {
  const kind: Kind = Kind.triple;
  let result = value * 3;
  result += kind;
  return result;
}
""",
    "common.cts": """import path = require('node:path');
function twice(n: number): number {
  const doubled = n * 2;
  return doubled;
}
module.exports = { twice, separator: path.sep };
""",
    "view.tsx": """const React = { createElement: (tag: string, props: object | null, text: string) => `<${tag}>${text}` };
export function View(props: { readonly title: string }) {
  const title: string = props.title;
  return <b>{title}</b>;
}
""",
    "module.mts": "export const sum = (a: number, b: number): number => {\n  const total = a + b;\n  return total;\n};\n",
    "plain.mjs": "export function plain(a) {\n  const b = a + 1;\n  return b;\n}\nplain(0);\n",
    "old.cjs": "exports.old = function old(a) {\n  const b = a + 1;\n  return b;\n};\n",
    "lazy.cjs": "exports.lazy = async function lazy() {\n  const { plain } = await import('./plain.mjs');\n  return plain(1);\n};\n",
    "mixed.js": "import { sep } from 'node:path';\nexport function mixed(a) {\n  const b = a + sep;\n  return b;\n}\n",
    "element.jsx": "const React = { createElement: (tag) => tag };\nexport function element(a) {\n  const made = <i>{a}</i>;\n  return made;\n}\n",
    "edited.ts": "export function edited(): string {\n  const said = 'first';\n  return said;\n}\n",
    "names.ts": """import Circle, { area as size, counter, count } from './named';
import * as all from './named';
import { sep } from 'node:path';
import type { Kind } from './named';

let x = 1;
export let shared = 5;
export function outer(n: number, { require = 2 }: { require?: number } = {}): string {
  let x = n + 1;
  for (const item of [n]) {
    try {
      throw new Circle(item);
    } catch (exports) {
      const made = exports as Circle;
      let x = size(made.radius) + made.radius - made.radius;
      const add = (m: number) => {
        const total = m + x + require;
        Math.abs(total);
        return total;
      };
      count();
      shared = add(x);
    }
  }
  return [x, shared, counter, all.counter, sep].join();
}
x = 2;
""",
    "named.ts": "export type Kind = 'a';\nexport default class Circle { constructor(readonly radius: number) {} }\nexport const area = (r: number) => r * r * 3;\nexport let counter = 0;\nexport function count() { counter++ }\n",
    "node_modules/plain/package.json": json.dumps({"name": "plain", "version": "1.0.0"}),
    "node_modules/plain/index.js": """exports.first = function first(n) {
  const a = n + 1;
  const b = a * 2;
  return b;
};
exports.each = function each(list, call) {
  for (const one of list) call(one);
};
""",
}

LIBRARY = {
    "index.ts": """import { double } from './double';

export interface Options {
  readonly times: number;
}

export function grow(value: number, options: Options): number {
  const times: number = options.times;
  let result = value;
  for (let i = 0; i < times; i++) {
    result = double(result);
  }
  return result;
}
export const atTop = grow(1, { times: 1 });
""",
    "double.ts": "export function double(n: number): number {\n  return n * 2;\n}\n",
}

#: Name of a package to how esbuild makes it; what is done with its sources afterwards.
PACKAGES = {
    "lib-cjs": ["--format=cjs", "--sourcemap=linked"],
    "lib-esm": ["--format=esm", "--sourcemap=linked", "--minify"],
    "lib-inline": ["--format=cjs", "--sourcemap=inline", "--minify"],
    "lib-bare": ["--format=cjs", "--sourcemap=linked", "--sources-content=false"],
    "lib-root": ["--format=cjs", "--sourcemap=linked", "--sources-content=false", "--source-root=../src"],
    "lib-unshipped": ["--format=cjs", "--sourcemap=linked"],
    "lib-index": ["--format=esm", "--sourcemap=linked"],
    "lib-broken": ["--format=cjs", "--sourcemap=linked"],
}

#: Those whose names the bundler has made short.
MINIFIED = {
    "short-cjs": ["--format=cjs", "--sourcemap=linked", "--minify"],
    "short-esm": ["--format=esm", "--sourcemap=linked", "--minify"],
    "short-plain": ["--format=cjs", "--sourcemap=linked"],
}

NAMES = "this n item made x add require exports shared counter size Circle all sep count outer".split()


def write(folder, files):
    for name, text in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def build(package, name, options, entry="index.ts"):
    """A package as its author ships it."""
    write(package / "src", {**LIBRARY, "names.ts": FILES["names.ts"], "named.ts": FILES["named.ts"]})
    extension = ".mjs" if "--format=esm" in options else ".js"
    write(package, {"package.json": json.dumps({"name": name, "version": "1.0.0", "exports": f"./dist/index{extension}"})})
    paths = [f"src/{entry}", "--bundle", f"--outfile=dist/index{extension}", "--platform=node", "--log-level=error"]
    command = [str(ROOT / "node_modules/.bin/esbuild"), *paths, *options]
    subprocess.run(command, cwd=package, check=True, timeout=60)
    code, source_map = package / f"dist/index{extension}", package / f"dist/index{extension}.map"
    if name == "lib-root":
        described = json.loads(source_map.read_text())
        described["sources"] = [Path(source).name for source in described["sources"]]
        source_map.write_text(json.dumps(described))
    if name == "lib-index":
        # What bundlers write that put finished files together: a line of their own, and a map for what follows.
        code.write_text("// bundled\n" + code.read_text())
        section = {"offset": {"line": 1, "column": 0}, "map": json.loads(source_map.read_text())}
        source_map.write_text(json.dumps({"version": 3, "sections": [section]}))
    if name == "lib-broken":
        source_map.write_text(source_map.read_text()[:40])
    if name == "lib-unshipped":
        for source in (package / "src").iterdir():
            source.unlink()


class OfFiles(Debugging):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="tskernel debugged-")
        cls.folder = Path(cls.scratch.name).resolve()
        write(cls.folder, FILES)
        for name, options in PACKAGES.items():
            package = cls.folder / "node_modules" / name
            package.mkdir(parents=True)
            build(package, name, options)
        for name, options in MINIFIED.items():
            package = cls.folder / "node_modules" / name
            package.mkdir(parents=True)
            build(package, name, options, "names.ts")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def setUp(self):
        # Files that another test has loaded are not loaded again.
        type(self)._kernel = Kernel(cwd=self.folder)
        super().setUp()

    def tearDown(self):
        super().tearDown()
        if self._kernel is not None:
            self._kernel.close()
        type(self)._kernel = None

    def at(self, name):
        return str(self.folder / name)

    def set_in(self, name, *wanted):
        """Sets the breakpoints of a file. Returns of each whether it has its place, and the line."""
        told = self.debugger.breakpoints_in(self.at(name), *wanted)
        return [(one["verified"], one["line"]) for one in told]

    def places(self, frames):
        """Path below the folder, line, and name of frames, up to the cell's."""
        return [
            (os.path.relpath(frame["source"]["path"], self.folder), frame["line"], frame["name"])
            for frame in frames
            if frame["source"]["path"].startswith(str(self.folder))
        ]

    def stops(self, code, *expected, result=None):
        """A cell stops at these (path, line), innermost frames only, and ends."""
        request = self.kernel.send(code)
        seen = []
        for _ in expected:
            path, line, _name = self.places(self.debugger.stopped("breakpoint"))[0]
            seen.append((path, line))
            self.debugger.go()
        cell = self.kernel.finish(request)
        self.assertEqual(seen, list(expected))
        self.assertIsNone(cell.error)
        self.assertEqual(cell.result, result)
        self.debugger.until(lambda: True)
        self.assertNotIn("stopped", [event for event, _ in self.debugger.events])

    # Breakpoints in files of one's own

    def test_before_a_file_is_imported(self):
        self.assertEqual(self.set_in("shapes.ts", 9, 11, 14), [(False, 9), (False, 11), (False, 14)])
        self.assertEqual(self.set_in("scale.ts", 5), [(False, 5)])
        self.stops(
            "import { area } from './shapes.ts'; area({ radius: 2 })",
            *[("shapes.ts", 14), ("shapes.ts", 9), ("shapes.ts", 11), ("scale.ts", 5)],
            result="13",
        )
        changed = [body["breakpoint"] for event, body in self.debugger.events if event == "breakpoint"]
        self.assertEqual([one["verified"] for one in changed], [True] * len(changed))

    def test_tells_when_a_breakpoint_has_found_its_place(self):
        [wanted] = self.debugger.breakpoints_in(self.at("shapes.ts"), 10)
        self.assertEqual((wanted["verified"], wanted["message"]), (False, "Waits until the file is loaded."))
        request = self.kernel.send("import { loaded } from './shapes.ts'")
        body = self.debugger.event("breakpoint")
        self.assertEqual((body["reason"], body["breakpoint"]["id"]), ("changed", wanted["id"]))
        self.assertEqual((body["breakpoint"]["verified"], body["breakpoint"]["line"]), (True, 11))
        self.kernel.finish(request)

    def test_before_a_file_is_required(self):
        self.set_in("common.cts", 3, 6)
        self.stops("require('./common.cts').twice(2)", ("common.cts", 6), ("common.cts", 3), result="4")

    def test_before_a_dynamic_import(self):
        self.set_in("view.tsx", 3)
        self.stops("const view = await import('./view.tsx'); view.View({ title: 'a' })", ("view.tsx", 3), result="'<b>a'")

    def test_after_a_file_was_loaded(self):
        self.kernel.run("import { area } from './shapes.ts'\nconst { twice } = require('./common.cts')")
        self.assertEqual(self.set_in("shapes.ts", 3, 10), [(True, 9), (True, 11)])
        self.assertEqual(self.set_in("common.cts", 4), [(True, 4)])
        self.stops("area({ radius: 1 }) + twice(1)", ("shapes.ts", 9), ("shapes.ts", 11), ("common.cts", 4), result="6")
        self.assertEqual(self.set_in("shapes.ts"), [])
        self.assertEqual(self.set_in("common.cts"), [])
        self.quiet("area({ radius: 1 }) + twice(1)", "6")

    def test_stay_set_while_they_are_said_again(self):
        # As JupyterLab does whenever a notebook comes to the front, whatever runs meanwhile.
        for name, line, load, call in (
            ("module.mts", 2, "var { sum } = await import('./module.mts')", "sum(n, 0)"),
            ("plain.mjs", 2, "var { plain } = await import('./plain.mjs')", "plain(n)"),
            ("old.cjs", 2, "var { old } = require('./old.cjs')", "old(n)"),
            ("common.cts", 3, "var { twice } = require('./common.cts')", "twice(n)"),
        ):
            with self.subTest(name):
                self.kernel.run(load)
                wanted = {"breakpoints": [{"line": line, "logMessage": "seen"}], "source": {"path": self.at(name)}}
                first = self.debugger.ask("setBreakpoints", **wanted)
                request = self.kernel.send(f"for (let n = 0; n < 200; n++) {{\n  {call}\n  await new Promise((done) => setTimeout(done, 1))\n}}")
                self.debugger.until(lambda: "seen" in self.kernel.client.cell(request).stdout)
                for _ in range(20):
                    self.assertEqual(self.debugger.ask("setBreakpoints", **wanted), first)
                self.assertEqual(self.kernel.finish(request).stdout.count("seen"), 200)
                self.set_in(name)

    def test_are_listed_where_they_stand(self):
        self.kernel.run("import { area } from './shapes.ts'")
        self.assertEqual(self.set_in("shapes.ts", 10), [(True, 11)])
        # A front end says what it was told, and what the kernel lists: to both it is one breakpoint.
        for _ in range(2):
            [listed] = self.debugger.ask("debugInfo")["breakpoints"]
            self.assertEqual((listed["source"], [one["line"] for one in listed["breakpoints"]]), (self.at("shapes.ts"), [11]))
            self.assertEqual(self.set_in("shapes.ts", 11), [(True, 11)])
        self.stops("area({ radius: 1 })", ("shapes.ts", 11), result="4")
        # Lines that come to one place: the one that is left stops there.
        self.assertEqual(self.set_in("shapes.ts", 10, 11), [(True, 11), (True, 11)])
        self.assertEqual(self.set_in("shapes.ts", {"line": 11, "condition": "squared === 1"}), [(True, 11)])
        self.stops("area({ radius: 1 })", ("shapes.ts", 11), result="4")
        self.set_in("plain.mjs", 2, 2)
        self.stops("(await import('./plain.mjs')).plain(1)", *[("plain.mjs", 2)] * 2, result="2")

    def test_where_no_code_is(self):
        self.kernel.run("import { area } from './shapes.ts'")
        [breakpoint] = self.debugger.breakpoints_in(self.at("shapes.ts"), 40)
        self.assertEqual((breakpoint["verified"], breakpoint["message"]), (False, "There is no code here."))

    def test_in_each_kind_of_file(self):
        for name, line, code, result in (
            ("module.mts", 2, "(await import('./module.mts')).sum(1, 2)", "3"),
            ("plain.mjs", 3, "(await import('./plain.mjs')).plain(1)", "2"),
            ("old.cjs", 2, "require('./old.cjs').old(1)", "2"),
            ("lazy.cjs", 3, "await require('./lazy.cjs').lazy()", "2"),
            ("mixed.js", 3, "require('./mixed.js').mixed('a')", "'a/'"),
            ("element.jsx", 3, "require('./element.jsx').element(1)", "'i'"),
        ):
            with self.subTest(name):
                self.set_in(name, line)
                again = [(name, line)] * (2 if name == "plain.mjs" else 1)
                self.stops(code, *again, result=result)
                self.stops(code, (name, line), result=result)
                self.set_in(name)
                self.quiet(code, result)

    def test_the_top_of_a_file_is_called_module_however_it_is_loaded(self):
        names = ["top1.cts", "top2.ts", "top3.js", "top4.cjs", "top5.mts", "top6.mjs"]
        write(self.folder, {name: "debugger;\nvoid [1].map((n) => {\n  debugger;\n});\n" for name in names})
        for name in names:
            with self.subTest(name):
                request = self.kernel.send(f"void {'await import' if name.endswith('mts') or name.endswith('mjs') else 'require'}('./{name}')")
                self.assertEqual(self.places(self.debugger.stopped()), [(name, 1, "<module>")])
                self.debugger.go()
                self.assertEqual(self.places(self.debugger.stopped()), [(name, 3, "<anonymous>"), (name, 2, "<module>")])
                self.debugger.go()
                self.assertIsNone(self.kernel.finish(request).error)

    def test_at_the_first_lines_of_a_module_without_functions(self):
        write(self.folder, {"flat.ts": "export let a = Math.max(1, 2);\na += 1;\n", "flat.mjs": "export let a = Math.max(1, 2);\na += 1;\n", "flat.cjs": "exports.a = Math.max(1, 2);\nexports.a++;\n"})
        for name, load in (("flat.ts", "await import"), ("flat.mjs", "await import"), ("flat.cjs", "require")):
            with self.subTest(name):
                self.set_in(name, 1, 2)
                self.stops(f"({load}('./{name}')).a", (name, 1), (name, 2), result="3")

    def test_a_condition_and_a_logpoint(self):
        self.set_in("shapes.ts", {"line": 11, "condition": "(squared as number) > 5 && shape!.radius === 3"})
        self.stops("import { area } from './shapes.ts'; [2, 3, 4].map((radius) => area({ radius }))", ("shapes.ts", 11), result="[ 13, 28, 49 ]")
        self.set_in("shapes.ts", {"line": 11, "logMessage": "squared is {squared as number}"})
        cell = self.quiet("area({ radius: 2 })", "13")
        self.assertIn("squared is 4", cell.stdout)

    def test_names_of_cells_mean_nothing_in_a_file(self):
        self.kernel.run("const squared = 'of the cell'; class Math {}")
        self.set_in("shapes.ts", {"line": 11, "condition": "squared === 9 && Math.max(1, 2) === 2"})
        self.stops("import { area } from './shapes.ts'; area({ radius: 3 })", ("shapes.ts", 11), result="28")

    def test_in_a_file_that_was_edited(self):
        self.set_in("edited.ts", 3)
        self.stops("import { edited } from './edited.ts'; edited()", ("edited.ts", 3), result="'first'")
        write(self.folder, {"edited.ts": "// More lines.\n// And more.\n" + FILES["edited.ts"].replace("first", "second")})
        self.set_in("edited.ts", 5)
        self.stops("import { edited } from './edited.ts'; edited()", ("edited.ts", 5), result="'second'")
        # Breakpoints that nobody has touched hold in what is loaded next.
        write(self.folder, {"edited.ts": "// Another text.\n// And more.\n" + FILES["edited.ts"].replace("first", "third")})
        self.stops("import { edited } from './edited.ts'; edited()", ("edited.ts", 5), result="'third'")

    def test_by_way_of_a_link(self):
        link = self.folder.parent / f"{self.folder.name}-link"
        link.symlink_to(self.folder)
        try:
            [told] = self.debugger.breakpoints_in(str(link / "scale.ts"), 4)
            self.assertEqual(told["source"]["path"], str(link / "scale.ts"))
            self.stops("import { scale } from './scale.ts'; scale(1)", ("scale.ts", 4), result="4")
        finally:
            link.unlink()

    def test_kept_when_the_worker_is_replaced(self):
        self.set_in("scale.ts", 4)
        self.kernel.run("process.exit(3)")
        self.stops("import { scale } from './scale.ts'; scale(1)", ("scale.ts", 4), result="4")

    # Steps and the stack

    def test_steps_into_a_file_and_out_of_it(self):
        self.kernel.run("import { area } from './shapes.ts'")
        code = "const before = 1\nconst size = area({ radius: 2 })\nsize + before"
        self.debugger.breakpoints(code, 2)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        self.assertEqual(self.debugger.step("stepIn"), ("area", 9))
        frames = self.debugger.frames()
        self.assertEqual(self.places(frames), [("shapes.ts", 9, "area")])
        self.assertEqual((frames[0]["column"], frames[1]["line"]), (33, 2))
        self.assertEqual(self.debugger.step("next"), ("area", 11))
        self.assertEqual(self.debugger.step("stepIn"), ("scale", 3))
        self.assertEqual(self.places(self.debugger.frames()), [("scale.ts", 3, "scale"), ("shapes.ts", 11, "area")])
        self.assertEqual([self.debugger.step("next")[1] for _ in range(3)], [4, 5, 6])
        self.assertEqual(self.debugger.variables()["Locals"]["result"], "13")
        self.assertEqual(self.debugger.step("stepOut"), ("area", 11))
        self.assertEqual(self.debugger.step("stepOut")[1], 2)
        self.assertEqual(self.debugger.step("next")[1], 3)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "14")

    def test_steps_over_what_loads_a_file_with_breakpoints(self):
        self.set_in("scale.ts", {"line": 4, "condition": "value > 1000"})
        self.set_in("common.cts", {"line": 3, "condition": "n > 1000"})
        for loading in ("await import('./shapes.ts')", "require('./shapes.ts')", "await import('./common.cts')"):
            with self.subTest(loading):
                code = f"const before = 1\nconst file = {loading}\nconst more = 2\ntypeof file"
                self.debugger.breakpoints(code, 1)
                request = self.kernel.send(code)
                self.debugger.stopped("breakpoint")
                self.assertEqual([self.debugger.step("next")[1] for _ in range(3)], [2, 3, 4])
                self.debugger.go()
                self.assertEqual(self.kernel.finish(request).result, "'object'")

    def test_steps_leave_packages_out_unless_a_breakpoint_is_there(self):
        code = "const plain = require('plain')\nplain.first(1)\nplain.each([1], (n) => {\n  console.log(n)\n})\nplain.first(2)"
        self.debugger.breakpoints(code, 2)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        self.assertEqual(self.debugger.step("stepIn")[1], 3)
        # A package calls the cell back.
        self.assertEqual(self.debugger.step("stepIn")[1], 4)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "6")
        self.set_in("node_modules/plain/index.js", 2)
        code += "\n"
        self.debugger.breakpoints(code, 2)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        self.debugger.go("stepIn")
        self.assertEqual(self.debugger.place(), ("first", 2))
        self.assertEqual(self.debugger.step("next"), ("first", 3))
        self.debugger.breakpoints(code)
        self.set_in("node_modules/plain/index.js")
        self.debugger.go()
        self.kernel.finish(request)

    def test_a_function_that_a_package_calls_back_has_the_package_below_it(self):
        code = "require('plain').each([1], function mine(n) {\n  console.log(n)\n})"
        self.debugger.breakpoints(code, 2)
        request = self.kernel.send(code)
        frames = self.debugger.stopped("breakpoint")
        self.assertEqual([frame["name"] for frame in frames], ["mine", "each", "<cell>"])
        self.assertEqual(self.places(frames), [("node_modules/plain/index.js", 7, "each")])
        self.debugger.go()
        self.kernel.finish(request)

    # Packages with source maps

    def test_in_packages_by_their_source_maps(self):
        for name in PACKAGES:
            if name == "lib-broken":
                continue
            source, inner = f"node_modules/{name}/src/index.ts", f"node_modules/{name}/src/double.ts"
            load = f"(await import('{name}'))" if "--format=esm" in PACKAGES[name] else f"require('{name}')"
            code = f"{load}.grow(3, {{ times: 1 }})"
            with self.subTest(name):
                self.set_in(source, 8, 12)
                self.set_in(inner, 2)
                once = [(source, 8), (inner, 2), (source, 13)]
                self.stops(code, *once, *once, result="6")
                self.assertEqual(self.set_in(source, 8), [(True, 8)])
                self.assertEqual(self.set_in(inner), [])
                self.stops(code, (source, 8), result="6")
                self.set_in(source)

    def test_steps_in_a_minified_package(self):
        self.set_in("node_modules/lib-esm/src/index.ts", 8)
        request = self.kernel.send("import { grow } from 'lib-esm'; 1")
        frames = self.debugger.stopped("breakpoint")
        self.assertEqual(self.places(frames)[0], ("node_modules/lib-esm/src/index.ts", 8, "grow"))
        self.assertEqual([self.debugger.step("next")[1] for _ in range(3)], [9, 10, 11])
        self.assertEqual(self.debugger.step("stepIn"), ("double", 2))
        self.set_in("node_modules/lib-esm/src/index.ts")
        self.debugger.go()
        self.kernel.finish(request)

    def test_a_package_with_a_broken_map_is_its_own_source(self):
        text = (self.folder / "node_modules/lib-broken/dist/index.js").read_text()
        line = text[: text.index("let result = value")].count("\n") + 1
        self.set_in("node_modules/lib-broken/dist/index.js", line)
        self.stops("require('lib-broken').grow(3, { times: 0 })", *[("node_modules/lib-broken/dist/index.js", line)] * 2, result="3")

    def test_a_file_that_is_run_as_a_cell_has_its_own_path(self):
        write(self.folder, {"run.ts": "enum Kind { a = 1 }\nfunction twice(n: number) {\n  return n * 2\n}\nconst made = twice(Kind.a)\nmade\n"})
        self.set_in("run.ts", 3)
        request = self.kernel.send("%run run.ts")
        frames = self.debugger.stopped("breakpoint")
        self.assertEqual([(frame["source"]["name"], frame["source"]["path"], frame["line"], frame["name"]) for frame in frames], [("run.ts", self.at("run.ts"), 3, "twice"), ("run.ts", self.at("run.ts"), 5, "<cell>")])
        self.assertEqual(self.debugger.ask("source", source={"path": self.at("run.ts")})["content"], (self.folder / "run.ts").read_text())
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")
        # Its functions are cells' now, and the breakpoints hold there as well.
        self.assertEqual(self.set_in("run.ts", 3), [(True, 3)])
        [known] = self.debugger.ask("debugInfo")["breakpoints"]
        self.assertEqual([known["source"], [one["line"] for one in known["breakpoints"]]], [self.at("run.ts"), [3]])
        request = self.kernel.send("twice(2)")
        self.assertEqual(self.debugger.place("breakpoint"), ("twice", 3))
        self.debugger.go()
        self.kernel.finish(request)
        # They hold where the file is imported, too, and go from both.
        self.stops("require('./run.ts'); 1", ("run.ts", 3), result="1")
        self.set_in("run.ts")
        self.quiet("twice(2)", "4")
        self.quiet("%run run.ts", "2")

    # Names

    def evaluated(self, expression, context="repl"):
        response = self.debugger.request("evaluate", expression=expression, context=context, frameId=1)
        return response["body"]["result"] if response["success"] else response["message"]

    def in_names(self, path, load):
        """Stops in the innermost function of `names.ts`, looks at what it calls its names, and changes some."""
        self.set_in(path, {"line": 18, "condition": "total === x + m + require && size(1) === 3"})
        request = self.kernel.send(f"({load}).outer(2)")
        self.debugger.stopped("breakpoint")
        frames = self.places(self.debugger.frames())
        self.assertEqual([frame[1:] for frame in frames[:2]], [(18, "add"), (22, "outer")])
        inner, outer = self.debugger.variables(1), self.debugger.variables(2)
        self.assertEqual(inner["Locals"], {"m": "12", "total": "26"})
        found = {}
        for scope in [scope for name, scope in outer.items() if name != "Globals"]:
            for name, value in scope.items():
                # Functions and classes have the names that the code gave them.
                value = re.sub(r"^(ƒ )?\w+(?=[({ ])", r"\1", value)
                self.assertTrue(name in NAMES or name in ("exports", "module", "require"), name)
                found.setdefault(name, value)
        self.assertEqual({name: found.get(name) for name in ("n", "item", "made", "x", "add", "require")}, {"n": "2", "item": "2", "made": " { radius: 2 }", "x": "12", "add": "ƒ (m: number)", "require": "2"})
        self.assertEqual(outer["Locals"]["x"], "3")
        values = {"x": "12", "size(2)": "12", "size === all.area": "true", "{ x, m: total }": "{ x: 12, m: 26 }", "counter": "1", "sep": "'/'", "new Circle(3).radius as number": "3"}
        for expression in [expression for expression in values if "all." not in expression]:
            self.assertEqual([expression, self.evaluated(expression)], [expression, values[expression]])
        self.assertEqual(self.evaluated("x + size(1)", "hover"), "15")
        self.assertIn("may change", self.evaluated("x = 5", "hover"))
        self.assertEqual(self.evaluated("x = 20; shared = 7; x + shared"), "27")
        self.assertEqual(self.evaluated("const x = 1"), "'x' is a variable here already: assign to it, or take another name.")
        scope = next(scope for scope in self.debugger.ask("scopes", frameId=2)["scopes"] if scope["name"] == "Locals")
        self.debugger.ask("setVariable", variablesReference=scope["variablesReference"], name="x", value="n + 40")
        self.assertEqual(self.debugger.ask("evaluate", expression="x", frameId=2, context="repl")["result"], "20")
        self.assertEqual(self.debugger.variables(2)["Locals"]["x"], "42")
        completed = self.debugger.ask("completions", text="siz", column=4, frameId=1)["targets"]
        self.assertEqual([one["label"] for one in completed], ["size"])
        self.set_in(path, {"line": 25, "logMessage": "{x} and {sep}"})
        self.debugger.go()
        cell = self.kernel.finish(request)
        self.assertEqual([cell.result, cell.stdout], ["'42,26,1,1,/'", "42 and /\n"])
        self.set_in(path)

    def test_are_those_of_the_source_whatever_the_loader_has_made_of_them(self):
        self.in_names("names.ts", "await import('./names.ts')")
        self.in_names("names.ts", "require('./names.ts')")

    def test_are_those_of_the_source_in_packages(self):
        for name in MINIFIED:
            load = f"await import('{name}')" if "esm" in name else f"require('{name}')"
            self.in_names(f"node_modules/{name}/src/names.ts", load)

    # Sources and modules

    def test_the_text_of_sources(self):
        def text(path):
            return self.debugger.ask("source", source={"path": self.at(path)}, sourceReference=0)["content"]

        self.kernel.run("import { area } from './shapes.ts'; require('plain'); require('lib-unshipped')")
        self.assertEqual(text("shapes.ts"), FILES["shapes.ts"])
        self.assertEqual(text("node_modules/plain/index.js"), FILES["node_modules/plain/index.js"])
        self.assertEqual(text("node_modules/lib-unshipped/src/index.ts"), LIBRARY["index.ts"])
        self.assertIn("unavailable", self.debugger.refused("source", source={"path": self.at("nowhere.ts")}))

    def test_modules_are_the_users_files(self):
        self.kernel.run("import { area } from './shapes.ts'; require('plain'); require('./common.cts'); import.meta.url")
        body = self.debugger.ask("modules")
        self.assertEqual(sorted(module["path"] for module in body["modules"]), [self.at(name) for name in ("common.cts", "scale.ts", "shapes.ts")])
        self.assertEqual(sorted(module["name"] for module in body["modules"]), ["common.cts", "scale.ts", "shapes.ts"])
        self.assertEqual(body["totalModules"], 3)


if __name__ == "__main__":
    import unittest

    unittest.main()
