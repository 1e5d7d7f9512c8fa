"""What becomes of a pause when what it rests on goes: the thread of the cells, the kernel, or a front end."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from debugging import Debugger, Debugging
from dialogue import Client, Kernel, plain

# Ends the thread as a crash does: process.exit() of cells is an error, until the thread is told to end.
CRASH = "Reflect.set(process, '_exiting', true), process.reallyExit(3)"

CODE = "const held = 1;\nheld;\nheld + 1"


class Paused(Debugging):
    def pauses(self, code=CODE, line=2):
        self.debugger.breakpoints(code, line)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        return request

    def anew(self):
        """Nothing is paused, and breakpoints hold in the thread that comes next."""
        self.assertEqual(self.debugger.ask("debugInfo")["stoppedThreads"], [])
        self.shows("1 + 1", "2")
        request = self.pauses()
        self.assertEqual(self.debugger.variables()["Locals"], {"held": "1"})
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")


class Thread(Paused):
    """The thread of the cells ends while it is paused, or right behind the pause."""

    def test_an_evaluation_ends_it(self):
        for frame in ({"frameId": 1}, {}):
            for expression in (CRASH, f"[1].map(() => {{ {CRASH} }})"):
                with self.subTest(expression, **frame):
                    request = self.pauses()
                    told = self.debugger.refused("evaluate", expression=expression, context="repl", **frame)
                    self.assertEqual(told, "The thread of the cells has ended.")
                    self.debugger.event("continued")
                    self.assertRegex(self.kernel.finish(request).error, "WorkerLost: .*ended with code 3")
                    self.anew()

    def test_a_getter_that_is_opened_ends_it(self):
        request = self.pauses(f"let sly = {{ get end() {{ {CRASH} }} }};\nsly;\n1")
        reference = next(scope["variablesReference"] for scope in self.debugger.ask("scopes", frameId=1)["scopes"] if scope["name"] == "Locals")
        for name in ("sly", "end"):
            reference = next(one["variablesReference"] for one in self.debugger.ask("variables", variablesReference=reference)["variables"] if one["name"] == name)
        # What is asked behind it has an answer, too.
        names = [self.debugger.send("variables", variablesReference=reference), *(self.debugger.send(command) for command in ("stackTrace", "inspectVariables", "continue"))]
        self.debugger.until(lambda: all(name in self.kernel.replies for name in names))
        self.assertRegex(self.kernel.finish(request).error, "WorkerLost")
        self.anew()

    def test_it_ends_as_it_goes_on(self):
        for command in ("continue", "next", "stepIn", "stepOut"):
            with self.subTest(command):
                request = self.pauses(f"const a1 = 1;\na1;\n{CRASH}\na1", 3)
                self.debugger.go(command)
                # A step into it may stop on the way.
                self.debugger.until(lambda: self.kernel.ended(request) or self.debugger.request("continue") and False)
                self.assertRegex(self.kernel.finish(request).error, "WorkerLost: .*ended with code 3")
                self.debugger.events.clear()
                self.anew()

    def test_it_ends_in_a_timer_that_was_paused(self):
        code = f"setTimeout(() => {{\n  1;\n  {CRASH} }}, 50);"
        self.debugger.breakpoints(code, 2)
        self.runs(code, answers=[])
        self.debugger.stopped("breakpoint")
        self.debugger.go()
        # Requests come while it ends.
        for command in ("stackTrace", "inspectVariables", "pause", "debugInfo"):
            self.debugger.request(command, threadId=1)
        self.anew()

    def test_process_exit(self):
        request = self.pauses()
        self.assertIn("process.exit(3) was called", self.debugger.refused("evaluate", expression="process.exit(3)", frameId=1, context="repl"))
        self.assertEqual(self.debugger.frames()[0]["line"], 2)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")
        request = self.pauses("const a2 = 1;\na2;\nprocess.exit(3);\na2")
        self.debugger.go()
        self.assertRegex(self.kernel.finish(request).error, r"ProcessExit: process.exit\(3\) was called")
        self.shows("a2", "1")

    def test_what_an_evaluation_leaves_behind_fails_when_the_cell_goes_on(self):
        for late, told in (
            ("setTimeout(() => { throw new Error('of the console') }, 1); 0", "Error: of the console"),
            ("setTimeout(() => process.exit(4), 1); 0", "process.exit(4) was called"),
            ("void Promise.reject(new RangeError('lost'))", "RangeError: lost"),
            ("process.nextTick(() => { throw new Error('ticked') }); 0", "Error: ticked"),
        ):
            with self.subTest(late):
                request = self.pauses()
                self.debugger.ask("evaluate", expression=late, frameId=1, context="repl")
                self.assertEqual(self.debugger.frames()[0]["line"], 2)
                self.debugger.go()
                cell = self.kernel.finish(request)
                self.kernel.until(lambda: told in plain(cell.stderr) + (cell.error or ""), what=told)
                self.shows("held", "1")

    def test_an_error_of_a_timer_that_was_paused(self):
        for end, told in (("throw new Error('rang')", "Error: rang"), ("process.exit(5)", "process.exit(5) was called")):
            for filters in ([], ["uncaught"]):
                with self.subTest(end, filters=filters):
                    self.debugger.ask("setExceptionBreakpoints", filters=filters)
                    code = f"setTimeout(() => {{\n  1;\n  {end} }}, 50);"
                    self.debugger.breakpoints(code, 2)
                    request = self.kernel.send(code, allow_stdin=True)
                    self.debugger.stopped("breakpoint")
                    self.debugger.go()
                    if filters:
                        self.assertEqual(self.debugger.place("exception")[1], 3)
                        self.debugger.go()
                    self.kernel.until(lambda: told in plain(self.kernel.finish(request).stderr), what=told)
        self.debugger.ask("setExceptionBreakpoints", filters=[])
        self.anew()


class Memory(Paused):
    """With a limit of 100 MB."""

    @property
    def kernel(self):
        if self._kernel is None:
            type(self)._kernel = Kernel(env={"TSKERNEL_MEMORY": "100"})
        return self._kernel

    def test_a_cell_that_has_filled_the_memory_before_it_stopped(self):
        # The watch looks when the thread has stopped, if not before.
        request = self.kernel.send("const full = Array.from({ length: 40 }, () => new Array(1_000_000).fill(1.5));\ndebugger;\nfull.length")
        self.assertRegex(self.kernel.finish(request).error, "OutOfMemory: .*TSKERNEL_MEMORY")
        self.anew()

    def test_a_cell_that_fills_the_memory_when_it_goes_on(self):
        for command in ("continue", "next"):
            with self.subTest(command):
                request = self.pauses("const a1: unknown[] = [];\na1;\nfor (;;) a1.push(new Array(100_000).fill(1.5))")
                self.debugger.go("next")
                self.debugger.stopped("step")
                self.debugger.go(command)
                self.debugger.until(lambda: self.kernel.ended(request) or self.debugger.request("continue") and False)
                self.assertRegex(self.kernel.finish(request).error, "OutOfMemory: .*TSKERNEL_MEMORY")
                self.anew()


class Whole(Debugging):
    """The kernel ends, or starts anew, wherever it is paused."""

    fresh = True
    deadly = True

    def setUp(self):
        super().setUp()
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def tearDown(self):
        self.kernel.close()

    def stops_at(self, code, line, path=None, **options):
        self.debugger.breakpoints_in(path or self.debugger.path(code), line)
        self.kernel.send(code, **options)
        self.debugger.stopped("breakpoint")

    def in_a_file(self):
        file = Path(self.directory.name) / "held.ts"
        file.write_text("export function hold(n: number): number {\n  const more = n + 1;\n  return more;\n}\n")
        self.stops_at(f"import {{ hold }} from '{file}';\nhold(1)", 2, str(file))

    def in_a_timer(self):
        self.stops_at("setTimeout(() => {\n  1;\n}, 50);", 2, allow_stdin=True)

    def after_an_await(self):
        self.stops_at("const slow = async () => {\n  await sleep(5);\n  return 1;\n};\nawait slow()", 3)

    def in_an_evaluation(self):
        self.stops_at(CODE, 2)
        self.debugger.send("evaluate", expression="for (;;) {}", frameId=1, context="repl")
        time.sleep(0.3)

    def in_a_getter(self):
        self.stops_at("let slow = { get end() { for (;;) {} } };\nslow;\n1", 2)
        self.debugger.send("evaluate", expression="slow.end", frameId=1, context="repl")
        time.sleep(0.3)

    def at_an_exception(self):
        self.debugger.ask("setExceptionBreakpoints", filters=["uncaught"])
        self.kernel.send("await sleep(5);\nthrow new Error('held')")
        self.debugger.stopped("exception")

    def with_listeners_of_exit(self):
        self.runs("process.on('exit', () => { for (let n = 0; n < 3; n++) {\n  debugger;\n} });")
        self.stops_at(CODE, 2)

    places = (in_a_file, in_a_timer, after_an_await, in_an_evaluation, in_a_getter, at_an_exception, with_listeners_of_exit)

    def test_a_shutdown(self):
        for stop in self.places:
            with self.subTest(stop.__name__):
                stop(self)
                kernel, process = self.kernel, self.kernel.manager.provisioner.process
                asked = [kernel.send("2 + 2"), self.debugger.send("inspectVariables"), self.debugger.send("stackTrace", threadId=1)]
                request = kernel.send_on("control", "shutdown_request", {"restart": False})
                kernel.until(lambda: process.poll() is not None, what="the end")
                # By force it would not be 0.
                kernel.read(0.1)
                self.assertEqual([one for one in asked if one not in kernel.replies], [])
                self.assertEqual([process.returncode, kernel.replies[request]["content"]], [0, {"status": "ok", "restart": False}])
                kernel.close()
                self._kernel = None
                self.debugger = Debugger(self.kernel).start()

    def test_a_restart(self):
        for stop in self.places:
            with self.subTest(stop.__name__):
                stop(self)
                process = self.kernel.manager.provisioner.process
                self.kernel.manager.restart_kernel()
                self.assertEqual(process.returncode, 0)
                self.kernel.client.forget()
                self.kernel.channels.wait_for_ready(timeout=30)
                self.debugger = Debugger(self.kernel)
                info = self.debugger.ask("debugInfo")
                self.assertEqual([info["isStarted"], info["stoppedThreads"], info["breakpoints"]], [False, [], []])
                self.shows("1 + 1", "2")
                self.debugger.start()


# A front end in a process of its own, which is killed.
VANISHING = """
import sys
sys.path.insert(0, {tests!r})
from debugging import Debugger
from dialogue import Client
class Kernel:
    client = Client({file!r})
