"""The language server of a running kernel: a comm, whose messages are those of the Language Server Protocol."""

from dialogue import Dialogue
from editor import Editor, Refused


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


class Ends(Dialogue):
    def test_a_client_that_takes_its_leave_has_its_comm_closed(self):
        editor = Editor(self.kernel)
        editor.ask("shutdown", {})
        editor.notify("exit", {})
        editor.until(editor.is_closed)
