"""What the execute request promises: numbers, silence, expressions, references back, and what happens to the queue."""

from dialogue import SYNTAX, Dialogue


class Leaving(Dialogue):
    """A cell that is nothing but `exit` or `quit` leaves a console; whose name it is, it means that."""

    fresh = True

    def asks(self, code):
        """Whether a console, which can answer questions, is asked to end."""
        cell = self.run_cell(code, answers=[])
        self.assertIsNone(cell.error, cell.errors and cell.traceback)
        return cell.reply["payload"] == [{"source": "ask_exit", "keepkernel": False}]

    def test_words_that_leave(self):
        for code in ("exit", "quit", "exit()", " quit ( ) ;\n"):
            self.assertTrue(self.asks(code), code)

    def test_what_somebody_declared_or_wrote_more_to(self):
        self.fails("exit; 1", "^ReferenceError: exit is not defined", answers=[])
        self.fails("exit(1)", "^ReferenceError: exit is not defined", answers=[])
        self.fails("quit.now", "^ReferenceError: quit is not defined", answers=[])
        self.runs("function exit() { return 'mine' }; globalThis.quit = 7")
        self.assertEqual(self.run_cell("exit()", answers=[]).result, "'mine'")
        self.assertEqual(self.run_cell("quit", answers=[]).result, "7")

    def test_a_notebook_is_told_how_its_kernel_ends(self):
        cell = self.fails("exit", "^ReferenceError: exit is not defined")
        self.assertRegex(cell.traceback, "Shut Down")
        cell = self.kernel.run("quit()", answers=[], metadata={"cellId": "a"})
        self.assertEqual(cell.error, "ReferenceError: quit is not defined")


class Rehearsals(Dialogue):
    """While a cell is compiled, its thread runs a small one for itself."""

    fresh = True

    def test_a_cell_sees_nothing_of_it(self):
        self.runs("const shown = []; display.register((value) => { shown.push(value) }, String)")
        self.runs("const names = new Set(Reflect.ownKeys(globalThis))")
        for number in range(5):
            self.runs(str(number))
        self.assertEqual(self.run_cell("shown.join()").result, "'0,1,2,3,4'")
        added = self.run_cell("Reflect.ownKeys(globalThis).filter((name) => !names.has(name)).join()").result
        self.assertEqual(added, "'_3,_4,_5,_6,_7,_8'")
        self.assertEqual(self.run_cell("[In.length, Object.keys(Out).length]").result, "[ 11, 7 ]")

    def test_builtins_that_are_gone_are_not_missed(self):
        self.runs("Number.prototype.toString = null; Array.prototype[Symbol.iterator] = null; globalThis.Object = null")
        self.assertEqual(self.run_cell("1 + 1").result, "2")
        self.assertEqual(self.run_cell("2 + 1").result, "3")


