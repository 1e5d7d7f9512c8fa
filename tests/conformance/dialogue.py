"""A kernel to talk to: what a person does in a front end, as calls, and what came back, by the cell that caused it.

Built on jupyter_client. Order is never made by sleeping: `until` reads messages until what is awaited is there.
"""

import os
import random
import re
import socket
import time
import unittest
from queue import Empty

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

# Seconds. PATIENCE multiplies them, for a kernel on an emulated processor.
TIMEOUT = 30 * float(os.environ.get("PATIENCE", "1"))

# What a cell that is no TypeScript ends with, whoever found it.
SYNTAX = "^SyntaxError"


class Kernel:
    """@param types: type checking; off where a test does not ask for it, since its warnings come when they come.
    @param manager: what jupyter_client's manager is made with, such as another `kernel_name`."""

    def __init__(self, types="off", manager=None, **start):
        self.manager = KernelManager(**{"kernel_name": "tskernel", **ports_of_its_own(), **(manager or {})})
        start["env"] = {**os.environ, "TSKERNEL_TYPES": types, **start.get("env", {})}
        self.manager.start_kernel(**start)
        self.client = self.connect()

    def connect(self):
        """Another front end, with a session of its own."""
        return Client(self.manager.connection_file)

    def __getattr__(self, name):
        """What a client can do, the kernel's first client does."""
        return getattr(self.client, name)

    def interrupt(self):
        self.manager.interrupt_kernel()

    def interrupt_idle(self):
        """Interrupts while nothing runs, and waits until the kernel has dealt with it."""

        def dealt_with():
            return sum(
                message["parent_header"].get("msg_type") == "interrupt_request"
                and message["content"].get("execution_state") == "idle"
                for messages in self.client.published.values()
                for message in messages
            )

        before = dealt_with()
        self.interrupt()
        self.until(lambda: dealt_with() > before, what="the interrupt")

    def alive(self):
        return self.manager.is_alive()

    def close(self):
        self.client.close()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


def ports_of_its_own():
    """For a kernel's manager: not those that a system gives to whoever asks for any, which another program may have before the kernel."""
    names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"]
    return {"cache_ports": False, **dict(zip(names, free_ports()))}


def free_ports():
    return filter(is_free, random.sample(range(20_000, 32_000), 1000))


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Client:
    """One front end. Messages are kept by the request that caused them, so late output is found with its cell."""

    def __init__(self, connection_file):
        self.channels = BlockingKernelClient(connection_file=connection_file)
        self.channels.load_connection_file()
        # A kernel that starts on a busy machine is not dead: it may well take longer than the second that is usual.
        self.channels.hb_channel.time_to_dead = 20
        self.channels.start_channels()
        self.forget()
        self.channels.wait_for_ready(timeout=60)

    def forget(self):
        self.sent = []
        self.replies = {}
        self.published = {}
        self.questions = []

    def close(self):
        self.channels.stop_channels()

    def send(self, code, metadata=None, subshell=None, **options):
        """Sends a cell and does not wait for it. Returns what names it. `metadata`: what a notebook adds, such as `cellId`."""
        options.setdefault("allow_stdin", False)
        if metadata is None and subshell is None:
            self.sent.append(self.channels.execute(code, **options))
        else:
            self.sent.append(self.send_on("shell", "execute_request", {"code": code, **options}, metadata, subshell))
        return self.sent[-1]

    def send_on(self, channel, kind, content, metadata=None, subshell=None):
        """Sends any message. Returns what names it."""
        message = self.channels.session.msg(kind, content, metadata=metadata)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        getattr(self.channels, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def control(self, kind, **content):
        """A request on control; returns the reply's content."""
        request = self.send_on("control", kind, content)
        self.until(lambda: request in self.replies, what=kind)
        return self.replies[request]["content"]

    def create_subshell(self):
        return self.control("create_subshell_request")["subshell_id"]

    def run(self, code, answers=None, timeout=TIMEOUT, **options):
        """Runs a cell to its idle and its reply. `answers` are typed at its questions, one after the other."""
        waiting = list(answers or [])
        request = self.send(code, allow_stdin=answers is not None, **options)

        def ended():
            if self.questions and waiting:
                self.answer(waiting.pop(0))
            return self.ended(request)

        self.until(ended, timeout)
        return self.cell(request)

    def finish(self, request, timeout=TIMEOUT):
        """Waits for a cell that was sent."""
        self.until(lambda: self.ended(request), timeout)
        return self.cell(request)

    def ended(self, request):
        return request in self.replies and self.cell(request).idle

    def cell(self, request):
        """What is known of a cell by now."""
        return Cell(self.replies.get(request), self.published.setdefault(request, []))

    def ask(self, method, *arguments, timeout=TIMEOUT, **options):
        """Any other request by its name in jupyter_client; returns the reply's content."""
        request = getattr(self.channels, method)(*arguments, **options)
        self.until(lambda: request in self.replies, timeout)
        return self.replies[request]["content"]

    def answer(self, line):
        self.questions.pop(0)
        self.channels.input(line)

    def until(self, condition, timeout=TIMEOUT, what=None):
        """Reads messages until the condition holds. Returns its value."""
        deadline = time.monotonic() + timeout
        while True:
            self.read()
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout} s in vain for {what or 'it'}; unanswered:\n{self.unfinished()}")
            self.read(0.05)

    def unfinished(self):
        """The requests that lack their reply or their idle, for a failure's message."""
        return "\n".join(
            f"  {[kind for kind, _ in self.cell(request).all()]} reply: {request in self.replies} "
            f"code: {next((content['code'] for kind, content in self.cell(request).all() if kind == 'execute_input'), None)!r:.300}"
            for request in self.sent
            if not self.ended(request)
        )

    def read(self, wait=0.0):
        """Takes in what has arrived; with `wait`, up to that many seconds for the first message."""
        channels = self.channels
        while True:
            arrived = False
            for channel in (channels.iopub_channel, channels.shell_channel, channels.control_channel):
                try:
                    message = channel.get_msg(timeout=wait)
                except Empty:
                    wait = 0
                    continue
                wait = 0
                arrived = True
                parent = message["parent_header"].get("msg_id")
                if channel is channels.iopub_channel:
                    self.published.setdefault(parent, []).append(message)
                else:
                    self.replies[parent] = message
            try:
                self.questions.append(channels.stdin_channel.get_msg(timeout=0))
                arrived = True
            except Empty:
                pass
            if not arrived:
                return


