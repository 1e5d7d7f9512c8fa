"""How a pause ends, and what one is for: exceptions, interrupts, the end of a kernel, of a debugger, or of a front end."""

import json
import re
import socket
import tempfile
import threading
import time
from pathlib import Path

import websocket
from debugging import Debugger, Debugging
from dialogue import Client, Dialogue, free_ports


class Exceptions(Debugging):
    def stops(self, *filters):
        self.debugger.ask("setExceptionBreakpoints", filters=list(filters))

    def stops_at(self, code, line, text, name="<anonymous>", **options):
        """The cell stops for an exception there, and fails as it does without a debugger. Returns it."""
        request = self.kernel.send(code, **options)
        body = self.debugger.event("stopped")
        self.assertEqual([body["reason"], body["text"]], ["exception", text])
        frame = self.debugger.frames()[0]
        self.assertEqual([frame["name"], frame["line"]], [name, line])
        info = self.debugger.ask("exceptionInfo", threadId=1)
        self.assertEqual([info["description"], info["details"]["message"]], [text, text])
        self.debugger.go()
        return self.kernel.finish(request)

    def test_announces_what_it_can_stop_for(self):
        capabilities = self.debugger.ask("initialize", clientID="test", adapterID="tskernel")
        filters = [one["filter"] for one in capabilities["exceptionBreakpointFilters"]]
        self.assertEqual([filters, capabilities["supportsExceptionInfoRequest"]], [["all", "uncaught"], True])
        self.assertIn("all, uncaught", self.debugger.refused("setExceptionBreakpoints", filters=["raised"]))
        self.assertIn("Nothing is paused", self.debugger.refused("exceptionInfo", threadId=1))

    def test_stops_where_a_cell_fails(self):
        self.stops("uncaught")
        for code, line, text, name in [
            ("1;\nthrow new RangeError('at once')", 2, "RangeError: at once", "<cell>"),
            ("function fail1() {\n  throw new Error('deep')\n}\nfail1()", 2, "Error: deep", "fail1"),
            ("throw new Error('before'); await 1", 1, "Error: before", "<cell>"),
            ("await 1;\nthrow new Error('after')", 2, "Error: after", "<cell>"),
            ("await sleep(5);\nawait sleep(5);\nthrow new Error('later')", 3, "Error: later", "<cell>"),
            ("const fail2 = async () => {\n  await sleep(5)\n  throw new Error('nested')\n}\nawait fail2()", 3, "Error: nested", "fail2"),
            ("await Promise.all([1, (async () => {\n  await 1; throw new Error('one') })()])", 2, "Error: one", "<anonymous>"),
            ("import 'node:fs'\nawait sleep(5)\nthrow new Error('imported')", 3, "Error: imported", "<cell>"),
            ("const late1 = (async () => { await sleep(5)\n  throw new Error('value') })();\nlate1", 2, "Error: value", "<anonymous>"),
            ("[1].map(() => {\n  throw new Error('mapped') })", 2, "Error: mapped", "<anonymous>"),
            ("missing_name", 1, "ReferenceError: missing_name is not defined", "<cell>"),
            ("throw 'a text'", 1, "Thrown: 'a text'", "<cell>"),
            ("throw { code: 7, parts: [1, 2] }", 1, "Thrown: { code: 7, parts: [ 1, 2 ] }", "<cell>"),
            ("class Refusal { reason = 'no' }\nthrow new Refusal()", 2, "Thrown: Refusal { reason: 'no' }", "<cell>"),
            ("await Promise.reject([1])", 1, "Thrown: [ 1 ]", "<cell>"),
        ]:
            with self.subTest(code):
                cell = self.stops_at(code, line, text, name)
                [error] = cell.errors
                self.assertIn(error["evalue"], text)
                self.assertEqual(cell.status, "error")

    def test_shows_what_was_thrown_first_of_the_variables(self):
        self.stops("uncaught")
        for code, shown, told, scopes in (
            ("function f() {\n  const a = 1\n  throw new TypeError('bad ' + a)\n}\nf()", "TypeError: bad 1", "TypeError: bad 1", ["Locals", "Globals"]),
            ("let name = 1\nthrow { code: name }", "{ code: 1 }", "Thrown: { code: 1 }", ["Locals", "Globals"]),
            ("for (const n of [1]) { const m = n; throw 'text' + m }", "'text1'", "Thrown: 'text1'", ["Block", "Block 2", "Locals", "Globals"]),
        ):
            with self.subTest(code):
                request = self.kernel.send(code)
                self.debugger.stopped("exception")
                found = self.debugger.variables()
                self.assertEqual(list(found), scopes)
                self.assertEqual(next(iter(found[scopes[0]].items())), ("Exception", shown))
                self.assertEqual([name for name in scopes if "Exception" in found[name]], scopes[:1])
                self.assertEqual(self.debugger.ask("exceptionInfo", threadId=1)["description"], told)
                [reference] = [one["variablesReference"] for one in self.debugger.ask("scopes", frameId=1)["scopes"] if one["name"] == scopes[0]]
                [thrown] = [one for one in self.debugger.ask("variables", variablesReference=reference)["variables"] if one["name"] == "Exception"]
                members = self.debugger.ask("variables", variablesReference=thrown["variablesReference"])["variables"] if thrown["variablesReference"] else []
                self.assertTrue({"message", "code"} & {one["name"] for one in members} or shown.startswith("'"))
                self.debugger.go()
                self.kernel.finish(request)
        self.debugger.breakpoints("1 + 1", 1)
        request = self.kernel.send("1 + 1")
        self.debugger.stopped("breakpoint")
        self.assertNotIn("Exception", self.debugger.variables()["Locals"])
        self.debugger.go()
        self.kernel.finish(request)

    def test_a_huge_value_is_told_by_its_beginning(self):
        self.stops("uncaught")
        for code, text in (
            ("throw 'x'.repeat(5e6)", "Thrown: 'xx"),
            ("throw new RangeError('y'.repeat(5e6))", "RangeError: yy"),
            ("throw { big: 'z'.repeat(5e6), many: Array.from({ length: 1e5 }, (_, n) => n) }", "Thrown: { big: 'zz"),
            ("(function (this: unknown) { const kept = Promise.resolve('p'.repeat(5e6)); throw new Error('of this') }).call('t'.repeat(5e6))", "Error: of this"),
        ):
            with self.subTest(code):
                request = self.kernel.send(code)
                told = self.debugger.event("stopped")["text"]
                info = self.debugger.ask("exceptionInfo", threadId=1)
                variables = self.debugger.variables()
                self.assertTrue(told.startswith(text), told[:50])
                self.assertEqual(info["description"], told)
                self.assertLess(max(map(len, (told, json.dumps(info), json.dumps(variables)))), 10_000)
                self.debugger.go()
                self.kernel.finish(request)

    def test_in_the_fields_of_a_class_names_that(self):
        self.stops("uncaught")
        for code, names in (
            ("class A { x = boom() }\nfunction boom() { throw 1 }\nnew A()", ["boom", "<fields of A>", "A", "<cell>"]),
            ("class B { static x = fail() }\nfunction fail() { throw 1 }", ["fail", "<static fields of B>", "<cell>"]),
            ("new (class { x = (() => { throw 1 })() })()", ["<anonymous>", "<fields>", "<anonymous>", "<cell>"]),
        ):
            with self.subTest(code):
                request = self.kernel.send(code)
                self.assertEqual([frame["name"] for frame in self.debugger.stopped("exception")], names)
                self.debugger.go()
                self.kernel.finish(request)

    def test_fails_as_without_a_debugger(self):
        codes = [
            "1;\nthrow new RangeError('at once')",
            "const twice = (n: number) => {\n  throw new Error('twice', { cause: n })\n}\nawait sleep(1)\ntwice(2)",
            "import 'node:fs'\nthrow 'a text'",
            "process.exit(3)",
            "const { nothing } = await import('./no-such-file.ts')",
        ]
        plain = [self.run_cell(code) for code in codes]
        self.stops("uncaught")
        heard = "let heard = 0;\nprocess.on('uncaughtException', () => heard++).on('unhandledRejection', () => heard++);"
        self.runs(heard)
        for code, before in zip(codes, plain):
            with self.subTest(code):
                request = self.kernel.send(code)
                self.debugger.until(lambda: self.debugger.events or self.kernel.ended(request))
                while not self.kernel.ended(request):
                    self.debugger.request("continue", threadId=1)
                    self.debugger.until(lambda: True)
                cell = self.kernel.finish(request)
                number = lambda text: text.replace(f"[{cell.reply['execution_count']}]", "[n]").replace(f"[{before.reply['execution_count']}]", "[n]")
                self.assertEqual(number(cell.traceback), number(before.traceback))
                self.assertEqual([cell.error, cell.stdout, cell.stderr], [before.error, "", ""])
        self.stops()
        self.shows("[heard, process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection') && 0]", "[ 0, 0 ]")

    def test_stops_where_a_callback_or_a_lost_promise_fails(self):
        self.stops("uncaught")
        for code, line, text in [
            ("setTimeout(() => {\n  throw new Error('timer') }, 20);", 2, "Error: timer"),
            ("setImmediate(() => {\n  throw new Error('immediate') });", 2, "Error: immediate"),
            ("process.nextTick(() => {\n  throw new Error('tick') });", 2, "Error: tick"),
            ("void (async () => { await sleep(20);\n  throw new Error('lost') })();", 2, "Error: lost"),
            ("(() => { void Promise.reject(new Error('rejected')) })();", 1, "Error: rejected"),
            ("require('node:fs').readFile('/no/such/file', () => {\n  throw new Error('callback') });", 2, "Error: callback"),
        ]:
            with self.subTest(code):
                cell = self.stops_at(code, line, text)
                self.assertIsNone(cell.error)
                self.kernel.until(lambda: text.split(": ")[1] in cell.stderr)
                self.assertIn("Uncaught", cell.stderr)

    def test_does_not_stop_where_something_catches(self):
        self.stops("uncaught")
        for code in [
            "try { throw new Error('c') } catch {}",
            "function thrower() { throw new Error('c') }\ntry { thrower() } catch {} finally { 1 }",
            "const thrower2 = async () => { await 1; throw new Error('c') };\ntry { await thrower2() } catch {}",
            "await (async () => { await sleep(1); throw new Error('c') })().catch(() => 0)",
            "await Promise.allSettled([(async () => { await 1; throw new Error('c') })()]); undefined",
            "setTimeout(() => { try { throw new Error('c') } catch {} }, 1); await sleep(10)",
            "Promise.resolve().then(() => { throw new Error('c') }).then(() => 0, () => 0); undefined",
            "try { JSON.parse('{') } catch {}",
            "try { require('no-such-package') } catch {}",
            "try { await import('./no-such-file.ts') } catch {}",
        ]:
            with self.subTest(code):
                self.quiet(code + "; undefined")

    def test_stops_for_all_when_asked_to_and_for_none_otherwise(self):
        self.stops("all")
        code = "function caught1() {\n  throw new Error('caught')\n}\ntry { caught1() } catch {}"
        cell = self.stops_at(code, 2, "Error: caught", "caught1")
        self.assertIsNone(cell.error)
        self.stops()
        self.quiet(code.replace("caught1", "caught2"))
        self.fails("throw new Error('plain')", "Error: plain")
        self.assertEqual([event for event, _ in self.debugger.events if event == "stopped"], [])

    def test_stops_in_a_local_file(self):
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "failing.ts"
            file.write_text("export function failIn(text: string): never {\n  throw new TypeError(text)\n}\n")
            self.stops("uncaught")
            request = self.kernel.send(f"import {{ failIn }} from '{file}'\nfailIn('there')")
            self.assertEqual(self.debugger.event("stopped")["text"], "TypeError: there")
            self.debugger.go()
            self.assertEqual(self.kernel.finish(request).error, "TypeError: there")


