"""Interrupting: wherever the code is, one error and one reply, the names are kept, and the next cell runs."""

import os
import re
import signal
import tempfile
import unittest
from pathlib import Path

from dialogue import Dialogue, Kernel

REGEX = "/^(a+)+$/.test('a'.repeat(60) + 'b')"


class Interrupting(Dialogue):
    def stops(self, code, keeps=True, allow_stdin=False, by=None):
        """Interrupts the cell when it has printed `in`, or asked something."""
        kernel = self.kernel
        self.runs("const before = 'kept'")
        request = kernel.send(code, allow_stdin=allow_stdin)
        kernel.until(lambda: kernel.cell(request).stdout.startswith("in") or kernel.questions, what="the cell to start")
        kernel.questions.clear()
        (by or kernel.interrupt)()
        cell = kernel.finish(request)
        self.assertRegex(cell.error, "^KeyboardInterrupt")
        if keeps:
            self.shows("before", "'kept'")
        self.shows("1 + 1", "2")
        self.assertEqual(len(kernel.cell(request).errors), 1)
        return cell

    def test_in_a_loop(self):
        self.stops("console.log('in'); while (true) {}")

    def test_says_where_the_code_was(self):
        loop = r"(?s)^KeyboardInterrupt: .*\nCell \[(\d+)\]:3:3\n.*> 3 \|   while.*at spin \(Cell \[\1\]:3:\d+\)\n    at Cell \[\1\]:5:1$"
        for code, place in (
            ("console.log('in')\nfunction spin() {\n  while (true) {}\n}\nspin()", loop),
            ("await null; console.log('in')\nwhile (true) await null", r"Cell \[\d+\]:2:\d+\n"),
            ("function nap() {\n  sleep(1e8)\n}\nconsole.log('in'); nap()", r"at nap \(Cell \[\d+\]:2:3\)\n"),
        ):
            # The kernel looks for 150 ms at most, and a chain of awaits may be between two of them by then.
            for tries in range(5):
                cell = self.stops(code)
                if re.search(place, cell.traceback):
                    break
            self.assertRegex(cell.traceback, place)

    def test_in_a_loop_that_catches_everything(self):
        self.stops("console.log('in'); while (true) { try { for (;;) {} } catch {} finally { } }")

    def test_in_an_endless_regular_expression(self):
        self.stops(f"console.log('in'); {REGEX}")

    def test_in_a_loop_after_an_await(self):
        self.stops("await null; console.log('in'); while (true) {}")

    def test_in_a_loop_after_a_timer(self):
        self.stops("await new Promise((r) => setTimeout(r, 5)); console.log('in'); while (true) {}")

    def test_in_an_endless_chain_of_awaits(self):
        self.stops("console.log('in'); while (true) await null")

    def test_while_an_await_is_pending(self):
        self.stops("console.log('in'); await new Promise(() => {})")

    def test_what_runs_on_behind_its_end_leaves_the_names_of_the_next_cell_alone(self):
        self.stops("console.log('in'); const late = await new Promise((r) => setTimeout(() => r(1), 300))")
        self.shows("const late = await new Promise((r) => setTimeout(() => r(2), 600)); late", "2")

    def test_what_is_interrupted_goes_no_further_than_its_next_await(self):
        pause = "new Promise((r) => setTimeout(r, 30))"
        for name, code in {
            "a loop": f"while (true) {{ console.log('in'); await {pause} }}",
            "one that goes on whatever fails": f"while (true) try {{ console.log('in'); await {pause} }} catch {{}}",
            "one over an iterator": "for await (const _ of require('timers/promises').setInterval(30)) console.log('in')",
            "one that skips": "for await (const _ of require('timers/promises').setInterval(30)) { console.log('in'); if (_ !== 0) continue }",
            "one that tidies up": f"try {{ while (true) {{ console.log('in'); await {pause} }} }} finally {{ console.log('tidy') }}",
        }.items():
            with self.subTest(name):
                kernel = self.kernel
                request = kernel.send(code)
                kernel.until(lambda: kernel.cell(request).stdout.startswith("in"), what="the cell to start")
                kernel.interrupt()
                self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
                self.runs(f"await {pause}; await {pause}")
                kernel.read()
                printed = kernel.cell(request).stdout
                self.runs("await new Promise((r) => setTimeout(r, 150))")
                self.assertEqual(kernel.cell(request).stdout, printed)
                self.assertEqual(printed.endswith("tidy\n"), "tidy" in code)

    def test_of_ticks_that_never_end_behind_the_last_statement(self):
        self.stops("const f = () => process.nextTick(f); f(); console.log('in')")

    def test_with_a_prepare_stack_trace_that_loops(self):
        self.runs("Error.prepareStackTrace = () => { while (true) {} }; undefined")
        self.addCleanup(lambda: self.runs("Error.prepareStackTrace = undefined; undefined"))
        self.stops("console.log('in'); while (true) {}")
        self.stops("console.log('in'); await new Promise(() => {})")

    def test_while_a_timer_is_awaited(self):
        self.stops("console.log('in'); await new Promise((r) => setTimeout(r, 1e8))")

    def test_in_sleep(self):
        self.stops("console.log('in'); sleep(1e8)")
        self.stops("await null; console.log('in'); sleep(1e8)")

    def test_a_cell_that_catches_it_goes_on(self):
        for rest in ("const end = Date.now() + 400; while (Date.now() < end);", "await new Promise((r) => setTimeout(r, 400))"):
            kernel = self.kernel
            request = kernel.send(f"console.log('in'); try {{ sleep(1e8) }} catch (e) {{ console.log(e.name) }} {rest}; 'went on'")
            kernel.until(lambda: kernel.cell(request).stdout.startswith("in"), what="the cell to start")
            kernel.interrupt()
            cell = kernel.finish(request)
            self.assertEqual((cell.stdout, cell.result), ("in\nKeyboardInterrupt\n", "'went on'"))

    def test_a_cell_that_catches_it_can_be_interrupted_again(self):
        kernel = self.kernel
        request = kernel.send("try { sleep(1e8) } catch (e) { console.log('caught') } while (true) {}")
        kernel.until(lambda: kernel.cell(request).all()[1:], what="the cell to start")
        kernel.interrupt()
        kernel.until(lambda: kernel.cell(request).stdout == "caught\n", what="the cell to catch it")
        kernel.interrupt()
        self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")

    def test_in_input(self):
        self.stops("input('in? ')", allow_stdin=True)
        self.stops("await null; input('in? ')", allow_stdin=True)
        self.stops("await input.async('in? ')", allow_stdin=True)

    def test_in_execSync(self):
        self.stops("import { execSync } from 'node:child_process'; console.log('in'); execSync('sleep 1000')")

    def test_in_Atomics_wait(self):
        self.stops("console.log('in'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)")

    def test_by_the_signal(self):
        def send():
            os.kill(self.kernel.manager.provisioner.pid, signal.SIGINT)

        self.stops("console.log('in'); while (true) {}", by=send)
        self.stops("console.log('in'); await new Promise(() => {})", by=send)

    def test_in_a_timer_callback(self):
        self.stops(
            "await new Promise(() => setTimeout(() => { console.log('in'); while (true) {} }, 1))", keeps=False
        )

    def test_in_an_immediate_callback(self):
        self.stops("await new Promise(() => setImmediate(() => { console.log('in'); while (true) {} }))", keeps=False)

    def test_when_idle_nothing_happens_not_even_twice(self):
        self.runs("const quiet = 1")
        self.kernel.interrupt_idle()
        self.kernel.interrupt_idle()
        self.shows("quiet", "1")
        self.shows("await Promise.resolve(quiet)", "1")

    def test_twice_in_quick_succession(self):
        def twice():
            self.kernel.interrupt()
            self.kernel.interrupt()

        self.stops("console.log('in'); while (true) {}", by=twice)

    def test_again_and_again(self):
        for _ in range(10):
            self.stops("console.log('in'); while (true) {}")

    def test_what_is_queued_is_not_run(self):
        kernel = self.kernel
        running = kernel.send("console.log('in'); while (true) {}")
        queued = kernel.send("'not run'")
        kernel.until(lambda: kernel.cell(running).stdout)
        kernel.interrupt()
        self.assertRegex(kernel.finish(running).error, "^KeyboardInterrupt")
        self.assertEqual(kernel.finish(queued).status, "aborted")

    def test_a_finished_cells_timers_go_on(self):
        kernel = self.kernel
        self.runs("let count = 0; const timer = setInterval(() => count++, 5); undefined")
        self.stops("console.log('in'); await new Promise(() => {})")
        self.shows("const now = count; await new Promise((r) => setTimeout(r, 100)); count > now", "true")
        self.runs("clearInterval(timer)")


