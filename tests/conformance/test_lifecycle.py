"""Starting, restarting and ending, and what must not end the kernel."""

import os
import subprocess
import sys
import tempfile
import time

import psutil
from dialogue import Dialogue, Kernel


def told(cell):
    """What a cell says of an exit: its error while it runs, text once it has ended."""
    return cell.stderr + (cell.error or "")


class Starting(Dialogue):
    fresh = True

    def test_nothing_is_loaded_that_no_cell_has_asked_for(self):
        # A look at a global of Node's may load what it is of: fetch takes longer than all else of a start.
        loaded = "(process as any).moduleLoadList.filter((name: string) => /undici|perf_hooks|readablestream/.test(name))"
        self.shows(loaded, "[]")
        self.runs("FormData; performance.now()")
        self.shows(f"{loaded}.length > 1", "true")


class Surviving(Dialogue):
    """After each of these the next cell runs, and the person was told what happened."""

    def test_process_exit(self):
        for code in ("process.exit(3)", "await null; process.exit(3)"):
            with self.subTest(code=code):
                cell = self.fails(code, "exit")
                self.assertIn("3", cell.error)
                self.shows("'alive'", "'alive'")

    def test_process_exit_in_a_callback_ends_the_cell_that_waits(self):
        for code in (
            "setTimeout(() => process.exit(3), 50); await new Promise(() => {})",
            "setTimeout(async () => { await null; process.exit(3) }, 50); await new Promise(() => {})",
            "setTimeout(() => process.exit(3), 50); await sleep(60_000)",
        ):
            with self.subTest(code=code):
                self.assertIn("process.exit(3) was called", self.fails(code, "ProcessExit").error)
                self.shows("'alive'", "'alive'")

    def test_process_exit_out_of_the_cells_own_run(self):
        late = "setTimeout(() => { throw new Error('late') }, 5)"
        for name, code in {
            "a timer": "setTimeout(() => process.exit(4), 5)",
            "a promise job": "Promise.resolve().then(() => process.exit(4))",
            "a listener for uncaught errors": f"process.once('uncaughtException', () => process.exit(4)); {late}",
            "a listener for rejections":
                "process.once('unhandledRejection', () => process.exit(4)); Promise.reject(new Error('late'))",
            "what watches uncaught errors": f"process.once('uncaughtExceptionMonitor', () => process.exit(4)); {late}",
            "the one that captures them": "process.setUncaughtExceptionCaptureCallback(() => {"
                f" process.setUncaughtExceptionCaptureCallback(null); process.exit(4) }}); {late}",
            # As source-map-support and signal-exit do.
            "what stands for process.emit": "const emit = process.emit; process.emit = function (event, ...rest) {"
                " if (event !== 'uncaughtException') return emit.call(this, event, ...rest);"
                f" process.emit = emit; process.reallyExit(4) }}; {late}",
            "a domain": "const domain = require('node:domain').create(); domain.on('error', () => process.exit(4));"
                f" domain.run(() => {late})",
        }.items():
            with self.subTest(by=name):
                # A kernel each: what one leaves behind is not what the next is about.
                self._kernel = Kernel()
                try:
                    self.runs("const kept = 'kept'")
                    cell = self.kernel.send(f"{{ {code} }} undefined")
                    self.kernel.finish(cell)
                    self.kernel.until(lambda: "process.exit(4) was called" in told(self.kernel.cell(cell)))
                    self.assertNotIn("gone", self.kernel.cell(cell).stderr)
                    self.shows("kept", "'kept'")
                finally:
                    self._kernel.close()
                    self._kernel = None

    def test_no_listener_for_errors_hears_of_an_exit(self):
        self.runs("const heard: string[] = []; process.on('uncaughtException', (e) => heard.push(e.message))")
        self.runs("process.on('unhandledRejection', (e: Error) => heard.push(e.message))")
        cell = self.kernel.send("setTimeout(() => process.exit(4), 5); Promise.reject(new Error('own')); undefined")
        self.kernel.until(lambda: "process.exit(4) was called" in self.kernel.cell(cell).stderr)
        self.kernel.finish(cell)
        self.fails("Promise.resolve().then(() => process.exit(5)); undefined", "process.exit\\(5\\) was called")
        self.shows("heard", "[ 'own' ]")
        self.runs("process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection')")

    def test_what_a_listener_throws_is_told(self):
        for name, code in {
            "a listener": "process.once('uncaughtException', () => { throw new Error('second') })",
            "process.emit": "const emit = process.emit; process.emit = () => { process.emit = emit; throw new Error('second') }",
        }.items():
            with self.subTest(by=name):
                self.runs("var kept: any = 'kept'")
                cell = self.kernel.send(f"{{ {code}; setTimeout(() => {{ throw new Error('first') }}, 5) }} undefined")
                self.kernel.until(lambda: ": second" in self.kernel.cell(cell).stderr)
                self.kernel.finish(cell)
                self.shows("kept", "'kept'")

    def test_exit_codes_are_what_node_takes(self):
        self.fails("process.exit('abc' as any)", "^TypeError.*code")
        self.fails("process.exitCode = 9; process.exit()", r"process.exit\(9\) was called")
        self.fails("process.exit('7'); ", r"process.exit\(7\) was called")
        self.shows("process.exitCode", "9")
        self.runs("process.exitCode = undefined")

    def test_process_abort(self):
        self.fails("process.abort()", "abort")
        self.shows("'alive'", "'alive'")

    def test_process_kill_of_itself_is_an_interrupt_at_most(self):
        self.run_cell("process.kill(process.pid, 'SIGINT'); 1")
        self.shows("'alive'", "'alive'")
        for code in ("process.kill(process.pid)", "process.kill(-process.pid, 'SIGKILL')", "process.kill(0, 15)"):
            self.fails(code, "kernel itself.*SIG(TERM|KILL)")
        self.shows("process.kill(process.pid, 0)", "true")

    def test_process_kill_of_itself_is_heard(self):
        cell = self.runs("process.once('SIGTERM', (name) => console.log('heard', name)); process.kill(process.pid); await 0")
        self.kernel.until(lambda: "heard SIGTERM" in cell.stdout)

    def test_stack_overflow(self):
        self.runs("const kept = 'kept'")
        self.fails("function deep(): number { return deep() + 1 }\ndeep()", "^RangeError: Maximum call stack")
        self.shows("kept", "'kept'")
        self.fails("await null; deep()", "^RangeError: Maximum call stack")
        self.shows("kept", "'kept'")

    def test_chdir(self):
        self.shows("process.chdir('/'); process.cwd()", "'/'")

    def test_what_node_keeps_for_the_main_thread(self):
        self.shows("const mask = process.umask(0o77); [process.umask(), process.umask(mask)]", "[ 63, 63 ]")
        self.fails("process.umask('x')", "^TypeError: The argument 'mask' must be")
        self.fails("process.chdir(5 as any)", '^TypeError: The "directory" argument')
        self.shows(
            "try { process.chdir('/nowhere') } catch (e: any) { [e.code, e.syscall, e.dest, e.stack.includes('Cell')] }",
            "[ 'ENOENT', 'chdir', '/nowhere', true ]",
        )
        if hasattr(os, "setuid"):
            self.fails("process.setuid!('nobody there')", "^Error: User identifier does not exist")

    def test_strange_throws(self):
        for code in (
            "throw null",
            "throw undefined",
            "throw 'text'",
            "throw { message: 7 }",
            "throw Symbol('s')",
            "throw new Proxy({}, { get() { throw new Error('trap') } })",
            "throw Object.create(null)",
            "throw { get stack() { throw 1 }, get message() { throw 2 }, get name() { throw 3 } }",
            "const e = new Error('loop'); e.cause = e; throw e",
            "class Odd extends Error { override get message(): string { throw new Error('inner') } }; throw new Odd()",
        ):
            with self.subTest(code=code):
                cell = self.run_cell(code)
                self.assertEqual((cell.status, len(cell.errors)), ("error", 1))
                self.shows("'alive'", "'alive'")

    def test_strange_values(self):
        for code in (
            "new Proxy({}, { get() { throw new Error('trap') }, getOwnPropertyDescriptor() { throw 1 }, ownKeys() { throw 2 } })",
            "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('inspect') } })",
            "({ [Symbol.toStringTag]: 'odd', get x() { throw 1 } })",
            "const loop: any = {}; loop.self = loop; loop",
            "Object.create(null)",
            "globalThis",
            "process",
            "new (class { toString() { throw 1 } })()",
            "new Array(1e6)",
            "'x'.repeat(10_000_000)",
        ):
            with self.subTest(code=code):
                cell = self.run_cell(code)
                self.assertIn(cell.status, ("ok", "error"))
                self.shows("'alive'", "'alive'")


