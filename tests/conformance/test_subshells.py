"""Subshells (JEP 91): lanes of cells beside each other, in one namespace. They alternate where they await."""

import time

from dialogue import Dialogue, Kernel, plain

# `gate(name)` waits until `go(name, …)` has opened it; that waits until somebody stands there.
GATES = """
var gates = new Map<string, () => void>();
var turn = () => new Promise((resolve) => setImmediate(resolve));
function gate(name: string) { return new Promise<void>((resolve) => gates.set(name, resolve)); }
async function reached(...names: string[]) { for (const name of names) while (!gates.has(name)) await turn(); }
async function go(...names: string[]) {
  for (const name of names) { await reached(name); gates.get(name)!(); gates.delete(name); await turn(); await turn(); }
}
"""


class Subshells(Dialogue):
    def setUp(self):
        kernel = self.kernel
        kernel.run(GATES)
        for lane in kernel.control("list_subshell_request")["subshell_id"]:
            kernel.control("delete_subshell_request", subshell_id=lane)

    def lanes(self, count):
        return [self.kernel.create_subshell() for _ in range(count)]


class Asking(Subshells):
    def test_they_are_made_listed_and_deleted(self):
        kernel = self.kernel
        self.assertIn("kernel subshells", kernel.control("kernel_info_request")["supported_features"])
        before = kernel.control("list_subshell_request")
        self.assertEqual(before, {"status": "ok", "subshell_id": []})
        first, second = kernel.create_subshell(), kernel.create_subshell()
        self.assertEqual(kernel.control("list_subshell_request")["subshell_id"], [first, second])
        for lane in (first, second):
            self.assertEqual(kernel.control("delete_subshell_request", subshell_id=lane), {"status": "ok"})
        reply = kernel.control("delete_subshell_request", subshell_id=first)
        self.assertEqual((reply["status"], reply["ename"]), ("error", "UnknownSubshellError"))
        self.assertEqual(kernel.control("list_subshell_request")["subshell_id"], [])

    def test_a_hundred_of_them(self):
        kernel = self.kernel
        started = time.monotonic()
        lanes = [kernel.create_subshell() for _ in range(100)]
        requests = [kernel.send(f"{number}", subshell=lane) for number, lane in enumerate(lanes)]
        results = [kernel.finish(request).result for request in requests]
        self.assertEqual(results, [str(number) for number in range(100)])
        for lane in lanes:
            self.assertEqual(kernel.control("delete_subshell_request", subshell_id=lane)["status"], "ok")
        self.assertEqual(kernel.control("list_subshell_request")["subshell_id"], [])
        self.assertLess(time.monotonic() - started, 30)

    def test_one_that_is_not_there(self):
        cell = self.kernel.finish(self.kernel.send("1", subshell="nobody"))
        self.assertEqual((cell.status, cell.reply["ename"], len(cell.reply["traceback"])), ("error", "UnknownSubshellError", 1))