class Cell:
    """What a cell gave, as a person would see it."""

    def __init__(self, reply, messages):
        self.reply = reply["content"] if reply else None
        self.metadata = reply["metadata"] if reply else {}
        self.messages = messages

    @property
    def status(self):
        return self.reply["status"]

    @property
    def idle(self):
        return any(kind == "status" and content["execution_state"] == "idle" for kind, content in self.all())

    def all(self):
        return [(message["msg_type"], message["content"]) for message in self.messages]

    def stream(self, name):
        return "".join(content["text"] for kind, content in self.all() if kind == "stream" and content["name"] == name)

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    @property
    def warnings(self):
        """What the types of the cell are warned of, as its display says it now."""
        shown = [content["data"]["text/plain"] for kind, content in self.displays if content["transient"]["display_id"].startswith("types-")]
        return shown[-1] if shown else ""

    @property
    def displays(self):
        """The displays that can change, and their changes."""
        kinds = ("display_data", "update_display_data")
        return [(kind, content) for kind, content in self.all() if kind in kinds and (content.get("transient") or {}).get("display_id")]

    @property
    def diagnostics(self):
        """What is wrong with the cell's text, as its reply says for programs; None when it was not known by then."""
        return self.metadata.get("diagnostics")

    @property
    def result(self):
        """The result's plain text, or None when the cell shows none."""
        results = [content["data"]["text/plain"] for kind, content in self.all() if kind == "execute_result"]
        assert len(results) <= 1, results
        return results[0] if results else None

    @property
    def errors(self):
        return [content for kind, content in self.all() if kind == "error"]

    @property
    def error(self):
        """`Name: message` of the one error, or None. The reply must say the same."""
        assert len(self.errors) <= 1, self.errors
        if not self.errors:
            assert self.status != "error", self.reply
            return None
        told = self.errors[0]
        if self.reply is not None:
            assert [self.reply.get(key) for key in told] == list(told.values()), (self.reply, told)
        return f"{told['ename']}: {told['evalue']}"

    @property
    def is_cut_off(self):
        """An interrupt has ended it by itself: nothing is lost, and nobody was told to wait, or to interrupt again."""
        return re.search("^KeyboardInterrupt: .*variables are kept", self.error or "") and "builtin" not in self.stderr

    @property
    def traceback(self):
        return plain("\n".join(self.errors[0]["traceback"]))

    @property
    def story(self):
        """The outputs in order: (kind, text), neighbouring pieces of a stream joined."""
        told = []
        for kind, content in self.all():
            if kind == "stream":
                if told and told[-1][0] == content["name"]:
                    told[-1] = (content["name"], told[-1][1] + content["text"])
                else:
                    told.append((content["name"], content["text"]))
            elif kind in ("display_data", "update_display_data", "execute_result"):
                told.append((kind, content["data"].get("text/plain")))
            elif kind == "error":
                told.append((kind, content["ename"]))
            elif kind == "clear_output":
                told.append((kind, content["wait"]))
        return told


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


class Dialogue(unittest.TestCase):
    """Tests of one class talk to one kernel, in any order, so they choose their own names. `fresh` asks for one each."""

    fresh = False
    #: Whether a test of this class may end the kernel.
    deadly = False
    maxDiff = None
    _kernel = None

    @property
    def kernel(self):
        owner = self if self.fresh else type(self)
        if owner._kernel is None or not owner._kernel.alive():
            owner._kernel = Kernel()
        return owner._kernel

    def tearDown(self):
        if self._kernel is None:
            return
        survived = self._kernel.alive()
        # A cell that this test left hanging must not fail the next one.
        stuck = not all(self._kernel.ended(request) for request in self._kernel.sent)
        if self.fresh or stuck:
            self._kernel.close()
            (self if self.fresh else type(self))._kernel = None
        self.assertTrue(survived or self.deadly, "the kernel died")

    @classmethod
    def tearDownClass(cls):
        if cls._kernel is not None:
            cls._kernel.close()
            cls._kernel = None

    def run_cell(self, code, **options):
        return self.kernel.run(code, **options)

    def shows(self, code, expected, **options):
        """The cell succeeds and its result is shown as `expected`; None when nothing is shown."""
        cell = self.run_cell(code, **options)
        self.assertIsNone(cell.error, cell.errors and cell.traceback)
        self.assertEqual(cell.result, expected, code)
        return cell

    def runs(self, *codes, **options):
        """The cells succeed. Returns the last one."""
        for code in codes:
            cell = self.run_cell(code, **options)
            self.assertIsNone(cell.error, cell.errors and cell.traceback)
        return cell

    def fails(self, code, pattern, **options):
        """The cell ends with one error, `Name: message`, that matches."""
        cell = self.run_cell(code, **options)
        self.assertEqual(cell.status, "error", code)
        self.assertRegex(cell.error or "", pattern)
        return cell
