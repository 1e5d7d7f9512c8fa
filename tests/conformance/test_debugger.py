"""Debugging cells: breakpoints, steps, pauses and the stack, as a front end asks for them."""

import time
import unittest

from debugging import Debugger, Debugging
from dialogue import Kernel

ADD = "function add(a: number, b: number) {\n  const sum = a + b\n\n  return sum\n}\nadd(1, 2)"


class Breakpoints(Debugging):
    def stops(self, code, *lines, reason="breakpoint"):
        """Runs a cell that stops at these lines, and goes on each time. Returns the cell."""
        request = self.kernel.send(code)
        for line in lines:
            self.assertEqual(self.debugger.place(reason)[1], line, code)
            self.debugger.go()
        return self.finishes(request)

    def finishes(self, request):
        cell = self.kernel.finish(request)
        self.assertIsNone(cell.error)
        self.debugger.until(lambda: True)
        self.assertEqual(self.debugger.events, [])
        return cell

    def test_stops_at_a_breakpoint_and_goes_on(self):
        [breakpoint] = self.debugger.breakpoints(ADD, 4)
        self.assertEqual((breakpoint["verified"], breakpoint["line"]), (True, 4))
        request = self.kernel.send(ADD)
        frames = self.debugger.stopped("breakpoint")
        self.assertEqual([(frame["name"], frame["line"]) for frame in frames], [("add", 4), ("<cell>", 6)])
        self.assertEqual({frame["source"]["path"] for frame in frames}, {self.debugger.path(ADD)})
        self.assertRegex(frames[0]["source"]["name"], r"^Cell \[\d+\]$")
        self.assertEqual(self.debugger.ask("source", source=frames[0]["source"])["content"], ADD)
        self.assertEqual(self.debugger.variables()["Locals"]["sum"], "3")
        self.assertEqual(self.debugger.ask("debugInfo")["stoppedThreads"], [1])
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "3")
        self.assertEqual(self.debugger.ask("debugInfo")["stoppedThreads"], [])

    def test_moves_to_where_the_program_can_stop(self):
        code = "let spare = 1\n\n// nothing\ninterface Spare { a: number }\nspare++\n\n"
        told = self.debugger.breakpoints(code, 2, 4, 6)
        self.assertEqual([(one["line"], one["verified"]) for one in told], [(5, True), (5, True), (6, False)])
        self.assertIn("no code", told[2]["message"])
        path = self.debugger.path(code)
        known = {one["source"]: one["breakpoints"] for one in self.debugger.ask("debugInfo")["breakpoints"]}
        self.assertEqual([one["line"] for one in known[path]], [5, 5, 6])
        self.stops(code, 5)

    def test_waits_for_a_cell_that_does_not_compile(self):
        [told] = self.debugger.breakpoints("let broken = (", 1)
        self.assertEqual((told["verified"], told["line"]), (False, 1))
        self.assertIn("does not compile", told["message"])

    def test_in_what_has_run_before(self):
        code = "function later(n: number) {\n  return n + 1\n}\nvar ringing = setInterval(() => {\n  later(1)\n}, 50)"
        self.runs(code)
        self.debugger.breakpoints(code, 2)
        self.assertEqual([frame["name"] for frame in self.debugger.stopped("breakpoint")], ["later", "<anonymous>"])
        self.debugger.ask("evaluate", expression="clearInterval(ringing)", frameId=1, context="repl")
        self.debugger.go()
        self.stops("later(2)", 2)

    def test_in_what_has_run_before_anybody_debugged(self):
        self.debugger.stop()
        code = "\nfunction early(n: number) {\n  return n + 1\n}"
        self.runs(code)
        self.debugger.start()
        self.debugger.breakpoints(code, 3)
        self.stops("early(2)", 3)

    def test_in_each_run_of_the_same_text(self):
        code = "var closures: (() => number)[] = globalThis.closures ?? []\nclosures.push(() => {\n  return closures.length\n})\nglobalThis.closures = closures"
        self.runs(code, code)
        self.debugger.breakpoints(code, 3)
        self.runs(code)
        self.stops("closures[0]() + closures[1]() + closures[2]()", 3, 3, 3)
        self.debugger.breakpoints(code)
        self.quiet("closures[0]() + closures[1]() + closures[2]()", "9")

    def test_can_be_taken_away_while_it_is_paused(self):
        code = "for (let i = 0; i < 3; i++) {\n  i\n}"
        self.debugger.breakpoints(code, 2)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        self.debugger.breakpoints(code)
        self.debugger.go()
        self.finishes(request)

    def test_behind_what_cannot_be_erased(self):
        code = (
            "enum Colour {\n  red,\n  green,\n}\n"
            "class Point {\n  constructor(readonly x: number, readonly y: number) {}\n"
            "  get sum() {\n    return this.x + this.y\n  }\n}\n"
            "const point = new Point(1, Colour.green)\npoint.sum"
        )
        told = self.debugger.breakpoints(code, 8, 11)
        self.assertEqual([one["line"] for one in told], [8, 11])
        self.stops(code, 11, 8)

    def test_lines_are_those_of_the_editor(self):
        for code, line in (
            ("\n\n\nlet blank = 1\nblank++", 5),
            ("let crlf = 1\r\ncrlf++\r\ncrlf++\r\n", 3),
            ("let face = '😀'\n/* 😀😀 */ face += '👍'\nface", 2),
            ("let größe = 1 // naïve\ngröße++\nlet 数 = größe", 3),
            ("%%time\nlet magic = 1\nmagic++", 3),
            ("await null\nlet late = 1\nlate++", 3),
            ("{ a: 1,\n  b: [1].map((x) =>\n    x) }", 3),
        ):
            [told] = self.debugger.breakpoints(code, line)
            self.assertEqual((told["verified"], told["line"]), (True, line), code)
            self.stops(code, line)

    def test_at_a_column(self):
        code = "const doubled = [1, 2].map((x) => x * 2)"
        [told] = self.debugger.breakpoints(code, {"line": 1, "column": 30})
        self.assertEqual((told["line"], told["column"]), (1, 37))
        request = self.kernel.send(code)
        for _ in range(2):
            frames = self.debugger.stopped("breakpoint")
            self.assertEqual([(frame["line"], frame["column"]) for frame in frames], [(1, 37), (1, 24)])
            self.debugger.go()
        self.finishes(request)

    def test_conditions_are_typescript_with_the_names_of_cells(self):
        self.runs("const limit = 2; class Map { static limit = 3 }")
        loop = "let total = 0\nfor (let i = 0; i < 5; i++) {\n  total += i\n}\nfunction own(limit: number) {\n  return limit\n}\nown(7)"
        for line, condition, stops in (
            (3, "(i as number) === limit!", 1),
            (3, "total > limit", 2),
            (3, "i === Map.limit", 1),
            (6, "limit === 7", 1),
            (3, "nothing.at.all", 0),
            (3, "i === 1 // once", 1),
        ):
            [told] = self.debugger.breakpoints(loop, {"line": line, "condition": condition})
            self.assertTrue(told["verified"], condition)
            self.stops(loop, *[line] * stops)

    def test_a_condition_that_is_no_typescript_is_told(self):
        loop = "for (const n of [1, 2]) {\n  n\n}"
        [told] = self.debugger.breakpoints(loop, {"line": 2, "condition": "n ==="})
        self.assertEqual((told["verified"], told["message"]), (False, "Expression expected."))
        self.quiet(loop, "2")

    def test_a_condition_cannot_wait(self):
        code = "let ready = 1\nready++\nready"
        for given in ({"condition": "await ready"}, {"logMessage": "ready: {await ready}"}):
            [told] = self.debugger.breakpoints(code, {"line": 2, **given})
            self.assertEqual(told["verified"], False)
            self.assertIn("`await` cannot stand here", told["message"])
            self.assertEqual(self.quiet(code, "2").stdout, "")
        [told] = self.debugger.breakpoints(code, {"line": 2, "condition": "(async () => await ready)() instanceof Promise"})
        self.assertTrue(told["verified"])
        self.stops(code, 2)

    def test_at_the_end_of_a_very_long_cell(self):
        lines = [f"let row{n} = {n}" for n in range(1, 2501)]
        code = "\n".join([*lines, "row2500"])
        told = self.debugger.breakpoints(code, 999, 1500, 2500)
        self.assertEqual([(one["line"], one["verified"]) for one in told], [(999, True), (1500, True), (2500, True)])
        self.stops(code, 999, 1500, 2500)

    def test_counts_its_hits(self):
        loop = "let seen: number[] = []\nfor (let i = 1; i <= 6; i++) {\n  seen.push(i)\n}"
        for condition, rounds in (("2", [2]), ("> 4", [5, 6]), ("% 3", [3, 6]), (">= 6", [6]), ("= 1", [1])):
            self.debugger.breakpoints(loop, {"line": 3, "hitCondition": condition})
            request = self.kernel.send(loop)
            for i in rounds:
                self.debugger.stopped("breakpoint")
                self.assertEqual(self.debugger.ask("evaluate", expression="i", frameId=1)["result"], str(i), condition)
                self.debugger.go()
            self.finishes(request)
        [told] = self.debugger.breakpoints(loop, {"line": 3, "hitCondition": "often"})
        self.assertIn("often", told["message"])

    def test_stay_set_while_they_are_said_again(self):
        # As JupyterLab does whenever a notebook comes to the front, whatever runs meanwhile.
        each = "function each(n: number) {\n  return n\n}"
        path = self.debugger.path(each)
        self.kernel.run(each)
        wanted = {"breakpoints": [{"line": 2, "logMessage": "seen {n}"}], "source": {"path": path}}
        first = self.debugger.ask("setBreakpoints", **wanted)
        request = self.kernel.send("for (let n = 0; n < 400; n++) {\n  each(n)\n  await new Promise((done) => setTimeout(done, 1))\n}")
        self.debugger.until(lambda: "seen 0\n" in self.kernel.client.cell(request).stdout)
        for _ in range(20):
            self.assertEqual(self.debugger.ask("setBreakpoints", **wanted), first)
        self.assertEqual(self.finishes(request).stdout, "".join(f"seen {n}\n" for n in range(400)))

    def test_said_again_count_on(self):
        code = "let turns = 0\nfor (; turns < 6; turns++) {\n  turns\n}"
        counted = {"line": 3, "hitCondition": "> 4"}
        self.debugger.breakpoints(code, 1, counted)
        request = self.kernel.send(code)
        self.assertEqual(self.debugger.place("breakpoint")[1], 1)
        self.debugger.breakpoints(code, counted)
        for turns in ("4", "5"):
            self.debugger.go()
            self.debugger.stopped("breakpoint")
            self.assertEqual(self.debugger.ask("evaluate", expression="turns", frameId=1)["result"], turns)
            # The others of the text may change.
            self.debugger.breakpoints(code, 1, counted)
        self.debugger.go()
        self.finishes(request)

    def test_two_that_come_to_one_place(self):
        code = "let both = 1\n// about\nboth++"
        for _ in range(2):
            told = self.debugger.breakpoints(code, 2, 3)
            self.assertEqual([(one["line"], one["verified"]) for one in told], [(3, True), (3, True)])
            self.stops(code, 3)
        # The one that is left stops there, whichever V8 has had.
        self.debugger.breakpoints(code, {"line": 3, "condition": "both === 1"})
        self.stops(code, 3)
        self.debugger.breakpoints(code)
        self.quiet(code, "1")

    def test_a_log_message_is_output_of_the_cell(self):
        loop = "const items = [{ n: 1 }, { n: 2 }]\nfor (const item of items) {\n  item\n}"
        message = "100% of {item.n as number}: {item} {[item.n].map((n) => { return n })}"
        self.debugger.breakpoints(loop, {"line": 3, "logMessage": message})
        self.assertEqual(self.stops(loop).stdout, "100% of 1: { n: 1 } [ 1 ]\n100% of 2: { n: 2 } [ 2 ]\n")
        self.debugger.breakpoints(loop, {"line": 3, "logMessage": "{missing}", "condition": "item.n > 1"})
        self.assertEqual(self.stops(loop).stdout, "{missing}: ReferenceError: missing is not defined\n")

    def test_of_a_timer_after_its_cell(self):
        code = "setTimeout(() => {\n  console.log('rang')\n}, 50)"
        self.debugger.breakpoints(code, 2)
        # Where nobody watches, the cell would wait for its timer.
        self.assertIsNone(self.kernel.run(code, answers=[]).error)
        self.assertEqual(self.debugger.place("breakpoint"), ("<anonymous>", 2))
        # A cell waits until the timer's callback has come to its end.
        request = self.kernel.send("console.log('cell')")
        self.debugger.ask("threads")
        self.assertFalse(self.kernel.ended(request))
        self.debugger.go()
        self.assertEqual(self.finishes(request).stdout, "cell\n")

    def test_outlive_the_thread_of_the_cells(self):
        code = "let again = 1\nagain++"
        self.debugger.breakpoints(code, 2)
        self.stops(code, 2)
        self.fails("process.exit(3)", "ProcessExit")
        self.stops(code, 2)
        self.assertEqual(self.debugger.ask("debugInfo")["isStarted"], True)

    def test_are_over_with_the_debugger(self):
        code = "let once = 1\nonce++\ndebugger"
        self.debugger.breakpoints(code, 2)
        self.debugger.stop()
        self.quiet(code, "1")
        self.debugger.start()
        self.assertEqual(self.debugger.ask("debugInfo")["breakpoints"], [])
        self.stops(code, 3)

    def test_a_cell_goes_on_when_its_debugger_leaves(self):
        code = "let left = 1\nleft++\nleft"
        self.debugger.breakpoints(code, 2)
        request = self.kernel.send(code)
        self.debugger.stopped("breakpoint")
        self.debugger.ask("disconnect")
        self.debugger.event("continued")
        self.debugger.event("terminated")
        self.assertEqual(self.kernel.finish(request).result, "2")


