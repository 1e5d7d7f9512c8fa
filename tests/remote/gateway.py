"""A gateway that runs as a program, and a kernel behind it, reached as a remote front end does: REST and one websocket.

Knows nothing of how the gateway starts kernels. Order is never made by sleeping: `until` reads what comes until it is there.
"""

import json
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from contextlib import suppress
from datetime import datetime, timezone

import websocket

TIMEOUT = 120

#: With these a Jupyter Server, or JupyterLab, is such a gateway too.
SERVER_OPTIONS = [
    "--ip=127.0.0.1",
    "--port={port}",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token={token}",
    "--no-browser",
    "--allow-root",
]


def free_port():
    """None of those that a system gives to whoever asks for any: another program might have it before the gateway."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = random.randrange(20_000, 32_000)
            probe.bind(("127.0.0.1", port))
            return port


class Gateway:
    """@param command: starts it; `{port}` and `{token}` are filled in, in `env` too.
    @param log: path of a file for what it writes.
    @param base: below which path its interface is.
    @param is_gateway: whether it has that interface, or only pages, as Voilà."""

    def __init__(self, command, log, env=None, base="", is_gateway=True):
        self.is_gateway = is_gateway
        self.port = free_port()
        self.token = uuid.uuid4().hex
        self.url = f"http://127.0.0.1:{self.port}{base}"
        self.log = log
        words = [self.fill(word) for word in command]
        env = {name: self.fill(value) for name, value in (env or {}).items()}
        with open(log, "w") as output:
            self.process = subprocess.Popen(
                words, env={**os.environ, **env}, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
        try:
            self.wait()
        except BaseException:
            self.close()
            raise

    def fill(self, text):
        return text.replace("{port}", str(self.port)).replace("{token}", self.token)

    def wait(self):
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                if self.is_gateway:
                    return self.ask("GET", "/api")
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"the gateway did not start:\n{self.told()}") from None
                time.sleep(0.1)

    def told(self):
        with open(self.log) as log:
            return log.read()

    def ask(self, method, path, content=None):
        """One request of the REST interface. @raises urllib.error.HTTPError when it is refused"""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            text = response.read()
        return json.loads(text) if text else None

    def start(self, name="tskernel", **env):
        return RemoteKernel(self, self.ask("POST", "/api/kernels", {"name": name, "env": env})["id"])

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class RemoteKernel:
    """A kernel of a gateway, and one front end that is connected to it."""

    def __init__(self, gateway, identity):
        self.gateway = gateway
        self.path = f"/api/kernels/{identity}"
        self.connect()

    def connect(self):
        self.session = uuid.uuid4().hex
        self.messages = []
        self.socket = websocket.create_connection(
            f"{self.gateway.url.replace('http', 'ws')}{self.path}/channels?session_id={self.session}",
            header=[f"Authorization: token {self.gateway.token}"],
            timeout=TIMEOUT,
        )
        self.request("kernel_info_request", {})

    def send(self, kind, content, channel="shell"):
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.session,
            "username": "remote",
            "version": "5.3",
            "date": datetime.now(timezone.utc).isoformat(),
        }
        message = {"channel": channel, "header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps({**message, "buffers": []}))
        return header["msg_id"]

    def until(self, condition):
        """Reads messages until one meets the condition; returns it. What has come already counts."""
        for message in self.messages:
            if condition(message):
                return message
        while True:
            message = json.loads(self.socket.recv())
            self.messages.append(message)
            if condition(message):
                return message

    def request(self, kind, content, channel="shell"):
        """Sends a request and waits for its reply. Returns the reply's content."""
        sent = self.send(kind, content, channel)
        reply = kind.replace("_request", "_reply")
        return self.until(lambda message: is_answer(message, sent) and message["header"]["msg_type"] == reply)["content"]

    def begin(self, code, allow_stdin=False):
        """Sends a cell and does not wait for it. Returns what names it."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        return self.send("execute_request", {**content, "allow_stdin": allow_stdin, "stop_on_error": True})

    def finish(self, cell):
        """Waits for a cell's reply and its idle. Returns what a person would see."""
        self.until(lambda message: is_answer(message, cell) and message["header"]["msg_type"] == "execute_reply")
        self.until(lambda message: is_answer(message, cell) and message["content"].get("execution_state") == "idle")
        return Seen([message for message in self.messages if is_answer(message, cell)])

    def run(self, code):
        return self.finish(self.begin(code))

    def disconnect(self):
        self.socket.close()

    def interrupt(self):
        self.gateway.ask("POST", f"{self.path}/interrupt", {})

    def restart(self):
        """Restarts the kernel; the gateway may end the connection, so a front end connects again."""
        self.gateway.ask("POST", f"{self.path}/restart", {})
        self.disconnect()
        self.connect()

    def shutdown(self):
        self.disconnect()
        self.gateway.ask("DELETE", self.path)


def is_answer(message, request):
    return message["parent_header"].get("msg_id") == request


class Seen:
    def __init__(self, messages):
        self.all = [(message["header"]["msg_type"], message["content"]) for message in messages]

    def first(self, wanted):
        return next((content for kind, content in self.all if kind == wanted), None)

    @property
    def result(self):
        content = self.first("execute_result")
        return content and content["data"]["text/plain"]

    @property
    def error(self):
        content = self.first("error")
        return content and f"{content['ename']}: {content['evalue']}"

    @property
    def stdout(self):
        return "".join(content["text"] for kind, content in self.all if kind == "stream" and content["name"] == "stdout")
