"""Errors as a person reads them: the name, the line with its caret, frames named by cells, causes, nothing of the kernel."""

import re

from dialogue import SYNTAX, Dialogue

# A cell that goes through the emitter, since an enum cannot be erased: positions must be right all the same.
ENUM = "enum Level { Low = 1, High }\n"


class Places(Dialogue):
    def at(self, code, line, column, pattern):
        """The cell fails there: the first frame and the marked line say so."""
        cell = self.fails(code, pattern)
        number = cell.reply["execution_count"]
        self.assertIn(f"Cell [{number}]:{line}:{column}", cell.traceback, code)
        # The frame shows the line itself.
        self.assertIn(code.split("\n")[line - 1].strip(), cell.traceback)
        self.no_inner_frames(cell)
        return cell

    def no_inner_frames(self, cell):
        for inner in ("dist/", "execution.cjs", "node:internal", "node:vm", "__tsk_", "\u200c"):
            self.assertNotIn(inner, cell.traceback)

    def test_of_a_throw(self):
        self.at("throw new Error('first line')", 1, 7, "^Error: first line$")
        self.at("const a1 = 1\n\n  throw new TypeError('third')", 3, 9, "^TypeError: third$")

    def test_with_types_before_it_on_the_line(self):
        self.at("const a2: Array<{ x: number }> = [], b2 = (null as unknown as { c: number }).c", 1, 78, "^TypeError")
        self.at("interface Long {\n  x: number\n}\nlet v2: Long = missing2 satisfies Long", 4, 16, "^ReferenceError")

    def test_after_an_await(self):
        self.at("await null\nthrow new Error('after')", 2, 7, "^Error: after$")
        self.at("const [a3] = [1]; await null; throw new Error('same line')", 1, 37, "^Error: same line$")
        self.at("for await (const x of [1]) {\n  throw new Error('in the loop')\n}", 2, 9, "^Error: in the loop$")

    def test_through_the_emitter(self):
        self.at(f"{ENUM}throw new Error('with enum')", 2, 7, "^Error: with enum$")
        self.at(f"{ENUM}const t4: string = Level[2], u4 = missing4", 2, 35, "^ReferenceError")
        self.at(
            f"{ENUM}class P4 {{\n  constructor(private readonly x: number) {{\n    throw new RangeError('ctor')\n  }}\n}}\nnew P4(1)",
            4,
            11,
            "^RangeError: ctor$",
        )
        self.at("namespace N5 {\n  export const x: number = 1\n  throw new Error('in namespace')\n}", 3, 9, "^Error: in namespace$")
        self.at(
            "function log5(_: unknown, context: ClassMethodDecoratorContext) {}\n"
            "class D5 {\n  @log5\n  run(a: number, b?: string): void {\n    throw new Error('decorated')\n  }\n}\nnew D5().run(1)",
            5,
            11,
            "^Error: decorated$",
        )

    def test_with_imports_and_exports_before_it(self):
        self.at("import { join } from 'node:path'\nexport const e6 = 1; throw new Error('after export')", 2, 28, "^Error")
        self.at("import type { Stats } from 'node:fs'; import fs from 'node:fs'; throw new Error('one line')", 1, 71, "^Error")

    def test_of_a_function_of_an_earlier_cell(self):
        defined = self.runs("const keep = 1\nfunction faulty(x: number): never {\n  throw new Error(`bad ${x}`)\n}")
        earlier = defined.reply["execution_count"]
        cell = self.fails("\nfaulty(1)", "^Error: bad 1$")
        number = cell.reply["execution_count"]
        self.assertIn(f"faulty (Cell [{earlier}]:3:9)", cell.traceback)
        self.assertIn(f"Cell [{number}]:2:1", cell.traceback)
        self.assertIn("throw new Error(`bad ${x}`)", cell.traceback)
        self.no_inner_frames(cell)

    def test_of_a_forgotten_declaration_is_that_of_the_assignment(self):
        cell = self.at("zz9 = 1; console.log('x'); zz9", 1, 1, "^ReferenceError: zz9 is not defined$")
        self.assertIn("\nDeclare it: let zz9 = 1\n", cell.traceback)
        cell = self.at("function set9() {\n  if (true) zz9 = [1, 2]\n}\nset9()", 2, 13, "^ReferenceError: zz9 is not defined$")
        self.assertIn("\nDeclare it: let zz9 = [1, 2]\n", cell.traceback)
        self.at("let near9 = 0\nnear9 = zz9", 2, 9, "^ReferenceError: zz9 is not defined$")

    def test_of_a_promise_that_is_not_awaited_says_so(self):
        cell = self.fails("const later9 = Promise.resolve([1])\nlater9.map(String)", "^TypeError: later9.map is not a function$")
        self.assertIn("later9 is a promise. Await it first: (await later9).map", cell.traceback)

    def awaited(self, code, line, column, pattern):
        """The error has no frame of the cell: its place is what the cell awaited, or where something was thrown."""
        cell = self.fails(code, pattern)
        number = cell.reply["execution_count"]
        self.assertIn(f"Cell [{number}]:{line}:{column}\n", cell.traceback, code)
        self.assertIn(f"> {line} | {code.split(chr(10))[line - 1]}", cell.traceback)
        self.no_inner_frames(cell)
        return cell

    def test_of_what_sockets_and_native_code_make_is_what_was_awaited(self):
        self.runs(
            "import net from 'node:net'; import { once } from 'node:events'; import { promisify } from 'node:util'\n"
            "import { lookup } from 'node:dns/promises'; import { execFile } from 'node:child_process'; import fs from 'node:fs'"
        )
        refused = "^Error: connect ECONNREFUSED"
        self.awaited("await null\nawait new Promise((_, no) => net.connect(1).on('error', no))\nawait 5", 2, 1, refused)
        self.awaited("const s1 = await once(net.connect(1), 'connect'); await 5", 1, 12, refused)
        self.awaited("if (true) {\n  await lookup('nope.invalid')\n}", 2, 3, "ENOTFOUND|EAI_AGAIN")
        self.awaited("async function start() { await promisify(execFile)('nope') }\nawait start()", 2, 1, "^Error: spawn nope ENOENT$")
        self.awaited("await 1\nfor await (const part of fs.createReadStream('/nope')) console.log(part)", 2, 1, "^Error: ENOENT")
        self.awaited("await fs.promises.readFile('/nope')\nawait 7", 1, 1, "^Error: ENOENT")
        self.awaited("await 1; await Promise.all([fs.promises.access('/nope')])", 1, 10, "^Error: ENOENT")

    def test_of_an_error_that_a_callback_throws_on(self):
        request = self.kernel.send("const fs9 = require('node:fs')\nfs9.readFile('/nope', (error) => {\n  if (error) throw error\n})")
        self.kernel.finish(request)
        self.kernel.until(lambda: "ENOENT" in self.kernel.cell(request).stderr)
        self.assertRegex(self.kernel.cell(request).stderr, r"Cell \[\d+\]:3:20")
        cell = self.awaited(
            "async function read() {\n  try { await fs9.promises.access('/nope') } catch (error) { throw [error][0] }\n}\nconst read9 = async () => {\n"
            "  throw await new Promise((done) => fs9.access('/nope', done))\n}\nawait read9()",
            5,
            9,
            "^Error: ENOENT",
        )
        self.assertRegex(cell.traceback, r"at async Cell \[\d+\]:7:1")

    def test_of_what_is_no_error(self):
        self.awaited("await Promise.reject('text')", 1, 1, "^Thrown: 'text'$")
        self.awaited(f"{ENUM}const a = await Promise.reject({{ code: 1 }})", 2, 11, "^Thrown: { code: 1 }$")
        self.awaited("{ a: 1, b: await Promise.reject(2) }", 1, 12, "^Thrown: 2$")
        self.awaited("await 1\nthrow 'text'", 2, 7, "^Thrown: 'text'$")
        cell = self.awaited("function refuse(why) {\n  throw { why }\n}\nrefuse(1)", 2, 9, "^Thrown: { why: 1 }$")
        self.assertRegex(cell.traceback, r"\n    at refuse \(Cell \[\d+\]:2:9\)\n    at Cell \[\d+\]:4:1$")
        self.awaited("eval('throw \\'evaluated\\'')", 1, 1, "^Thrown: 'evaluated'$")
        self.awaited("try { refuse2() } catch {}\nawait Promise.reject('no')\nfunction refuse2() { throw 'no' }", 2, 1, "^Thrown: 'no'$")
        self.assertEqual(self.runs("refuse.toString()").result, "'function refuse(why) {\\n  throw { why }\\n}'")

    def test_after_a_loop_that_awaits_is_that_of_the_loop(self):
        fails = "async function* steps() { yield 1; yield 2; await new Promise((_, no) => setImmediate(no, 'late')) }\n"
        self.awaited(f"{fails}for await (const n of steps()) await n", 2, 1, "^Thrown: 'late'$")
        self.awaited(f"{fails}for await (const n of steps()) {{\n  if (n === 2) continue\n  await n }}", 2, 1, "^Thrown: 'late'$")
        self.awaited(f"{fails}all: for await (const n of steps()) {{\n  await Promise.reject('own') }}", 3, 3, "^Thrown: 'own'$")

    def test_of_a_promise_that_is_the_value_of_the_cell(self):
        """`main()` on the last line: the cell has failed, as a script of Node's has."""
        self.at("console.log(1)\nPromise.reject(new Error('own'))", 2, 16, "^Error: own$")
        self.at("async function main() {\n  await null\n  throw new TypeError('deep')\n}\nmain()", 3, 9, "^TypeError: deep$")
        self.fails("Promise.reject('text').then(console.log)", "^Thrown: 'text'$")
        cell = self.runs("const kept = Promise.reject(new Error('later')); 'not its value'")
        self.assertRegex(cell.stderr, "^Uncaught, in a promise that nothing awaits:\n")
        self.runs("Promise.reject(new Error('handled')).catch(() => 'well')")

    def test_of_what_is_behind_a_magic(self):
        self.awaited("%pwd\n%time await Promise.reject('text')", 2, 7, "^Thrown: 'text'$")

    def test_of_an_interrupt_is_what_was_awaited(self):
        request = self.kernel.send("console.log('waiting')\nawait new Promise(() => {})")
        self.kernel.until(lambda: "waiting" in self.kernel.cell(request).stdout)
        self.kernel.interrupt()
        cell = self.kernel.finish(request)
        self.assertIn("> 2 | await new Promise(() => {})", cell.traceback)

    def test_of_methods_and_callbacks(self):
        cell = self.fails("class Pet {\n  bark() { [1].forEach(() => { throw new Error('wuff') }) }\n}\nnew Pet().bark()", "wuff")
        number = cell.reply["execution_count"]
        self.assertIn(f"Cell [{number}]:2:38", cell.traceback)
        self.assertRegex(cell.traceback, rf"Pet\.bark \(Cell \[{number}\]:2:16\)")
        self.assertIn(f"Cell [{number}]:4:11", cell.traceback)

    def test_the_stack_that_code_reads_speaks_of_cells(self):
        cell = self.runs("try {\n  throw new Error('x')\n} catch (error) { console.log((error as Error).stack) }")
        number = cell.reply["execution_count"]
        self.assertEqual(cell.stdout.rstrip("\n"), f"Error: x\n    at Cell [{number}]:2:9")

    def test_of_a_dom_exception(self):
        self.at("function parse(s: string) {\n  return atob(s)\n}\nparse('%%%')", 2, 10, "^InvalidCharacterError: Invalid character$")
        self.at("\nthrow new DOMException('hey', 'AbortError')", 2, 7, "^AbortError: hey$")
        cell = self.fails("structuredClone(() => 1)", "^DataCloneError: ")
        self.assertRegex(cell.traceback, r"Cell \[\d+\]:1:1\n> 1 \| structuredClone")
        cell = self.fails("AbortSignal.abort().throwIfAborted()", "^AbortError: ")
        self.assertIn("> 1 | AbortSignal.abort()", cell.traceback)
        cell = self.fails("throw new Error('outer', {\n  cause: new DOMException('inner', 'DataError') })", "^Error: outer$")
        self.assertRegex(cell.traceback, r"(?s)Caused by:\n  DataError: inner\n  Cell \[\d+\]:2:10\n.*at Cell \[\d+\]:2:10")

    def test_of_an_uncaught_dom_exception(self):
        request = self.kernel.send("setTimeout(() => structuredClone(() => 'later'), 1); undefined")
        self.kernel.finish(request)
        self.kernel.until(lambda: "later" in self.kernel.cell(request).stderr)
        self.assertRegex(self.kernel.cell(request).stderr, r"DataCloneError\S*: .*\n\S*Cell \[\d+\]:1:18")

    def test_of_generators(self):
        for kind in ("", "async "):
            code = f"{kind}function* steps{len(kind)}() {{\n  throw new Error('step')\n}}\nfor await (const _ of steps{len(kind)}()) {{}}"
            self.at(code, 2, 9, "^Error: step$")
        cell = self.runs("function* pick() { throw new Error('step') }\ntry { [...pick()] } catch (error) { console.log((error as Error).stack) }")
        self.assertIn("    at pick.next (<anonymous>)\n", cell.stdout)

    def test_of_evaluated_code_names_the_cell_that_called_it(self):
        for code in ("eval('throw new Error(\"made\")')", "new Function('throw new Error(\"made\")')()"):
            cell = self.fails(code, "^Error: made$")
            number = cell.reply["execution_count"]
            self.assertIn(f"at eval (eval at <anonymous> (Cell [{number}]), <anonymous>:", cell.traceback)
            self.no_inner_frames(cell)
            self.assertNotIn("#", cell.traceback)

    def test_through_helpers_of_the_emitter_is_that_of_the_call(self):
        cell = self.at("const one8 = 1; using two8 = {} as Disposable", 1, 30, "^TypeError: Object not disposable.$")
        self.assertEqual(cell.traceback.count("    at "), 1, cell.traceback)
        cell = self.at("function log8(..._: unknown[]) { throw new Error('deco') }\nclass D8 {\n  @log8 run() {} }", 1, 40, "^Error: deco$")
        self.assertNotIn("__esDecorate", cell.traceback)

    def test_columns_count_after_astral_characters(self):
        cell = self.fails("const e7 = '😀😀'; throw new Error('astral')", "^Error: astral$")
        self.assertRegex(cell.traceback, r"Cell \[\d+\]:1:2[36]")

    def test_a_later_timers_error_has_its_line_too(self):
        request = self.kernel.send("setTimeout(() => {\n  throw new Error('tick')\n}, 1); undefined")
        self.kernel.finish(request)
        self.kernel.until(lambda: "tick" in self.kernel.cell(request).stderr)
        self.assertRegex(self.kernel.cell(request).stderr, r"Cell \[\d+\]:2:9")