class Numbers(Dialogue):
    fresh = True

    def test_cells_are_counted_from_one(self):
        counts = [self.run_cell(code).reply["execution_count"] for code in ("1", "2", "throw 3", "let = =", "5")]
        self.assertEqual(counts, [1, 2, 3, 4, 5])

    def test_input_result_and_reply_say_the_same_number(self):
        self.runs("1")
        cell = self.run_cell("'two'")
        numbers = [content["execution_count"] for kind, content in cell.all() if kind in ("execute_input", "execute_result")]
        self.assertEqual([*numbers, cell.reply["execution_count"]], [2, 2, 2])

    def test_a_silent_cell_leaves_no_trace(self):
        self.runs("1")
        cell = self.run_cell("globalThis.quiet = 1; 'unseen'", silent=True)
        self.assertEqual([kind for kind, _ in cell.all()], ["status", "status"])
        self.assertEqual(self.run_cell("quiet").reply["execution_count"], 2)

    def test_the_counter_can_be_asked_with_an_empty_silent_cell(self):
        self.runs("1", "2")
        cell = self.run_cell("", silent=True)
        self.assertEqual((cell.status, cell.reply["execution_count"]), ("ok", 2))

    def test_a_cell_that_is_not_stored_is_not_counted(self):
        self.runs("1")
        self.shows("'shown'", "'shown'", store_history=False)
        self.assertEqual(self.run_cell("2").reply["execution_count"], 2)

    def test_references_back(self):
        self.runs("'one'", "'two'")
        self.shows("[_, __]", "[ 'two', 'one' ]")
        self.shows("[_1, Out[2], In[1]]", "[ 'one', 'two', \"'one'\" ]")

    def test_the_latest_thousand_results_are_kept(self):
        self.runs("'first'", "var _2 = 'mine'", "'third'")
        for _ in range(999):
            self.kernel.send("0")
        self.shows("[Object.keys(Out).length, 1 in Out, typeof _1, _2, Out[3], _3]", "[ 1000, false, 'undefined', 'mine', 'third', 'third' ]")
        self.shows("[Object.keys(Out).length, 3 in Out, typeof _3, _1002, In[1]]", "[ 1000, false, 'undefined', 0, \"'first'\" ]")

    def test_after_a_reset_nothing_of_them_is_left(self):
        self.runs("'one'", "Out[77] = 'put there'", "%reset")
        number = self.run_cell("").reply["execution_count"]
        self.shows("[Object.keys(Out), _, __, ___, typeof _1, In.filter(Boolean).length]", "[ [], undefined, undefined, undefined, 'undefined', 1 ]")
        self.shows(f"_{number + 1}.length", "6")
        self.runs("const sleep = 5, display = 6, _ = 7, Out = 8", "%reset")
        self.shows("[typeof sleep, typeof display, typeof Out, _]", "[ 'function', 'function', 'object', undefined ]")

    def test_references_back_after_a_reset(self):
        self.runs("%reset")
        number = self.shows("'again'", "'again'").reply["execution_count"]
        self.shows("[_, In.length]", f"[ 'again', {number + 2} ]")

    # By the names of what they were given, those that the garbage collector took. %reset leaves these alone.
    WATCH = """
        {
          const taken: string[] = [], registry = new FinalizationRegistry((name: string) => taken.push(name))
          const tools = {
            watch: (name: string, value: object) => (registry.register(value, name), value),
            async collect(): Promise<string[]> {
              require('node:v8').setFlagsFromString('--expose-gc')
              const gc = require('node:vm').runInNewContext('gc')
              for (let n = 0; n < 5; n++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)) }
              return taken.sort()
            },
          }
          for (const [name, value] of Object.entries(tools)) Object.defineProperty(globalThis, name, { value })
        }
        undefined
    """

    def test_the_memory_of_results_is_given_back(self):
        self.runs(self.WATCH, "watch('a result', { big: new Array(1e5).fill(0) })", "var named = watch('a variable', {}); named")
        self.shows("await collect()", "[]")
        self.runs("%reset")
        self.shows("await collect()", "[ 'a result', 'a variable' ]")
        self.runs("watch('an old result', {})")
        for _ in range(1000):
            self.kernel.send("0")
        self.shows("await collect()", "[ 'a result', 'a variable', 'an old result' ]")


class Expressions(Dialogue):
    def test_are_evaluated_after_the_cell(self):
        cell = self.run_cell("let seen = 1", user_expressions={"a": "seen + 1", "b": "nowhere", "c": "let = ="})
        outcome = cell.reply["user_expressions"]
        self.assertEqual((outcome["a"]["status"], outcome["a"]["data"]["text/plain"]), ("ok", "2"))
        self.assertEqual((outcome["b"]["status"], outcome["b"]["ename"]), ("error", "ReferenceError"))
        self.assertEqual(outcome["c"]["status"], "error")
        self.assertRegex(outcome["c"]["ename"], SYNTAX)
        self.assertEqual(cell.status, "ok")

    def test_not_after_a_failure(self):
        cell = self.run_cell("throw new Error('x')", user_expressions={"a": "1"})
        self.assertEqual(cell.reply.get("user_expressions", {}), {})