class Interrupts(Debugging):
    def pauses(self, code, line, **options):
        """The cell stops at a breakpoint. Returns what names it."""
        self.debugger.breakpoints(code, line)
        request = self.kernel.send(code, **options)
        self.debugger.stopped("breakpoint")
        return request

    def interrupt(self, request):
        """The cell ends as an interrupted one, and the front end hears that nothing is paused any more."""
        self.kernel.manager.interrupt_kernel()
        cell = self.kernel.finish(request)
        self.assertTrue(cell.is_cut_off, cell.story)
        self.debugger.event("continued")
        self.assertEqual(self.debugger.ask("debugInfo")["stoppedThreads"], [])
        return cell

    def test_of_a_cell_spares_the_rest_of_it(self):
        code = "let reached = 1;\nreached = 2;\nreached = 3;"
        request = self.pauses(code, 3)
        self.interrupt(request)
        self.shows("reached", "2")

    def test_after_an_await(self):
        self.runs("let kept = [1]")
        request = self.pauses("await sleep(5);\nkept.push(2);\nawait sleep(5)\nkept.push(3)", 4)
        self.interrupt(request)
        self.shows("kept", "[ 1, 2 ]")

    def test_in_the_callback_of_a_timer_while_a_cell_waits(self):
        self.runs("let ticks = 0")
        code = "setTimeout(() => {\n  ticks++;\n  ticks++ }, 20)\nawait new Promise(() => {})"
        request = self.pauses(code, 3)
        self.interrupt(request)
        self.runs("if (ticks < 1) throw new Error('lost')")

    def test_in_the_callback_of_a_timer_while_nothing_runs(self):
        self.runs("let quiet = 0")
        code = "setTimeout(() => {\n  quiet++;\n  quiet++ }, 50);"
        self.debugger.breakpoints(code, 3)
        self.runs(code, answers=[])
        self.debugger.stopped("breakpoint")
        self.kernel.manager.interrupt_kernel()
        self.debugger.event("continued")
        self.runs("if (quiet < 1) throw new Error('lost')")

    def test_in_input(self):
        code = "const line = input('?')\nline"
        request = self.kernel.send(code, allow_stdin=True)
        self.kernel.until(lambda: self.kernel.client.questions)
        self.debugger.ask("pause", threadId=1)
        self.debugger.stopped("pause")
        self.kernel.client.questions.clear()
        self.interrupt(request)

    def test_leaves_breakpoints_and_the_next_cells_as_they_are(self):
        code = "for (let i = 0; i < 3; i++) {\n  i;\n}"
        request = self.pauses(code, 2)
        self.interrupt(request)
        self.quiet("1 + 1", "2")
        request = self.kernel.send(code)
        self.assertEqual(self.debugger.stopped("breakpoint")[0]["line"], 2)
        self.debugger.breakpoints(code)
        self.debugger.go()
        self.assertIsNone(self.kernel.finish(request).error)

    def test_of_a_loop_that_is_not_paused_leaves_the_debugger_as_it_is(self):
        request = self.kernel.send("for (;;) {}")
        time.sleep(0.3)
        self.kernel.manager.interrupt_kernel()
        self.assertRegex(self.kernel.finish(request).error, "KeyboardInterrupt")
        self.assertEqual([event for event, _ in self.debugger.events if event == "stopped"], [])
        request = self.pauses("1;\n2;\n3", 2)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "3")

    def test_while_the_front_end_looks_at_everything(self):
        # JupyterLab asks for the variables with whatever a cell shows.
        self.runs("const looked = Array.from({ length: 50 }, (_, at) => ({ at, f: () => at }))")
        asked = []

        def look(times):
            for _ in range(times):
                asked.append(self.debugger.send("inspectVariables"))
                asked.append(self.debugger.send("evaluate", expression="looked.map((one) => one.at).length", context="repl"))

        for name, code in {
            "in a loop": "for (;;) {}",
            "in a loop that prints": "for (let i = 0; ; i++) { if (i % 1e6 === 0) console.log(i); }",
            "in a loop that waits": "for (;;) await sleep(1)",
        }.items():
            for pauses in (0, 1):
                with self.subTest(name, pauses=pauses):
                    request = self.kernel.send(code)
                    self.kernel.until(lambda: self.kernel.cell(request).all() or len(self.kernel.published.get(request, [])) > 1)
                    look(5)
                    for _ in range(pauses):
                        self.debugger.ask("pause", threadId=1)
                        self.debugger.stopped("pause")
                        look(2)
                        self.debugger.go()
                    look(8)
                    self.kernel.manager.interrupt_kernel()
                    look(5)
                    self.assertTrue(self.kernel.finish(request).is_cut_off)
                    self.kernel.until(lambda: all(one in self.kernel.replies for one in asked), what="the answers")
        self.shows("looked.length", "50")

    def test_of_promise_jobs_without_end(self):
        # With a debugger the kernel's own promise hooks (Node 20) take most of the time, and a termination in one would be lost.
        self.runs("const kept2 = 7")
        for expression in (None, "kept2", "await kept2"):
            for code in ("for (;;) await 1", "let jobs = 0; const job = () => void Promise.resolve(jobs++).then(job); job(); await new Promise(() => {})"):
                for _ in range(3):
                    request = self.kernel.send(code)
                    time.sleep(0.15)
                    if expression:
                        self.debugger.request("evaluate", expression=expression, context="repl")
                    self.kernel.manager.interrupt_kernel()
                    cell = self.kernel.finish(request)
                    self.assertRegex(cell.error, "KeyboardInterrupt: .*variables are kept")
                    self.assertEqual(cell.stderr, "")
        self.shows("kept2", "7")

    def test_while_the_condition_of_a_breakpoint_is_looked_at(self):
        code = "let looked2 = 0;\nfor (;;) {\n  looked2++;\n}"
        self.debugger.breakpoints(code, {"line": 3, "condition": "looked2 < 0"})
        for _ in range(3):
            request = self.kernel.send(code)
            time.sleep(0.3)
            self.kernel.manager.interrupt_kernel()
            cell = self.kernel.finish(request)
            self.assertTrue(cell.is_cut_off, cell.story)


