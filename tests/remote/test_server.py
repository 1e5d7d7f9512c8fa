"""Through a Jupyter Server with its defaults, which drops the outputs of a cell that sends more than 1,000 messages a second;
and through one that encrypts."""

import json
import os
import sys
import tempfile
import time
import unittest
from pathlib import Path

from gateway import SERVER_OPTIONS, TIMEOUT, Gateway

LINES = 5000
#: What turns between the streams may cost for a moment, and each second.
AT_ONCE, A_SECOND = 120, 300


def start(folder, *options, **environment):
    return Gateway(
        [
            str(Path(sys.executable).parent / "jupyter-server"),
            *SERVER_OPTIONS,
            f"--ServerApp.root_dir={folder}",
            *options,
        ],
        os.path.join(folder, "server.log"),
        {"TSKERNEL_TYPES": "off", **environment},
    )


class JupyterServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="tskernel-server-", ignore_cleanup_errors=True)
        cls.addClassCleanup(scratch.cleanup)
        cls.server = start(scratch.name)
        cls.addClassCleanup(cls.server.close)
        cls.kernel = cls.server.start()
        cls.addClassCleanup(cls.kernel.shutdown)

    def printed(self, code, kernel=None):
        """Runs a cell that prints each number on both streams. Nothing is lost, and nobody gets too many messages."""
        began = time.monotonic()
        cell = (kernel or self.kernel).run(code)
        took = time.monotonic() - began
        self.assertIsNone(cell.error)
        pieces = [content for kind, content in cell.all if kind == "stream"]
        for name in ("stdout", "stderr"):
            text = "".join(piece["text"] for piece in pieces if piece["name"] == name)
            self.assertEqual(text.splitlines(), [str(line) for line in range(LINES)], name)
        self.assertLess(len(pieces), AT_ONCE + A_SECOND * took)
        return pieces

    def test_lines_that_alternate_all_arrive_and_the_first_in_order(self):
        kernel = self.server.start()
        self.addCleanup(kernel.shutdown)
        pieces = self.printed(f"for (let i = 0; i < {LINES}; i++) {{ console.log(i); console.error(i) }}", kernel)
        first = [(piece["name"], piece["text"]) for piece in pieces[:48]]
        self.assertEqual(first, [(name, f"{line}\n") for line in range(24) for name in ("stdout", "stderr")])

    def test_lines_that_alternate_over_time(self):
        self.printed(
            f"for (let i = 0; i < {LINES}; i++) {{ console.log(i); console.error(i); if (i % 10 === 0) await new Promise(setImmediate) }}"
        )

    def test_children_that_write_to_both(self):
        loop = f"i=0; while [ $i -lt {LINES} ]; do echo $i; echo $i >&2; i=$((i+1)); done"
        self.kernel.run("import { spawn, spawnSync } from 'node:child_process'")
        self.printed(f"spawnSync('sh', ['-c', '{loop}'], {{ stdio: 'inherit' }}); undefined")
        self.printed(f"await new Promise((r) => spawn('sh', ['-c', '{loop}'], {{ stdio: 'inherit' }}).on('close', r)); undefined")
        self.printed(f"!{loop}")

    def test_a_thread_that_writes_to_both_descriptors(self):
        self.printed(
            "import { Worker } from 'node:worker_threads'\n"
            f"const loop = `for (let i = 0; i < {LINES}; i++) for (const fd of [1, 2]) require('fs').writeSync(fd, i + '\\\\n')`\n"
            "await new Promise((r) => new Worker(loop, { eval: true }).on('exit', r)); undefined"
        )

    def test_what_displays_in_a_loop_is_slowed_down_and_all_of_it_arrives(self):
        cell = self.kernel.finish(self.kernel.begin("for (let i = 0; i < 4500; i++) display(i); undefined", allow_stdin=True))
        shown = [content["data"]["text/plain"] for kind, content in cell.all if kind == "display_data"]
        self.assertEqual(shown, [str(value) for value in range(4500)])

    def test_of_a_display_that_changes_in_a_loop_the_latest_arrives(self):
        changes = "const d = display('none'); for (let i = 1; i <= 20_000; i++) { d.update(i); if (i % 100 === 0) console.log(i) }"
        cell = self.kernel.finish(self.kernel.begin(f"{changes} console.log('end')", allow_stdin=True))
        kinds = [kind for kind, _ in cell.all]
        self.assertLess(len(kinds), 300)
        updates = [content["data"]["text/plain"] for kind, content in cell.all if kind == "update_display_data"]
        self.assertEqual(updates[-1], "20000")
        printed = "".join(content["text"] for kind, content in cell.all if kind == "stream")
        self.assertEqual(printed.splitlines(), [*(str(i) for i in range(100, 20_001, 100)), "end"])


class PageThatPauses(unittest.TestCase):
    def test_what_a_page_has_not_read_meanwhile_comes_when_it_reads_on(self):
        with tempfile.TemporaryDirectory(prefix="tskernel-server-", ignore_cleanup_errors=True) as scratch:
            server = start(scratch, "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1e9")
            self.addCleanup(server.close)
            kernel = server.start()
            self.addCleanup(kernel.shutdown)
            kernel.run("const pad = 'x'.repeat(1_000_000)")
            before = server.ask("GET", kernel.path)["last_activity"]
            cell = kernel.begin("for (let i = 0; i < 40; i++) display.mime({ 'text/plain': `${i} ${pad}` })")
            # The server has all of it; how long the cell was busy is nobody's business.
            deadline = time.monotonic() + TIMEOUT
            while (told := server.ask("GET", kernel.path))["execution_state"] != "idle" or told["last_activity"] == before:
                self.assertLess(time.monotonic(), deadline, told)
                time.sleep(0.05)
            shown = [content for kind, content in kernel.finish(cell).all if kind == "display_data"]
            self.assertEqual([int(content["data"]["text/plain"].split()[0]) for content in shown], list(range(40)))


class EncryptingServer(unittest.TestCase):
    def test_its_kernels_are_reached_with_keys(self):
        with tempfile.TemporaryDirectory(prefix="tskernel-server-", ignore_cleanup_errors=True) as scratch:
            server = start(scratch, "--MappingKernelManager.transport_encryption=required", JUPYTER_RUNTIME_DIR=scratch)
            self.addCleanup(server.close)
            kernel = server.start()
            self.addCleanup(kernel.shutdown)
            (file,) = Path(scratch).glob("kernel-*.json")
            self.assertIn("curve_secretkey", json.loads(file.read_text()))
            self.assertEqual(kernel.run("1 + 1").result, "2")
            endless = kernel.begin("console.log('in'); while (true) {}")
            kernel.until(lambda message: message["content"].get("text", "").startswith("in"))
            kernel.interrupt()
            self.assertRegex(kernel.finish(endless).error, "^KeyboardInterrupt")
            kernel.restart()
            self.assertEqual(kernel.run("2 + 2").result, "4")
