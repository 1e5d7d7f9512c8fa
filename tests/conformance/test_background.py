"""Cells in the background: `%%bg` runs a cell that later cells do not wait for, `%bg` lists and stops what runs so."""

import re
import time
import unittest

from dialogue import TIMEOUT, Dialogue, Kernel

# A cell that goes on until it is told to end, by a name of its own.
TICKING = "%%bg\nlet {name} = 0\nwhile (!globalThis.end_{name}) {{ await sleep(20); console.log('{name}', ++{name}) }}\n'{name} ended'"


class Background(Dialogue):
    def begin(self, code, **options):
        """Sends a cell and waits for its reply; it goes on. Returns what names it."""
        request = self.kernel.send(code, **{"allow_stdin": True, **options})
        # What it comes to later may be there already.
        self.assertEqual(self.kernel.finish(request).status, "ok")
        return request

    def cell(self, request):
        return self.kernel.cell(request)

    def number(self, request):
        return self.cell(request).reply["execution_count"]

    def comes(self, request, condition, what="what the cell shows later"):
        self.kernel.until(lambda: condition(self.cell(request)), what=what)
        return self.cell(request)

    def listed(self):
        cell = self.runs("%bg")
        return cell.stdout

    def stop_all(self):
        if "No cell" not in self.listed():
            self.runs("%bg stop all")
            self.runs("%bg")

    def tearDown(self):
        if self._kernel is not None and self._kernel.alive() and all(self._kernel.ended(request) for request in self._kernel.sent):
            self.stop_all()
        super().tearDown()

    def test_answers_at_once_and_goes_on_beside_later_cells(self):
        began = time.monotonic()
        ticking = self.begin(TICKING.format(name="ticks"))
        self.assertLess(time.monotonic() - began, TIMEOUT / 2)
        self.comes(ticking, lambda cell: "ticks 2" in cell.stdout)
        self.shows("1 + 1", "2")
        self.shows("ticks > 0", "true")
        before = self.cell(ticking).stdout
        self.comes(ticking, lambda cell: len(cell.stdout) > len(before))
        self.runs("globalThis.end_ticks = true; undefined")
        cell = self.comes(ticking, lambda cell: cell.result)
        self.assertEqual(cell.result, "'ticks ended'")
        self.assertEqual([kind for kind, _ in cell.story if kind != "stdout"], ["execute_result"])

    def test_what_ends_at_once_is_an_ordinary_cell(self):
        cell = self.shows("%%bg\n40 + 2", "42")
        kinds = [kind for kind, _ in cell.all()]
        self.assertLess(kinds.index("execute_result"), len(kinds) - 1)
        self.shows("_", "42")
        self.fails("%%bg\nnull.x", "^TypeError")
        self.fails("%%bg\nlet a = ", "^SyntaxError")
        self.fails("%%bg 3\n1", "^SyntaxError")
        self.assertIn("No cell", self.listed())

    def test_its_value_is_in_out_and_does_not_become_the_latest_result(self):
        request = self.begin("%%bg\nawait sleep(150)\n'late'")
        number = self.number(request)
        self.shows("'latest'", "'latest'")
        self.shows(f"const awaited{number} = await Out[{number}]; awaited{number}", "'late'")
        self.comes(request, lambda cell: cell.result == "'late'")
        self.shows(f"[Out[{number}], _{number}]", "[ 'late', 'late' ]")
        self.shows("'new'", "'new'")
        again = self.begin("%%bg\nawait sleep(50)\n'never the latest'")
        self.comes(again, lambda cell: cell.result)
        self.shows("_", "'new'")

    def test_its_error_is_shown_under_it_and_stops_nobody(self):
        request = self.begin("%%bg\nawait sleep(50)\nconst missing = undefined as any\nmissing.member")
        number = self.number(request)
        self.runs("await sleep(200)")
        cell = self.comes(request, lambda cell: cell.errors)
        self.assertEqual(cell.errors[0]["ename"], "TypeError")
        self.assertIn(f"Cell [{number}]:4:9", cell.traceback)
        self.assertEqual(cell.status, "ok")
        self.shows("'next'", "'next'")
        self.fails(f"await Out[{number}]", "^TypeError")

    def test_cells_that_were_queued_behind_it_run(self):
        requests = [self.kernel.send(code, allow_stdin=True) for code in ("%%bg\nawait sleep(100)\nthrow new Error('late')", "await sleep(300); 1", "2")]
        self.assertEqual([self.kernel.finish(request).result for request in requests], [None, "1", "2"])
        self.comes(requests[0], lambda cell: cell.errors)

    def test_a_promise_as_its_value_is_waited_for(self):
        request = self.begin("%%bg\nasync function main() { await sleep(100); return 'done' }\nmain()")
        self.comes(request, lambda cell: cell.result == "'done'")
        failing = self.begin("%%bg\n(async () => { await sleep(50); throw new RangeError('far') })()")
        self.assertEqual(self.comes(failing, lambda cell: cell.errors).errors[0]["ename"], "RangeError")

    def test_is_listed_with_time_and_state_and_told_once_of_its_end(self):
        self.assertEqual(self.listed(), "No cell runs in the background.\n")
        running = self.begin("%%bg\n// a comment\nawait sleep(1e8)")
        quick = self.begin("%%bg\nawait sleep(30); 1")
        failing = self.begin("%%bg\nawait sleep(30); throw new Error('no')")
        self.comes(quick, lambda cell: cell.result)
        self.comes(failing, lambda cell: cell.errors)
        lines = self.listed().splitlines()
        states = [re.match(r"\[(\d+)\]  (\w+) +[\d.]+ \S+ +(.+)$", line).groups() for line in lines]
        # Two that wait equally long may end in any order.
        self.assertEqual(
            sorted(states, key=lambda state: int(state[0])),
            [
                (str(self.number(running)), "running", "await sleep(1e8)"),
                (str(self.number(quick)), "done", "await sleep(30); 1"),
                (str(self.number(failing)), "failed", "await sleep(30); throw new Error('no')"),
            ],
        )
        self.assertEqual(len(self.listed().splitlines()), 1)

    def test_one_is_stopped_by_its_number_and_the_others_go_on(self):
        first, second = self.begin(TICKING.format(name="one")), self.begin(TICKING.format(name="two"))
        number = self.number(first)
        self.runs(f"%bg stop {number}")
        self.assertEqual(self.comes(first, lambda cell: cell.errors).errors[0]["ename"], "KeyboardInterrupt")
        self.shows("typeof one", "'number'")
        before = self.cell(second).stdout
        self.comes(second, lambda cell: len(cell.stdout) > len(before))
        self.fails(f"%bg stop {number}", f"^MagicError: .*\\[{number}\\].* not run")
        self.fails("%bg stop", rf"^MagicError: .*\[{self.number(second)}\]")
        self.fails("%bg halt 3", "^MagicError: .*stop")
        self.runs("%bg stop all")
        self.comes(second, lambda cell: cell.errors)

    def test_what_is_stopped_shows_where_it_waited_and_not_where_it_was_stopped(self):
        request = self.begin("%%bg\nconst before = 1\nfor (;;) {\n  await sleep(20)\n  globalThis.waited = true\n}")
        number = self.number(request)
        self.runs(f"const other = 2\n%bg stop {number}")
        [error] = self.comes(request, lambda cell: cell.errors).errors
        shown = "\n".join(error["traceback"])
        self.assertIn(f"Cell [{number}]:4:3", shown)
        self.assertIn("await sleep(20)", shown)
        self.assertNotIn("%bg stop", shown)

    def test_what_is_stopped_goes_no_further_than_its_next_await(self):
        delay = "new Promise((r) => setTimeout(r, 30))"
        for name, body in {
            "loop": f"while (true) {{ console.log('loop'); await {delay} }}",
            "caught": f"while (true) {{ try {{ await {delay}; console.log('caught') }} catch {{}} }}",
            "finally_": f"try {{ while (true) {{ console.log('finally_'); await {delay} }} }} finally {{ console.log('closed') }}",
            "iterator": "for await (const _ of require('timers/promises').setInterval(30)) console.log('iterator')",
        }.items():
            with self.subTest(name):
                request = self.begin(f"%%bg\n{body}")
                self.comes(request, lambda cell: cell.stdout.count(name) > 1)
                self.runs(f"%bg stop {self.number(request)}")
                self.comes(request, lambda cell: cell.errors)
                self.runs(f"await {delay}; await {delay}")
                self.kernel.read()
                printed = self.cell(request).stdout
                self.runs("await sleep(150)")
                self.kernel.read()
                self.assertEqual(self.cell(request).stdout, printed)
                if name == "finally_":
                    self.assertTrue(printed.endswith("closed\n"), printed)

    def test_an_interrupt_stops_the_cell_in_front_and_leaves_it_alone(self):
        ticking = self.begin(TICKING.format(name="kept"))
        for code in ("console.log('in'); while (true) {}", "console.log('in'); await new Promise(() => {})", "console.log('in'); sleep(1e8)"):
            request = self.kernel.send(code, allow_stdin=True)
            self.comes(request, lambda cell: cell.stdout.startswith("in"))
            self.kernel.interrupt()
            self.assertRegex(self.kernel.finish(request).error, "^KeyboardInterrupt")
            before = self.cell(ticking).stdout
            self.comes(ticking, lambda cell: len(cell.stdout) > len(before))
        self.kernel.interrupt_idle()
        before = self.cell(ticking).stdout
        self.comes(ticking, lambda cell: len(cell.stdout) > len(before))
        self.assertEqual(self.cell(ticking).errors, [])

    def test_an_interrupt_stops_it_where_it_holds_all(self):
        request = self.begin("%%bg\nawait sleep(30); console.log('in'); while (true) {}")
        self.comes(request, lambda cell: "in" in cell.stdout)
        # The cell that waits for it in front is what somebody waits for: it is interrupted as well.
        waiting = self.kernel.send("await sleep(1e8)", allow_stdin=True)
        self.kernel.until(lambda: self.cell(waiting).all(), what="the cell in front to begin")
        self.kernel.interrupt()
        cell = self.comes(request, lambda cell: cell.errors)
        self.assertEqual(cell.errors[0]["ename"], "KeyboardInterrupt")
        self.assertRegex(self.kernel.finish(waiting).error, "^KeyboardInterrupt")

    def test_an_interrupt_stops_a_wait_of_it_that_holds_all(self):
        for wait in ("sleep(1e8)", "require('node:child_process').execSync('sleep 1000')"):
            with self.subTest(wait):
                request = self.begin(f"%%bg\nawait sleep(30); console.log('in'); {wait}")
                self.comes(request, lambda cell: "in" in cell.stdout)
                self.kernel.interrupt()
                self.assertTrue(self.comes(request, lambda cell: cell.errors))
                self.shows("1 + 1", "2")

    def test_commands_run_in_it_and_end_with_it(self):
        request = self.begin("%%bg\n!echo begun; sleep 1000; echo never")
        self.comes(request, lambda cell: "begun" in cell.stdout)
        self.runs(f"%bg stop {self.number(request)}")
        self.comes(request, lambda cell: cell.errors)
        script = self.begin("%%bg\n%%bash\nfor i in 1 2 3; do echo $i; sleep 0.05; done")
        self.shows("1", "1")
        self.comes(script, lambda cell: cell.stdout == "1\n2\n3\n")
        timed = self.begin("%%bg\n%%time\nawait sleep(60)")
        self.comes(timed, lambda cell: re.search(r"^Time: \d+(\.\d+)? ms$", cell.stdout))

    def test_names_are_there_from_the_moment_they_have_a_value(self):
        request = self.begin("%%bg\nconst soon = 1\nwhile (!globalThis.isLater) await sleep(10)\nconst later = 2")
        self.shows("soon", "1")
        self.fails("later", "^ReferenceError: later is not defined")
        self.runs("globalThis.isLater = true; undefined")
        self.shows(f"await Out[{self.number(request)}]; later", "2")
        self.fails("soon = 5", "^TypeError")

    def test_two_that_declare_the_same_name(self):
        first = self.begin("%%bg\nwhile (!globalThis.isFirst) await sleep(10)\nlet shared = 'first'; await sleep(20); shared")
        second = self.begin("%%bg\nlet shared = 'second'; await sleep(20); shared")
        self.comes(second, lambda cell: cell.result == "'second'")
        self.shows("shared", "'second'")
        self.runs("globalThis.isFirst = true; undefined")
        self.comes(first, lambda cell: cell.result == "'first'")
        self.shows("shared", "'first'")

    def test_imports_are_there_when_it_answers(self):
        self.fails("%%bg\nimport nothing from 'no-such-package-at-all'", "no-such-package-at-all")
        self.begin("%%bg\nimport { basename } from 'node:path'\nawait sleep(1e8)")
        self.shows("basename('/a/b')", "'b'")

    def test_displays_and_progress_stay_in_it(self):
        code = "const d = display('one'); for (const n of progress(3)) { await sleep(40); d.update('n' + n) } display('end')"
        request = self.begin(f"%%bg\n{code}")
        self.runs("display('other'); await sleep(50)")
        cell = self.comes(request, lambda cell: ("display_data", "'end'") in cell.story)
        self.assertIn(("update_display_data", "'n2'"), cell.story)
        self.assertNotIn(("display_data", "'other'"), cell.story)

    def test_timers_and_servers_of_it(self):
        self.begin(
            "%%bg\nimport http from 'node:http'\nimport { once } from 'node:events'\n"
            "const served = http.createServer((q, r) => { console.log(q.url); r.end('hello') }).listen(0)\nawait once(served, 'listening')\n"
            "await once(served, 'close')\n'closed'"
        )
        server = self.kernel.sent[-1]
        self.runs("while (!served.listening) await sleep(10)")
        self.shows("await (await fetch(`http://127.0.0.1:${served.address().port}/path`)).text()", "'hello'")
        self.comes(server, lambda cell: cell.stdout == "/path\n")
        self.runs("served.closeAllConnections(); served.close(); undefined")
        self.comes(server, lambda cell: cell.result == "'closed'")

    def test_may_ask_without_holding_the_others(self):
        request = self.begin("%%bg\nawait sleep(30)\nconst answered = await input.async('name? ')\nanswered")
        self.kernel.until(lambda: self.kernel.questions)
        self.assertEqual(self.kernel.questions[0]["parent_header"]["msg_id"], request)
        self.assertRegex(self.listed(), r"\] +asks ")
        self.shows("1 + 1", "2")
        self.kernel.answer("Ada")
        self.comes(request, lambda cell: cell.result == "'Ada'")

    def test_may_not_hold_the_others_to_ask(self):
        request = self.begin("%%bg\nawait sleep(30)\ninput('name? ')")
        error = self.comes(request, lambda cell: cell.errors).errors[0]
        self.assertIn("input.async", error["evalue"])
        # Before it goes to the background it is a cell like any other.
        self.assertEqual(self.run_cell("%%bg\ninput('name? ')", answers=["Ada"]).result, "'Ada'")

    def test_process_exit_ends_it_alone(self):
        ticking = self.begin(TICKING.format(name="stays"))
        request = self.begin("%%bg\nawait sleep(30)\nprocess.exit(3)")
        self.assertEqual(self.comes(request, lambda cell: cell.errors).errors[0]["ename"], "ProcessExit")
        before = self.cell(ticking).stdout
        self.comes(ticking, lambda cell: len(cell.stdout) > len(before))

    def test_reset_forgets_names_and_lets_it_go_on(self):
        ticking = self.begin("%%bg\nlet gone = 1\nwhile (true) { await sleep(20); console.log(typeof gone) }")
        self.comes(ticking, lambda cell: "number" in cell.stdout)
        self.runs("%reset")
        self.comes(ticking, lambda cell: "undefined" in cell.stdout)
        self.assertIn(f"[{self.number(ticking)}]", self.listed())
        self.runs("%bg stop all")
        self.assertEqual(self.comes(ticking, lambda cell: cell.errors).errors[0]["ename"], "KeyboardInterrupt")

    def test_run_again_the_earlier_run_of_the_cell_is_stopped(self):
        notebook = {"cellId": "the-server"}
        first = self.begin("%%bg\nawait sleep(1e8)", metadata=notebook)
        second = self.begin("%%bg\nawait sleep(1e7)", metadata=notebook)
        self.assertEqual(self.comes(first, lambda cell: cell.errors).errors[0]["ename"], "KeyboardInterrupt")
        self.assertEqual(self.cell(second).errors, [])

    def test_what_only_a_reply_can_carry_is_shown(self):
        request = self.begin("%%bg\nawait sleep(30)\npage('a long text')\nnextCell('1 + 1')")
        cell = self.comes(request, lambda cell: "1 + 1" in cell.stdout)
        self.assertIn(("display_data", "a long text"), cell.story)

    def test_help(self):
        self.assertIn("background", self.runs("%help bg").stdout)
        self.assertIn("%%bg", self.runs("%lsmagic").stdout)


