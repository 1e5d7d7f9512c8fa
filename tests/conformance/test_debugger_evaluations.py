"""How an evaluation ends that does not end by itself: an interrupt and the memory's limit end it alone, and the pause stays."""

import time

from debugging import Debugger, Debugging
from dialogue import Dialogue, Kernel

SPIN = "(() => { for (;;); })()"

CUT = "It was interrupted."


class Interrupted(Debugging):
    def pauses(self, code, line):
        self.debugger.breakpoints(code, line)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        return request

    def signal(self):
        self.kernel.interrupt()

    def cut(self, command, message=CUT, **arguments):
        """A request runs without end, and an interrupt ends it, with an answer that tells so."""
        name = self.debugger.send(command, **arguments)
        time.sleep(0.4)
        self.signal()
        self.debugger.until(lambda: name in self.kernel.replies and self.kernel.cell(name).idle, what=command)
        response = self.kernel.replies[name]["content"]
        self.assertEqual([response["success"], response["message"]], [False, message])

    def still(self, line=2):
        """The pause is where it was."""
        self.assertEqual(self.debugger.frames()[0]["line"], line)
        self.assertEqual([event for event, _ in self.debugger.events], [])
        self.assertEqual(self.debugger.ask("evaluate", expression="1 + 41", frameId=1, context="repl")["result"], "42")

    def member(self, name, *path):
        """The variable of a name's member, as the panel opens it. Returns the reference of its owner and itself."""
        scopes = self.debugger.ask("scopes", frameId=self.debugger.frames()[0]["id"])["scopes"]
        for scope in scopes:
            reference = scope["variablesReference"]
            for step in (name, *path):
                found = [one for one in self.debugger.ask("variables", variablesReference=reference)["variables"] if one["name"] == step]
                if not found:
                    break
                owner, reference = reference, found[0]["variablesReference"]
            else:
                return owner, found[0]
        raise AssertionError(name)

    def test_at_a_pause(self):
        request = self.pauses("let a1 = { get slow() { for (;;); }, set slow(v) { for (;;); } };\na1;\n1", 2)
        for expression in ("while (true) {}", "for (;;) Promise.resolve(1).then(() => 2)", "for (;;) try { for (;;); } catch {} finally { 0 }", "sleep(100000)"):
            for frame in ({"frameId": 1}, {}):
                with self.subTest(expression, **frame):
                    self.cut("evaluate", expression=expression, context="repl", **frame)
                    self.still()
        with self.subTest("a getter"):
            owner, getter = self.member("a1", "slow")
            self.cut("variables", variablesReference=getter["variablesReference"])
            self.still()
        with self.subTest("a setter"):
            owner, _ = self.member("a1", "slow")
            self.cut("setVariable", variablesReference=owner, name="slow", value="5")
            self.still()
        with self.subTest("a value that is set"):
            owner, _ = self.member("a1")
            self.cut("setVariable", variablesReference=owner, name="a1", value=SPIN)
            self.cut("setExpression", expression="a1", value=SPIN, frameId=1)
            self.still()
        with self.subTest("a display"):
            self.cut("richInspectVariables", variableName=SPIN, frameId=1)
            self.still()
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "1")

    def test_a_second_interrupt_ends_the_pause(self):
        request = self.pauses("let a2 = 1;\na2;\na2 + 1", 2)
        self.cut("evaluate", expression="while (true) {}", frameId=1, context="repl")
        self.assertFalse(self.kernel.ended(request))
        self.signal()
        self.assertRegex(self.kernel.finish(request).error, "KeyboardInterrupt: .*variables are kept")
        self.debugger.event("continued")

    def test_a_hover_ends_by_itself(self):
        request = self.pauses("let a3 = { get slow() { for (;;); } };\na3;\n1", 2)
        self.cut("evaluate", "It ran for 1 second, and was stopped. The console gives it more time.", expression="a3.slow", frameId=1, context="hover")
        self.still()
        self.debugger.go()
        self.kernel.finish(request)

    def test_one_that_comes_just_as_the_program_stops_ends_by_itself(self):
        # V8 gives no end to what is evaluated outside of all frames while the thread stands still.
        code = "debugger;\n1"
        for wait in (0, 0.001, 0.002, 0.003, 0.004, 0.006):
            with self.subTest(wait=wait):
                request = self.kernel.send(code)
                time.sleep(wait)
                told = self.debugger.refused("evaluate", expression=SPIN, context="hover")
                self.assertIn("It ran for 1 second", told)
                # V8 is told to skip pauses until it has taken such code: a stop in that moment is passed by.
                self.debugger.until(lambda: self.kernel.ended(request) or self.debugger.request("continue", threadId=1) and False)
                self.assertEqual(self.kernel.finish(request).result, "1")
                self.debugger.events.clear()

    def test_while_nothing_runs(self):
        self.runs("let kept = 7; let opened = { get slow() { for (;;); } };")
        self.cut("evaluate", expression="while (true) {}", context="repl")
        self.cut("richInspectVariables", variableName=SPIN)
        self.cut("evaluate", "The wait was interrupted.", expression="await new Promise(() => {})", context="repl")
        self.shows("kept", "7")

    def test_beside_a_cell_ends_both(self):
        self.runs("let kept2 = 7")
        request = self.kernel.send("for (;;) await sleep(5)")
        self.kernel.until(lambda: self.kernel.cell(request).all())
        self.cut("evaluate", expression="while (true) {}", context="repl")
        self.assertRegex(self.kernel.finish(request).error, "KeyboardInterrupt: .*variables are kept")
        self.shows("kept2", "7")

    def test_a_wait_that_spins(self):
        self.runs("let kept3 = 7")
        name = self.debugger.send("evaluate", expression="await (async () => { await 1; for (;;); })()", context="repl")
        time.sleep(0.4)
        self.signal()
        self.debugger.until(lambda: name in self.kernel.replies)
        self.shows("kept3", "7")

    def test_one_that_was_cut_off_declares_nothing_that_it_did_not_come_to(self):
        self.cut("evaluate", expression="const early = 1; for (;;); const late = 2", context="repl")
        self.shows("[typeof early, typeof late]", "[ 'number', 'undefined' ]")

    def test_the_process_listens_to_signals_afterwards(self):
        self.cut("evaluate", expression="while (true) {}", context="repl")
        request = self.kernel.send("for (;;);")
        self.kernel.until(lambda: self.kernel.cell(request).all())
        time.sleep(0.3)
        self.kernel.manager.signal_kernel(2)
        self.assertRegex(self.kernel.finish(request).error, "KeyboardInterrupt")