class Steps(Debugging):
    def walk(self, code, start, command="next"):
        """Stops at a line, and steps until the cell ends. Returns where it stopped, and the cell."""
        debugger = self.debugger
        debugger.breakpoints(code, start)
        request = self.kernel.send(code)
        places = []
        while True:
            debugger.until(lambda: self.kernel.ended(request) or any(event == "stopped" for event, _ in debugger.events))
            if self.kernel.ended(request):
                break
            name, line = debugger.place()
            places.append(line if name == "<cell>" else f"{name}:{line}")
            debugger.ask(command, threadId=1)
        debugger.breakpoints(code)
        cell = self.kernel.finish(request)
        debugger.events.clear()
        # Where the cell has ended, nothing of the step is left.
        self.quiet("40 + 2", "42")
        return places, cell

    def test_one_stop_a_line(self):
        code = "let sum = 0\nfor (let i = 0; i < 2; i++) {\n  sum += i\n}\nconst [a, b] = [sum, sum + 1]; let c = a, d = b\nsum"
        places, cell = self.walk(code, 1)
        self.assertEqual((places, cell.result), ([1, 2, 3, 2, 3, 2, 5, 6], "1"))

    def test_each_round_of_a_loop_in_one_line_is_a_stop(self):
        places, _ = self.walk("let s = 0\nfor (let i = 0; i < 2; i++) s += i\ns", 1)
        self.assertEqual(places, [1, 2, 2, 2, 3])

    def test_into_functions_and_out_of_them(self):
        code = "function twice(n: number) {\n  const r = n * 2\n  return r\n}\nconst four = twice(2)\nfour"
        self.assertEqual(self.walk(code, 5, "stepIn")[0], [5, "twice:2", "twice:3", 5, 6])
        self.assertEqual(self.walk(code, 5)[0], [5, 6])
        self.assertEqual(self.walk(code, 2, "stepOut")[0], ["twice:2", 5])

    def test_through_the_fields_of_a_class(self):
        code = "class Door {\n  static doors = 0\n  width = 2\n  #key = 1\n  constructor(readonly name: string) {\n    Door.doors++\n  }\n  get key() { return this.#key }\n}\nnew Door('a').name"
        fields = ["<fields of Door>:3", "<fields of Door>:4"]
        places, cell = self.walk(code, 10, "stepIn")
        self.assertEqual((places, cell.result), ([10, *fields, "Door:5", "Door:6", "Door:7", 10], "'a'"))
        self.assertEqual(self.walk(code, 3)[0], [*fields, "Door:5", "Door:6", "Door:7", 10])

    def test_into_what_builtins_call(self):
        code = "import { EventEmitter } from 'node:events'\nconst bell = new EventEmitter()\nbell.on('ring', () => {\n  0\n})\nbell.emit('ring')\n;[1].map(() => {\n  return 1\n})\n1"
        places, _ = self.walk(code, 6, "stepIn")
        self.assertEqual([place for place in places if isinstance(place, str)], ["<anonymous>:4", "<anonymous>:5", "<anonymous>:8"])
        self.assertEqual(places[-1], 10)

    def test_over_await(self):
        self.runs("const after = (n: number) => new Promise<number>((resolve) => setTimeout(resolve, n, n))")
        places, cell = self.walk("const one = await after(20)\nconst two = await after(10)\none + two", 1)
        self.assertEqual((places, cell.result), ([1, 2, 3], "30"))

    def test_through_an_asynchronous_function(self):
        self.runs("const soon = (n: number) => new Promise<number>((resolve) => setTimeout(resolve, n, n))")
        code = "async function work() {\n  const a = await soon(5)\n  const b = await soon(5)\n  return a + b\n}\nconst r = await work()\nr"
        self.assertEqual(self.walk(code, 2)[0], ["work:2", "work:3", "work:4", 6, 7])

    def test_through_a_generator_and_whoever_takes_what_it_yields(self):
        code = (
            "function* count(n: number): Generator<number> {\n  yield n\n  if (n > 1)\n    yield* count(n - 1)\n}\n"
            "let sum = 0\nfor (const n of count(2)) {\n  sum += n\n}\nsum"
        )
        for command, within in (("next", []), ("stepIn", ["count:3", "count:4"])):
            places, cell = self.walk(code, 2, command)
            shown = [place for place in places if place != 7 and place != "count:5"]
            self.assertEqual((shown, cell.result), (["count:2", 8, *within, "count:2", 8, *within[:1], 10], "3"))
        code = "const words = (function* () {\n  const heard = yield 1\n  return heard\n})()\nwords.next()\nlet between = 1\nwords.next(2)\nbetween"
        self.assertEqual(self.walk(code, 5, "stepIn")[0][:6], [5, "<anonymous>:2", 6, 7, "<anonymous>:3", 8])

    def test_into_what_leads_far_through_code_of_nodes(self):
        # V8 of Node 26 stops in there, more often than a step is worth.
        self.assertEqual(self.walk("const two = eval('1 + 1')\nconst three = two + 1\nthree", 1, "stepIn")[0], [1, 2, 3])
        code = "async function* letters() {\n  yield 'a'\n  yield 'b'\n}\nlet word = ''\nfor await (const letter of letters()) {\n  word += letter\n}\nword"
        places, cell = self.walk(code, 5, "stepIn")
        self.assertEqual((places[:2], places[-1], cell.result), ([5, 6], 9, "'ab'"))

    def test_out_of_an_asynchronous_generator(self):
        # V8 of Node 20 would end the process.
        code = (
            "async function* ticks(n: number) {\n  for (let i = 0; i < n; i++) {\n    await sleep(1)\n    yield i\n  }\n}\n"
            "let seen = 0\nfor await (const tick of ticks(2)) {\n  seen += tick\n}\nseen"
        )
        for line in (2, 3, 4):
            self.debugger.breakpoints(code, line)
            request = self.kernel.send(code)
            self.assertEqual(self.debugger.place("breakpoint"), ("ticks", line))
            name, _ = self.debugger.step("stepOut")
            self.assertEqual(name, "<cell>")
            self.debugger.breakpoints(code)
            self.debugger.go()
            self.assertEqual(self.kernel.finish(request).result, "1")
        self.quiet("40 + 2", "42")

    def test_while_a_front_end_asks_for_the_variables(self):
        # V8 ends the process where it is to stop as a function begins that the debugger has called.
        codes = ("debugger\nlet stepped = { a: 1 }\nstepped.a", "const nap = async () => {\n  await sleep(1)\n}\ndebugger\nfor (let i = 0; i < 20; i++) {\n  await nap()\n}")
        for command in ("stepOut", "stepIn", "next"):
            for code in codes:
                for _ in range(3):
                    request = self.kernel.send(code)
                    self.debugger.stopped()
                    asked = []
                    for _ in range(3):
                        asked += [self.debugger.send(one, threadId=1) for one in (command, "inspectVariables", "pause")]
                    self.debugger.until(lambda: all(one in self.kernel.replies for one in asked), what=command)
                    self.debugger.until(lambda: self.kernel.ended(request) or self.debugger.request("continue", threadId=1) and False)
                    self.debugger.events.clear()
        self.quiet("1 + 1", "2")

    def test_stops_at_breakpoints_on_the_way(self):
        code = "function inner() {\n  return 1\n}\nlet v = inner()\nv"
        self.debugger.breakpoints(code, 2, 4)
        request = self.kernel.send(code)
        self.assertEqual(self.debugger.place("breakpoint"), ("<cell>", 4))
        self.debugger.go("next")
        self.assertEqual(self.debugger.place("breakpoint"), ("inner", 2))
        self.debugger.go()
        self.kernel.finish(request)

    def test_while_a_front_end_asks_for_the_variables_all_the_time(self):
        code = "async function work() {\n  await null\n  return 1\n}\nconst r = await work()\nr"
        self.debugger.breakpoints(code, 2)
        for _ in range(20):
            request = self.kernel.send(code)
            for place in [("work", 2), ("work", 3), ("<cell>", 5), ("<cell>", 6)]:
                self.assertEqual(self.debugger.place(), place)
                self.debugger.ask("next", threadId=1)
                asked = [self.debugger.send("inspectVariables") for _ in range(4)]
            self.assertEqual(self.kernel.finish(request).result, "1")
            self.debugger.until(lambda: all(one in self.kernel.replies for one in asked))