class InABuiltin(Dialogue):
    """Nothing cuts off a call of Node's own; it comes back by itself."""

    fresh = True
    # Calibrated, for machines differ.
    SLOW = "import { pbkdf2Sync } from 'node:crypto'; const s = performance.now(); pbkdf2Sync('a', 'b', 1e5, 64, 'sha512'); const times = %d / (performance.now() - s); console.log('in'); pbkdf2Sync('a', 'b', Math.round(1e5 * times), 64, 'sha512')"

    def interrupted(self, milliseconds):
        kernel = self.kernel
        self.runs("const kept = 42")
        request = kernel.send(f"{self.SLOW % milliseconds}; while (true) {{}}", allow_stdin=True)
        kernel.until(lambda: kernel.cell(request).stdout == "in\n", what="the cell to start")
        kernel.interrupt()
        kernel.until(lambda: "Interrupt again" in kernel.cell(request).stderr, what="the kernel to say what it waits for")
        return request

    def test_that_comes_back_the_variables_are_kept(self):
        self.assertRegex(self.kernel.finish(self.interrupted(8000), timeout=60).error, "^KeyboardInterrupt")
        self.shows("kept", "42")

    def test_a_second_interrupt_ends_its_thread(self):
        request = self.interrupted(20_000)
        self.kernel.interrupt()
        self.assertRegex(self.kernel.finish(request).error, "^KeyboardInterrupt: .*has not ended yet.*variables")
        self.shows("typeof kept", "'undefined'")


