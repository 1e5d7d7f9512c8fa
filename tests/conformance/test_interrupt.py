"""Interrupting: wherever the code is, one error and one reply, the names are kept, and the next cell runs."""

import os
import signal

from dialogue import Dialogue

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


class InACallbackOfAFinishedCell(Dialogue):
    def test_a_loop_there_can_be_stopped_so_that_the_next_cell_runs(self):
        kernel = self.kernel
        first = kernel.send("setTimeout(() => { console.log('in'); while (true) {} }, 10); undefined")
        kernel.until(lambda: kernel.cell(first).stdout == "in\n")
        second = kernel.send("'next'", stop_on_error=False)
        kernel.interrupt()
        kernel.finish(second)
        self.shows("'alive'", "'alive'")
