"""Programs that cells start: what becomes of them at an interrupt, a restart and a shutdown."""

import json
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

import psutil
from dialogue import Dialogue, Kernel, plain


def alive(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def wait(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@unittest.skipIf(sys.platform == "win32", "there Node ends its own children")
class Ending(Dialogue):
    fresh = True
    deadly = True

    # What prints the ids of the programs that have to go, and then of those that have to stay.
    STARTS = {
        "a program": "[[spawn('sleep', ['1000']).pid], []]",
        "what a program started": "[await printed(spawn('sh', ['-c', 'sleep 1000 & echo $! $$; wait'])), []]",
        "what lost its parent": "[await printed(spawn('sh', ['-c', 'sleep 1000 >&2 & echo $!'])), []]",
        "one that does not obey": "[await printed(spawn('sh', ['-c', 'trap \"\" TERM HUP; echo $$; sleep 1000; sleep 1000'])), []]",
        "a worker of node": "[[fork('./serve.cjs').pid], []]",
        "one that has no output": "[[spawn('sleep', ['1000'], { stdio: 'ignore' }).pid], []]",
        "one that nobody waits for": "[(() => { const p = spawn('sleep', ['1000']); p.unref(); return [p.pid] })(), []]",
        "one that was detached": "[[], [spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid]]",
        "what a detached one started":
            "[[], await printed(spawn('sh', ['-c', 'sleep 1000 & echo $! $$; wait'], { detached: true }))]",
    }

    def setUp(self):
        self.scratch = tempfile.mkdtemp()
        Path(self.scratch, "serve.cjs").write_text("setInterval(() => {}, 1000)")
        self._kernel = Kernel(cwd=self.scratch, env={"TSKERNEL_MEMORY": "100"})
        self.runs(
            "import { fork, spawn, type ChildProcess } from 'node:child_process'",
            "async function printed(child: ChildProcess): Promise<number[]> {\n"
            "  for await (const text of child.stdout!) return String(text).trim().split(' ').map(Number)\n"
            "  return []\n}",
        )
        self.going, self.staying = [], []
        for name, code in self.STARTS.items():
            ids = self.runs(f"console.log(JSON.stringify({code}))").stdout
            going, staying = json.loads(ids)
            self.assertTrue(going or staying, name)
            self.going += [(name, pid) for pid in going]
            self.staying += [(name, pid) for pid in staying]
        self.assertEqual([name for name, pid in [*self.going, *self.staying] if not alive(pid)], [])

    def tearDown(self):
        for _, pid in [*self.going, *self.staying]:
            if alive(pid):
                os.kill(pid, 9)
        super().tearDown()
        shutil.rmtree(self.scratch)

    def left(self):
        return [name for name, pid in self.going if alive(pid)]

    def test_at_a_restart(self):
        self.kernel.manager.restart_kernel()
        self.assertEqual(self.left(), [])
        self.assertEqual([name for name, pid in self.staying if not alive(pid)], [])

    def test_at_a_shutdown_that_a_client_asked_for(self):
        process = self.kernel.manager.provisioner.process
        self.kernel.channels.shutdown()
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertEqual(self.left(), [])
        self.assertEqual([name for name, pid in self.staying if not alive(pid)], [])

    def test_at_a_signal_to_the_kernel(self):
        process = self.kernel.manager.provisioner.process
        process.terminate()
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertEqual(self.left(), [])

    def test_in_the_middle_of_a_loop(self):
        request = self.kernel.send("console.log('in'); while (true) {}")
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        self.kernel.manager.restart_kernel()
        self.assertEqual(self.left(), [])

    def test_when_the_thread_of_the_cells_was_replaced(self):
        # Else the cells that are run again find the ports of their servers taken.
        self.runs("process.on('exit', () => console.log('no exit of theirs'))")
        cell = self.kernel.run("const hog: unknown[] = []; while (true) hog.push(new Array(1e6).fill(0))", timeout=60)
        self.assertRegex(cell.error, "^OutOfMemory")
        wait(lambda: not self.left(), 3, self.left())
        self.assertEqual([name for name, pid in self.staying if not alive(pid)], [])


class Farewell(Dialogue):
    """`process.on('exit')` at a polite end."""

    fresh = True
    deadly = True

    def ends(self, *codes, during=None):
        """Runs the cells, asks for the end, and gives what the cells printed by then."""
        kernel = self.kernel
        self.runs(*codes)
        if during:
            request = kernel.send(during)
            kernel.until(lambda: kernel.cell(request).stdout)
        process = kernel.manager.provisioner.process
        began = time.monotonic()
        request = kernel.channels.shutdown()
        kernel.until(lambda: request in kernel.replies)
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertLess(time.monotonic() - began, 2.4, "managers lose patience")
        kernel.read(0.2)
        cells = [kernel.cell(sent) for sent in kernel.sent]
        return "".join(cell.stdout for cell in cells), "".join(cell.stderr for cell in cells)

    def test_listeners_of_exit_do_their_work(self):
        with tempfile.TemporaryDirectory() as scratch:
            file = os.path.join(scratch, "last")
            out, _ = self.ends(
                "process.on('beforeExit', () => console.log('before'))",
                "process.on('exit', (code) => console.log('code', code, process.exitCode))",
                f"process.on('exit', () => require('node:fs').writeFileSync({file!r}, 'words'))",
                "process.exitCode = 3",
            )
            self.assertEqual(Path(file).read_text(), "words")
            self.assertEqual(out, "code 3 3\n")

    def test_also_in_the_middle_of_something(self):
        for name, code in {
            "a loop": "console.log('in'); while (true) {}",
            "a pending await": "console.log('in'); await new Promise(() => {})",
            "sleep": "console.log('in'); sleep(1e8)",
            "execSync": "console.log('in'); require('node:child_process').execSync('sleep 1000')",
        }.items():
            with self.subTest(during=name):
                self._kernel = Kernel()
                out, _ = self.ends("process.on('exit', () => console.log('bye'))", during=code)
                self.assertEqual(out, "in\nbye\n")
                self._kernel.close()

    def test_an_exit_there_is_the_end(self):
        out, _ = self.ends(
            "process.on('exit', () => { console.log('one'); process.exit(5); console.log('two') })",
            "process.on('exit', () => console.log('three'))",
        )
        self.assertEqual(out, "one\n")

    def test_an_error_there_is_told(self):
        out, err = self.ends("process.on('exit', () => { throw new Error('at the end') }); console.log('in')")
        self.assertIn("at the end", err)

    def test_one_that_does_not_end_holds_nobody_up(self):
        out, _ = self.ends("process.on('exit', () => { console.log('in'); while (true) {} })")
        self.assertEqual(out, "in\n")


@unittest.skipUnless(sys.platform.startswith("linux"), "elsewhere it takes a program to find processes")
class WithoutPs(Dialogue):
    """As in slim images of Node."""

    fresh = True

    def setUp(self):
        self.scratch = tempfile.mkdtemp()
        for program in ("sh", "sleep", "node"):
            os.symlink(shutil.which(program), os.path.join(self.scratch, program))
        self._kernel = Kernel(env={"PATH": self.scratch})
        self.runs("const kept = 'kept'", "import { execSync, spawn } from 'node:child_process'")

    def tearDown(self):
        super().tearDown()
        shutil.rmtree(self.scratch)

    def interrupts(self, code):
        request = self.kernel.send(code)
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        self.kernel.interrupt()
        cell = self.kernel.finish(request)
        self.assertTrue(cell.is_cut_off, cell.story)
        self.shows("kept", "'kept'")
        return int(plain(cell.stdout).split()[0])

    def test_an_interrupt_reaches_what_the_cell_waits_for(self):
        pid = self.interrupts("execSync('echo $$; sleep 1000; true', { stdio: 'inherit' })")
        wait(lambda: not alive(pid), 3, "the shell lives on")

    def test_an_interrupt_reaches_what_a_command_has_started(self):
        pid = self.interrupts("!node -e \"console.log(process.pid); setInterval(() => {}, 1000)\"; true")
        wait(lambda: not alive(pid), 3, "the program lives on")

    def test_one_that_does_not_obey_is_ended(self):
        pid = self.interrupts("!sh -c 'trap \"\" INT; echo $$; while true; do sleep 1; done'; true")
        wait(lambda: not alive(pid), 6, "the program lives on")

    def test_others_go_on(self):
        server = int(self.shows("const server = spawn('sleep', ['1000']); console.log(server.pid)", None).stdout)
        time.sleep(0.2)
        self.interrupts("execSync('echo $$; sleep 1000; true', { stdio: 'inherit' })")
        self.assertTrue(alive(server))
        self.runs("server.kill()")

    def test_a_gentle_program_is_asked_once(self):
        script = "let n = 0; process.on('SIGINT', () => { n++; if (n === 1) setTimeout(() => { console.log(n); process.exit() }, 300) }); console.log(process.pid); setInterval(() => {}, 1000)"
        request = self.kernel.send(f"execSync(`node -e \"{script}\"`, {{ stdio: 'inherit' }})")
        self.kernel.until(lambda: self.kernel.cell(request).stdout)
        self.kernel.interrupt()
        self.assertEqual(plain(self.kernel.finish(request).stdout).split()[1:], ["1"])
