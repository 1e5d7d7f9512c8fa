"""The language server of a running kernel: a comm, whose messages are those of the Language Server Protocol."""

import tempfile
import time
from pathlib import Path

from dialogue import Dialogue, Kernel
from editor import Editor, Refused, eventually


class Answers(Dialogue):
    def test_a_front_end_is_told_what_is_wrong_and_what_names_are(self):
        editor = Editor(self.kernel)
        self.assertIn("completionProvider", editor.capabilities)
        editor.open("const a = 1", "const b: string = a")
        self.assertEqual(editor.told(1), ["Type 'number' is not assignable to type 'string'."])
        self.assertIn("const a: 1", editor.hover(1, "a"))
        editor.edit(1, "const b: number = a")
        self.assertEqual(editor.told(1), [])
        editor.close()

    def test_answers_come_while_a_cell_runs_whichever_channel_they_are_asked_on(self):
        self.kernel.run("const started1 = 1")
        for channel in ("control", "shell"):
            editor = Editor(self.kernel, channel)
            editor.open("const a = [1]", "a")
            running = self.kernel.send("for (;;) {}")
            self.kernel.until(lambda: self.kernel.cell(running).messages, what="the cell")
            self.assertIn("const a: number[]", editor.hover(1, "a"))
            self.assertFalse(self.kernel.ended(running))
            self.kernel.interrupt()
            self.kernel.finish(running)
            asking = self.kernel.send("input('name? ')", allow_stdin=True)
            self.kernel.until(lambda: self.kernel.questions, what="the question")
            # While input() waits, the front end goes on typing.
            editor.edit(0, "const a = 'x'")
            self.assertIn('const a: "x"', editor.hover(1, "a"))
            self.kernel.answer("Ada")
            self.assertEqual(self.kernel.finish(asking).result, "'Ada'")
            # Another client opens a comm while a cell runs.
            running = self.kernel.send("for (;;) {}")
            self.kernel.until(lambda: self.kernel.cell(running).messages, what="the cell")
            other = Editor(self.kernel, channel)
            self.assertFalse(self.kernel.ended(running))
            self.kernel.interrupt()
            self.kernel.finish(running)
            other.close()
            editor.close()

    def test_each_message_has_its_busy_and_its_idle_and_what_comes_is_of_no_cell(self):
        editor = Editor(self.kernel)
        editor.open("const a = 1")
        editor.told(0)
        for message in editor.sent:
            self.kernel.until(lambda: self.kernel.cell(message).idle, what="the idle of a comm's message")
            states = [content["execution_state"] for _, content in self.kernel.cell(message).all()]
            self.assertEqual(states, ["busy", "idle"])
        parents = {
            message["parent_header"].get("msg_id")
            for message in editor.published()
            if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == editor.comm
        }
        self.assertEqual(parents, {None})
        editor.close()

    def test_two_clients_have_documents_of_their_own(self):
        one, two = Editor(self.kernel), Editor(self.kernel.client)
        one.open("const a = 1", "a")
        two.open("const a = 'x'", "a")
        self.assertIn("const a: 1", one.hover(1, "a"))
        self.assertIn('const a: "x"', two.hover(1, "a"))
        comms = self.kernel.ask("comm_info", target_name="tskernel.lsp")["comms"]
        self.assertLessEqual({one.comm, two.comm}, set(comms))
        one.close()
        self.assertIn('const a: "x"', two.hover(1, "a"))
        two.close()
        comms = self.kernel.ask("comm_info", target_name="tskernel.lsp")["comms"]
        self.assertFalse({one.comm, two.comm} & set(comms))