class InASpoiltRealm(Dialogue):
    """Whatever a cell has made of the builtins, an interrupt ends the next one, and the thread lives on."""

    fresh = True

    def stays_interruptible_after(self, spoiling):
        kernel = self.kernel
        self.runs(f"const kept = 42; {spoiling}; undefined")
        for code in ("while (true) {}", "await null; while (true) {}", "await new Promise(() => {})"):
            request = kernel.send(code)
            kernel.until(lambda: kernel.cell(request).all(), what="the cell to begin")
            kernel.interrupt()
            self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt", code)
        self.assertEqual(kernel.finish(kernel.send("if (kept !== 42) throw kept")).status, "ok")

    def test_where_arrays_cannot_be_walked_through(self):
        self.stays_interruptible_after("delete (Array.prototype as any)[Symbol.iterator]")

    def test_where_arrays_seem_to_be_empty(self):
        self.stays_interruptible_after("Array.prototype[Symbol.iterator] = (() => ({ next: () => ({ done: true }) })) as never")

    def test_where_arrays_say_what_is_not_so(self):
        self.stays_interruptible_after("Array.prototype.filter = Array.prototype.map = (() => []) as never; Array.prototype.includes = () => false")

    def test_where_arrays_have_no_methods(self):
        self.stays_interruptible_after("for (const name of Object.getOwnPropertyNames(Array.prototype)) try { delete (Array.prototype as any)[name] } catch {}")

    def test_where_sets_and_maps_are_of_no_use(self):
        self.stays_interruptible_after(
            "for (const made of [Map, Set, WeakMap, WeakSet]) for (const name of Object.getOwnPropertyNames(made.prototype))"
            " Object.defineProperty(made.prototype, name, { value() { throw new Error('no') }, configurable: true })"
        )

    def test_where_functions_cannot_be_applied(self):
        self.stays_interruptible_after("Function.prototype.call = Function.prototype.apply = Function.prototype.bind = null as never")

    def test_where_signals_cannot_be_aborted(self):
        self.stays_interruptible_after("AbortController.prototype.abort = () => { throw new Error('no') }")


