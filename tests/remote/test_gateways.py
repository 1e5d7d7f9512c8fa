"""The kernel behind Jupyter's own remote engines, on this machine: Kernel Gateway, Enterprise Gateway, and a Jupyter server
that takes its kernels from a gateway, as JupyterLab does with `--gateway-url`."""

import json
import os
import shutil
import sys
import tempfile
import time
import unittest
import urllib.error
from pathlib import Path

from gateway import SERVER_OPTIONS, Gateway
from jupyter_client.kernelspec import KernelSpecManager

ROOT = Path(__file__).resolve().parents[2]
#: Made by the Makefile, apart from ours: it wants older libraries.
ENTERPRISE = ROOT / ".tools" / "enterprise-gateway" / "bin" / "jupyter-enterprisegateway"
BIN = Path(sys.executable).parent


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A zombie has ended; only its parent has not looked yet.
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def sockets_of(process):
    """Where a process listens: (address, port) as /proc writes addresses."""
    links = [os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir() if link.is_symlink()]
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]]
    places = [row[1].split(":") for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in links]
    return [(address, int(port, 16)) for address, port in places]


class Remote:
    """What every gateway must do for a notebook. One gateway for all tests of a class, one kernel for each."""

    command = None
    #: The kernelspec.
    name = "tskernel"
    #: Of the kernel, in the request that starts it.
    environment = {}

    @classmethod
    def setUpClass(cls):
        cls.scratch = Path(tempfile.mkdtemp(prefix="gateway-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        cls.gateway = cls.open(cls.command)

    @classmethod
    def open(cls, command):
        environment = {"TSKERNEL_TYPES": "off", "EG_RESPONSE_IP": "127.0.0.1", "EG_KERNEL_LOG_DIR": str(cls.scratch)}
        gateway = Gateway(command, cls.scratch / f"{Path(command[0]).name}.log", environment)
        cls.addClassCleanup(gateway.close)
        return gateway

    def start(self):
        kernel = self.gateway.start(self.name, **self.environment)
        self.addCleanup(self.end, kernel)
        return kernel

    @staticmethod
    def end(kernel):
        try:
            kernel.shutdown()
        except urllib.error.HTTPError:
            pass  # The test has ended it.

    def test_offers_the_kernel(self):
        spec = self.gateway.ask("GET", "/api/kernelspecs")["kernelspecs"][self.name]["spec"]
        self.assertEqual([spec["display_name"], spec["language"]], ["TypeScript", "typescript"])

    def test_runs_cells(self):
        kernel = self.start()
        self.assertEqual(kernel.run("const n: number = 20; n + 1").result, "21")
        cell = kernel.run("console.log('a'); await null; console.log('b'); display.html('<i>c</i>'); n * 2")
        self.assertEqual([cell.stdout, cell.result], ["a\nb\n", "40"])
        self.assertEqual(cell.first("display_data")["data"]["text/html"], "<i>c</i>")
        self.assertRegex(kernel.run("missing").error, "^ReferenceError: missing is not defined")
        self.assertEqual(kernel.request("complete_request", {"code": "''.toUpp", "cursor_pos": 8})["matches"], ["toUpperCase"])

    def test_asks_for_input(self):
        kernel = self.start()
        cell = kernel.begin("input('Name? ')", allow_stdin=True)
        question = kernel.until(lambda message: message["header"]["msg_type"] == "input_request")
        self.assertEqual(question["content"]["prompt"], "Name? ")
        kernel.send("input_reply", {"status": "ok", "value": "Ada"}, channel="stdin")
        self.assertEqual(kernel.finish(cell).result, "'Ada'")

    def test_sends_a_megabyte(self):
        # Above that, Jupyter servers leave output out (iopub_data_rate_limit).
        kernel = self.start()
        self.assertEqual(len(kernel.run("console.log('x'.repeat(999_999))").stdout), 1_000_000)

    def test_interrupts(self):
        kernel = self.start()
        kernel.run("const kept = 1")
        cell = kernel.begin("console.log('in'); while (true) {}")
        kernel.until(lambda message: message["content"].get("text", "").startswith("in"))
        kernel.interrupt()
        self.assertRegex(kernel.finish(cell).error, "^KeyboardInterrupt")
        self.assertEqual(kernel.run("kept").result, "1")

    def test_restarts(self):
        kernel = self.start()
        before = kernel.run("const forgotten = 1; process.pid").result
        kernel.restart()
        self.assertEqual(kernel.run("typeof forgotten").result, "'undefined'")
        self.assertNotEqual(kernel.run("process.pid").result, before)

    def test_keeps_the_kernel_while_nobody_is_connected(self):
        kernel = self.start()
        kernel.run("let count = 1")
        kernel.disconnect()
        kernel.connect()
        self.assertEqual(kernel.run("++count").result, "2")

    def test_shuts_down(self):
        kernel = self.start()
        process = int(kernel.run("process.pid").result)
        kernel.shutdown()
        with self.assertRaises(urllib.error.HTTPError):
            self.gateway.ask("GET", kernel.path)
        deadline = time.monotonic() + 10
        while is_running(process) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(is_running(process), "the kernel outlived its shutdown")


class KernelGateway(Remote, unittest.TestCase):
    command = [
        str(BIN / "jupyter-kernelgateway"),
        "--KernelGatewayApp.ip=127.0.0.1",
        "--KernelGatewayApp.port={port}",
        "--KernelGatewayApp.port_retries=0",
        "--KernelGatewayApp.auth_token={token}",
    ]

    def test_serves_a_jupyter_server(self):
        """As JupyterLab with `--gateway-url`."""
        server = self.open(
            [
                str(BIN / "jupyter-server"),
                *SERVER_OPTIONS,
                f"--gateway-url={self.gateway.url}",
                f"--GatewayClient.auth_token={self.gateway.token}",
                f"--ServerApp.root_dir={self.scratch}",
            ]
        )
        self.assertIn("tskernel", server.ask("GET", "/api/kernelspecs")["kernelspecs"])
        kernel = server.start()
        self.addCleanup(self.end, kernel)
        self.assertEqual(kernel.run("[1, 2, 3].map((n) => n ** 2)").result, "[ 1, 4, 9 ]")
        cell = kernel.begin("console.log('in'); while (true) {}")
        kernel.until(lambda message: message["content"].get("text", "").startswith("in"))
        kernel.interrupt()
        self.assertRegex(kernel.finish(cell).error, "^KeyboardInterrupt")


@unittest.skipUnless(ENTERPRISE.exists(), "Enterprise Gateway is not installed in .tools; make test does that where it can")
class EnterpriseGateway(Remote, unittest.TestCase):
    command = [
        str(ENTERPRISE),
        "--EnterpriseGatewayApp.ip=127.0.0.1",
        "--EnterpriseGatewayApp.port={port}",
        "--EnterpriseGatewayApp.port_retries=0",
        "--EnterpriseGatewayApp.auth_token={token}",
    ]
    # Its default is the user that it runs as, and it starts nothing for root.
    environment = {"KERNEL_USERNAME": "somebody"}


class EnterpriseGatewayElsewhere(EnterpriseGateway):
    """As on another machine: the gateway knows neither connection file nor process, only what the launcher sends to it. Its
    proxy for distributed kernels runs the command directly where the host is this one, so this needs no ssh."""

    name = "tskernel-distributed"
    #: Any five of these.
    ports = range(46000, 47001)

    @classmethod
    def setUpClass(cls):
        node = KernelSpecManager().get_kernel_spec("tskernel").argv[0]
        proxy = {
            "class_name": "enterprise_gateway.services.processproxies.distributed.DistributedProcessProxy",
            "config": {"remote_hosts": "localhost", "port_range": f"{cls.ports[0]}..{cls.ports[-1]}"},
        }
        options = ["kernel-id", "response-address", "public-key", "port-range"]
        words = [word for name in options for word in (f"--RemoteProcessProxy.{name}", f"{{{name.replace('-', '_')}}}")]
        spec = {
            "argv": [node, str(ROOT / "dist" / "gateway.cjs"), *words],
            "display_name": "TypeScript",
            "language": "typescript",
            "interrupt_mode": "message",
            "metadata": {"process_proxy": proxy},
        }
        directory = Path(os.environ["JUPYTER_DATA_DIR"]) / "kernels" / cls.name
        directory.mkdir()
        cls.addClassCleanup(shutil.rmtree, directory)
        (directory / "kernel.json").write_text(json.dumps(spec))
        super().setUpClass()

    @unittest.skipUnless(Path("/proc/net/tcp").exists(), "what listens is looked up in /proc, which only Linux has")
    def test_listens_by_five_sockets_where_it_may(self):
        kernel = self.start()
        listening = sockets_of(int(kernel.run("process.pid").result))
        self.assertEqual({address for address, _ in listening}, {"0100007F"}, "on no address but the one it was asked from")
        self.assertEqual(len(listening), 5)
        self.assertLessEqual({port for _, port in listening}, set(self.ports))