debugger = Debugger(Kernel).start()
debugger.breakpoints({code!r}, 2)
print("ready", flush=True)
debugger.stopped("breakpoint")
print("stopped", flush=True)
debugger.send("evaluate", expression="while (true) {{}}", frameId=1, context="repl")
input()
"""


class FrontEnds(Debugging):
    def tearDown(self):
        self.gone.kill()
        self.gone.communicate()
        super().tearDown()

    def pauses_beside_another(self):
        """Another front end sets a breakpoint, sees the stop, evaluates without end, and vanishes without a word."""
        self.gone = subprocess.Popen(
            [sys.executable, "-c", VANISHING.format(tests=os.path.dirname(__file__), file=self.kernel.manager.connection_file, code=CODE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.assertEqual(self.gone.stdout.readline(), "ready\n")
        request = self.kernel.send(CODE)
        self.assertEqual(self.gone.stdout.readline(), "stopped\n")
        time.sleep(0.3)
        self.gone.kill()
        return request

    def test_one_of_two_vanishes(self):
        request = self.pauses_beside_another()
        self.assertEqual(self.debugger.stopped("breakpoint")[0]["line"], 2)
        self.assertEqual(self.debugger.step(), ("<cell>", 3))
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")

    def test_one_of_two_vanishes_and_the_other_interrupts(self):
        request = self.pauses_beside_another()
        # The first one ends what was evaluated.
        self.kernel.interrupt()
        self.debugger.stopped("breakpoint")
        self.kernel.interrupt()
        self.assertRegex(self.kernel.finish(request).error, "KeyboardInterrupt: .*variables are kept")

    def test_the_only_one_vanishes(self):
        self.debugger.stop()
        request = self.pauses_beside_another()
        other = Debugger(self.kernel, Client(self.kernel.manager.connection_file))
        try:
            info = other.ask("debugInfo")
            self.assertEqual([info["isStarted"], info["stoppedThreads"]], [True, [1]])
            other.start()
            other.stop()
            self.assertEqual(self.kernel.finish(request).result, "2")
        finally:
            other.client.close()
            self.debugger.start()


del Debugging, Paused