class LiveValues(Dialogue):
    """What cells left that ran: their names where the document declares none, and their values where the name means that one."""

    def setUp(self):
        self.editor = Editor(self.kernel)

    def tearDown(self):
        self.editor.close()
        super().tearDown()

    def test_a_name_that_no_cell_above_declares_is_the_one_that_cells_left(self):
        self.kernel.run("const left1: number = 41 + 1")
        self.editor.open("const x1: string = left1")
        self.assertEqual(self.editor.told(0), ["Type 'number' is not assignable to type 'string'."])
        self.editor.open("left2.toFixed()")
        self.assertEqual(self.editor.told(0), ["Cannot find name 'left2'. Did you mean left1?"])
        self.kernel.run("const left2 = 1")
        self.assertEqual(eventually(lambda: self.editor.told(0), []), [])
        self.kernel.run("const left2 = 'x'")
        wanted = ["Property 'toFixed' does not exist on type '\"x\"'. Did you mean 'fixed'?"]
        self.assertEqual(eventually(lambda: self.editor.told(0), wanted), wanted)

    def test_a_hover_shows_the_value_that_the_name_means(self):
        self.editor.open("const rows2 = [1, 2, 3].map((id) => ({ id }))", "rows2.length")
        self.assertNotIn("array of 3", self.editor.hover(1, "rows2"))
        self.editor.run(0)
        self.assertIn("```\nrows2: array of 3\n[ { id: 1 }, { id: 2 }, { id: 3 } ]\n```", self.editor.hover(1, "rows2"))
        # Where it is declared, too.
        self.assertIn("array of 3", self.editor.hover(0, "rows2"))
        # A text that has not run means another value, until it is again what ran.
        self.editor.edit(0, "const rows2 = [1, 2, 3].map((id) => ({ id }));")
        self.assertNotIn("array of 3", self.editor.hover(1, "rows2"))
        self.editor.edit(0, "const rows2 = [1, 2, 3].map((id) => ({ id }))")
        self.assertIn("array of 3", self.editor.hover(1, "rows2"))
        # So does a nearer declaration.
        self.editor.edit(1, "const rows2 = 1; rows2.toFixed()")
        self.assertNotIn("array of 3", self.editor.hover(1, "rows2.toFixed"))

    def test_a_local_name_and_the_same_text_elsewhere_have_no_value(self):
        self.editor.open("let v3 = 'text3'", "let v3 = 'text3'", "v3", "function f3(v3: string) { return v3.length }")
        self.editor.run(0)
        # The second cell declares it anew, and has not run.
        self.assertNotIn("'text3'\n```", self.editor.hover(2, "v3"))
        self.editor.run(1)
        self.assertIn("v3: string\n'text3'", self.editor.hover(2, "v3"))
        self.assertNotIn("'text3'", self.editor.hover(3, "v3.length"))

    def test_no_getter_runs(self):
        self.editor.open("const sly4 = { get a() { ran4++; return 1 }, b: 2 }; let ran4 = 0", "sly4", "(sly4 as any).a")
        self.editor.run(0)
        self.assertIn("b: 2", self.editor.hover(1, "sly4"))
        self.editor.hover(2, "a")
        self.assertIn("b", self.editor.complete(2, "any)."))
        self.assertEqual(self.kernel.run("ran4").result, "0")

    def test_what_has_no_type_is_completed_by_its_value(self):
        self.editor.open("const data5: any = { items: [{ price: 1 }], name: 'x' }", "data5.", "data5.items[0].")
        self.assertEqual(self.editor.complete(1, "data5."), [])
        self.editor.run(0)
        self.assertEqual(self.editor.complete(1, "data5."), ["items", "name"])
        self.assertEqual(self.editor.complete(2, "[0]."), ["price"])

    def test_while_a_cell_computes_types_answer_alone_and_nobody_waits(self):
        self.editor.open("const a6: any = { member6: 1 }", "a6.")
        self.editor.run(0)
        running = self.kernel.send("for (;;) {}")
        self.kernel.until(lambda: self.kernel.cell(running).messages, what="the cell")
        self.assertIn("const a6: any", self.editor.hover(1, "a6"))
        self.assertEqual(self.editor.complete(1, "a6."), [])
        self.assertFalse(self.kernel.ended(running))
        self.kernel.interrupt()
        self.kernel.finish(running)
        self.assertIn("member6", self.editor.hover(1, "a6"))
        # One that awaits leaves the thread to whoever asks.
        waiting = self.kernel.send("await new Promise((resolve) => { globalThis.go6 = resolve })")
        self.kernel.until(lambda: self.kernel.cell(waiting).messages, what="the cell")
        self.assertEqual(self.editor.complete(1, "a6."), ["member6"])
        self.kernel.interrupt()
        self.kernel.finish(waiting)

    def test_reset_forgets_names(self):
        self.kernel.run("const gone7 = 1")
        self.editor.open("gone7.toFixed()")
        self.assertEqual(self.editor.told(0), [])
        self.kernel.run("%reset")
        wanted = ["Cannot find name 'gone7'."]
        self.assertEqual(eventually(lambda: self.editor.told(0), wanted), wanted)

    def test_a_magic_that_a_cell_added_is_known(self):
        self.editor.open("%shout8 hello")
        self.assertEqual(len(self.editor.told(0)), 1)
        self.kernel.run("magics.line('shout8', (text: string) => text.toUpperCase())")
        self.assertEqual(eventually(lambda: self.editor.told(0), []), [])


    def test_a_package_that_a_cell_installs_is_there(self):
        directory = Path(tempfile.mkdtemp())
        package, notebook = directory / "nine", directory / "notebook"
        package.mkdir()
        notebook.mkdir()
        (notebook / "package.json").write_text("{}")
        (package / "package.json").write_text('{ "name": "nine", "version": "1.0.0", "types": "index.d.ts" }')
        (package / "index.d.ts").write_text("export declare const nine9: 9;")
        kernel = Kernel(cwd=str(notebook))
        self.addCleanup(kernel.close)
        editor = Editor(kernel)
        editor.open("import { nine9 } from 'nine'; nine9")
        self.assertEqual(editor.told(0), ["nine is not installed: %npm install nine"])
        self.assertEqual(kernel.run(f"%npm install {package}").error, None)
        self.assertEqual(eventually(lambda: editor.told(0), []), [])
        self.assertIn("nine9: 9", editor.hover(0, "nine9"))