class Queue(Dialogue):
    def test_after_an_error_the_queued_cells_are_not_run(self):
        kernel = self.kernel
        self.runs("let ran = 0")
        failing = kernel.send("await new Promise((r) => setTimeout(r, 100)); throw new Error('stop')")
        queued = [kernel.send("ran++") for _ in range(20)]
        info = kernel.channels.kernel_info()
        for request in queued:
            cell = kernel.finish(request)
            self.assertEqual(cell.status, "aborted")
            # Front ends would write it beside a cell that has not run.
            self.assertNotIn("execution_count", cell.reply)
            self.assertEqual([kind for kind, _ in cell.all()], ["status", "status"])
        self.assertEqual(kernel.finish(failing).error, "Error: stop")
        kernel.until(lambda: info in kernel.replies)
        self.shows("ran", "0")

    def test_without_stop_on_error_they_run(self):
        kernel = self.kernel
        kernel.send("await new Promise((r) => setTimeout(r, 50)); throw new Error('go on')", stop_on_error=False)
        self.assertEqual(kernel.finish(kernel.send("'ran'")).result, "'ran'")

    def test_a_silent_error_stops_nothing(self):
        kernel = self.kernel
        kernel.send("await new Promise((r) => setTimeout(r, 50)); throw new Error('quiet')", silent=True)
        self.assertEqual(kernel.finish(kernel.send("'ran'")).result, "'ran'")

    def test_a_syntax_error_stops_the_queue_too(self):
        kernel = self.kernel
        kernel.send("await new Promise((r) => setTimeout(r, 50))")
        bad = kernel.send("let = = 3")
        queued = kernel.send("'not run'")
        self.assertEqual(kernel.finish(queued).status, "aborted")
        self.assertRegex(kernel.finish(bad).error, SYNTAX)


class WhileACellRuns(Dialogue):
    """The main thread never runs user code, so everything else is answered."""

    def test_questions_are_answered_during_an_endless_loop(self):
        kernel = self.kernel
        endless = kernel.send("console.log('in'); while (true) {}")
        kernel.until(lambda: kernel.cell(endless).stdout)
        self.assertEqual(kernel.ask("kernel_info")["status"], "ok")
        self.assertEqual(kernel.ask("is_complete", "function f() {")["status"], "incomplete")
        self.assertEqual(kernel.ask("complete", "Math.hyp")["matches"], ["hypot"])
        self.assertEqual(kernel.ask("comm_info")["comms"], {})
        self.assertEqual(kernel.ask("history", hist_access_type="tail", n=1)["status"], "ok")
        kernel.interrupt()
        self.assertRegex(kernel.finish(endless).error, "^KeyboardInterrupt")


class Payloads(Dialogue):
    def test_page_opens_the_pager(self):
        cell = self.runs("page('a long text')")
        self.assertEqual(
            [(load["source"], load["data"]["text/plain"]) for load in cell.reply["payload"]], [("page", "a long text")]
        )

    def test_next_cell_is_proposed(self):
        cell = self.runs("nextCell('1 + 1')")
        self.assertEqual(cell.reply["payload"], [{"source": "set_next_input", "text": "1 + 1", "replace": False}])
        cell = self.runs("nextCell('2 + 2', { replace: true })")
        self.assertEqual(cell.reply["payload"], [{"source": "set_next_input", "text": "2 + 2", "replace": True}])


class Dispatch(Dialogue):
    def test_blocking_refuses_await_and_says_how_to_allow_it(self):
        self.runs("%dispatch blocking")
        try:
            cell = self.fails("const a = 1\nawait null", SYNTAX)
            self.assertRegex(cell.traceback, r":2:1")
            self.assertRegex(cell.traceback, "dispatch")
            self.shows("1 + 1", "2")
        finally:
            self.runs("%dispatch auto")
        self.shows("await 3", "3")

    def test_task_makes_every_cell_asynchronous(self):
        self.runs("%dispatch task")
        try:
            self.shows("let t = 1; t + 1", "2")
        finally:
            self.runs("%dispatch auto")
        self.shows("t", "1")