class Pauses(Debugging):
    def test_in_a_loop(self):
        code = "console.log('in')\nfunction spin() {\n  while (!globalThis.stop) {}\n}\nspin()"
        request = self.kernel.send(code)
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        self.debugger.ask("pause", threadId=1)
        self.assertEqual([frame["name"] for frame in self.debugger.stopped("pause")], ["spin", "<cell>"])
        self.debugger.ask("evaluate", expression="globalThis.stop = true", frameId=1)
        self.debugger.step()
        self.debugger.go()
        self.assertIsNone(self.kernel.finish(request).error)

    def test_in_a_loop_that_looks_at_a_condition_all_the_time(self):
        code = "let looked = 0\nwhile (!globalThis.enough) {\n  looked++\n}\nlooked = 0"
        self.debugger.breakpoints(code, {"line": 3, "condition": "looked < 0"}, 5)
        request = self.kernel.send(code)
        self.kernel.until(lambda: self.kernel.cell(request).all())
        for _ in range(5):
            self.debugger.ask("pause", threadId=1)
            self.assertEqual(self.debugger.place("pause")[0], "<cell>")
            self.debugger.go()
        # Breakpoints hold as before.
        self.debugger.ask("evaluate", expression="globalThis.enough = true", context="repl")
        self.assertEqual(self.debugger.place("breakpoint")[1], 5)
        self.debugger.go()
        self.assertIsNone(self.kernel.finish(request).error)

    def test_while_a_front_end_asks_for_the_variables_all_the_time(self):
        request = self.kernel.send("let spinning = true, turns = 0\nwhile (spinning) {\n  turns++\n}")
        self.kernel.until(lambda: self.kernel.cell(request).all())
        for _ in range(40):
            # As JupyterLab does: a message of the cell's brings a request, and none waits for the one before.
            asked = [self.debugger.send("inspectVariables") for _ in range(3)]
            asked.append(self.debugger.send("pause", threadId=1))
            asked += [self.debugger.send("inspectVariables") for _ in range(3)]
            self.assertEqual(self.debugger.place("pause")[0], "<cell>")
            self.debugger.until(lambda: all(one in self.kernel.replies for one in asked))
            self.debugger.go()
        self.debugger.ask("evaluate", expression="spinning = false", context="repl")
        self.assertIsNone(self.kernel.finish(request).error)

    def test_while_a_person_looks_into_a_value(self):
        self.runs("var held = { inside: 1 }, ticks = 0\nvar clock = setInterval(() => {\n  ticks++\n})")
        [held] = [one for one in self.debugger.ask("inspectVariables")["variables"] if one["name"] == "held"]
        request = self.kernel.send("await new Promise<void>((resolve) => { globalThis.finish = resolve })")
        self.kernel.until(lambda: self.kernel.cell(request).all())
        for _ in range(20):
            asked = [self.debugger.send("variables", variablesReference=held["variablesReference"]) for _ in range(3)]
            asked.append(self.debugger.send("pause", threadId=1))
            asked += [self.debugger.send("variables", variablesReference=held["variablesReference"]) for _ in range(3)]
            self.assertEqual(self.debugger.place("pause")[1], 3)
            self.debugger.until(lambda: all(one in self.kernel.replies for one in asked))
            self.debugger.go()
            [held] = [one for one in self.debugger.ask("inspectVariables")["variables"] if one["name"] == "held"]
        self.debugger.ask("evaluate", expression="clearInterval(clock); finish()", context="repl")
        self.assertIsNone(self.kernel.finish(request).error)

    def test_right_after_it_was_told_to_go_on(self):
        request = self.kernel.send("let spinning = true, turns = 0\nwhile (spinning) {\n  turns++\n}")
        self.kernel.until(lambda: self.kernel.cell(request).all())
        self.debugger.ask("pause", threadId=1)
        for _ in range(40):
            self.debugger.stopped("pause")
            self.debugger.send("continue", threadId=1)
            self.debugger.send("pause", threadId=1)
        self.debugger.stopped("pause")
        self.debugger.ask("evaluate", expression="spinning = false", context="repl")
        self.debugger.go()
        self.assertIsNone(self.kernel.finish(request).error)

    def test_stops_once_however_long_it_takes(self):
        wait = "require('node:child_process').execSync('sleep 0.6')"
        code = f"console.log('in')\n{wait}\nconst end = Date.now() + 300\nwhile (Date.now() < end) {{}}\ndebugger\n10"
        request = self.kernel.send(code)
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        self.debugger.send("pause", threadId=1)
        self.debugger.send("pause", threadId=1)
        self.assertIn(self.debugger.place("pause")[1], (2, 3, 4))
        self.debugger.go()
        self.assertEqual(self.debugger.place("breakpoint")[1], 5)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "10")

    def test_at_a_breakpoint_that_comes_first_it_stops_once(self):
        code = "console.log('in')\nrequire('node:child_process').execSync('sleep 0.3')\nlet n = 1\nn++\nn++\nn"
        self.debugger.breakpoints(code, 3)
        request = self.kernel.send(code)
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        self.debugger.send("pause", threadId=1)
        self.debugger.stopped()
        if self.debugger.frames()[0]["line"] == 2:
            self.debugger.go()
            self.assertEqual(self.debugger.place("breakpoint")[1], 3)
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "3")

    def test_while_it_waits_for_an_answer(self):
        request = self.kernel.send("const line = 1\nconst answer = input('?')\nanswer", allow_stdin=True)
        self.kernel.until(lambda: self.kernel.questions)
        self.debugger.ask("pause", threadId=1)
        self.assertEqual(self.debugger.place("pause"), ("<cell>", 2))
        self.kernel.answer("yes")
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "'yes'")

    def test_while_it_awaits(self):
        self.runs("let isSeen = false")
        code = "while (!isSeen) {\n  await new Promise((resolve) => setTimeout(resolve, 25))\n}"
        request = self.kernel.send(code)
        self.kernel.until(lambda: self.kernel.cell(request).all())
        self.debugger.ask("pause", threadId=1)
        self.assertIn(self.debugger.place("pause")[1], (1, 2))
        self.debugger.ask("evaluate", expression="isSeen = true", frameId=1, context="repl")
        self.debugger.go()
        self.assertIsNone(self.kernel.finish(request).error)

    def test_nothing_is_paused_where_nothing_runs(self):
        self.runs("1")
        self.debugger.ask("pause", threadId=1)
        self.quiet("[1].map((n) => n + 1)[0]", "2")

    def test_a_cell_that_ended_first_leaves_no_pause_behind(self):
        # No code of the user's is called any more.
        request = self.kernel.send("new Promise((resolve) => setTimeout(resolve, 900)); console.log('in'); 0")
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        time.sleep(0.3)
        self.debugger.ask("pause", threadId=1)
        self.kernel.finish(request)
        self.quiet("[1].map((n) => n + 1)[0]", "2")

    def test_at_a_debugger_statement(self):
        request = self.kernel.send("let n = 1\nn++\ndebugger\nn")
        self.assertEqual(self.debugger.place("breakpoint"), ("<cell>", 3))
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "2")