class BehindAnother(Dialogue):
    def test_right_behind_the_first_words_of_a_cell_each_of_many_is_ended(self):
        kernel = self.kernel
        for _ in range(30):
            request = kernel.send("while (true) {}")
            kernel.until(lambda: kernel.cell(request).all(), what="the cell to begin")
            kernel.interrupt()
            self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
        self.shows("1 + 1", "2")


class InACallbackOfAFinishedCell(Dialogue):
    def test_a_loop_there_can_be_stopped_so_that_the_next_cell_runs(self):
        kernel = self.kernel
        first = kernel.send("setTimeout(() => { console.log('in'); while (true) {} }, 10); undefined")
        kernel.until(lambda: kernel.cell(first).stdout == "in\n")
        second = kernel.send("'next'", stop_on_error=False)
        kernel.interrupt()
        kernel.finish(second)
        self.shows("'alive'", "'alive'")


class WhileAModuleLoads(Dialogue):
    """The modules run until there is a file `go`: the first import is interrupted, the next one finds it there."""

    fresh = True
    WAITS = "console.log('in'); while (!existsSync('go'));"
    ES = f"import {{ existsSync }} from 'node:fs'; import {{ early }} from './early.mjs'; {WAITS}; export const part = 'whole'; export {{ early }}"
    COMMON = f"const {{ existsSync }} = require('node:fs'); {WAITS}; exports.part = 'whole'"

    @property
    def kernel(self):
        if self._kernel is None:
            directory = tempfile.TemporaryDirectory(prefix="tskernel-imports-")
            self.addCleanup(directory.cleanup)
            self.directory = Path(directory.name)
            for name, text in {
                "early.mjs": "globalThis.times = (globalThis.times ?? 0) + 1; export const early = {}",
                "slow.mjs": self.ES,
                "outer.mjs": "export * from './slow.mjs'",
                # Each run has a text of its own, for the loader keeps what it has translated.
                "typed.ts": f"// {self.directory}\n{self.ES.replace('export const part', 'export const part: string')}",
                "slow.cjs": self.COMMON,
                "node_modules/es/package.json": '{ "name": "es", "type": "module", "exports": "./index.js" }',
                "node_modules/es/index.js": "export * from './slow.js'",
                "node_modules/es/slow.js": self.ES,
                "node_modules/es/early.mjs": "export const early = {}",
                "node_modules/around/package.json": '{ "name": "around", "type": "module", "exports": "./index.js" }',
                "node_modules/around/index.js": "export * from 'es'",
                "node_modules/common/package.json": '{ "name": "common", "main": "index.js" }',
                "node_modules/common/index.js": self.COMMON,
            }.items():
                path = self.directory / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            self._kernel = Kernel(cwd=directory.name)
        return self._kernel

    def test_of_a_child_that_a_cell_waits_for_spares_the_kernels_own(self):
        self.imports_an_edited_file_after("import { execSync } from 'node:child_process'; console.log('in'); execSync('sleep 60')")

    @unittest.skipUnless(Path("/proc").exists(), "looks for them in /proc")
    def test_the_kernels_own_children_may_die(self):
        self.kernel
        for load in "import { edition } from './edited.ts'", "const { edition } = require('./edited.ts')":
            # Those that translate, and nothing else.
            self.imports_an_edited_file_after(
                "const { readdirSync, readFileSync } = require('node:fs');"
                "const own = readdirSync('/proc').filter((id) => /^\\d+$/.test(id) && (() => { try { return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('esbuild')"
                " && readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(process.pid) } catch { return false } })());"
                "for (const id of own) process.kill(Number(id), 'SIGKILL'); console.log('in', own.length); while (true) {}",
                load,
            )

    def imports_an_edited_file_after(self, code, load="import { edition } from './edited.ts'"):
        kernel = self.kernel
        for edition in 1, 2:
            # No text that the loader has met before, for it keeps what it has translated.
            (self.directory / "edited.ts").write_text(f"// {self.directory} {load}\nexport const edition: number = {edition}")
            self.shows(f"{load}; edition", str(edition), timeout=10)
            request = kernel.send(code)
            kernel.until(lambda: kernel.cell(request).stdout.startswith("in"), what="the cell to start")
            kernel.interrupt()
            self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")

    def is_whole_after(self, code, again=None):
        """The import is interrupted; then `again`, or the same, has the module whole."""
        kernel = self.kernel
        self.runs("const kept = 42")
        for _ in range(2):
            request = kernel.send(code)
            kernel.until(lambda: "in\n" in kernel.cell(request).stdout, what="the module to run")
            kernel.interrupt()
            cell = kernel.finish(request)
            self.assertTrue(cell.is_cut_off, cell.error)
        (self.directory / "go").touch()
        cell = self.shows(f"{again or code}; part", "'whole'", timeout=10)
        self.assertEqual(cell.stdout, "in\n")
        self.shows("kept", "42")
        # Once it is whole, it stays.
        self.assertEqual(self.shows(f"{again or code}; part", "'whole'", timeout=10).stdout, "")

    def test_of_a_package(self):
        self.is_whole_after("import { part } from 'es'")

    def test_of_a_package_and_then_of_what_it_imports(self):
        self.is_whole_after("import { part } from 'around'", again="import { part } from 'es'")

    def test_of_a_package_and_then_of_what_it_imports_by_a_call(self):
        self.is_whole_after("import { part } from 'around'", again="const { part } = await import('es')")

    def test_of_a_package_in_commonjs(self):
        self.is_whole_after("import { part } from 'common'")

    def test_of_a_package_in_commonjs_that_is_required(self):
        self.is_whole_after("const { part } = require('common')")

    def test_of_a_package_in_commonjs_that_is_required_and_then_imported(self):
        self.is_whole_after("const { part } = require('common')", again="import { part } from 'common'")

    def test_of_a_local_file(self):
        self.is_whole_after("import { part } from './slow.mjs'")

    def test_of_a_local_file_that_another_one_imports(self):
        self.is_whole_after("import { part } from './outer.mjs'")

    def test_of_a_local_file_in_typescript(self):
        self.is_whole_after("import { part } from './typed'")

    def test_of_a_local_file_in_commonjs(self):
        self.is_whole_after("import { part } from './slow.cjs'")
        
    def test_of_a_local_file_in_commonjs_that_is_required(self):
        self.is_whole_after("const { part } = require('./slow.cjs')")

    def test_that_waits_for_a_child_or_a_promise(self):
        for name, wait in ("child", "execSync('sleep 100')"), ("pending", "await new Promise(() => {})"):
            with self.subTest(name):
                self.kernel
                (self.directory / "go").unlink(missing_ok=True)
                text = self.ES.replace("while (!existsSync('go'))", f"if (!existsSync('go')) {wait}")
                (self.directory / f"{name}.mjs").write_text(f"import {{ execSync }} from 'node:child_process'; {text}")
                self.is_whole_after(f"import {{ part }} from './{name}.mjs'")

    def test_by_a_call(self):
        self.is_whole_after("const { part } = await import('es')")
        self.runs("require('node:fs').rmSync('go')")
        self.is_whole_after("const { part } = await import('./slow.mjs')")

    def test_by_import_and_then_by_a_call(self):
        self.is_whole_after("import { part } from './outer.mjs'", again="const { part } = await import('./outer.mjs')")

    def test_what_was_there_before_is_not_loaded_again(self):
        self.kernel
        self.runs("import { early as before } from './early.mjs'")
        self.is_whole_after("import { part, early } from './slow.mjs'")
        self.shows("[times, early === before]", "[ 1, true ]")

    def test_what_the_cell_has_loaded_before_it_loops_stays(self):
        (kernel := self.kernel)
        for code in ("import { early } from './early.mjs'", "const { early } = await import('./early.mjs')"):
            request = kernel.send(f"{code}; console.log('in'); while (true) {{}}")
            kernel.until(lambda: kernel.cell(request).stdout == "in\n", what="the cell to start")
            kernel.interrupt()
            self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
            self.shows("import { early as again } from './early.mjs'; [times, again === early]", "[ 1, true ]")