class OutOfMemory(Dialogue):
    fresh = True

    def test_the_cell_says_so_and_the_next_one_runs_in_a_new_worker(self):
        self._kernel = Kernel(env={"TSKERNEL_MEMORY": "100"})
        self.runs("const gone = 1")
        cell = self.fails("const hog: unknown[] = []; while (true) hog.push(new Array(1e5).fill(0))", "(?i)memory")
        self.assertRegex(cell.traceback, "(?i)variables|names")
        self.shows("'alive'", "'alive'")
        self.fails("gone", "^ReferenceError")


class Ending(Dialogue):
    fresh = True
    deadly = True

    BUSY = {
        "idle": None,
        "a loop": "console.log('in'); while (true) {}",
        "a regular expression": "console.log('in'); /^(a+)+$/.test('a'.repeat(60) + 'b')",
        "a pending await": "console.log('in'); await new Promise(() => {})",
        "sleep": "console.log('in'); sleep(1e8)",
        "execSync": "require('node:child_process'); console.log('in'); require('node:child_process').execSync('sleep 5')",
        "a timer callback": "setTimeout(() => { console.log('in'); while (true) {} }, 1); await new Promise(() => {})",
        "endless printing": "while (true) console.log('in')",
        "timers and handles left": "setInterval(() => {}, 5); require('node:net').createServer().listen(0); console.log('in')",
    }

    def test_shutdown_is_obeyed_whatever_runs(self):
        for name, code in self.BUSY.items():
            with self.subTest(during=name):
                kernel = Kernel()
                try:
                    if code is not None:
                        request = kernel.send(code)
                        kernel.until(lambda: kernel.cell(request).stdout)
                    process = kernel.manager.provisioner.process
                    request = kernel.channels.shutdown()
                    kernel.until(lambda: request in kernel.replies, what="the reply")
                    self.assertEqual(kernel.replies[request]["content"], {"status": "ok", "restart": False})
                    kernel.until(
                        lambda: any(kind == "shutdown_reply" for kind, _ in kernel.cell(request).all()), what="the news"
                    )
                    self.assertEqual(process.wait(timeout=10), 0)
                finally:
                    kernel.close()

    def test_the_managers_way_needs_no_force(self):
        # It interrupts, asks, and after 2.5 seconds sends SIGTERM: exit code 0 means that asking was enough.
        kernel = Kernel()
        try:
            request = kernel.send("console.log('in'); while (true) {}")
            kernel.until(lambda: kernel.cell(request).stdout)
            process = kernel.manager.provisioner.process
            kernel.manager.shutdown_kernel()
            self.assertEqual(process.returncode if process.returncode is not None else process.poll(), 0)
        finally:
            kernel.close()

    def test_a_kernel_whose_parent_died_ends(self):
        script = (
            "import os\n"
            "from jupyter_client.manager import KernelManager\n"
            "manager = KernelManager(kernel_name='tskernel')\n"
            "manager.start_kernel()\n"
            "client = manager.client(); client.start_channels(); client.wait_for_ready(timeout=60)\n"
            "client.execute('while (true) {}')\n"
            "print(manager.provisioner.pid, flush=True)\n"
            "os._exit(0)\n"
        )
        printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=90)
        pid = int(printed.stdout)
        deadline = time.monotonic() + 20
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            self.assertLess(time.monotonic(), deadline, "the kernel outlived its parent")
            time.sleep(0.1)