class BadInput(Dialogue):
    def test_what_is_no_json_rpc_is_told_so(self):
        editor = Editor(self.kernel)
        for data in (
            {},
            {"jsonrpc": "1.0", "id": 1, "method": "shutdown"},
            {"jsonrpc": "2.0"},
            {"jsonrpc": "2.0", "id": {}, "method": "shutdown"},
            {"jsonrpc": "2.0", "id": 1, "method": 3},
            {"jsonrpc": "2.0", "id": 1, "method": "shutdown", "params": "x"},
            [],
            None,
            "x",
        ):
            before = len(editor.messages())
            editor.send(data)
            editor.until(lambda: len(editor.messages()) > before)
            self.assertEqual(editor.messages()[-1]["error"]["code"], -32600, data)
        self.assertEqual(self.kernel.run("1 + 1").result, "2")
        editor.close()

    def test_an_unknown_method_is_told_so(self):
        editor = Editor(self.kernel)
        with self.assertRaises(Refused) as refused:
            editor.ask("textDocument/fly", {})
        self.assertEqual(refused.exception.code, -32601)
        editor.notify("textDocument/fly", {})
        editor.open("const a = 1")
        self.assertEqual(editor.told(0), [])
        editor.close()


    def test_wrong_parameters_are_named(self):
        editor = Editor(self.kernel)
        editor.open("const a = 1")
        document = {"uri": editor.cells[0]}
        wrong = [
            ("textDocument/hover", {}),
            ("textDocument/hover", {"textDocument": document}),
            ("textDocument/hover", {"textDocument": document, "position": {"line": -1, "character": 0}}),
            ("textDocument/hover", {"textDocument": document, "position": {"line": "x", "character": 0}}),
            ("textDocument/completion", {"textDocument": {"uri": 5}, "position": {"line": 0, "character": 0}}),
            ("textDocument/rename", {**editor.place(0, "a"), "newName": None}),
            ("textDocument/codeAction", {"textDocument": document, "range": {}, "context": {"diagnostics": []}}),
            ("textDocument/semanticTokens/full", {}),
            ("completionItem/resolve", {}),
            ("initialize", {}),
            ("textDocument/hover", []),
        ]
        for method, params in wrong:
            with self.assertRaises(Refused, msg=f"{method} {params}") as refused:
                editor.ask(method, params)
            self.assertEqual(refused.exception.code, -32602, f"{method} {params} {refused.exception}")
        # Places that are not there are no error.
        far = {"textDocument": document, "position": {"line": 10**9, "character": 10**9}}
        self.assertIsNone(editor.ask("textDocument/hover", far))
        self.assertIsNone(editor.ask("textDocument/hover", {**far, "textDocument": {"uri": "file:///gone"}}))
        editor.close()

    def test_notices_that_cannot_be_carried_out_are_left_out(self):
        editor = Editor(self.kernel)
        editor.open("const a = 1")
        notebook = {"uri": editor.notebook, "version": 9}
        for method, params in [
            ("notebookDocument/didOpen", {}),
            ("notebookDocument/didOpen", {"notebookDocument": {"uri": "file:///x"}, "cellTextDocuments": [{"uri": "file:///x#1"}]}),
            ("notebookDocument/didChange", {"notebookDocument": notebook, "change": {"cells": {"textContent": [{}]}}}),
            ("notebookDocument/didChange", {"notebookDocument": notebook, "change": {"cells": {"structure": {"array": {"start": -1}}}}}),
            ("notebookDocument/didChange", {"notebookDocument": {"uri": "file:///unknown"}, "change": {"cells": {}}}),
            # Behind the end, and a cell that was never opened.
            ("notebookDocument/didChange", {"notebookDocument": notebook, "change": {"cells": {"structure": {"array": {"start": 99, "deleteCount": 99, "cells": [{"kind": 2, "document": "file:///never"}]}}}}}),
            ("notebookDocument/didClose", {"notebookDocument": {"uri": "file:///unknown"}, "cellTextDocuments": []}),
            ("textDocument/didChange", {"textDocument": {"uri": "file:///unknown"}, "contentChanges": []}),
            ("textDocument/didOpen", {"textDocument": {}}),
            ("workspace/didChangeConfiguration", {"settings": 5}),
            ("workspace/didChangeWatchedFiles", {"changes": 5}),
            ("$/cancelRequest", {}),
            ("$/setTrace", {"value": 5}),
            ("initialized", {}),
        ]:
            editor.notify(method, params)
        self.assertIn("const a: 1", editor.hover(0, "a"))
        editor.open("const b: string = 1")
        self.assertEqual(len(editor.told(0)), 1)
        editor.close()

    def test_a_text_that_is_too_long_is_said_to_be(self):
        editor = Editor(self.kernel)
        editor.open("const a = 1", "const long = [" + "1, " * 1_000_000 + "]", "a; long")
        self.assertEqual(editor.told(1), ["This text is too long to be checked while it is typed."])
        with self.assertRaises(Refused) as refused:
            editor.hover(1, "long")
        self.assertEqual(refused.exception.code, -32803)
        self.assertIn("const a: 1", editor.hover(2, "a"))
        editor.close()