class BesideEachOther(Subshells):
    def test_they_alternate_where_they_await_and_share_everything(self):
        kernel, (lane,) = self.kernel, self.lanes(1)
        main = kernel.send("const given = await new Promise<string>((give) => { globalThis.give = give }); given")
        beside = kernel.finish(kernel.send("(globalThis as any).give('from the other'); var shared = 1; 'mine'", subshell=lane))
        self.assertEqual(plain(beside.result), "'mine'")
        ended = kernel.finish(main)
        self.assertEqual(plain(ended.result), "'from the other'")
        # Numbers are taken when a cell starts.
        self.assertEqual(beside.reply["execution_count"], ended.reply["execution_count"] + 1)
        number = beside.reply["execution_count"]
        self.assertEqual(plain(kernel.run(f"[_, __, Out[{number}], In[{number}].slice(-6), shared]").result), "[ 'from the other', 'mine', 'mine', \"'mine'\", 1 ]")
        history = kernel.ask("history", hist_access_type="range", start=number, stop=number + 1)["history"]
        self.assertIn("'mine'", history[0][2])

    def test_the_parent_of_what_it_causes_is_the_request_as_it_came(self):
        kernel, (lane,) = self.kernel, self.lanes(1)
        request = kernel.send("console.log(1); setTimeout(() => console.log(2), 30); 3", subshell=lane)
        cell = kernel.finish(request)
        kernel.until(lambda: kernel.cell(request).stdout == "1\n2\n")
        for message in [*cell.messages, kernel.replies[request]]:
            self.assertEqual(message["parent_header"]["subshell_id"], lane)
            self.assertNotIn("subshell_id", message["header"])

    def test_a_failure_aborts_what_waits_in_its_own(self):
        kernel, (lane,) = self.kernel, self.lanes(1)
        main = [kernel.send("await gate('main')"), kernel.send("'main goes on'")]
        own = [kernel.send("await gate('own'); throw new Error('own')", subshell=lane), kernel.send("1", subshell=lane)]
        kernel.finish(kernel.send("await go('own')", subshell=self.lanes(1)[0]))
        failed, aborted = [kernel.finish(request) for request in own]
        self.assertEqual((failed.error, aborted.status), ("Error: own", "aborted"))
        self.assertEqual(kernel.finish(kernel.send("await go('main'); 2", subshell=lane)).result, "2")
        self.assertEqual([kernel.finish(request).status for request in main], ["ok", "ok"])

    def test_what_each_shows_is_its_own(self):
        kernel, lanes = self.kernel, self.lanes(2)
        code = """
        const NAME_shown = display('NAME 1', { id: true } as never); console.group('NAME'); console.log('NAME 2');
        process.stderr.write('\\x1b[?25lNAME: 1\\n');
        await gate('NAME'); console.log('NAME 3'); process.stderr.write('\\x1b[1ANAME: 2\\n\\x1b[?25h');
        NAME_missing?
        setTimeout(() => console.log('NAME late'), 30);
        'NAME 4'"""
        requests = [kernel.send(code.replace("NAME", name), subshell=lane) for name, lane in zip("ab", lanes)]
        kernel.run("await go('a', 'b')")
        for name, request in zip("ab", requests):
            cell = kernel.finish(request)
            kernel.until(lambda: f"{name} late" in kernel.cell(request).stdout)
            self.assertEqual(plain(cell.result), f"'{name} 4'")
            other = "b" if name == "a" else "a"
            told = str([content for kind, content in kernel.cell(request).all() if kind not in ("status", "execute_input")])
            self.assertNotIn(f"{other} ", told)
            self.assertNotIn(f"{other}:", told)
            self.assertIn(f"{name}: 2", told)
            self.assertIn(f"Nothing is known of {name}_missing", told)

    def test_payloads_are_those_of_their_cell(self):
        kernel, lanes = self.kernel, self.lanes(2)
        code = "await gate('NAME'); page('page of NAME')"
        requests = [kernel.send(code.replace("NAME", name), subshell=lane) for name, lane in zip("ab", lanes)]
        kernel.run("await go('b', 'a')")
        for name, request in zip("ab", requests):
            (page,) = kernel.finish(request).reply["payload"]
            self.assertEqual((page["source"], plain(page["data"]["text/plain"])), ("page", f"page of {name}"))

    def test_each_is_answered_its_own_question(self):
        kernel, lanes = self.kernel, self.lanes(3)
        requests = [kernel.send(f"await input.async('{name}? ')", subshell=lane, allow_stdin=True) for name, lane in zip("ab", lanes)]
        code = "const lines = require('readline').createInterface({ input: process.stdin, output: process.stdout }); const said = await new Promise((r) => lines.question('c? ', r)); lines.close(); said"
        requests.append(kernel.send(code, subshell=lanes[2], allow_stdin=True))
        kernel.until(lambda: len(kernel.questions) == 3, what="three questions")
        # A front end says which question it answers.
        for question in reversed(kernel.questions):
            asker = requests.index(question["parent_header"]["msg_id"])
            reply = kernel.channels.session.msg("input_reply", {"value": f"to {asker}"}, parent=question)
            kernel.channels.stdin_channel.send(reply)
        kernel.questions.clear()
        self.assertEqual([plain(kernel.finish(request).result) for request in requests], ["'to 0'", "'to 1'", "'to 2'"])

    def test_nobody_answers_where_nobody_can(self):
        kernel, lanes = self.kernel, self.lanes(2)
        able = kernel.send("await input.async('able? ')", subshell=lanes[0], allow_stdin=True)
        kernel.until(lambda: kernel.questions, what="a question")
        unable = kernel.finish(kernel.send("await input.async('unable? ')", subshell=lanes[1]))
        self.assertIn("Asking for input needs somebody to answer", unable.error)
        kernel.answer("yes")
        self.assertEqual(plain(kernel.finish(able).result), "'yes'")

    def test_a_thousand_cells_over_eight(self):
        kernel, lanes = self.kernel, self.lanes(8)
        started = time.monotonic()
        requests = []
        for number in range(1000):
            code = f"console.log({number}); {'await turn();' if number % 3 else ''} {number} * 2"
            requests.append(kernel.send(code, subshell=lanes[number % 8]))
        for number, request in enumerate(requests):
            cell = kernel.finish(request, timeout=120)
            count = cell.reply["execution_count"]
            kinds = [kind for kind, content in cell.all() if kind != "status" or content["execution_state"] != "busy"]
            self.assertEqual(kinds, ["execute_input", "stream", "execute_result", "status"])
            self.assertEqual((cell.stdout, plain(cell.result), cell.status), (f"{number}\n", str(number * 2), "ok"))
            before = requests[number - 8] if number >= 8 else None
            # In its lane each waits for the one before it.
            if before:
                self.assertLess(kernel.cell(before).reply["execution_count"], count)
        self.assertLess(time.monotonic() - started, 120)


