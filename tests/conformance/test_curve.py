"""Encrypted connections (CurveZMQ), as Jupyter's manager asks for them: `transport_encryption`, and keys in the connection file."""

import json
import shutil
import socket
import sys
import tempfile
import threading
import unittest
from contextlib import suppress
from pathlib import Path
from queue import Empty

import nbformat
import zmq
from dialogue import TIMEOUT, Kernel
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from traitlets.config import Config

WINDOWS = sys.platform == "win32"


class Encryption(unittest.TestCase):
    def start(self, **manager):
        kernel = Kernel(manager=manager)
        self.addCleanup(kernel.close)
        return kernel

    def connection(self, kernel):
        return json.loads(Path(kernel.manager.connection_file).read_text())

    def client(self, kernel, **changes):
        """Another client, whose connection file differs."""
        folder = Path(tempfile.mkdtemp(prefix="curve-"))
        self.addCleanup(shutil.rmtree, folder)
        changed = {**self.connection(kernel), **changes}
        file = folder / "kernel.json"
        file.write_text(json.dumps({name: value for name, value in changed.items() if value is not None}))
        client = BlockingKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels(hb=False)
        self.addCleanup(client.stop_channels)
        return client

    def ipc(self):
        # Short: the path of a socket has some hundred bytes.
        folder = tempfile.mkdtemp(prefix="curve-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return {"transport": "ipc", "ip": f"{folder}/kernel"}

    def works(self, kernel):
        """All five channels."""
        self.assertEqual(kernel.run("1 + 1").result, "2")
        self.assertEqual(kernel.run("const name = await input('? ')\nname", answers=["Ada"]).result, "'Ada'")
        endless = kernel.send("console.log('on')\nwhile (true) {}")
        kernel.until(lambda: kernel.cell(endless).stdout)
        kernel.interrupt()
        self.assertEqual(kernel.finish(endless).errors[0]["ename"], "KeyboardInterrupt")
        kernel.until(kernel.channels.hb_channel.is_beating)
        self.assertEqual(kernel.run("name").result, "'Ada'")

    def is_encrypted(self, kernel, expected=True):
        """Keys are in the file, and who has none is not answered."""
        self.assertEqual("curve_publickey" in self.connection(kernel), expected)
        self.is_answered(self.client(kernel, curve_publickey=None, curve_secretkey=None), not expected)

    def is_answered(self, client, expected=True):
        patience = TIMEOUT if expected else 1.5
        # Whom the kernel has refused by then has nobody to send to, and would wait for ever.
        client.shell_channel.socket.sndtimeo = int(patience * 1000)
        try:
            client.kernel_info()
            answered = client.get_shell_msg(timeout=patience)["content"]["status"] == "ok"
        except (Empty, zmq.Again):
            answered = False
        self.assertEqual(answered, expected)

    def is_refused(self, client):
        self.is_answered(client, False)

    def test_where_it_is_required(self):
        kernel = self.start(transport_encryption="required")
        self.works(kernel)
        self.is_encrypted(kernel)

    def test_where_it_is_taken_if_there_is_any(self):
        kernel = self.start(transport_encryption="auto")
        self.works(kernel)
        self.is_encrypted(kernel)

    @unittest.skipIf(WINDOWS, "no ipc")
    def test_over_ipc(self):
        for policy in ["auto", "required"]:
            with self.subTest(policy):
                kernel = self.start(transport_encryption=policy, **self.ipc())
                self.works(kernel)
                self.is_encrypted(kernel)

    def test_none_where_nobody_asked(self):
        self.is_encrypted(self.start(), expected=False)

    def test_keys_are_the_same_after_a_restart(self):
        kernel = self.start(transport_encryption="required")
        before = self.connection(kernel)
        kernel.manager.restart_kernel(now=True)
        kernel.channels.wait_for_ready(timeout=60)
        self.assertEqual(self.connection(kernel), before)
        self.works(kernel)
        self.is_encrypted(kernel)

    def test_wrong_keys_are_not_answered_and_disturb_nobody(self):
        kernel = self.start(transport_encryption="required")
        # It takes the kernel for another one; and it has the kernel's public key, but no pair of keys of its own that fits.
        other, secret = (key.decode() for key in zmq.curve_keypair())
        self.is_refused(self.client(kernel, curve_publickey=other, curve_secretkey=secret))
        self.is_refused(self.client(kernel, curve_secretkey=secret))
        self.works(kernel)

    def test_a_client_with_keys_finds_no_kernel_that_has_none(self):
        kernel = self.start()
        public, secret = (key.decode() for key in zmq.curve_keypair())
        self.is_refused(self.client(kernel, curve_publickey=public, curve_secretkey=secret))
        self.works(kernel)

    def test_signatures_hold_besides(self):
        kernel = self.start(transport_encryption="required")
        self.is_refused(self.client(kernel, key="another"))
        self.is_answered(self.client(kernel))

    def test_what_is_on_the_wire_cannot_be_read(self):
        secret = "a-word-that-nobody-else-uses"
        for policy, readable in [("disabled", True), ("required", False)]:
            with self.subTest(policy):
                kernel = self.start(transport_encryption=policy)
                port = self.connection(kernel)["iopub_port"]
                self.assertEqual(secret.encode() in self.overheard(kernel, port, f"console.log({secret!r})"), readable)

    def overheard(self, kernel, port, code):
        """What somebody between a client and the kernel's iopub sees while a cell runs."""
        seen = bytearray()
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def carry(source, target):
            with suppress(OSError):  # The test has ended.
                while data := source.recv(65536):
                    seen.extend(data)
                    target.sendall(data)

        def serve():
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", port))
            self.addCleanup(near.close)
            self.addCleanup(far.close)
            for pair in [(near, far), (far, near)]:
                threading.Thread(target=carry, args=pair, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        client = self.client(kernel, iopub_port=listener.getsockname()[1])
        client.get_iopub_msg(timeout=20)  # The welcome.
        request = client.execute(code)
        while True:
            message = client.get_iopub_msg(timeout=20)
            if message["parent_header"].get("msg_id") == request and message["content"].get("execution_state") == "idle":
                return bytes(seen)

    def test_a_kernelspec_that_does_not_say_so_is_refused_by_the_manager(self):
        # What holds where ZeroMQ has no encryption; the words are the manager's.
        spec = KernelSpecManager().get_kernel_spec("tskernel")
        self.assertEqual(spec.metadata["supported_encryption"], ["curve"])
        manager = KernelManager(kernel_name="tskernel", transport_encryption="required")
        del manager.kernel_spec.metadata["supported_encryption"]
        with self.assertRaisesRegex(RuntimeError, "does not declare"):
            manager.start_kernel()

    def test_through_nbclient(self):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("const n = 41"), nbformat.v4.new_code_cell("n + 1")])
        client = NotebookClient(notebook, kernel_name="tskernel", config=Config({"KernelManager": {"transport_encryption": "required"}}))
        files = []

        def started(notebook):
            files.append(json.loads(Path(client.km.connection_file).read_text()))

        client.on_notebook_start = started
        client.execute()
        self.assertEqual(notebook.cells[1].outputs[0].data["text/plain"], "42")
        self.assertIn("curve_secretkey", files[0])