class Restarting(Dialogue):
    fresh = True

    def test_ten_times_on_the_same_ports(self):
        kernel = self.kernel
        for round in range(10):
            self.runs(f"const round{round} = {round}")
            if round:
                self.fails(f"round{round - 1}", "^ReferenceError")
            kernel.manager.restart_kernel(now=round % 3 == 2)
            kernel.forget()
            kernel.channels.wait_for_ready(timeout=60)
            cell = self.shows("'again'", "'again'")
            self.assertEqual(cell.reply["execution_count"], 1)

    def test_from_the_middle_of_a_loop(self):
        kernel = self.kernel
        request = kernel.send("console.log('in'); while (true) {}")
        kernel.until(lambda: kernel.cell(request).stdout)
        kernel.manager.restart_kernel()
        kernel.forget()
        kernel.channels.wait_for_ready(timeout=60)
        self.shows("1 + 1", "2")

    def test_history_outlives_it(self):
        kernel = self.kernel
        self.runs("'remember me'")
        kernel.manager.restart_kernel()
        kernel.forget()
        kernel.channels.wait_for_ready(timeout=60)
        found = kernel.ask("history", hist_access_type="search", pattern="*remember me*", n=1, output=True)["history"]
        self.assertEqual([entry[2] for entry in found], [["'remember me'", "'remember me'"]])