class Shape(Dialogue):
    def test_one_error_said_twice_in_the_same_words(self):
        # `fails` compares the message with the reply.
        cell = self.fails("throw new Error('said')", "^Error: said$")
        self.assertIn("Error: said", cell.traceback)
        self.assertEqual([kind for kind, _ in cell.story], ["error"])

    def test_causes(self):
        cell = self.fails(
            "throw new Error('outer', { cause: new TypeError('middle', { cause: new RangeError('root') }) })",
            "^Error: outer$",
        )
        order = [cell.traceback.index(text) for text in ("Error: outer", "TypeError: middle", "RangeError: root")]
        self.assertEqual(order, sorted(order))

    def test_a_cause_that_is_no_error(self):
        cell = self.fails("throw new Error('outer', { cause: { code: 42 } })", "^Error: outer$")
        self.assertTrue(cell.traceback.endswith("Caused by:\n  { code: 42 }"), cell.traceback)

    def test_members_that_are_no_errors(self):
        cell = self.fails("throw Object.assign(new Error('invalid'), { errors: [{ path: 'a' }, 'text'] })", "^Error: invalid$")
        self.assertTrue(cell.traceback.endswith("Error 1 of 2:\n  { path: 'a' }\nError 2 of 2:\n  'text'"), cell.traceback)

    def test_a_stack_that_code_wrote_is_shown(self):
        cell = self.fails("throw Object.assign(new Error('x'), { stack: 'said so\\nby code' })", "^Error: x$")
        self.assertEqual(cell.traceback.split("\n")[:2], ["said so", "by code"])
        for stack in ("''", "undefined", "42", "'Error: x'"):
            cell = self.fails(f"throw Object.assign(new Error('x'), {{ stack: {stack} }})", "^Error: x$")
            self.assertRegex(cell.traceback, r"^Error: x\nCell \[\d+\]:1:7\n", stack)

    def test_an_error_while_the_scope_of_another_is_left(self):
        cell = self.fails(
            "using bad = { [Symbol.dispose]() { throw new TypeError('closing') } }\nthrow new Error('working')",
            "^SuppressedError: ",
        )
        self.assertRegex(
            cell.traceback,
            r"(?s)While its scope was left:\n  TypeError: closing\n  Cell \[\d+\]:1:42\n.*It suppressed:\n  Error: working\n  Cell \[\d+\]:2:7\n",
        )
        self.assertNotRegex(cell.traceback, r"at (?:next|fail|new <anonymous>)|^\{")

    def test_members_of_an_aggregate(self):
        cell = self.fails("await Promise.any([Promise.reject(new Error('one')), Promise.reject(new TypeError('two'))])", "^AggregateError")
        self.assertIn("Error: one", cell.traceback)
        self.assertIn("TypeError: two", cell.traceback)

    def test_own_properties(self):
        cell = self.fails("import fs from 'node:fs'\nfs.readFileSync('/no/such/file')", "^Error: ENOENT")
        self.assertRegex(cell.traceback, "code: 'ENOENT'")
        self.assertRegex(cell.traceback, r"Cell \[\d+\]:2:4")

    def test_classes_of_ones_own(self):
        self.fails("class Missing extends Error {}; throw new Missing('what')", "^Missing: what$")
        self.fails("class Named extends Error { override name = 'Given' }; throw new Named('what')", "^Given: what$")

    def test_what_is_thrown_and_no_error(self):
        for code, shown in [("throw 'text'", "text"), ("throw 42", "42"), ("throw null", "null"), ("throw { a: 1 }", "a: 1")]:
            cell = self.fails(code, ".")
            self.assertIn(shown, cell.error)
            self.assertIn(shown, cell.traceback)

    def test_long_messages_and_many_lines_are_kept(self):
        cell = self.fails("throw new Error('a\\nb\\nc')", "(?s)^Error: a\nb\nc$")
        self.assertIn("a\nb\nc", cell.traceback)

    def test_the_traceback_is_coloured_and_plain_text_is_readable(self):
        cell = self.run_cell("throw new Error('red')")
        self.assertIn("\x1b[", "\n".join(cell.errors[0]["traceback"]))


