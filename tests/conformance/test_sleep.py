"""sleep(): a statement blocks, a value is a promise beside which the event loop turns."""

import tempfile
import time
from pathlib import Path

from dialogue import Dialogue, Kernel

LAPSE = "const took = (since: number, least: number, most: number) => (since = Date.now() - since, least <= since && since < most || since)"


class Sleeping(Dialogue):
    def setUp(self):
        self.runs(LAPSE)

    def test_a_statement_blocks(self):
        self.shows("var t = Date.now(); setTimeout(() => console.log('timer'), 1); sleep(200); console.log('slept'); took(t, 199, 1000)", "true")
        self.shows("sleep(10)", None)
        self.shows("function pause() { sleep(100); return 'paused' }; var t = Date.now(); pause(); took(t, 99, 1000)", "true")
        self.shows("var t = Date.now(); [1, 2].forEach((x) => { sleep(50) }); took(t, 99, 1000)", "true")

    def test_a_value_is_a_promise_beside_which_timers_run(self):
        self.shows("let done = false; setTimeout(() => { done = true }, 100); while (!done) await sleep(20); done", "true")
        # Timers ring in the order of their times, however late they are.
        self.shows("const both = [sleep(200), sleep(300)]; await Promise.race([Promise.all(both).then(() => both[0] instanceof Promise), sleep(400)])", "true")
        self.shows("var t = Date.now(); const nothing = await sleep(50); [nothing, took(t, 49, 1000)]", "[ undefined, true ]")
        self.shows("sleep(0) instanceof Promise", "true")
        self.shows("await sleep(5).then(() => 'then')", "'then'")
        self.shows("await Promise.race([sleep(2 ** 40), sleep(5).then(() => 'first')])", "'first'")
        cell = self.runs("for (const n of [1, 2]) { await sleep(10); console.log(n) }")
        self.assertEqual(cell.stdout, "1\n2\n")

    def test_a_server_answers_meanwhile(self):
        self.shows(
            "const server = require('node:http').createServer((_: any, answer: any) => answer.end('here')).listen(0, '127.0.0.1');"
            "await sleep(50); let text = ''; fetch(`http://127.0.0.1:${server.address().port}`).then(async (r) => { text = await r.text() });"
            "while (!text) await sleep(10); server.close(); text",
            "'here'",
        )

    def test_other_functions_of_that_name_are_called_as_they_are(self):
        self.shows("const wait = (sleep: (n: number) => number) => { sleep(4); return sleep(5) }; wait((n) => n)", "5")
        self.shows("{ const sleep = function (this: unknown) { log = this }; var log: unknown; sleep(); log }", None)
        self.fails("{ const sleep = 5 as any; sleep(1) }", "^TypeError: sleep is not a function")

    def test_what_is_no_time(self):
        for code in ("sleep(-1)", "await sleep(-1)", "const p = sleep(NaN)", "sleep('1' as any)", "await sleep(undefined as any)"):
            cell = self.fails(code, r"^RangeError: sleep\(\) takes milliseconds")
            self.assertRegex(cell.traceback, rf"Cell \[\d+\]:1:{code.index('sleep') + 1}\n")

    def test_is_measured(self):
        # A busy machine may take longer, never less: not by the part of a millisecond by which a timer of Node's comes early.
        early = "let early = 0; for (let n = 0; n < 100; n++) { const began = performance.now(); %s; if (performance.now() - began < 3) early++ } early"
        self.shows(early % "await sleep(3)", "0")
        self.shows(early % "sleep(3)", "0")
        self.assertRegex(self.runs("%time sleep(50)").stdout, r"Time: ([5-9]\d|\d{3})\b")
        self.assertRegex(self.runs("%timeit -n 1 -r 2 sleep(50)").stdout, r"^([5-9]\d|\d{3})\b")
        self.assertRegex(self.runs("%timeit -n 1 -r 2 await sleep(50)").stdout, r"^([5-9]\d|\d{3})\b")


class Interrupted(Dialogue):
    def interrupts(self, code):
        kernel = self.kernel
        request = kernel.send(code)
        kernel.until(lambda: "in" in kernel.cell(request).stdout, what="the cell to start")
        kernel.interrupt()
        cell = kernel.finish(request)
        self.assertRegex(cell.error, "^KeyboardInterrupt")
        return request

    def test_either_ends(self):
        for code in ("sleep(1e8)", "await sleep(1e8)", "await Promise.all([sleep(1e8), sleep(1e7)])", "await (async () => sleep(1e8))()"):
            with self.subTest(code=code):
                self.interrupts(f"console.log('in'); {code}")
                self.shows("1 + 1", "2")

    def test_what_it_was_doing_ends_too(self):
        request = self.interrupts("let turns = 0; console.log('in'); while (true) { turns++; await sleep(20) }")
        before = int(self.run_cell("turns").result)
        time.sleep(0.2)
        self.assertEqual(int(self.run_cell("turns").result), before)
        # And nothing is said of it but by the cell.
        self.assertEqual(self.kernel.cell(request).stderr, "")

    def test_nobody_who_does_not_wait_hears_of_it(self):
        request = self.interrupts("void sleep(1e8); (async () => { await sleep(1e8) })(); console.log('in'); await sleep(1e8)")
        self.run_cell("await sleep(50)")
        self.assertEqual(self.kernel.cell(request).stderr, "")

    def test_other_cells_sleep_on(self):
        self.runs("let woke = 0; (async () => { await sleep(400); woke++ })(); undefined")
        self.interrupts("console.log('in'); await sleep(1e8)")
        self.runs("await sleep(500)")
        self.shows("woke", "1")


class InModules(Dialogue):
    fresh = True

    def test_a_module_gets_the_promise(self):
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch, "pause.ts").write_text(
                "export async function pause(): Promise<string> { const t = Date.now(); await sleep(50); return Date.now() - t >= 49 ? 'slept' : 'not' }\n"
                "export const kind = () => { const t = Date.now(); sleep(500); return Date.now() - t < 400 }\n"
                "declare function sleep(ms: number): Promise<void>\n"
            )
            self._kernel = Kernel(cwd=scratch)
            self.shows("import { pause, kind } from './pause'; [await pause(), kind()]", "[ 'slept', true ]")