class TwoClients(Dialogue):
    def test_both_see_what_is_run(self):
        other = self.kernel.connect()
        try:
            request = other.send("console.log('for all'); 'result'")
            other.finish(request)
            self.kernel.until(lambda: self.kernel.cell(request).idle)
            seen = self.kernel.cell(request)
            self.assertEqual((seen.stdout, seen.result), ("for all\n", "'result'"))
            self.assertIn("execute_input", [kind for kind, _ in seen.all()])
        finally:
            other.close()

    def test_replies_go_to_the_one_who_asked(self):
        other = self.kernel.connect()
        try:
            mine, others = self.kernel.send("'mine'"), other.send("'other'")
            self.assertEqual(self.kernel.finish(mine).result, "'mine'")
            self.assertEqual(other.finish(others).result, "'other'")
            self.assertNotIn(others, self.kernel.replies)
            self.assertNotIn(mine, other.replies)
        finally:
            other.close()

    def test_one_that_stops_reading_does_not_stop_the_other(self):
        lazy = self.kernel.connect()
        try:
            cell = self.runs("for (let i = 0; i < 200_000; i++) console.log('x'.repeat(100))")
            self.assertEqual(len(cell.stdout), 200_000 * 101)
        finally:
            lazy.close()


class RealOutput(Dialogue):
    def test_the_kernel_prints_nothing_to_its_own_stdout(self):
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            kernel = Kernel(stdout=stdout, stderr=stderr)
            try:
                kernel.run("console.log('a'); console.error('b'); process.stdout.write('c'); 1")
                kernel.run("import { execSync } from 'node:child_process'; execSync('echo d', { stdio: 'inherit' })")
                kernel.run("setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 30))")
                kernel.run("process.emitWarning('warned'); throw new Error('e')")
                kernel.run("let = =")
                kernel.manager.shutdown_kernel()
            finally:
                kernel.close()
            for file in (stdout, stderr):
                file.seek(0)
                self.assertEqual(file.read(), b"")


class Launcher(Dialogue):
    def test_is_what_the_kernelspec_starts(self):
        argv = self.kernel.manager.kernel_spec.argv
        self.assertTrue(os.path.isabs(argv[0]) and os.path.exists(argv[0]), argv)
        self.assertTrue(argv[1].endswith("launch.cjs") and os.path.exists(argv[1]), argv)
        self.assertEqual(argv[2:], ["{connection_file}"])
