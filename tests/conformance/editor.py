"""A front end that shows what the language server says: a comm to the kernel, a notebook that is being edited, and what it was told."""

import time
import uuid


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


class Editor:
    """@param client: of dialogue.py. @param channel: on which it sends."""

    def __init__(self, client, channel="control", capabilities=None):
        self.client = client
        self.channel = channel
        self.comm = uuid.uuid4().hex
        self.cells = []
        self.texts = {}
        self.versions = {}
        self.version = 0
        self.requests = 0
        # What named the comm messages that were sent, in their order.
        self.sent = []
        self.open_comm()
        self.capabilities = self.ask(
            "initialize", {"processId": None, "rootUri": None, "capabilities": capabilities or {}}
        )["capabilities"]
        self.notify("initialized", {})

    def open_comm(self, **content):
        self.say("comm_open", {"target_name": "tskernel.lsp", "data": {}, **content})

    def say(self, kind, content):
        self.sent.append(self.client.send_on(self.channel, kind, {"comm_id": self.comm, **content}))

    def send(self, data):
        self.say("comm_msg", {"data": data})

    def close(self):
        self.say("comm_close", {"data": {}})

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method, params):
        """Asks, and does not wait. Returns what names it."""
        self.requests += 1
        self.send({"jsonrpc": "2.0", "id": self.requests, "method": method, "params": params})
        return self.requests

    def answer(self, request, timeout=30):
        """The result. Raises Refused for an error."""
        found = self.until(
            lambda: next((m for m in self.messages() if m.get("id") == request and "method" not in m), None), timeout
        )
        if "error" in found:
            raise Refused(found["error"])
        return found.get("result")

    def ask(self, method, params):
        return self.answer(self.request(method, params))

    def until(self, condition, timeout=30):
        return self.client.until(condition, timeout, what="the language server")

    def published(self):
        return [message for messages in self.client.published.values() for message in messages]

    def messages(self):
        """What the server has sent."""
        return [
            message["content"]["data"]
            for message in self.published()
            if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == self.comm
        ]

    def is_closed(self):
        return any(
            message["msg_type"] == "comm_close" and message["content"]["comm_id"] == self.comm
            for message in self.published()
        )

    # The notebook

    def open(self, *texts):
        """Opens a notebook with these cells. Their ids are a, b, c, …"""
        self.version += 1
        self.notebook = f"file:///notes{self.version}.ipynb"
        self.cells = [f"{self.notebook}#{chr(97 + index)}" for index in range(len(texts))]
        for uri, text in zip(self.cells, texts):
            self.texts[uri], self.versions[uri] = text, 1
        self.notify(
            "notebookDocument/didOpen",
            {
                "notebookDocument": {
                    "uri": self.notebook,
                    "notebookType": "jupyter-notebook",
                    "version": 1,
                    "cells": [{"kind": 2, "document": uri} for uri in self.cells],
                },
                "cellTextDocuments": [
                    {"uri": uri, "languageId": "typescript", "version": 1, "text": self.texts[uri]}
                    for uri in self.cells
                ],
            },
        )

    def edit(self, index, text):
        uri = self.cells[index]
        self.texts[uri] = text
        self.versions[uri] += 1
        self.version += 1
        content = [{"document": {"uri": uri, "version": self.versions[uri]}, "changes": [{"text": text}]}]
        self.notify(
            "notebookDocument/didChange",
            {
                "notebookDocument": {"uri": self.notebook, "version": self.version},
                "change": {"cells": {"textContent": content}},
            },
        )

    def run(self, index, **options):
        """Runs a cell as a notebook does."""
        return self.client.run(self.texts[self.cells[index]], metadata={"cellId": self.cell_id(index)}, **options)

    def cell_id(self, index):
        return self.cells[index].rpartition("#")[2]

    def place(self, index, text, after=False):
        """Where a text is in a cell."""
        source = self.texts[self.cells[index]]
        offset = source.index(text) + (len(text) if after else 0)
        line = source.count("\n", 0, offset)
        character = offset - (source.rfind("\n", 0, offset) + 1)
        return {
            "textDocument": {"uri": self.cells[index]},
            "position": {"line": line, "character": character},
        }

    def hover(self, index, text):
        answer = self.ask("textDocument/hover", self.place(index, text))
        return answer["contents"]["value"] if answer else None

    def complete(self, index, text):
        """The labels of what may follow a text."""
        answer = self.ask("textDocument/completion", self.place(index, text, after=True))
        return [item["label"] for item in answer["items"]] if answer else []

    def told(self, index):
        """The messages of what is wrong with the text of a cell as it is now, once they come."""
        uri = self.cells[index]

        def current():
            return [
                message["params"]
                for message in self.messages()
                if message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") == self.versions[uri]
            ]

        return [one["message"] for one in self.until(current)[-1]["diagnostics"]]


def eventually(read, wanted, timeout=30):
    """Reads until it is what is wanted, or time is over; returns what was read last."""
    deadline = time.monotonic() + timeout
    while True:
        value = read()
        if value == wanted or time.monotonic() > deadline:
            return value
