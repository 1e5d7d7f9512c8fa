"""A notebook as an HTTP service behind Kernel Gateway: docs/clients.md says the two lines that this needs."""

import json
import shutil
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from gateway import TIMEOUT, Gateway

CELLS = [
    "let REQUEST = '{}'\nconst seen: string[] = []",
    "// GET /hello/:name\nconst { path } = JSON.parse(REQUEST)\nseen.push(path.name)\nconsole.log(JSON.stringify(seen))",
    "// ResponseInfo GET /hello/:name\nconsole.log(JSON.stringify({ status: 201 }))",
    "// POST /sum\nconst { body } = JSON.parse(REQUEST)\nawait 0\nconsole.log(body.reduce((a: number, b: number) => a + b))",
]


class Service(Gateway):
    """It has no REST of its own beside the notebook's: that there is no such page says that it runs."""

    def ask(self, method, path, content=None):
        try:
            return super().ask(method, path, content)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise

    def answer(self, path, content=None):
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers), timeout=TIMEOUT) as response:
            return response.status, response.read().decode()


class NotebookAsService(unittest.TestCase):
    def test_cells_answer_requests_and_share_their_names(self):
        scratch = Path(tempfile.mkdtemp(prefix="service-"))
        self.addCleanup(shutil.rmtree, scratch, ignore_errors=True)
        metadata = {
            "kernelspec": {"name": "tskernel", "display_name": "TypeScript", "language": "typescript"},
            "language_info": {"name": "typescript"},
        }
        cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
        nbformat.write(notebook, scratch / "api.ipynb")
        command = [
            str(Path(sys.executable).parent / "jupyter-kernelgateway"),
            "--KernelGatewayApp.api=kernel_gateway.notebook_http",
            f"--KernelGatewayApp.seed_uri={scratch / 'api.ipynb'}",
            "--KernelGatewayApp.port={port}",
            "--KernelGatewayApp.port_retries=0",
            "--KernelGatewayApp.auth_token={token}",
            "--NotebookHTTPPersonality.comment_prefix=typescript=//",
        ]
        service = Service(command, scratch / "gateway.log", {"TSKERNEL_TYPES": "off"})
        self.addCleanup(service.close)
        # A kernel's welcome has no parent, which the gateway stumbles over if a request waits by then.
        deadline = time.monotonic() + TIMEOUT
        while "Could not find callback" not in service.told() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(service.answer("/hello/ada"), (201, '["ada"]\n'))
        self.assertEqual(service.answer("/hello/bob"), (201, '["ada","bob"]\n'))
        self.assertEqual(service.answer("/sum", [1, 2, 3]), (200, "6\n"))