# How a cell declares x; its letter is what tells whose it is.
DECLARATIONS = {
    "let": "let x = 'L'",
    "const": "const x = 'L'",
    "function": "function x() { return 'L' }",
    "class": "class x { static is = 'L' }",
    "enum": "enum x { is = 'L' }",
    "import": "import { L as x } from 'data:text/javascript,export const A = `A`, B = `B`'",
}
# From the beginning of their cell; an import is waited for.
HOISTED = ("function", "import")
WHOSE = "(typeof x === 'string' ? x : typeof x === 'function' && !('is' in x) ? x() : (x as any)?.is)"


class DeclaringOneName(Subshells):
    """Two cells that run beside each other and declare one name: whoever comes to its declaration last has it."""

    def declare(self, kind, letter, name, fails):
        code = DECLARATIONS[kind].replace("L", letter)
        failure = "throw new Error('halfway'); " if fails else ""
        body = f"await gate('{letter}1'); {failure}{code}\nawait gate('{letter}2'); '{letter}'"
        return body.replace("x", name) if kind != "import" else body.replace(" x ", f" {name} ")

    def overlap(self, name, kinds, order, failing, lanes):
        """Returns whose the name is afterwards, and whether it is a constant."""
        kernel = self.kernel
        requests = []
        for letter, kind, lane in zip("AB", kinds, lanes):
            requests.append(kernel.send(self.declare(kind, letter, name, letter == failing), subshell=lane))
            # Whatever is hoisted is there in the order in which they began.
            kernel.finish(kernel.send(f"await reached('{letter}1')", silent=True))
        done = [f"{letter}1" if letter in made else f"{letter}2" for made, letter in steps(order)]
        done = [gate for gate in done if gate != f"{failing}2"]
        kernel.run(f"await go({str(done)[1:-1]})")
        for letter, request in zip("AB", requests):
            cell = kernel.finish(request)
            self.assertEqual(cell.status, "error" if letter == failing else "ok", (cell.errors, kinds, order))
        whose = kernel.run(f"try {{ {WHOSE.replace('x', name).replace('a' + name, 'ax')} }} catch (error) {{ error.name }}").result
        return plain(whose)

    def test_every_pair_in_every_order(self):
        kernel, lanes = self.kernel, self.lanes(2)
        count = 0
        for first in DECLARATIONS:
            for second in DECLARATIONS:
                kinds = (first, second)
                for order in ("ABab", "ABba", "BAab", "BAba", "AaBb", "BbAa"):
                    for failing in (None, "A", "B") if order in ("ABba", "AaBb") else (None,):
                        count += 1
                        made = [letter for letter, kind in zip("AB", kinds) if kind in HOISTED]
                        made += [step for step in order if step in "AB" and kinds["AB".index(step)] not in HOISTED and step != failing]
                        whose = self.overlap(f"x{count}", kinds, order, failing, lanes)
                        self.assertEqual(whose, f"'{made[-1]}'", (kinds, order, failing))
        self.assertEqual(kernel.run("1").result, "1")

    def test_what_is_interrupted_is_as_it_was_and_what_is_left_of_it_changes_nothing(self):
        kernel, lanes = self.kernel, self.lanes(2)
        kernel.run("let kept = 'before'")
        requests = [kernel.send(f"await gate('{letter}1'); {code}; '{letter}'", subshell=lane) for letter, code, lane in zip("AB", ("const kept = 'A', fresh = 1", "class kept {}; let fresh = 2"), lanes)]
        kernel.run("await reached('A1', 'B1')")
        third = kernel.create_subshell()
        kernel.interrupt()
        for request in requests:
            self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
        waiting = kernel.send("await gate('C1'); let kept = 'C'; kept", subshell=third)
        result = kernel.run("await reached('C1'); await go('A1', 'B1'); [kept, typeof fresh]").result
        self.assertEqual(plain(result), "[ 'before', 'undefined' ]")
        kernel.run("await go('C1')")
        self.assertEqual(plain(kernel.finish(waiting).result), "'C'")
        self.assertEqual(plain(kernel.run("kept = 'again'; kept").result), "'again'")

    def test_one_is_interrupted_by_an_error_of_its_own_while_the_other_goes_on(self):
        kernel, (lane,) = self.kernel, self.lanes(1)
        counting = kernel.send("let count = 0; for (let i = 0; i < 3; i++) { await gate('count'); count++ } count", subshell=lane)
        kernel.run("await go('count')")
        other = kernel.send("await gate('B1'); throw new Error('halfway'); const count = -1")
        kernel.finish(kernel.send("await go('count', 'B1', 'count')", subshell=self.lanes(1)[0]))
        self.assertEqual(kernel.finish(other).error, "Error: halfway")
        self.assertEqual([kernel.finish(counting).result, kernel.run("count").result], ["3", "3"])

    def test_a_name_that_another_has_not_come_to_has_no_type(self):
        kernel, (lane,) = self.kernel, self.lanes(1)
        # An enum takes the other way through the compiler.
        for kind, code in (("let", ""), ("class", "enum OfThis { a }; ")):
            other = kernel.send(f"await gate('typed'); {DECLARATIONS[kind].replace('x', 'typed' + kind)}", subshell=lane)
            kernel.run("await reached('typed')")
            asked = kernel.run(f"{code}var ask{kind} = () => typeof typed{kind}; ask{kind}()")
            self.assertEqual((asked.error, plain(asked.result or "")), (None, "'undefined'"))
            kernel.run("await go('typed')")
            self.assertEqual(kernel.finish(other).status, "ok")
            self.assertEqual(plain(kernel.run(f"[ask{kind}(), typeof typed{kind}] + ''").result), {"let": "'string,string'", "class": "'function,function'"}[kind])

    def test_both_forget_all_names(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        kernel.run("globalThis.opened = {}; const old = 1")
        lanes = [kernel.create_subshell() for _ in range(2)]
        code = "let mine_N = 'before'; await new Promise((r) => { (globalThis as any)['open_N'] = r });\n%reset\nlet late_N = 'N'; late_N"
        requests = [kernel.send(code.replace("N", letter), subshell=lane) for letter, lane in zip("AB", lanes)]
        kernel.run("while (!(globalThis as any).open_A || !(globalThis as any).open_B) await new Promise((r) => setTimeout(r, 1)); const both = [(globalThis as any).open_A, (globalThis as any).open_B]; for (const open of both) open()")
        self.assertEqual([plain(kernel.finish(request).result) for request in requests], ["'A'", "'B'"])
        self.assertEqual(plain(kernel.run("[typeof old, typeof mine_A, typeof mine_B, late_B]").result), "[ 'undefined', 'undefined', 'undefined', 'B' ]")

    def test_types_know_whose_it_is(self):
        kernel = Kernel(types="wait")
        self.addCleanup(kernel.close)
        kernel.run(GATES)
        lanes = [kernel.create_subshell() for _ in range(2)]
        first = kernel.send("await gate('A1'); let mixed = 'text'", subshell=lanes[0])
        kernel.run("await reached('A1')")
        second = kernel.send("await gate('B1'); let mixed = 1", subshell=lanes[1])
        kernel.run("await go('B1', 'A1')")
        for request in (first, second):
            self.assertEqual(kernel.finish(request).warnings, "")
        self.assertEqual(kernel.run("mixed.toUpperCase()").warnings, "")
        self.assertIn("toFixed", kernel.run("mixed.toFixed").warnings)


def steps(order):
    """`ABab`: A and B come to their declarations, then to their ends; as (what is declared by then, whose step)."""
    return [("AB" if step in "AB" else "", step.upper()) for step in order]


class Ending(Subshells):
    def test_an_interrupt_stops_what_runs_in_all_of_them(self):
        kernel, lanes = self.kernel, self.lanes(3)
        waiting = kernel.send("await gate('never')")
        asking = kernel.send("await input.async('? ')", subshell=lanes[0], allow_stdin=True)
        sleeping = kernel.send("await sleep(60_000)", subshell=lanes[1])
        kernel.until(lambda: kernel.questions, what="a question")
        kernel.questions.clear()
        behind = kernel.send("1", subshell=lanes[1])
        looping = kernel.send("console.log('on');\nfor (;;);", subshell=lanes[2])
        kernel.until(lambda: kernel.cell(looping).stdout, what="the loop")
        kernel.interrupt()
        for request in (waiting, asking, sleeping, looping):
            self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
        self.assertEqual(kernel.finish(behind).status, "aborted")
        # Each says where it was, not where another one was.
        for request in (waiting, asking, sleeping):
            self.assertNotIn("for (;;)", kernel.cell(request).traceback)
        self.assertEqual(kernel.run("1 + 1").result, "2")

    def test_an_interrupt_that_a_wait_threw_into_one_stops_the_others_too(self):
        kernel, (lane,) = self.kernel, self.lanes(1)
        waiting = kernel.send("await gate('never')", subshell=lane)
        catching = kernel.send("let caught; console.log('on'); try { sleep(60_000); } catch (error) { caught = error.name } caught")
        kernel.until(lambda: kernel.cell(catching).stdout, what="the sleep")
        kernel.interrupt()
        self.assertEqual(plain(kernel.finish(catching).result), "'KeyboardInterrupt'")
        self.assertRegex(kernel.finish(waiting).error, "^KeyboardInterrupt")

    def test_a_person_stops_one_of_them(self):
        kernel, lanes = self.kernel, self.lanes(2)
        main, other = kernel.send("await gate('main')"), kernel.send("await gate('other'); 'went on'", subshell=lanes[0])
        kernel.finish(kernel.send("await reached('main', 'other')", subshell=lanes[1]))
        listed = kernel.finish(kernel.send("%bg", subshell=lanes[1])).stdout
        numbers = {line.split("'")[1]: line.split("]")[0][1:] for line in listed.splitlines()}
        self.assertEqual(set(numbers), {"main", "other"})
        kernel.finish(kernel.send(f"%bg stop {numbers['main']}", subshell=lanes[1]))
        self.assertRegex(kernel.finish(main).error, "^KeyboardInterrupt: the cell was stopped")
        kernel.run("await go('other')")
        self.assertEqual(plain(kernel.finish(other).result), "'went on'")

    def test_one_that_is_deleted_answers_all_that_it_was_asked(self):
        kernel = self.kernel
        lane = kernel.create_subshell()
        running = kernel.send("await gate('deleted'); 'to the end'", subshell=lane)
        waiting = [kernel.send("1", subshell=lane) for _ in range(3)]
        kernel.run("await reached('deleted')")
        # The answer does not wait for what runs there.
        self.assertEqual(kernel.control("delete_subshell_request", subshell_id=lane), {"status": "ok"})
        self.assertEqual([kernel.finish(request).status for request in waiting], ["aborted"] * 3)
        kernel.run("await go('deleted')")
        self.assertEqual(plain(kernel.finish(running).result), "'to the end'")

    def test_a_comm_is_heard_while_another_cell_awaits(self):
        kernel, lanes = self.kernel, self.lanes(2)
        kernel.run("comms.register('echo', (comm) => { comm.onMessage((message) => { comm.send({ heard: message.data }) }) })")
        kernel.send("await gate('comm')")
        busy = kernel.send("await gate('comm 2')", subshell=lanes[1])
        opened = kernel.send_on("shell", "comm_open", {"comm_id": "c", "target_name": "echo", "data": {}}, subshell=lanes[0])
        kernel.send_on("shell", "comm_msg", {"comm_id": "c", "data": {"n": 1}}, subshell=lanes[0])
        kernel.until(lambda: any(kind == "comm_msg" for cell in list(kernel.published) for kind, _ in kernel.cell(cell).all()), what="the echo")
        self.assertTrue(kernel.cell(opened).idle)
        self.assertNotIn(busy, kernel.replies)
        kernel.finish(kernel.send("await go('comm', 'comm 2')", subshell=lanes[0]))

    def test_they_end_with_the_kernel(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        kernel.run(GATES)
        lanes = [kernel.create_subshell() for _ in range(2)]
        requests = [kernel.send("await gate('end')", subshell=lane) for lane in lanes]
        requests += [kernel.send("1", subshell=lane) for lane in lanes]
        kernel.run("await reached('end')")
        kernel.control("shutdown_request", restart=False)
        kernel.until(lambda: all(request in kernel.replies for request in requests), what="their replies")
        self.assertEqual({kernel.replies[request]["content"]["status"] for request in requests[2:]}, {"aborted"})

