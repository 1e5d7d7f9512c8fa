"""The thread of the types goes when nobody uses it, and comes back: a person sees that nothing is forgotten."""

import time
import unittest
from pathlib import Path

from dialogue import Dialogue, Kernel
from editor import Editor


@unittest.skipUnless(Path("/proc/self/task").exists(), "counts threads in /proc")
class Rest(Dialogue):
    @classmethod
    def setUpClass(cls):
        cls._kernel = Kernel(types="warn", env={"TSKERNEL_REST": "1"})
        # Node starts the threads of its pool when they are first needed: here, so that none begins while threads are counted.
        cls._kernel.finish(
            cls._kernel.send(
                "await Promise.all(Array.from({ length: 8 }, () => crypto.subtle.digest('SHA-512', new Uint8Array(2 ** 24)))); 1",
                allow_stdin=True,
            )
        )
        cls._kernel.ask("inspect", "globalThis", 5)
        awake = cls.threads()
        cls._kernel.until(lambda: cls.threads() < awake, what="the thread to go")
        cls._at_rest = cls.threads()

    @classmethod
    def threads(cls):
        return len(list(Path(f"/proc/{cls._kernel.manager.provisioner.pid}/task").iterdir()))

    def rests(self):
        """Waits until the thread is gone, where the types have been asked for."""
        self.kernel.ask("inspect", "globalThis", 5)
        self.kernel.until(lambda: self.threads() <= self._at_rest, what="the thread to go")

    def completed(self, code):
        return self.kernel.ask("complete", code, len(code))["matches"]

    def inspected(self, code, words):
        """While types are read again a value may answer alone: then the next look has the type."""
        text = lambda: self.kernel.ask("inspect", code, len(code))["data"]["text/plain"]
        self.kernel.until(lambda: words in text(), what=words)

    def warned(self, code, words):
        request = self.kernel.send(code, allow_stdin=True)
        self.kernel.finish(request)
        self.kernel.until(lambda: words in self.kernel.cell(request).warnings, what="the warning")

    def test_names_and_their_types_are_there_afterwards(self):
        self.runs("/** Lives here. */ interface Animal { name: string; legs: number }")
        self.runs("const spider: Animal = { name: 'Thekla', legs: 8 }", "let read = JSON.parse('{\"total\": 1}')")
        self.rests()
        self.inspected("spider", "const spider: Animal")
        self.assertEqual(sorted(self.completed("spider.")), ["legs", "name"])
        self.rests()
        self.assertEqual(sorted(self.completed("spider.")), ["legs", "name"])
        self.assertIn("total", self.completed("read."))
        self.rests()
        self.warned("const wrong: string = spider.legs", "'number' is not assignable to type 'string'")

    def test_a_hover_does_not_wait_for_types(self):
        self.runs("const found = { total: 1 }", "let list = [found]")
        self.rests()
        # Its value, and its type where that comes in time.
        self.assertIn("{ total: 1 }", self.kernel.ask("inspect", "list[0]", 2)["data"]["text/plain"])
        self.inspected("list", "let list: {")

    def test_cells_run_meanwhile_and_their_names_are_known(self):
        self.runs("const before = 1")
        self.rests()
        self.runs("const meanwhile = before + 1", "enum Side { left, right }")
        self.shows("[meanwhile, Side.right]", "[ 2, 1 ]")
        self.inspected("meanwhile", "const meanwhile: number")
        self.inspected("Side", "enum Side")

    def test_what_a_magic_has_set_holds(self):
        self.runs("const size = 1", "%types error")
        try:
            self.rests()
            self.fails("const text: string = size", "TypeScriptError")
        finally:
            self.runs("%types warn")

    def test_a_cell_that_runs_for_longer_ends_as_any_other(self):
        self.runs("let amount = 1")
        request = self.kernel.send("let amount = 'much'; await sleep(4000); (amount as any).missing.more", allow_stdin=True)
        self.rests()
        time.sleep(1)
        cell = self.kernel.finish(request)
        self.assertIn("TypeError", cell.error)
        self.inspected("amount", "let amount: string")

    def test_a_restart_of_the_notebook_forgets(self):
        self.runs("const old = { part: 1 }")
        self.rests()
        self.runs("%reset")
        self.assertEqual(self.completed("old.pa"), [])

    def test_a_front_end_that_shows_types_comes_back_when_somebody_types(self):
        self.runs("const shown = { part: 1 }")
        editor = Editor(self.kernel.client)
        editor.open("shown.part")
        self.assertIn("number", str(editor.hover(0, "part")))
        self.rests()
        # Nobody has told it: it would come back at once, and the memory with it.
        self.kernel.read(0.5)
        self.assertFalse(editor.is_closed())
        editor.edit(0, "shown.part + 1")
        editor.until(editor.is_closed)
        again = Editor(self.kernel.client)
        again.open("shown.part + 1")
        self.assertIn("number", str(again.hover(0, "part")))
        self.rests()
        self.runs("1")
        again.until(again.is_closed)