class Ends(Dialogue):
    def test_a_client_that_takes_its_leave_has_its_comm_closed(self):
        editor = Editor(self.kernel)
        editor.ask("shutdown", {})
        editor.notify("exit", {})
        editor.until(editor.is_closed)

    def test_a_comm_that_was_closed_is_nobodys(self):
        editor = Editor(self.kernel)
        editor.close()
        editor.request("textDocument/hover", {})
        self.assertEqual(self.kernel.run("1 + 1").result, "2")
        self.assertEqual([m for m in editor.messages() if m.get("id") == editor.requests], [])

    def test_a_comm_that_is_opened_again_begins_anew(self):
        editor = Editor(self.kernel)
        editor.open("const a = 1")
        self.assertEqual(editor.told(0), [])
        editor.open_comm()
        editor.ask("initialize", {"capabilities": {}})
        self.assertIsNone(editor.ask("textDocument/hover", editor.place(0, "a")))
        editor.close()

    def test_after_a_restart_a_front_end_begins_anew(self):
        kernel = self.kernel
        editor = Editor(kernel)
        editor.open("const a = 1")
        self.assertEqual(editor.told(0), [])
        kernel.manager.restart_kernel(now=False)
        kernel.client.close()
        kernel.client = kernel.connect()
        other = Editor(kernel)
        other.open("const a: string = 1")
        self.assertEqual(len(other.told(0)), 1)

    def test_cells_that_have_to_be_compiled_there_run_while_it_works(self):
        """The language worker compiles what has to be emitted: that goes before everything that the server does."""
        editor = Editor(self.kernel)
        editor.open("const a = 1", SLOW)
        time.sleep(0.5)
        self.assertEqual(editor.client.run("enum Colour9 { red = 7 }; Colour9.red").result, "7")
        told = [message["params"]["uri"] for message in editor.messages() if "diagnostics" in message.get("params", {})]
        self.assertNotIn(editor.cells[1], told)
        editor.close()