class Dialect(Debugging):
    def test_capabilities(self):
        told = self.debugger.ask("initialize")
        self.assertTrue(told["supportsConfigurationDoneRequest"] and told["supportsConditionalBreakpoints"])
        self.assertIsInstance(told["exceptionBreakpointFilters"], list)

    def test_one_text_has_one_path(self):
        self.assertEqual(self.debugger.path("print(1)").rsplit("/", 1)[-1], "3773950048.ts")
        self.assertEqual(self.debugger.path("print(1)"), self.debugger.path("print(1)"))
        self.assertNotEqual(self.debugger.path("print(1)"), self.debugger.path("print(1)\n"))

    def test_a_part_of_the_stack(self):
        code = "function down(n: number): number {\n  if (n === 0)\n    return 0\n  return down(n - 1)\n}\ndown(5)"
        self.debugger.breakpoints(code, 3)
        request = self.kernel.send(code)
        self.assertEqual(len(self.debugger.stopped()), 7)
        part = self.debugger.ask("stackTrace", threadId=1, startFrame=0, levels=1)
        self.assertEqual(([frame["line"] for frame in part["stackFrames"]], part["totalFrames"]), ([3], 7))
        part = self.debugger.ask("stackTrace", threadId=1, startFrame=5, levels=20)
        self.assertEqual([(frame["id"], frame["name"]) for frame in part["stackFrames"]], [(6, "down"), (7, "<cell>")])
        self.debugger.go()
        self.kernel.finish(request)

    def test_what_fails_has_its_lists_all_the_same(self):
        for command, name, given in (
            ("stackTrace", "stackFrames", {"threadId": 1}),
            ("scopes", "scopes", {"frameId": 1}),
            ("variables", "variables", {"variablesReference": 99}),
        ):
            response = self.debugger.request(command, **given)
            self.assertEqual((response["success"], response["body"][name]), (False, []), command)
            self.assertTrue(response["message"])
        self.assertIn('"fly"', self.debugger.refused("fly"))
        self.assertEqual(self.debugger.refused("source", source={"path": "/no/such.ts"}), "source unavailable")
        for command in ("next", "stepIn", "stepOut"):
            self.assertIn("paused", self.debugger.refused(command, threadId=1))

    def test_what_is_missing_or_wrong_is_named(self):
        path = self.debugger.path(ADD)
        self.debugger.breakpoints(ADD, 4)
        for message, command, given in (
            ('"source.path" must be a string', "setBreakpoints", {}),
            ('"source.path" must be a string', "source", {"source": None}),
            ('"breakpoints" must be a list', "setBreakpoints", {"source": {"path": path}, "breakpoints": 5}),
            ('"breakpoints[0].line" must be a number', "setBreakpoints", {"source": {"path": path}, "breakpoints": [None]}),
            ('"breakpoints[0].condition" must be a string', "setBreakpoints", {"source": {"path": path}, "breakpoints": [{"line": 1, "condition": 5}]}),
            ('"filters" must be a list of strings', "setExceptionBreakpoints", {}),
            ('"expression" must be a string', "evaluate", {"expression": 5}),
            ('"text" must be a string', "completions", {"column": 1}),
            ('"variablesReference" must be a number', "variables", {}),
        ):
            self.assertEqual(self.debugger.refused(command, **given), message)
        # What there was is there.
        known = {one["source"]: one["breakpoints"] for one in self.debugger.ask("debugInfo")["breakpoints"]}
        self.assertEqual([one["line"] for one in known[path]], [4])
        # A null is nothing.
        self.assertEqual(self.debugger.ask("evaluate", expression="1 + 1", frameId=None)["result"], "2")

    def test_what_vs_code_says_besides(self):
        self.assertEqual(self.debugger.ask("threads"), {"threads": [{"id": 1, "name": "cells"}]})
        self.assertTrue(self.debugger.ask("continue", threadId=7)["allThreadsContinued"])
        self.debugger.ask("configurationDone")

    def test_requests_are_answered_in_order(self):
        names = [self.debugger.send(command) for command in ("debugInfo", "fly", "threads", "modules", "debugInfo", "threads")]
        self.debugger.until(lambda: all(name in self.kernel.replies for name in names))
        replies = [self.kernel.replies[name]["content"] for name in names]
        seqs = [reply["seq"] for reply in replies]
        self.assertEqual(seqs, sorted(set(seqs)))
        self.assertEqual([reply["request_seq"] for reply in replies], list(range(self.debugger.seq - 6, self.debugger.seq)))


class Unstarted(unittest.TestCase):
    def test_says_so(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        debugger = Debugger(kernel)
        info = debugger.ask("debugInfo")
        self.assertEqual([info["isStarted"], info["hashMethod"], info["tmpFileSuffix"]], [False, "Murmur2", ".ts"])
        self.assertIn("ipykernel_", info["tmpFilePrefix"])
        self.assertEqual(debugger.ask("modules"), {"modules": [], "totalModules": 0})
        self.assertEqual(debugger.ask("inspectVariables")["variables"], [])
        self.assertIn("not started", debugger.refused("stackTrace", threadId=1))
        self.assertTrue(debugger.path("1").startswith(info["tmpFilePrefix"]))
        self.assertEqual(kernel.run("debugger; 1").result, "1")


if __name__ == "__main__":
    unittest.main()