class Signalled(Interrupted):
    """A client whose kernelspec says `"interrupt_mode": "signal"` sends SIGINT to the kernel's group."""

    def signal(self):
        spec = self.kernel.manager.kernel_spec
        spec.interrupt_mode = "signal"
        try:
            self.kernel.interrupt()
        finally:
            spec.interrupt_mode = "message"


# Takes memory as fast as the system gives it.
HOG = "{ const all = []; for (;;) { const taken = new Uint8Array(50e6); for (let at = 0; at < taken.length; at += 4096) taken[at] = 1; all.push(taken) } }"


class Memory(Dialogue):
    """With a limit of 60 MB."""

    @property
    def kernel(self):
        if self._kernel is None:
            type(self)._kernel = Kernel(env={"TSKERNEL_MEMORY": "60"})
        return self._kernel

    def setUp(self):
        self.debugger = Debugger(self.kernel).start()

    def tearDown(self):
        self.debugger.request("disconnect")
        super().tearDown()

    def pauses(self, code="const a1 = 1;\na1;\na1 + 1", line=2):
        self.debugger.breakpoints(code, line)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        return request

    def fills(self, expression, **frame):
        """What is told of an evaluation that takes all memory. On a busy machine its time may be over before: then once more."""
        for _ in range(20):
            told = self.debugger.refused("evaluate", expression=expression, context="repl", **frame)
            if "It ran for 5 seconds" not in told:
                break
        return told

    def lost(self, request):
        """The cell and its pause have ended by the limit, and the next cell runs."""
        self.assertRegex(self.kernel.finish(request).error, "OutOfMemory: .*TSKERNEL_MEMORY")
        self.debugger.event("continued")
        self.assertEqual(self.debugger.ask("debugInfo")["stoppedThreads"], [])
        self.shows("1 + 1", "2")
        # Breakpoints are what they were.
        request = self.pauses()
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")

    def test_an_evaluation_that_allocates_without_end(self):
        request = self.pauses()
        for frame in ({"frameId": 1}, {}):
            self.assertIn("TSKERNEL_MEMORY", self.fills(HOG, **frame))
        self.assertEqual(self.debugger.frames()[0]["line"], 2)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")
        self.assertIn("TSKERNEL_MEMORY", self.fills(HOG))
        self.shows("1 + 2", "3")

    def test_what_an_evaluation_leaves_counts(self):
        request = self.pauses()
        told = self.fills("globalThis.all ??= []; for (;;) all.push(new Array(2_000_000).fill(1.5))", frameId=1)
        self.assertRegex(told, "TSKERNEL_MEMORY|thread of the cells has ended|Nothing is paused")
        self.lost(request)

    def test_what_small_evaluations_leave_counts(self):
        request = self.pauses()
        self.debugger.ask("evaluate", expression="globalThis.all = []; 0", frameId=1, context="repl")
        waiting = None
        while not self.kernel.ended(request):
            response = self.debugger.request("evaluate", expression="all.push(new Array(2_000_000).fill(1.5))", context="repl")
            if not response["success"]:
                waiting = response["message"]
                break
        self.assertRegex(waiting or "", "^$|has ended|is starting|not defined|Nothing is paused")
        self.lost(request)


del Debugging, Dialogue