def ends(kernel):
    """Shuts a kernel down. Returns its exit code: 0 where its thread has ended in peace, and neither it nor the manager used force."""
    process = kernel.manager.provisioner.process
    kernel.manager.shutdown_kernel()
    return process.returncode


class Ends(Debugging):
    fresh = True
    deadly = True

    def tearDown(self):
        self.kernel.close()

    def pause(self, code="const pausedIn = 1;\npausedIn;\npausedIn + 1", line=2):
        self.debugger.breakpoints(code, line)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        return request

    def test_a_disconnect_lets_the_cell_go_on(self):
        request = self.pause()
        self.debugger.stop()
        self.assertEqual(self.kernel.finish(request).result, "2")
        self.assertFalse(self.debugger.ask("debugInfo")["isStarted"])
        self.shows("const again = 1;\nagain;\nagain + 1", "2")

    def test_a_shutdown_of_a_paused_cell(self):
        self.pause()
        self.assertEqual(ends(self.kernel), 0)

    def test_a_shutdown_of_a_paused_timer(self):
        self.pause("setTimeout(() => {\n  1;\n}, 50);")
        self.assertEqual(ends(self.kernel), 0)

    def test_a_front_end_that_vanished(self):
        request = self.pause()
        other = Client(self.kernel.manager.connection_file)
        try:
            newcomer = Debugger(self.kernel, other)
            info = newcomer.ask("debugInfo")
            self.assertEqual([info["isStarted"], info["stoppedThreads"]], [True, [1]])
            newcomer.start()
            self.assertEqual(newcomer.frames()[0]["line"], 2)
            newcomer.go()
            self.assertEqual(self.kernel.finish(request).result, "2")
            request = self.pause("const second = 1;\nsecond;\nsecond + 1")
            newcomer.stop()
            self.assertEqual(self.kernel.finish(request).result, "2")
        finally:
            other.close()

    def test_two_front_ends_see_one_debugger(self):
        other = Client(self.kernel.manager.connection_file)
        try:
            second = Debugger(self.kernel, other).start()
            request = self.pause()
            second.stopped("breakpoint")
            self.assertEqual(second.frames()[0]["line"], 2)
            second.go("next")
            self.assertEqual([self.debugger.place("step"), second.place("step")], [("<cell>", 3), ("<cell>", 3)])
            # Off is off, for both: a breakpoint that nobody sees any more must not hold a cell.
            second.stop()
            self.debugger.event("terminated")
            self.assertEqual(self.kernel.finish(request).result, "2")
            self.assertIn("not started", self.debugger.refused("stackTrace", threadId=1))
            self.debugger.start()
            self.assertEqual(self.debugger.ask("debugInfo")["breakpoints"], [])
        finally:
            other.close()


