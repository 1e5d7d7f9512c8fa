"""One notebook through the tools that people take notebooks through, each with the wheel and nothing set up for it."""

import json
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from newcomer import Gateway, environment, scratch, tools

CELLS = [
    new_markdown_cell("# Six times seven"),
    new_code_cell("interface Factors { readonly a: number; readonly b: number }\nconst factors: Factors = { a: 6, b: 7 }"),
    new_code_cell("console.log('out')\nawait Promise.resolve(factors.a * factors.b)"),
]
SERVER = ["--ip=127.0.0.1", "--port={port}", "--ServerApp.port_retries=0", "--no-browser", "--allow-root"]


class Tools(unittest.TestCase):
    def setUp(self):
        self.directory = scratch() / self.id()
        self.directory.mkdir()
        metadata = {"kernelspec": {"name": "tskernel", "language": "typescript", "display_name": "TypeScript"}}
        nbformat.write(new_notebook(cells=CELLS, metadata=metadata), self.directory / "work.ipynb")

    def run_tool(self, program, *words):
        ran = tools().run(program, *words, cwd=self.directory)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return ran.stdout

    def read(self, name):
        return (self.directory / name).read_text()

    def serve(self, *command, base="", is_gateway=True, **more):
        home = {"JUPYTER_DATA_DIR": str(self.directory / "data"), "JUPYTER_RUNTIME_DIR": str(self.directory / "runtime")}
        words = [str(tools().bin / command[0]), *command[1:]]
        server = Gateway(words, self.directory / "server.log", environment(**home, **more), base, is_gateway)
        self.addCleanup(server.close)
        return server

    def test_jupytext_there_and_back(self):
        self.run_tool("jupytext", "--to", "ts:percent", "work.ipynb")
        self.assertIn("// %%\ninterface Factors", self.read("work.ts"))
        self.run_tool("jupytext", "--to", "ipynb", "work.ts", "--output", "back.ipynb")
        back = nbformat.read(self.directory / "back.ipynb", as_version=4)
        self.assertEqual([(cell.cell_type, cell.source) for cell in back.cells], [(cell.cell_type, cell.source) for cell in CELLS])
        self.assertEqual(back.metadata.kernelspec.name, "tskernel")
        self.run_tool("jupytext", "--test", "--to", "md:myst", "work.ipynb")

    def test_jupytext_executes_a_script(self):
        self.run_tool("jupytext", "--to", "ts:percent", "work.ipynb")
        self.run_tool("jupytext", "--to", "ipynb", "--execute", "work.ts", "--output", "done.ipynb")
        outputs = nbformat.read(self.directory / "done.ipynb", as_version=4).cells[2].outputs
        self.assertEqual((outputs[0].text, outputs[1].data["text/plain"]), ("out\n", "42"))

    def test_nbmake_and_nbval(self):
        self.assertIn("1 passed", self.run_tool("pytest", "--nbmake", "--overwrite", "work.ipynb"))
        self.assertIn("2 passed", self.run_tool("pytest", "--nbval", "work.ipynb"))
        wrong = nbformat.read(self.directory / "work.ipynb", as_version=4)
        wrong.cells[2].outputs[1].data["text/plain"] = "43"
        nbformat.write(wrong, self.directory / "work.ipynb")
        ran = tools().run("pytest", "--nbval", "work.ipynb", cwd=self.directory)
        self.assertIn("1 failed, 1 passed", ran.stdout)

    def test_nbconvert(self):
        for form, name, seen in [
            ("html", "work.html", "<pre>42</pre>"),
            ("markdown", "work.md", "```typescript\ninterface Factors"),
            ("notebook", "work.nbconvert.ipynb", '"file_extension": ".ts"'),
        ]:
            with self.subTest(form):
                self.run_tool("jupyter-nbconvert", "--execute", "--to", form, "work.ipynb")
                self.assertIn(seen, self.read(name))
                self.assertIn("42", self.read(name))
        # Only a notebook that was run says what its language's files are called.
        self.run_tool("jupyter-nbconvert", "--to", "script", "work.nbconvert.ipynb")
        self.assertIn("const factors: Factors = { a: 6, b: 7 }", self.read("work.nbconvert.ts"))

    def test_sphinx_with_myst_nb_which_jupyter_book_1_is(self):
        (self.directory / "work.ipynb").rename(self.directory / "index.ipynb")
        settings = ["extensions = ['myst_nb']", "nb_execution_mode = 'force'", "nb_execution_raise_on_error = True"]
        (self.directory / "conf.py").write_text("\n".join(settings))
        self.run_tool("sphinx-build", "--quiet", ".", "_build")
        self.assertIn("42", self.read("_build/index.html"))

    def test_myst_which_jupyter_book_2_is(self):
        # With the Node of the wheel: it looks for one on PATH. What dresses its pages is not here to be fetched.
        (self.directory / "myst.yml").write_text("version: 1\nproject:\n  title: Work\nsite:\n  title: Work\n")
        server = self.serve("jupyter-server", *SERVER, "--IdentityProvider.token={token}")
        path = f"{environment()['PATH']}:{tools().packages / 'tskernel' / 'programs'}:{tools().bin}"
        jupyter = {"JUPYTER_BASE_URL": server.url, "JUPYTER_TOKEN": server.token}
        ran = tools().run("myst", "build", "--execute", "--site", cwd=self.directory, PATH=path, **jupyter)
        content = self.directory / "_build" / "site" / "content" / "work.json"
        self.assertTrue(content.exists(), ran.stdout + ran.stderr)
        self.assertIn("42", json.dumps([output for output in find(json.loads(content.read_text()), "text/plain")]))

    def test_voila_shows_what_cells_gave(self):
        server = self.serve("voila", str(self.directory / "work.ipynb"), "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1", is_gateway=False)
        with urllib.request.urlopen(server.url, timeout=120) as answer:
            page = answer.read().decode()
        self.assertIn("Six times seven", page)
        self.assertIn("<pre>out", page)
        self.assertIn('"text/plain": "42"', page)

    def test_the_server_that_jupyterhub_starts_for_a_user(self):
        hub = HTTPServer(("127.0.0.1", 0), Hub)
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        self.addCleanup(hub.server_close)
        self.addCleanup(hub.shutdown)
        address = f"http://127.0.0.1:{hub.server_port}"
        server = self.serve(
            "jupyterhub-singleuser",
            "--allow-root",
            JUPYTERHUB_API_TOKEN="of the hub",
            JUPYTERHUB_API_URL=f"{address}/hub/api",
            JUPYTERHUB_BASE_URL="/",
            JUPYTERHUB_CLIENT_ID="jupyterhub-user-ada",
            JUPYTERHUB_SERVICE_PREFIX="/user/ada/",
            JUPYTERHUB_SERVICE_URL="http://127.0.0.1:{port}/user/ada/",
            JUPYTERHUB_USER="ada",
            JUPYTERHUB_OAUTH_CALLBACK_URL="/user/ada/oauth_callback",
            JUPYTERHUB_OAUTH_ACCESS_SCOPES='["access:servers!server=ada/"]',
            base="/user/ada",
        )
        specs = server.ask("GET", "/api/kernelspecs")["kernelspecs"]
        self.assertEqual(specs["tskernel"]["spec"]["display_name"], "TypeScript")
        kernel = server.start()
        self.addCleanup(kernel.shutdown)
        self.assertEqual(kernel.run("const six: number = 6; six * 7").result, "42")


class Hub(BaseHTTPRequestHandler):
    """What a user's server asks its hub for."""

    def do_GET(self):
        user = {"kind": "user", "name": "ada", "admin": False, "groups": [], "scopes": ["access:servers!server=ada/"]}
        self.answer(user if self.path.startswith("/hub/api/user") else {"version": "6.1.1"})

    def do_POST(self):
        self.answer({})

    def answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def find(value, key):
    """Everything below `key`, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from find(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from find(inner, key)


if __name__ == "__main__":
    unittest.main()
