"""TypeScript at the fingertips: completion, inspection, completeness and warnings, as a front end asks for them."""

import tempfile
from pathlib import Path

from dialogue import Dialogue, Kernel, plain

LIBRARY = "/** How many. */\nexport const amount = 3;\nexport function answer(question: string): number { return question.length }\n"


class Fingertips(Dialogue):
    """A kernel that warns of types, beside the files that a test wants. Cursors are written as `|`."""

    files = {}

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="tskernel-language-")
        for name, text in cls.files.items():
            path = Path(cls.scratch.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        cls._kernel = Kernel(types="warn", cwd=cls.scratch.name)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.scratch.cleanup()

    def ask_at(self, method, text, **options):
        # Python counts code points, and so does the protocol.
        return self.kernel.ask(method, text.replace("|", "", 1), cursor_pos=text.index("|"), **options)

    def complete(self, text):
        """As the types know it. Before they do, and when they take long, the kernel answers without them."""
        self.ask_at("inspect", text)
        reply = self.ask_at("complete", text)
        self.assertEqual(reply["status"], "ok")
        experimental = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([entry["text"] for entry in experimental], reply["matches"])
        for entry in experimental:
            self.assertEqual((entry["start"], entry["end"]), (reply["cursor_start"], reply["cursor_end"]))
        return reply

    def matches(self, text):
        return self.complete(text)["matches"]

    def kinds(self, text):
        entries = self.complete(text)["metadata"]["_jupyter_types_experimental"]
        return {entry["text"]: (entry["type"], entry.get("signature")) for entry in entries}

    def replaced(self, text):
        reply = self.complete(text)
        return text.replace("|", "", 1)[reply["cursor_start"] : reply["cursor_end"]]

    def inspect(self, text, detail=0):
        """The Markdown, or None when nothing is found."""
        reply = self.ask_at("inspect", text, detail_level=detail)
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(reply["found"], bool(reply["data"]))
        return reply["data"].get("text/markdown")

    def warnings(self, *codes):
        """What each cell is warned of. Cells are looked at in order, so the last one's warning is the end of all."""
        requests = [self.kernel.send(code) for code in (*codes, "const lastOfAll: string = 1")]
        for request in requests:
            self.assertIsNone(self.kernel.finish(request).error)
        last = self.kernel.cell(requests[-1])
        self.kernel.until(lambda: "lastOfAll" in last.warnings, what="the last warning")
        return [self.kernel.cell(request).warnings for request in requests[:-1]]


class Completion(Fingertips):
    files = {"lib/maths.ts": LIBRARY, "lib/deep/more.ts": "export {}", "data.json": "{}"}

    def test_members_of_a_typed_value(self):
        self.runs("interface User { name: string; age: number; greet(other: User): string }", "declare const user: User")
        self.assertEqual(self.matches("user.|"), ["age", "greet", "name"])
        self.assertEqual(self.matches("user.na|"), ["name"])
        self.assertEqual(self.matches("user.greet(user).toUpp|"), ["toUpperCase"])

    def test_kinds_and_signatures_for_the_front_end(self):
        self.runs("const shop = { open: true, sell(what: string) { return what.length } }", "class Counter {}; enum Mood { Good, Bad }")
        self.assertEqual(
            self.kinds("shop.|"), {"open": ("property", "boolean"), "sell": ("function", "(what: string): number")}
        )
        self.assertEqual(self.kinds("new Counte|")["Counter"][0], "class")
        self.assertEqual(self.kinds("Mood.|")["Good"][0], "property")
        self.assertEqual(self.kinds("shop|")["shop"][0], "instance")
        self.assertEqual(self.kinds("awai|")["await"][0], "keyword")

    def test_what_may_be_undefined_gets_its_question_mark(self):
        self.runs("const perhaps = [{ size: 1 }].find(({ size }) => size > 2)")
        self.assertEqual(self.matches("perhaps?.|"), ["size"])
        self.assertEqual(self.matches("perhaps.si|"), ["?.size"])
        self.assertEqual(self.replaced("perhaps.si|"), ".si")

    def test_strings_of_a_union(self):
        self.runs("function paint(colour: 'red' | 'green' | 'grey') {}")
        self.assertEqual(sorted(self.matches("paint('|')")), ["green", "grey", "red"])
        self.assertEqual(sorted(self.matches("paint('gr|')")), ["green", "grey"])
        self.assertEqual(self.replaced("paint('gr|')"), "gr")

    def test_keys_of_an_object(self):
        self.runs("interface Options { width: number; height: number; title?: string }", "function draw(options: Options) {}")
        self.assertEqual(self.matches("draw({ wi|"), ["width"])
        offered = self.matches("draw({ width: 1, | })")
        self.assertIn("height", offered)
        self.assertNotIn("width", offered)

    def test_import_paths_and_names(self):
        self.assertEqual(self.matches("import { x } from './li|'"), ["lib"])
        self.assertEqual(sorted(name.split(".")[0] for name in self.matches("import { x } from './lib/|'")), ["deep", "maths"])
        self.assertIn("node:fs", self.matches("import fs from 'node:f|'"))
        self.assertEqual(self.matches("import { a| } from './lib/maths'"), ["amount", "answer"])

    def test_keys_of_a_value_without_a_type(self):
        self.runs("""const raw = JSON.parse('{"alpha": 1, "beta": {"gamma": [1]}}')""")
        self.assertEqual(self.matches("raw.al|"), ["alpha"])
        self.assertLessEqual({"alpha", "beta"}, set(self.matches("raw.|")))
        self.assertEqual(self.matches("raw.beta.ga|"), ["gamma"])

    def test_no_getter_runs_for_it(self):
        self.runs("globalThis.reads = 0; const sly: any = { get boom() { globalThis.reads++; return {} }, calm: 1 }")
        self.assertLessEqual({"boom", "calm"}, set(self.matches("sly.|")))
        self.matches("sly.boom.|")
        self.inspect("sly.bo|om")
        self.shows("globalThis.reads", "0")

    def test_positions_count_code_points(self):
        self.runs("const rocket = { fuel: 1, furnace: 2 }")
        for text in ["'😀😀'; rocket.fu|", "const 𝒳 = '🚀'; rocket.fu|rnace"]:
            reply = self.complete(text)
            self.assertEqual(reply["matches"], ["fuel", "furnace"])
            self.assertEqual(reply["cursor_start"], text.index("fu"))
        self.assertEqual(self.replaced("const 𝒳 = '🚀'; rocket.fu|rnace"), "furnace")

    def test_names_of_the_notebook_where_they_fit(self):
        self.runs("const zebra = 1; interface Zebroid {}; function zebraCount(herd: number) {}")
        self.assertEqual(self.matches("zebr|"), ["zebra", "zebraCount"])
        self.assertEqual(self.matches("let z: Zebr|"), ["Zebroid"])

    def test_the_newest_meaning_of_a_name(self):
        self.runs("let thing: any = { first: 1 }", "const gadget = { first: 1 }", "const gadget = { second: 2 }")
        self.assertEqual(self.matches("gadget.|"), ["second"])

    def test_what_a_failed_cell_did_not_reach_is_not_offered(self):
        self.fails("const reached = { inside: 1 }; throw new Error('stop'); const unreached = 1", "stop")
        self.assertEqual(self.matches("reached.|"), ["inside"])
        self.assertNotIn("unreached", self.matches("unreach|"))

    def test_a_class_declared_again_with_another_shape(self):
        self.runs("class Box { older = 1 }", "const box = new Box()", "class Box { newer = 'x' }")
        self.assertEqual(self.matches("box.|"), ["older"])
        self.assertEqual(self.matches("new Box().|"), ["newer"])
        old, new, mixed = self.warnings("box.older.toFixed()", "new Box().newer.trim()", "const other: Box = box")
        self.assertEqual((old, new), ("", ""))
        self.assertIn("TS2741", mixed)


class WhileACellSpins(Fingertips):
    """Questions come from another thread than cells, and are answered all the same."""

    def test_everything_is_answered(self):
        self.runs("const busy = { work: 1, worry: 2 }; const loose: any = { key: 1 }", "/** Rests. */ function rest(seconds: number) {}")
        spinning = self.kernel.send("console.log('spinning'); while (true) {}")
        self.kernel.until(lambda: self.kernel.cell(spinning).stdout, what="the loop")
        try:
            self.assertEqual(self.matches("busy.wo|"), ["work", "worry"])
            self.assertIn("Rests.", self.inspect("re|st(1)"))
            self.assertEqual(self.kernel.ask("is_complete", "if (true) {"), {"status": "incomplete", "indent": "  "})
            self.assertEqual(self.kernel.ask("is_complete", "1 + 1")["status"], "complete")
            self.assertEqual(self.kernel.ask("is_complete", "const = 1")["status"], "invalid")
            # The value itself cannot be looked at now; the answer does not wait for it.
            self.assertIsInstance(self.matches("loose.|"), list)
            self.assertFalse(self.kernel.ended(spinning))
        finally:
            self.kernel.interrupt()
        self.assertEqual(self.kernel.finish(spinning).error.split(":")[0], "KeyboardInterrupt")
        self.assertEqual(self.matches("loose.k|"), ["key"])

    def test_many_questions_at_once_each_get_their_answer(self):
        self.runs("const many = { one: 1, two: 2 }")
        channels = self.kernel.channels
        asked = [(channels.complete("many.", 5), channels.is_complete(f"f({number}")) for number in range(20)]
        self.kernel.until(lambda: all(request in self.kernel.replies for pair in asked for request in pair))
        for completion, completeness in asked:
            self.assertEqual(self.kernel.replies[completion]["content"]["matches"], ["one", "two"])
            self.assertEqual(self.kernel.replies[completeness]["content"]["status"], "incomplete")


class Inspection(Fingertips):
    def test_signature_and_documentation(self):
        self.runs("/**\n * Greets.\n * @param name whom\n * @deprecated say `hi`\n */\nfunction greet(name: string) { return name }")
        text = self.inspect("gre|et('x')")
        for part in ["greet(name: string): string\n```", "Greets.", "**Deprecated** — say `hi`", "*@param* `name` — whom"]:
            self.assertIn(part, text)

    def test_as_plain_text_without_marks(self):
        self.runs("/** Counts **all**. */ const tally = 1")
        plainly = self.ask_at("inspect", "tal|ly")["data"]["text/plain"]
        self.assertIn("const tally: 1", plainly)
        self.assertIn("Counts all.", plainly)
        self.assertNotIn("```", plainly)

    def test_what_nobody_declared_is_not_found(self):
        self.runs("""const loosely = JSON.parse('{"key": [1]}')""")
        self.assertFalse(self.ask_at("inspect", "nobody.kn|ows")["found"])
        self.assertFalse(self.ask_at("inspect", "loosely.lo|ck")["found"])
        self.assertIn("[ 1 ]", self.ask_at("inspect", "loosely.ke|y")["data"]["text/plain"])

    def test_in_a_call_the_parameter_that_comes_next(self):
        self.runs("/** @param times how often */ function repeat(what: string, times: number) {}")
        self.assertIn("▸ **`what: string`**", self.inspect("repeat(|"))
        self.assertIn("▸ **`times: number`** — how often", self.inspect("repeat('a', |)"))

    def test_detail_adds_the_source(self):
        self.runs("const half = (n: number) => {\n  return n / 2;\n}")
        self.assertNotIn("n / 2", self.inspect("half|"))
        self.assertRegex(self.inspect("half|", detail=1), r"Cell \[\d+\][\s\S]*return n / 2;")
        self.assertIn("lib.es5.d.ts", self.inspect("Math.ma|x", detail=1))

    def test_live_values_show_themselves(self):
        self.runs("""const inbox = JSON.parse('{"unread": [7, 8]}')""")
        self.assertIn("unread", self.inspect("inbox|"))
        # What had no type has that of its value, and the value below it.
        reply = self.ask_at("inspect", "inbox.unread|")
        self.assertEqual(
            reply["data"]["text/plain"], "(property) unread: number[]\n\ninbox.unread: array of 2\n[ 7, 8 ]"
        )

    def test_after_astral_characters(self):
        self.runs("const planet = 'Mars'")
        self.assertIn("planet", self.inspect("'🪐🪐🪐'; pla|net"))

    def test_nothing_is_found_in_nothing(self):
        self.assertIsNone(self.inspect("// no|thing"))
        self.assertIsNone(self.inspect("|"))


class Warnings(Fingertips):
    def test_comments_that_silence_are_heard(self):
        ignored, expected, checked, useless = self.warnings(
            "// @ts-ignore\nconst a1: string = 1",
            "// @ts-expect-error\nconst a2: string = 1",
            "// @ts-nocheck\nconst a3: string = 1",
            "// @ts-expect-error\nconst a4: string = 'fits'",
        )
        self.assertEqual((ignored, expected, checked), ("", "", ""))
        self.assertIn("TS2578", useless)

    def test_a_warning_has_code_place_frame_and_what_belongs_to_it(self):
        self.runs("interface Point { x: number; y: number }")
        (text,) = self.warnings("const fine = 1\nconst point: Point = { x: 1 }")
        self.assertRegex(text, r"Warning TS2741: Property 'y' is missing[^\n]*\nCell \[\d+\]:2:7\n")
        self.assertIn("> 2 | const point: Point = { x: 1 }", text)
        self.assertRegex(text, r"Cell \[\d+\]\S* 'y' is declared here")

    def test_help_that_is_worth_having_and_no_noise(self):
        misspelt, forgotten, unused = self.warnings(
            "const speed = 1; 'a'.toUppercase?.()",
            "const load = async () => true; if (load()) {}",
            "function f(unused: number) { const never = 1 }",
        )
        self.assertIn("Did you mean 'toUpperCase'?", misspelt)
        self.assertIn("TS2801", forgotten)
        self.assertEqual(unused, "")

    def test_one_switch_for_all(self):
        self.runs("%types error")
        try:
            self.fails("const stopped: string = 1; console.log('ran')", "^TypeScriptError: Type 'number' is not")
            self.fails("stopped", "stopped")
            self.shows("const stopped: string = 'a'; stopped", "'a'")
            cell = self.shows("%types off\nconst unseen: number = 'b'; unseen", "'b'")
            self.shows("'after'", "'after'")
            self.assertEqual(cell.stderr, "")
        finally:
            self.runs("%types warn")
        (text,) = self.warnings("const seen: string = 2")
        self.assertIn("TS2322", text)

    def test_types_follow_what_cells_say_anew(self):
        first, second, third = self.warnings(
            "let level: number = 1; function raise(by: number) { level += by; return level }",
            "level = raise(2); level.toFixed()",
            "level = 'high'",
        )
        self.assertEqual((first, second), ("", ""))
        self.assertIn("TS2322", third)
        self.runs("let level = 'low'")
        again, old = self.warnings("level.trim()", "raise('x')")
        self.assertEqual(again, "")
        self.assertIn("TS2345", old)


class Project(Fingertips):
    files = {
        "tsconfig.json": '{ "compilerOptions": { "strict": false, "noUncheckedIndexedAccess": true, "paths": { "#lib/*": ["./lib/*"] } } }',
        "lib/maths.ts": LIBRARY,
    }

    def test_the_options_of_the_notebooks_project_hold(self):
        loose, path = self.warnings("function untyped(x) { return x }", "import { amount } from '#lib/maths'; amount.toFixed()")
        self.assertEqual((loose, path), ("", ""))
        self.assertEqual(self.matches("amount.toFi|"), ["toFixed"])


class BrokenProject(Fingertips):
    files = {"tsconfig.json": '{\n  "compilerOptions": {\n    "target": "es1"\n  }\n}'}

    def test_a_broken_tsconfig_is_told_once_with_its_line(self):
        first, second = self.warnings("1", "2")
        self.assertIn("tsconfig.json:3:", first)
        self.assertEqual(second, "")
