"""One started kernel, seen through jupyter_client, with a stopwatch.

Sockets come from a BlockingKernelClient. They try to connect every millisecond instead of every 100, so that a start is seen
when it happens. Messages are read by jupyter_client's own Session: its cost is part of every figure, the same for all kernels.
"""

import os
import re
import secrets
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import psutil
import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file


class Died(Exception):
    """The process ended while something was expected of it."""


class TooSlow(Exception):
    """Nothing came in the time that was given."""


class Cell:
    """What was seen of one request. Times are seconds since it was sent, or None while it has not come."""

    def __init__(self, request):
        self.request = request
        self.reply = None
        self.replied = None
        self.idle = None
        #: When the latest output came.
        self.latest = None
        self.outputs = []

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    def stream(self, name):
        return "".join(
            content["text"] for kind, content in self.outputs if kind == "stream" and content["name"] == name
        )

    @property
    def displays(self):
        return [content for kind, content in self.outputs if kind == "display_data"]

    @property
    def result(self):
        """text/plain of the result without its colours. tslab prints its results instead."""
        shown = [content["data"] for kind, content in self.outputs if kind == "execute_result"]
        text = shown[-1].get("text/plain", "") if shown else self.stdout.rstrip("\n").rpartition("\n")[2]
        return re.sub(r"\x1b\[[0-9;]*m", "", text)

    @property
    def failed(self):
        return self.reply is not None and self.reply["status"] == "error"


class Dialogue:
    """Starts the kernel. Use as a context manager: the process group is gone afterwards."""

    #: By kernel: requests that were answered, but whose idle never came.
    idles_lost = Counter()

    def __init__(self, kernel, scratch):
        self.kernel = kernel
        self.cells = {}
        path = Path(scratch) / f"connection-{time.monotonic_ns()}.json"
        write_connection_file(str(path), ip="127.0.0.1", key=secrets.token_hex().encode())
        context = zmq.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 1)
        context.setsockopt(zmq.RCVHWM, 0)
        self.client = BlockingKernelClient(connection_file=str(path), context=context)
        self.client.load_connection_file()
        self.client.start_channels(hb=False)
        self.sockets = {
            "shell": self.client.shell_channel.socket,
            "control": self.client.control_channel.socket,
            "iopub": self.client.iopub_channel.socket,
        }
        self.poller = zmq.Poller()
        for socket in self.sockets.values():
            self.poller.register(socket, zmq.POLLIN)
        argv = [word.replace("{connection_file}", str(path)) for word in kernel.argv]
        environment = {**usual_environment(), **kernel.environment, "JPY_PARENT_PID": str(os.getpid())}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            cwd=kernel.directory or scratch,
            env=environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.client.stop_channels()
        self.client.context.destroy(linger=0)

    def since_start(self):
        return time.perf_counter() - self.started

    def send(self, kind, content, channel="shell", buffers=None):
        message = self.client.session.msg(kind, content)
        cell = Cell(message["header"]["msg_id"])
        self.cells[cell.request] = cell
        cell.sent = time.perf_counter()
        self.client.session.send(self.sockets[channel], message, buffers=buffers)
        return cell

    def start(self, code):
        return self.send(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                # As a person's front end does.
                "allow_stdin": True,
                "stop_on_error": True,
            },
        )

    def run(self, code, timeout=30):
        """Runs a cell to its reply and its idle."""
        return self.finish(self.start(code), timeout)

    def ask(self, kind, content, timeout=30):
        return self.finish(self.send(kind, content), timeout)

    def finish(self, cell, timeout):
        """Waits for the reply and the idle. An idle that is not there two seconds after the reply is counted as lost."""
        self.until(lambda: cell.reply, timeout)
        try:
            self.until(lambda: cell.idle, 2)
        except TooSlow:
            self.idles_lost[self.kernel.name] += 1
        return cell

    def ready(self, timeout=60):
        """Waits until replies and published messages arrive, which for a subscriber is later than for a request."""
        deadline = time.monotonic() + timeout
        while True:
            cell = self.send("kernel_info_request", {})
            try:
                self.until(lambda: cell.reply and cell.idle, 1)
                return self
            except TooSlow:
                if time.monotonic() > deadline:
                    raise

    def until(self, condition, timeout):
        deadline = time.perf_counter() + timeout
        while not condition():
            left = deadline - time.perf_counter()
            if left <= 0:
                raise TooSlow(f"{self.kernel.name}: nothing in {timeout} s")
            if not self.read(min(left, 0.5)) and self.process.poll() is not None:
                raise Died(f"{self.kernel.name}: died")

    def linger(self, seconds):
        """Reads what still comes."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self.read(left)

    def read(self, seconds):
        """Takes in what has arrived, waiting for the first message up to that long. Returns whether there was one."""
        ready = dict(self.poller.poll(seconds * 1000))
        for socket in self.sockets.values():
            if socket in ready:
                self.take(socket)
        return bool(ready)

    def take(self, socket):
        _, message = self.client.session.recv(socket, zmq.NOBLOCK)
        self.note(socket, message, time.perf_counter())

    def note(self, socket, message, now):
        cell = self.cells.get(message["parent_header"].get("msg_id"))
        if cell is None:
            return
        kind, content = message["msg_type"], message["content"]
        if socket is not self.sockets["iopub"]:
            cell.reply, cell.replied = content, now - cell.sent
        elif kind == "status":
            if content["execution_state"] == "idle":
                cell.idle = now - cell.sent
        elif kind != "execute_input":
            cell.outputs.append((kind, content))
            cell.latest = now - cell.sent

    def interrupt(self):
        if self.kernel.interrupt_mode == "message":
            return self.send("interrupt_request", {}, channel="control")
        os.killpg(self.process.pid, signal.SIGINT)

    def memory(self):
        """Resident memory of the process and its children, in MB."""
        return sum(process.memory_info().rss for process in self.family()) / 2**20

    def share_of_memory(self):
        """Its proportional set size, in MB: of pages that several processes have, each has its part. None where nobody says."""
        try:
            return sum(process.memory_full_info().pss for process in self.family()) / 2**20
        except AttributeError:
            return None

    def family(self):
        kernel = psutil.Process(self.process.pid)
        return [kernel, *kernel.children(recursive=True)]


def usual_environment():
    """That of this process, without what few machines have: certificates of a proxy, which Node 20 reads at each start, in 30 ms."""
    return {name: value for name, value in os.environ.items() if name != "NODE_EXTRA_CA_CERTS"}


def describe_machine():
    """What was measured on, for the head of the report."""
    return {
        "cores": os.cpu_count(),
        "cpu": next(
            (
                line.split(":")[1].strip()
                for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")
            ),
            "unknown",
        )
        if Path("/proc/cpuinfo").exists()
        else "unknown",
        "memory": round(psutil.virtual_memory().total / 2**30),
    }