class Warnings(Dialogue):
    """What a front end shows where a cell is typed is not printed under the cell a second time."""

    fresh = True

    @property
    def kernel(self):
        if self._kernel is None:
            self._kernel = Kernel(types="warn")
        return self._kernel

    def warned(self, cell):
        """What is shown under a cell, once the check of a later one has come."""
        later = self.kernel.run("const later: number = 'x'", answers=[])
        self.kernel.until(lambda: later.warnings, what="the check of a later cell")
        return cell.warnings

    def test_a_front_end_that_shows_them(self):
        editor = Editor(self.kernel, capabilities=SHOWS)
        editor.open("const n: number = 'x'; n", "const m: number = 'y'; m")
        self.assertEqual(len(editor.told(0)), 1)
        ran = editor.run(0, answers=[])
        self.assertEqual(self.warned(ran), "")
        # The text that ran is not there yet: it is on its way.
        editor.texts[editor.cells[1]] = "const m: number = 'z'; m"
        self.assertEqual(self.warned(editor.run(1, answers=[])), "")
        # A console shows none of its own, nor does a program, which also finds them as data.
        self.assertIn("TS2322", self.warned(self.kernel.run("const k: number = 'x'; k", answers=[])))
        program = editor.run(0)
        self.assertIn("TS2322", self.warned(program))
        self.assertEqual(len(program.diagnostics), 1)
        editor.run(1, answers=[])
        # After it has gone, all is as it was.
        editor.close()
        self.assertIn("TS2322", self.warned(editor.run(0, answers=[])))

    def test_what_only_the_kernel_finds_is_shown(self):
        """It ran out of order: here the name is the one that a cell below has left."""
        editor = Editor(self.kernel, capabilities=SHOWS)
        editor.open("const v1 = 1", "const w1: number = v1\n\n\n\nconst w2: string = 1", "var v1 = 'x'")
        self.assertEqual(len(editor.told(1)), 1)
        editor.run(2, answers=[])
        warnings = self.warned(editor.run(1, answers=[]))
        self.assertIn("const w1", warnings)
        self.assertNotIn("const w2", warnings)

    def test_types_says_so(self):
        editor = Editor(self.kernel, capabilities=SHOWS)
        editor.open("%types warn\nconst n: number = 'x'; n", "const m: number = 'y'; m")
        editor.told(1)
        self.assertIn("TS2322", self.warned(editor.run(0, answers=[])))
        self.assertIn("TS2322", self.warned(editor.run(1, answers=[])))

    def test_a_front_end_that_does_not_show_them(self):
        editor = Editor(self.kernel)
        editor.open("const n: number = 'x'; n")
        editor.told(0)
        self.assertIn("TS2322", self.warned(editor.run(0, answers=[])))


SHOWS = {"textDocument": {"publishDiagnostics": {}}}

# Statements at which the checker works for seconds.
SLOW = """type Many<N extends number, L extends unknown[] = []> = L['length'] extends N ? L : Many<N, [...L, 0]>;
""" + "\n".join(f"const t{index}: string = {{}} as Many<{500 + index}>;" for index in range(400))


class Cancelling(Dialogue):
    def test_a_request_is_given_up_at_its_cancellation_and_when_the_text_changes(self):
        editor = Editor(self.kernel)
        editor.open("const a = 1", SLOW, "a")
        ask = lambda: editor.request("textDocument/diagnostic", {"textDocument": {"uri": editor.cells[1]}})
        request = ask()
        time.sleep(0.3)
        editor.notify("$/cancelRequest", {"id": request})
        with self.assertRaises(Refused) as refused:
            editor.answer(request)
        self.assertEqual(refused.exception.code, -32800)
        request = ask()
        time.sleep(0.3)
        editor.edit(1, "const b = a")
        with self.assertRaises(Refused) as refused:
            editor.answer(request)
        self.assertEqual(refused.exception.code, -32801)
        self.assertIn("const b: 1", editor.hover(1, "b"))
        editor.close()