class Inspector:
    """A debugger that speaks with V8 itself, over the inspector's socket, as VS Code's and Chrome's do."""

    def __init__(self, url):
        self.socket = websocket.create_connection(url, timeout=10, suppress_origin=True)
        self.last = 0
        self.events = []
        self.scripts = {}
        for method in ("Runtime.enable", "Debugger.enable"):
            self.call(method)

    def call(self, method, **params):
        self.last += 1
        name = self.last
        self.socket.send(json.dumps({"id": name, "method": method, "params": params}))
        return self._until(lambda message: message.get("id") == name)["result"]

    def listen(self):
        """Until the other side closes, which waits for this one's goodbye."""
        try:
            while self.socket.connected:
                self.socket.recv()
        except (OSError, websocket.WebSocketException):
            pass

    def event(self, method):
        for at, message in enumerate(self.events):
            if message["method"] == method:
                return self.events.pop(at)["params"]
        return self._until(lambda message: message.get("method") == method)["params"]

    def _until(self, wanted):
        while True:
            message = json.loads(self.socket.recv())
            if message.get("method") == "Debugger.scriptParsed":
                self.scripts[message["params"]["scriptId"]] = message["params"]["url"]
            if wanted(message):
                return message
            if "method" in message:
                self.events.append(message)


class Inspect(Dialogue):
    def attach(self, magic="%inspect"):
        [(_, shown)] = [one for one in self.runs(magic).all() if one[0] == "display_data"]
        text = shown["data"]["text/plain"]
        [url] = re.findall(r"at (ws://127\.0\.0\.1:\d+/[-\w]+)", text)
        port = url.split(":")[2].split("/")[0]
        self.assertIn(f'"request": "attach", "name": "Notebook", "address": "127.0.0.1", "port": {port}', text)
        self.assertIn(f"devtools://devtools/bundled/js_app.html?v8only=true&ws={url[5:]}", text)
        self.assertIn(f"http://127.0.0.1:{port}/json/list", shown["data"]["text/html"])
        self.inspector = Inspector(url)
        return self.inspector

    def tearDown(self):
        self.inspector.socket.close()
        if self._kernel is not None:
            self.run_cell("%inspect off")
        super().tearDown()

    def pauses(self, inspector, name):
        inspector.call("Debugger.setBreakpointByUrl", urlRegex="Cell", lineNumber=1)
        request = self.kernel.send(f"function {name}(a: number) {{\n  return a + 1;\n}}\n{name}(41)")
        [frame, *_] = inspector.event("Debugger.paused")["callFrames"]
        value = inspector.call("Debugger.evaluateOnCallFrame", callFrameId=frame["callFrameId"], expression="a")
        self.assertEqual([frame["location"]["lineNumber"], value["result"]["value"]], [1, 41])
        self.assertIn("Cell", inspector.scripts[frame["location"]["scriptId"]])
        return request

    def test_lets_a_debugger_stop_in_cells(self):
        inspector = self.attach()
        request = self.pauses(inspector, "stopped1")
        self.assertFalse(self.kernel.ended(request))
        inspector.call("Debugger.resume")
        self.assertEqual(self.kernel.finish(request).result, "42")
        request = self.kernel.send("%inspect")
        inspector.listen()
        self.assertIn("closed", self.kernel.finish(request).stdout)

    def test_a_cell_that_it_has_paused_can_be_interrupted(self):
        inspector = self.attach()
        request = self.pauses(inspector, "stopped2")
        self.kernel.interrupt()
        self.assertRegex(self.kernel.finish(request).error, "KeyboardInterrupt: .*variables are kept")
        inspector.call("Debugger.disable")
        self.shows("typeof stopped2", "'function'")

    def test_one_that_goes_lets_the_cell_go_on(self):
        inspector = self.attach()
        request = self.pauses(inspector, "stopped3")
        inspector.socket.close()
        self.assertEqual(self.kernel.finish(request).result, "42")

    def test_a_shutdown_does_not_wait_for_it(self):
        inspector = self.attach()
        self.pauses(inspector, "stopped4")
        threading.Thread(target=inspector.listen).start()
        self.assertEqual(ends(self.kernel), 0)
        self.kernel.close()
        type(self)._kernel = None

    def test_takes_a_port_or_off(self):
        port = next(free_ports())
        with socket.create_server(("127.0.0.1", port)):
            self.fails(f"%inspect {port}", "another program may have it")
        self.attach(f"%inspect {port}").socket.close()
        self.fails(f"%inspect {port}", "open already, at ws://127.0.0.1:")
        self.assertIn("closed", self.runs("%inspect off").stdout)
        self.assertIn("not open", self.runs("%inspect off").stdout)
        for wrong in ("0", "on", "70000", "0.0.0.0:9229"):
            self.fails(f"%inspect {wrong}", f"takes nothing, a port .* or off, not '{wrong}'")