class Stacks(Dialogue):
    """`stack` as code reads it, and what code makes of it."""

    fresh = True

    def head(self, code):
        return self.runs(code).result.strip("'").split("\\n")[0]

    def test_of_an_object_that_is_no_error(self):
        cell = self.runs("console.trace('tr', 1)")
        self.assertEqual(cell.stderr, "Trace: tr 1\n    at Cell [1]:1:9\n")
        for made, head in [("{ name: 'X', message: 'y' }", "X: y"), ("{}", "Error"), ("{ message: 'y' }", "Error: y")]:
            self.assertEqual(self.head(f"{{ const o = {made}; Error.captureStackTrace(o); (o as any).stack }}"), head)

    def test_begins_with_what_node_begins_it_with(self):
        self.assertEqual(self.head("class Own extends Error { override toString() { return 'own' } }; new Own('x').stack"), "Error: x")
        self.assertEqual(self.head("try { Buffer.alloc('x' as never) } catch (error) { (error as Error).stack.slice(0, 33) }"), "TypeError [ERR_INVALID_ARG_TYPE]:")

    def test_a_function_of_ones_own_makes_them(self):
        cell = self.runs("Error.prepareStackTrace = (error, sites) => `${error.message} from ${sites.length > 0}`; new Error('x').stack")
        self.assertEqual(cell.result, "'x from true'")
        # What is shown is for the person, not for that code.
        self.assertIn("> 2 | throw new Error('y')", self.fails("\nthrow new Error('y')", "^Error: y$").traceback)
        self.shows("new Error('z').stack", "'z from true'")

    def test_nothing_in_its_place_is_the_default(self):
        for code in ("Error.prepareStackTrace = undefined", "Error.prepareStackTrace = null as never", "delete (Error as any).prepareStackTrace"):
            with self.subTest(code=code):
                self.runs("Error.prepareStackTrace = () => 'mine'; undefined")
                cell = self.fails(f"{code}\nthrow new Error('same cell')", "^Error: same cell$")
                self.assertIn("> 2 | throw new Error('same cell')", cell.traceback)
                self.assertRegex(self.runs("new Error('x').stack").result, r"^'Error: x\\n    at Cell \[\d+\]:1:1'$")
                cell = self.fails("\nfunction deep() { throw new Error('later') }\ndeep()", "^Error: later$")
                self.assertIn("> 2 | function deep()", cell.traceback)
                self.assertNotIn("dist/", cell.traceback)


