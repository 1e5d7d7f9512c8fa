"""A kernel that is confined by Node's permission model (`tskernel install --permission`): cells reach what they may and no
more, a refusal says how to allow it, and everything else works as ever."""

import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from debugging import Debugger
from dialogue import Dialogue, Kernel
from jupyter_client.kernelspec import KernelSpecManager

COMMAND = Path(__file__).resolve().parents[2] / "dist" / "tskernel.cjs"
OPTIONS = "process.allowedNodeEnvironmentFlags"


class Confined(Dialogue):
    """Below one directory: `notebook` for the kernel to run in, `temporary`, and what is beside them is out of bounds."""

    @classmethod
    def setUpClass(cls):
        cls.node = KernelSpecManager().get_kernel_spec("tskernel").argv[0]
        cls.root = Path(tempfile.mkdtemp(prefix="confined-"))
        cls.environment = {**os.environ, "TMPDIR": str(cls.root / "temporary")}
        for directory in ("notebook", "temporary", "shared"):
            (cls.root / directory).mkdir()
        (cls.root / "secret").write_text("out of bounds")
        (cls.root / "shared" / "data.txt").write_text("given")
        cls.notes = cls.install("confined", "--permission", f"--allow-fs-read={cls.root / 'shared'}")

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        for name in ("confined", "programs"):
            subprocess.run([cls.node, COMMAND, "uninstall", "--user", "--name", name], capture_output=True)
        shutil.rmtree(cls.root)

    @classmethod
    def install(cls, name, *options):
        command = [cls.node, COMMAND, "install", "--user", "--name", name, *options]
        return subprocess.run(command, env=cls.environment, check=True, capture_output=True, text=True).stdout

    @classmethod
    def has(cls, option):
        """Whether the Node under test knows an option."""
        code = f"{OPTIONS}.has('{option}')"
        return subprocess.run([cls.node, "-p", code], capture_output=True, text=True).stdout.strip() == "true"

    @property
    def kernel(self):
        if type(self)._kernel is None:
            type(self)._kernel = self.start("confined")
        return type(self)._kernel

    def start(self, name, **options):
        # Where a server puts it; left alone, the manager puts it among temporary files.
        file = Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"kernel-{uuid.uuid4()}.json"
        manager = {"kernel_name": name, "connection_file": str(file)}
        return Kernel(manager=manager, cwd=str(self.root / "notebook"), env=self.environment, **options)

    def refused(self, code, what, option):
        """The cell fails, says what was refused, and which option of the installation allows it."""
        cell = self.run_cell(code)
        self.assertRegex(cell.error or "nothing was refused", f"{what} is not allowed to this kernel")
        self.assertIn(f"install the kernel again, adding {option} to what tskernel list shows", cell.traceback)

    def test_runs_ordinary_cells(self):
        self.shows("const sum = [1, 2, 3].reduce((a, b) => a + b); sum", "6")
        self.shows("await new Promise<string>((done) => setTimeout(() => done('later'), 1))", "'later'")
        self.shows("enum Color { red = 4 }; Color.red", "4")
        self.shows("import { basename } from 'node:path'; basename('/a/b')", "'b'")

    def test_asks_for_input(self):
        self.shows("input('Name? ')", "'Ada'", answers=["Ada"])

    def test_completes_and_inspects(self):
        self.assertIn("toUpperCase", self.kernel.ask("complete", "''.toUp", 7)["matches"])
        self.assertTrue(self.kernel.ask("inspect", "Math.max", 8)["found"])

    def test_checks_types(self):
        kernel = self.start("confined", types="error")
        try:
            self.assertRegex(kernel.run("const n: number = 'text'").error, "Type 'string' is not assignable")
        finally:
            kernel.close()

    def test_is_interrupted(self):
        kernel = self.kernel
        self.runs("let kept = 1")
        request = kernel.send("console.log('in'); while (true) {}")
        kernel.until(lambda: kernel.cell(request).stdout.startswith("in"), what="the cell to start")
        kernel.interrupt()
        error = kernel.finish(request).error
        self.assertRegex(error, "^KeyboardInterrupt")
        if self.has("--allow-inspector"):
            self.shows("kept", "1")
        else:
            # Without the inspector there is no stopping a loop but by ending its thread: it says so, here and at install.
            self.assertRegex(error, "variables of all cells are gone")
            self.assertRegex(self.notes, "An interrupt of a loop loses all variables")
        self.shows("1 + 1", "2")

    def test_is_interrupted_in_an_await(self):
        kernel = self.kernel
        self.runs("let awaited = 1")
        request = kernel.send("console.log('in'); await new Promise(() => {})")
        kernel.until(lambda: kernel.cell(request).stdout.startswith("in"), what="the cell to start")
        kernel.interrupt()
        self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
        self.shows("awaited", "1")

    def test_reads_and_writes_beside_the_notebook_and_temporary_files(self):
        self.runs("import { readFileSync as read, writeFileSync as write } from 'node:fs'; import os from 'node:os'")
        self.shows("write('note.txt', 'here'); read('note.txt', 'utf8')", "'here'")
        self.shows("write(os.tmpdir() + '/t.txt', 'there'); read(os.tmpdir() + '/t.txt', 'utf8')", "'there'")

    def test_reads_what_was_allowed(self):
        self.shows("require('fs').readFileSync('../shared/data.txt', 'utf8')", "'given'")
        shared = self.root / "shared" / "data.txt"
        self.refused("require('fs').writeFileSync('../shared/data.txt', '')", f"Writing {shared}", f"--allow-fs-write={shared}")

    def test_reads_nothing_else(self):
        secret = self.root / "secret"
        for code in (
            "require('fs').readFileSync('../secret')",
            f"await require('fs/promises').readFile({str(secret)!r})",
            "import text from '../secret' with { type: 'text' }; text" if self.has("--permission") else "require('fs').openSync('../secret')",
        ):
            self.refused(code, f"Reading {secret}", f"--allow-fs-read={secret}")

    def test_reaches_neither_keys_nor_history(self):
        for place in (self.kernel.manager.connection_file, os.path.join(os.environ["TSKERNEL_DATA"], "history", "x")):
            self.refused(f"require('fs').readFileSync({place!r})", f"Reading {place}", f"--allow-fs-read={place}")
        self.assertEqual(self.kernel.ask("history", hist_access_type="tail", n=1)["status"], "ok")

    def test_starts_no_programs_and_no_threads(self):
        self.refused("require('child_process').execSync('ls')", "Starting programs", "--allow-child-process")
        self.refused("!ls", "Starting programs", "--allow-child-process")
        self.refused("new (require('worker_threads').Worker)('1', { eval: true })", "Starting threads", "--allow-worker")

    def test_loads_no_native_addons(self):
        code = "process.dlopen({ exports: {} }, 'addon.node')"
        self.refused(code, "Loading native addons", "--allow-addons")

    def test_debugs_neither_itself_nor_the_kernel(self):
        for code in (
            "new (require('node:inspector').Session)().connect()",
            "import { Session } from 'node:inspector/promises'; new Session().connectToMainThread()",
            "require('inspector').open(0)",
        ):
            self.assertRegex(self.run_cell(code).error, "Access to this API has been restricted")

    def test_has_a_debugger_where_it_may_have_the_inspector(self):
        if not self.has("--allow-inspector"):
            self.skipTest("this Node forbids the inspector to all")
        self.assertIn("debugger", self.kernel.ask("kernel_info")["supported_features"])
        debugger = Debugger(self.kernel).start()
        debugger.breakpoints("const here = 1\nhere", 2)
        request = self.kernel.send("const here = 1\nhere")
        self.assertEqual(debugger.place("breakpoint"), ("<cell>", 2))
        debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "1")
        debugger.stop()

    def test_says_that_it_has_no_debugger_and_answers_whoever_asks_for_one(self):
        if self.has("--allow-inspector"):
            self.skipTest("this Node allows the inspector to the kernel alone")
        self.assertNotIn("debugger", self.kernel.ask("kernel_info")["supported_features"])
        spec = KernelSpecManager().get_kernel_spec("confined")
        self.assertNotIn("debugger", [name for name, has in spec.metadata.items() if has])
        self.runs("const seen = { a: 1 }")
        debugger = Debugger(self.kernel)
        info = debugger.ask("debugInfo")
        self.assertEqual([info["isStarted"], info["stoppedThreads"], info["breakpoints"]], [False, [], []])
        self.assertTrue(debugger.path("1").endswith(".ts"))
        self.assertEqual(debugger.ask("modules")["modules"], [])
        source = {"path": debugger.path("1 + 1")}
        for command, given in {
            "initialize": {}, "attach": {}, "configurationDone": {}, "disconnect": {}, "threads": {}, "pause": {}, "continue": {}, "next": {}, "stepIn": {},
            "stepOut": {}, "stackTrace": {}, "scopes": {"frameId": 1}, "variables": {"variablesReference": 1}, "setBreakpoints": {"source": source, "breakpoints": [{"line": 1}]},
            "setExceptionBreakpoints": {"filters": ["all"]}, "exceptionInfo": {}, "source": {"source": source}, "evaluate": {"expression": "1"},
            "setVariable": {"variablesReference": 1, "name": "a", "value": "2"}, "setExpression": {"expression": "seen", "value": "2"}, "completions": {"text": "s", "column": 2},
            "inspectVariables": {}, "richInspectVariables": {"variableName": "seen"}, "copyToGlobals": {"srcVariableName": "seen", "dstVariableName": "copied", "srcFrameId": 1}, "fly": {},
        }.items():  # fmt: skip
            with self.subTest(command):
                self.assertRegex(debugger.refused(command, **given), "There is no debugger here: .*--allow-inspector")
        self.shows("debugger; 1 + 1", "2")

    def test_uses_the_network_as_far_as_its_node_cannot_close_it(self):
        code = "await fetch('http://127.0.0.1:9999/').catch((error) => { throw error.cause })"
        if self.has("--allow-net"):
            self.refused(code, "Using the network", "--allow-net")
        else:
            self.assertRegex(self.run_cell(code).error, "ECONNREFUSED")
            self.assertRegex(self.notes, "The network is open to cells")

    def test_imports_modules_of_the_notebook(self):
        notebook = self.root / "notebook"
        (notebook / "plain.mjs").write_text("export const plain = 1")
        (notebook / "typed.ts").write_text("export const typed: number = 2")
        self.shows("import { plain } from './plain.mjs'; plain", "1")
        cell = self.run_cell("import { typed } from './typed.ts'; typed")
        if cell.error:
            self.assertRegex(cell.traceback, "confined by --permission leaves modules to Node")
            self.assertRegex(self.notes, "knows no TypeScript")
        else:
            self.assertEqual(cell.result, "2")

    def test_starts_programs_where_that_is_allowed(self):
        self.install("programs", "--permission", "--allow-child-process")
        kernel = self.start("programs")
        try:
            self.assertEqual(kernel.run("!echo allowed").stdout, "allowed\n")
            self.assertRegex(kernel.run("require('fs').readFileSync('../secret')").error, "is not allowed")
        finally:
            kernel.close()

    def test_is_told_of_by_the_list(self):
        told = subprocess.run([self.node, COMMAND, "list"], env=self.environment, capture_output=True, text=True).stdout
        self.assertIn(f"confined by --permission --allow-fs-read={self.root / 'shared'}", told)
