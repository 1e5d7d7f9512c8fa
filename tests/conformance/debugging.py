"""A front end that debugs: debug_request with its reply and its idle, and the events that come in between."""

from dialogue import TIMEOUT, Dialogue


class Debugger:
    """What a person does with a debugger, over one client of a kernel."""

    def __init__(self, kernel, client=None):
        self.kernel = kernel
        self.client = client or kernel.client
        self.seq = 0
        #: The events that nobody has waited for yet: (event, body).
        self.events = []
        # What came before is not for this one.
        self._seen = {name: len(messages) for name, messages in self.client.published.items()}

    def send(self, command, **arguments):
        """Sends a request and does not wait. Returns what names it."""
        session, channel = self.client.channels.session, self.client.channels.control_channel
        content = {"type": "request", "seq": self.seq, "command": command, "arguments": arguments}
        self.seq += 1
        message = session.msg("debug_request", content)
        channel.send(message)
        return message["header"]["msg_id"]

    def request(self, command, timeout=TIMEOUT, **arguments):
        """Sends a request and waits for its reply and its idle, as JupyterLab does. Returns the response."""
        name = self.send(command, **arguments)
        self.until(lambda: name in self.client.replies and self.client.cell(name).idle, timeout, command)
        response = self.client.replies[name]["content"]
        assert response["type"] == "response" and response["command"], response
        assert response["success"] or (response["message"] and "body" in response), response
        return response

    def ask(self, command, **arguments):
        """A request that succeeds. Returns the body of its response."""
        response = self.request(command, **arguments)
        assert response["success"], (command, response)
        return response.get("body")

    def refused(self, command, **arguments):
        """A request that fails. Returns what the person is told."""
        response = self.request(command, **arguments)
        assert not response["success"], (command, response)
        return response["message"]

    def until(self, condition, timeout=TIMEOUT, what=None):
        def holds():
            self._gather()
            return condition()

        return self.client.until(holds, timeout, what)

    def _gather(self):
        for name, messages in self.client.published.items():
            seen = self._seen.get(name, 0)
            self._seen[name] = len(messages)
            for message in messages[seen:]:
                if message["msg_type"] == "debug_event":
                    assert message["parent_header"]["msg_type"] == "debug_request", message["parent_header"]
                    self.events.append((message["content"]["event"], message["content"].get("body", {})))

    def event(self, kind, timeout=TIMEOUT):
        """Waits for an event, past those before it. Returns its body."""

        def find():
            return next((at for at, (event, _) in enumerate(self.events) if event == kind), None) is not None

        self.until(find, timeout, f"the event {kind}")
        at = next(at for at, (event, _) in enumerate(self.events) if event == kind)
        body = self.events[at][1]
        del self.events[: at + 1]
        return body

    def start(self):
        """Switches the debugger on, as JupyterLab's bug button does."""
        self.ask("debugInfo")
        self.ask("initialize", clientID="test", adapterID="tskernel", pathFormat="path", linesStartAt1=True, columnsStartAt1=True)
        self.ask("attach")
        self.event("initialized")
        return self

    def stop(self):
        self.ask("disconnect", restart=False, terminateDebuggee=False)
        self.event("terminated")

    def path(self, code):
        return self.ask("dumpCell", code=code)["sourcePath"]

    def breakpoints(self, code, *wanted):
        """Sets the breakpoints of a cell's text: lines, or what else a breakpoint has. Returns what came of them."""
        return self.breakpoints_in(self.path(code), *wanted)

    def breakpoints_in(self, path, *wanted):
        breakpoints = [{"line": one} if isinstance(one, int) else one for one in wanted]
        return self.ask("setBreakpoints", source={"path": path}, breakpoints=breakpoints, sourceModified=False)["breakpoints"]

    def stopped(self, reason=None):
        """Waits until the thread has stopped. Returns the frames."""
        body = self.event("stopped")
        assert body["threadId"] == 1 and body["allThreadsStopped"], body
        assert reason in (None, body["reason"]), body
        return self.frames()

    def frames(self):
        return self.ask("stackTrace", threadId=1)["stackFrames"]

    def place(self, reason=None):
        """Waits until the thread has stopped. Returns the name and the line of the innermost frame."""
        frame = self.stopped(reason)[0]
        return frame["name"], frame["line"]

    def go(self, command="continue"):
        """Continues, or steps."""
        self.ask(command, threadId=1)
        self.event("continued")

    def step(self, command="next"):
        """Steps. Returns the name and the line of the innermost frame."""
        self.go(command)
        return self.place("step")

    def variables(self, frame=1):
        """Name to value, by the name of the scope."""
        return {
            scope["name"]: {one["name"]: one["value"] for one in self.ask("variables", variablesReference=scope["variablesReference"])["variables"]}
            for scope in self.ask("scopes", frameId=frame)["scopes"]
        }


class Debugging(Dialogue):
    """Each test debugs a kernel of its class, and stops to."""

    def setUp(self):
        self.debugger = Debugger(self.kernel).start()

    def tearDown(self):
        if self.kernel.alive():
            self.debugger.request("disconnect")
        super().tearDown()

    def quiet(self, code, expected=None):
        """The cell runs to its end without a stop, and shows what is expected."""
        cell = self.shows(code, expected)
        self.debugger.until(lambda: True)
        self.assertEqual([event for event, _ in self.debugger.events if event == "stopped"], [])
        return cell