class Endings(Dialogue):
    fresh = True
    deadly = True

    def owner(self, **start):
        self._kernel = Kernel(**start)
        return self._kernel

    def test_a_restart_ends_it(self):
        kernel = self.kernel
        request = kernel.send("%%bg\nawait sleep(1e8)", allow_stdin=True)
        kernel.finish(request)
        kernel.manager.restart_kernel()
        kernel.channels.wait_for_ready(timeout=60)
        kernel.read()
        self.assertEqual(kernel.cell(request).errors, [])
        self.assertEqual(kernel.run("%bg").stdout, "No cell runs in the background.\n")

    def test_where_the_thread_ends_it_says_so(self):
        kernel = self.owner(env={"TSKERNEL_MEMORY": "120"})
        request = kernel.send("%%bg\nawait sleep(1e8)", allow_stdin=True)
        kernel.finish(request)
        self.assertRegex(kernel.run("const all = []; for (;;) all.push(new Array(1e6).fill({}))").error, "^OutOfMemory")
        kernel.until(lambda: kernel.cell(request).errors)
        self.assertEqual(kernel.cell(request).errors[0]["ename"], "WorkerLost")
        self.assertEqual(kernel.run("%bg").stdout, "No cell runs in the background.\n")

    def test_where_nobody_can_answer_what_ends_soon_is_waited_for(self):
        cell = self.run_cell("%%bg\nawait sleep(50)\n'soon'")
        self.assertEqual(cell.result, "'soon'")
        kinds = [kind for kind, content in cell.all() if kind == "execute_result" or content.get("execution_state") == "idle"]
        self.assertEqual(kinds, ["execute_result", "status"])

    def test_where_nobody_can_answer_a_failure_is_told_where_somebody_reads_it(self):
        kernel = self.kernel
        failing = kernel.run("%%bg\nawait sleep(500)\nthrow new Error('unseen')")
        self.assertEqual(failing.status, "ok")
        cell = kernel.run("await sleep(800)")
        self.assertIsNone(cell.error)
        self.assertRegex(cell.stderr, r"Cell \[1\].* in the background, failed")
        self.assertIn("unseen", cell.stderr)


if __name__ == "__main__":
    unittest.main()