class Syntax(Dialogue):
    def test_is_shown_with_its_place(self):
        for code, line, column, source in [
            ("let = = 3", 1, 5, "let = = 3"),
            ("const fine = 1\nconst x: number = (1 + ", 2, 24, "const x: number = (1 + "),
            ("function f( {", 1, 13, "function f( {"),
            ("1 +* 2", 1, 4, "1 +* 2"),
        ]:
            with self.subTest(code=code):
                cell = self.fails(code, SYNTAX)
                place = re.search(r"Cell \[\d+\]:(\d+):(\d+)", cell.traceback)
                self.assertIsNotNone(place, cell.traceback)
                self.assertEqual(int(place[1]), line)
                self.assertIn(source.strip(), cell.traceback)

    def test_nothing_of_the_cell_ran(self):
        self.fails("globalThis.ranBefore = 1; let = 3 3", SYNTAX)
        self.shows("'ranBefore' in globalThis", "false")

    def test_what_only_the_engine_refuses_is_a_syntax_error_too(self):
        cell = self.fails("const ok = 1\nconst r = /(/", SYNTAX)
        self.assertRegex(cell.traceback, r":2:11")
        # Nobody but the kernel called it.
        self.assertNotIn("    at ", cell.traceback)
        self.fails("const twice = 1; const twice = 2", SYNTAX)
        self.fails("return 1", SYNTAX)
        self.fails("break", SYNTAX)
        self.shows("'alive'", "'alive'")

    def test_of_code_that_the_cell_evaluates(self):
        self.fails("eval('let = =')", "^SyntaxError")
        self.fails("new Function('let = =')", "^SyntaxError")
        self.fails("JSON.parse('{')", "^SyntaxError")
