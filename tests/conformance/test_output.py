"""Output belongs to the cell that caused it, in order, complete, before the reply; what comes later finds its cell too."""

import os
import tempfile
import time
import unittest

import psutil
from dialogue import Dialogue, Kernel


def ends(cell):
    """Its end and what it printed, in the order in which they came."""
    return [kind for kind, content in cell.all() if kind == "stream" or content.get("execution_state") == "idle"]


class InTheirCell(Dialogue):
    def test_streams_and_displays_keep_their_order(self):
        cell = self.runs(
            "console.log('1'); console.error('2'); process.stdout.write('3'); process.stdout.write('4\\n');"
            "display.html('<b>5</b>'); console.log('6'); 'seven'"
        )
        kinds = [kind for kind, _ in cell.story]
        self.assertEqual(kinds, ["stdout", "stderr", "stdout", "display_data", "stdout", "execute_result"])
        self.assertEqual([cell.story[index][1] for index in (0, 1, 2, 4, 5)], ["1\n", "2\n", "34\n", "6\n", "'seven'"])

    def test_a_display_that_changes_faster_than_anybody_sees_shows_its_latest_before_what_comes_after(self):
        cell = self.runs(
            "const first = display('a'), second = display('b');"
            "for (let i = 1; i <= 5000; i++) { first.update(i); second.update(-i) }; display('after'); first.update('calm')"
        )
        story = cell.story
        self.assertLess(len(story), 60)
        after = story.index(("display_data", "'after'"))
        self.assertEqual(sorted(story[after - 2 : after]), [("update_display_data", "-5000"), ("update_display_data", "5000")])
        self.assertEqual(story[after + 1 :], [("update_display_data", "'calm'")])
        # While the cell computes, too.
        cell = self.runs("const d = display(0); d.update(1); d.update(2); sleep(300); console.log('later')")
        self.assertEqual(cell.story[-2:], [("update_display_data", "2"), ("stdout", "later\n")])

    def test_every_way_of_writing_to_a_descriptor_keeps_its_place(self):
        self.runs("import fs from 'node:fs'; import { pipeline } from 'node:stream/promises'")
        for code in (
            "await fs.promises.writeFile('/dev/stdout', 'b')",
            "await fs.promises.appendFile(new URL('file:///dev/stdout'), Buffer.from('b'))",
            "const h = await fs.promises.open('/dev/stdout', 'a'); await h.write('b'); await h.close()",
            "const i = await fs.promises.open('/dev/stdout', 'a'); await i.writeFile('b'); await i.close()",
            "const w = fs.openSync('/dev/stdout', 'a'); fs.writeSync(w, 'b'); fs.closeSync(w)",
            "await new Promise((r) => fs.open('/dev/stdout', 'a', (_, f) => fs.write(f, 'b', r)))",
            "await pipeline(['b'], fs.createWriteStream('/dev/stdout'))",
            "fs.writeFileSync(Buffer.from('/dev/stdout'), 'b')",
            "fs.appendFileSync('/proc/self/fd/1', 'b')",
        ):
            with self.subTest(code=code):
                self.assertEqual(self.runs(f"fs.writeSync(1, 'a'); {code}; console.log('c'); undefined").stdout, "abc\n")

    def test_everything_comes_before_the_reply(self):
        for code in ("for (let i = 0; i < 2000; i++) console.log(i)", "await null; console.log('x'); console.log('y')"):
            cell = self.runs(code)
            self.assertEqual(cell.all()[-1][0], "status")
            self.assertEqual(cell.all()[0], ("status", {"execution_state": "busy"}))

    def test_what_a_cell_does_not_await_but_needs_no_waiting_comes_before_its_end(self):
        # A client that stops listening at idle, as nbclient does, has it all.
        for code in (
            "Promise.resolve().then(() => console.log('out')); 'value'",
            "queueMicrotask(() => console.log('out')); 'value'",
            "process.nextTick(() => console.log('out')); 'value'",
            "(async () => { for (let i = 0; i < 50; i++) await i; console.log('out') })(); 'value'",
            "await null; Promise.resolve().then(() => console.log('out')); 'value'",
        ):
            with self.subTest(code=code):
                self.assertEqual(self.runs(code).story, [("stdout", "out\n"), ("execute_result", "'value'")])
        cell = self.runs("async function main() { await null; throw new Error('nobody awaits this') }\nmain(); 'value'")
        self.assertIn("nobody awaits this", cell.stderr)
        self.assertEqual([kind for kind, _ in cell.story], ["stderr", "execute_result"])

    def test_write_calls_back_and_says_whether_to_go_on(self):
        cell = self.shows("await new Promise((done) => process.stdout.write('text', done)); typeof process.stdout.write('')", "'boolean'")
        self.assertEqual(cell.stdout, "text")

    def test_bytes_are_decoded_over_writes(self):
        cell = self.runs("const euro = Buffer.from('€'); process.stdout.write(euro.subarray(0, 1)); process.stdout.write(euro.subarray(1))")
        self.assertEqual(cell.stdout, "€")

    def test_lone_surrogates_and_astral_characters_arrive(self):
        cell = self.runs("console.log('😀', '\\ud800!')")
        self.assertEqual(cell.stdout, "😀 \ufffd!\n")

    def test_what_is_printed_is_no_value(self):
        for code in (
            "process.stdout.write('text')",
            "for (const c of 'text') process.stdout.write(c)",
            "for await (const c of 'text') process.stdout.write(c)",
            "await process.stdout.write('text')",
            "1 && process.stdout.write('text')",
            "5 > 3 ? process.stdout.write('text') : 5",
            "(process.stdout.write('te'), process.stdout.write('xt')) as unknown",
            "process.stdout.write('te') && (await process.stdout.write('xt'))!",
            "const { stdout } = process; stdout.write('text')",
            "5; if (true) process.stdout.write('text')",
        ):
            with self.subTest(code=code):
                self.assertEqual(self.runs(code).story, [("stdout", "text")])
        self.shows("[process.stdout.write('text')]", "[ true ]")
        self.shows("process.stdout.write('text') === true", "true")
        self.shows("0 && process.stdout.write('text')", "0")

    def test_a_promise_that_the_cell_has_used_is_no_value(self):
        self.assertEqual(self.runs("Promise.resolve('text').then(console.log)").story, [("stdout", "text\n")])
        request = self.kernel.send("new Promise((r) => setTimeout(r, 10, 'text')).then(console.log)")
        self.kernel.until(lambda: self.kernel.cell(request).story == [("stdout", "text\n")])
        self.shows("new Promise(() => {})", "Promise { <pending> }\nTo see its value, await it.")
        self.shows("Promise.resolve(2).then((n) => n * 2)", "Promise { 4 }")
        # Node numbers promises while anybody listens to async_hooks, as node:test does.
        self.runs("const hook = require('node:async_hooks').createHook({ init() {} }).enable()")
        self.shows("Promise.resolve().then(() => undefined)", None)
        self.assertIn("To see its value, await it.", self.runs("new Promise(() => {})").result)
        self.runs("hook.disable()")

    def test_ending_a_stream_flushes_and_tells_and_others_go_on(self):
        self.runs(
            "import { Readable, Writable, finished } from 'node:stream'; import { pipeline } from 'node:stream/promises';\n"
            "const source = () => Readable.from(['a', 'b\\n'])"
        )
        for name in ("stdout", "stderr"):
            for code, text in (
                ("stream.end('bye\\n')", "bye\n"),
                ("await new Promise((r) => stream.end('bye\\n', r))", "bye\n"),
                ("await new Promise((r) => stream.end('6279650a', 'hex', r))", "bye\n"),
                ("await new Promise((r) => { stream.once('finish', r); stream.end() })", ""),
                ("await new Promise((r) => { finished(stream, r); stream.end('bye\\n') })", "bye\n"),
                ("stream.cork(); stream.write('1'); stream.write('2'); stream.end('3\\n')", "123\n"),
                ("await pipeline(source(), stream)", "ab\n"),
                ("await pipeline(source(), stream); await pipeline(source(), stream)", "ab\nab\n"),
                ("await new Promise((r) => source().pipe(stream).on('finish', r))", "ab\n"),
                ("await Readable.toWeb(source()).pipeTo(Writable.toWeb(stream))", "ab\n"),
                ("await new Promise((r) => stream.once('close', r).destroy())", ""),
            ):
                with self.subTest(name=name, code=code):
                    cell = self.runs(f"{{ const stream = process.{name}; {code}; stream.write('more\\n'); undefined }}")
                    self.assertEqual(cell.story, [(name, f"{text}more\n")])

    def test_what_is_piped_in_the_background_goes_on_when_another_ends_the_stream(self):
        self.runs(
            "import { PassThrough } from 'node:stream'; const through = new PassThrough(); through.pipe(process.stdout)\n"
            "for (let i = 0; i < 20; i++) process.stdout.end()\nundefined"
        )
        cell = self.runs("await new Promise((r) => process.stdout.end('one\\n', r)); through.write('two\\n'); undefined")
        self.assertEqual(cell.stdout, "one\ntwo\n")

    def test_a_pipeline_whose_source_fails(self):
        cell = self.runs(
            "import { pipeline } from 'node:stream/promises'\n"
            "await pipeline(async function* () { yield 'a'; throw new Error('source') }, process.stdout).catch((e) => console.log(e.message))"
        )
        self.assertEqual(cell.stdout, "asource\n")

    def test_what_is_written_to_the_descriptors(self):
        self.runs("import fs from 'node:fs'; import { promisify } from 'node:util'")
        for code, result in (
            ("fs.writeSync(1, 'text')", "4"),
            ("fs.writeSync(1, '74657874', null, 'hex')", "4"),
            ("fs.writeSync(1, Buffer.from('<text>'), 1, 4)", "4"),
            ("fs.writeSync(1, Buffer.from('<text>'), { offset: 1, length: 4 })", "4"),
            ("fs.writevSync(1, [Buffer.from('te'), new Uint8Array([120, 116])])", "4"),
            ("fs.writeFileSync(1, 'text')", None),
            ("fs.writeFileSync('/dev/stdout', '74657874', { encoding: 'hex' })", None),
            ("fs.appendFileSync('/dev/stdout', Buffer.from('text'))", None),
            ("await new Promise((r) => fs.write(1, 'text', (_, n) => r(n)))", "4"),
            ("(await promisify(fs.write)(1, 'text')).bytesWritten", "4"),
            ("(await promisify(fs.writev)(1, [Buffer.from('text')])).bytesWritten", "4"),
            ("await promisify(fs.writeFile)(1, 'text')", None),
            ("await promisify(fs.appendFile)('/dev/stdout', 'text', 'utf8')", None),
            ("await new Promise((r) => { fs.createWriteStream('', { fd: 1 }).end('text', () => r(1)) })", "1"),
        ):
            with self.subTest(code=code):
                cell = self.shows(code, result) if result else self.runs(code)
                self.assertEqual(cell.stdout, "text")
        self.assertEqual(self.runs("fs.writeSync(2, 'text'); fs.writeFileSync('/dev/stderr', '!')").stderr, "text!")
        self.fails("fs.writeSync(1, 5)", "must be of type string")

    @unittest.skipIf(os.name == "nt", "descriptors are no pipes there")
    def test_what_others_than_the_realm_write_to_the_descriptors(self):
        self.runs("import fs from 'node:fs'; import { Worker } from 'node:worker_threads'")
        worker = "await new Promise((r) => new Worker(`{}`, {{ eval: true }}).on('exit', r))"
        for code in (
            "{ const file = await fs.promises.open('/dev/NAME', 'a'); await file.write('text\\n'); await file.close() }",
            "await fs.promises.writeFile('/dev/NAME', 'text\\n')",
            "await fs.promises.appendFile('/dev/NAME', 'text\\n')",
            "await new Promise((r) => fs.createWriteStream('/dev/NAME').end('text\\n', r))",
            "{ const fd = fs.openSync('/dev/NAME', 'w'); fs.writeSync(fd, 'text\\n'); fs.closeSync(fd) }",
            worker.format("require('fs').writeSync(FD, 'text\\\\n')"),
            worker.format("require('fs').writeFileSync('/dev/NAME', 'text\\\\n')"),
            # Blocks while the pipe is full.
            worker.format("require('fs').writeSync(FD, ' '.repeat(300000) + 'text\\\\n')"),
            # As an addon that prints: native code, in the middle of the cell.
            "if (FD === 2) process._rawDebug('text'); else { fs.writeSync(1, 'text\\n') }",
        ):
            for fd, name in ((1, "stdout"), (2, "stderr")):
                with self.subTest(code=code, name=name):
                    cell = self.runs(f"{code}\nundefined".replace("FD", str(fd)).replace("NAME", name))
                    self.assertEqual([(kind, text.strip(" ")) for kind, text in cell.story], [(name, "text\n")])

    @unittest.skipIf(os.name == "nt", "descriptors are no pipes there")
    def test_nothing_of_it_is_on_the_real_stdout(self):
        with tempfile.TemporaryFile() as real:
            kernel = Kernel(stdout=real, stderr=real)
            self.addCleanup(kernel.close)
            cell = kernel.run("process._rawDebug('raw'); process.stdout.write('text'); require('fs').writeSync(1, '!')")
            self.assertEqual((cell.stdout, cell.stderr), ("text!", "raw\n"))
            # The log still goes there.
            kernel.channels.shell_channel.send(kernel.channels.session.msg("no_request", {}))
            kernel.run("undefined")
            real.seek(0)
            self.assertRegex(real.read(), rb"^\[tskernel\] a message of the unknown type \"no_request\"[^\n]*\n$")

    def test_nobody_closes_the_descriptors(self):
        self.runs(
            "import fs from 'node:fs'; for (const fd of [0, 1, 2]) { fs.closeSync(fd); await new Promise((r) => fs.close(fd, r)) }\n"
            "fs.createReadStream('', { fd: 0 }).resume()\n"
            "for (const fd of [1, 2]) await new Promise((r) => fs.createWriteStream('', { fd }).end(r))\n"
            "await new Promise((r) => setTimeout(r, 20))"
        )
        # The lowest free number would be theirs.
        cell = self.runs("const opened = fs.openSync('/dev/null', 'r'); console.log(opened > 2); fs.closeSync(opened)")
        self.assertEqual(cell.stdout, "true\n")

    def test_a_stream_piped_into_stdout(self):
        cell = self.runs(
            "import { Readable } from 'node:stream'; import { pipeline } from 'node:stream/promises';\n"
            "await pipeline(Readable.from(['a', 'b\\n']), process.stdout, { end: false })"
        )
        self.assertEqual(cell.stdout, "ab\n")

    def test_children_with_inherited_output(self):
        self.runs("import { execSync, spawnSync, spawn, execFileSync, fork } from 'node:child_process'")
        for code in (
            "execSync('echo out; echo err >&2', { stdio: 'inherit' })",
            "spawnSync('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'inherit' })",
            "execFileSync('sh', ['-c', 'echo out; echo err >&2'], { stdio: ['ignore', 'inherit', 'inherit'] })",
            "await new Promise((r) => spawn('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'inherit' }).on('close', r))",
            "await new Promise((r) => spawn('sh', ['-c', 'echo out; echo err >&2'], { stdio: [0, 1, 2] }).on('close', r))",
            "await new Promise((r) => spawn('echo out; echo err >&2', { stdio: 'inherit', shell: true }).on('close', r))",
        ):
            with self.subTest(code=code):
                cell = self.runs(f"console.log('before'); {code}; console.log('after'); undefined")
                self.assertEqual((cell.stdout, cell.stderr), ("before\nout\nafter\n", "err\n"))

    def test_children_whose_output_is_read_print_nothing(self):
        cell = self.shows("execSync('echo out').toString()", "'out\\n'") if self.runs(
            "import { execSync } from 'node:child_process'"
        ) else None
        self.assertEqual(cell.stdout, "")

    def test_a_print_before_a_long_loop_shows_at_once(self):
        request = self.kernel.send("console.log('now'); while (true) {}")
        self.kernel.until(lambda: self.kernel.cell(request).stdout == "now\n")
        self.kernel.interrupt()
        self.assertRegex(self.kernel.finish(request).error, "^KeyboardInterrupt")

    def test_clear_output(self):
        for wait, told in (("{ wait: true }", True), ("true", True), ("", False)):
            cell = self.runs(f"console.log('old'); clearOutput({wait}); console.log('new')")
            self.assertEqual(cell.story, [("stdout", "old\n"), ("clear_output", told), ("stdout", "new\n")])

    def test_several_values_of_one_display(self):
        cell = self.runs("display(1, 'two', { id: 3 }); display(4, { id: 'four' })")
        self.assertEqual([text for _, text in cell.story], ["1", "'two'", "{ id: 3 }", "4"])

    def test_a_group_ends_with_its_cell(self):
        self.fails("console.group('group'); console.log('inside'); throw new Error('before its end')", "^Error")
        self.assertEqual(self.runs("console.log('out')\nconsole.error('%s', 'too')").story, [("stdout", "out\n"), ("stderr", "too\n")])

    def test_updates_of_a_display(self):
        cell = self.runs("const handle = display('first', { id: 'd1' }); handle.update('second')")
        sent = [
            (kind, content["transient"]["display_id"], content["data"]["text/plain"])
            for kind, content in cell.all()
            if kind.endswith("display_data")
        ]
        self.assertEqual(sent, [("display_data", "d1", "'first'"), ("update_display_data", "d1", "'second'")])


class Unwatched(Dialogue):
    """Where nobody can answer, clients stop listening when a cell ends: it waits a little for what it has set going."""

    def shortest(self, code):
        """The seconds that such a cell takes. A busy machine makes one longer, and not each of ten."""
        def measure():
            began = time.monotonic()
            self.runs(code)
            return time.monotonic() - began

        return min(measure() for _ in range(10))

    def test_timers_immediates_and_callbacks_of_files(self):
        self.runs("import fs from 'node:fs'; import { setTimeout as later } from 'node:timers/promises'")
        for code in (
            "setTimeout(() => console.log('late'), 0)",
            "setTimeout(() => console.log('late'), 40)",
            "setTimeout(() => setTimeout(() => console.log('late'), 20), 20)",
            "setImmediate(() => console.log('late'))",
            "later(20, 'late').then(console.log)",
            "fs.readFile('package.json', (error) => console.log('late'))",
            "fs.stat('.', () => console.log('late'))",
            "fs.promises.readFile('package.json').then(() => console.log('late'))",
            "fs.createReadStream('/dev/null').on('end', () => console.log('late')).resume()",
            "await null; setImmediate(() => fs.stat('.', () => setTimeout(() => console.log('late'), 5)))",
        ):
            with self.subTest(code=code):
                self.assertEqual(self.runs(f"console.log('now'); {code}; undefined").stdout, "now\nlate\n")

    def test_what_other_threads_and_processes_do_for_it(self):
        self.runs("import crypto, { webcrypto } from 'node:crypto'; import dns from 'node:dns'; import zlib from 'node:zlib'")
        self.runs("import { exec, spawn } from 'node:child_process'; import { promisify } from 'node:util'")
        for code in (
            "zlib.gzip('x'.repeat(100_000), () => console.log('late'))",
            "promisify(zlib.brotliCompress)('x').then(() => console.log('late'))",
            "zlib.createGzip().on('end', () => console.log('late')).resume().end('x'.repeat(100_000))",
            "crypto.pbkdf2('a', 'b', 1000, 64, 'sha512', () => console.log('late'))",
            "promisify(crypto.scrypt)('a', 'b', 64, { N: 16 }).then(() => console.log('late'))",
            "crypto.randomBytes(8, () => console.log('late'))",
            "webcrypto.subtle.digest('SHA-256', new Uint8Array(1_000_000)).then(() => console.log('late'))",
            "dns.lookup('localhost', () => console.log('late'))",
            "dns.promises.lookup('localhost').then(() => console.log('late'))",
            "exec('exit 1', () => console.log('late'))",
            "promisify(exec)('sleep 0.03').then(() => console.log('late'))",
            "spawn('sleep', ['0.03']).on('close', () => console.log('late'))",
            "WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).then(() => console.log('late'))",
        ):
            with self.subTest(code=code):
                self.assertEqual(self.runs(f"console.log('now'); {code}; undefined").stdout, "now\nlate\n")
        # What failed to begin is not waited for, nor what an earlier cell began and never ends.
        self.runs("try { crypto.pbkdf2('a', 'b', -1, 64, 'sha512', () => {}) } catch {}; undefined", "var child = spawn('sleep', ['1000']); undefined")
        self.assertLess(self.shortest("setTimeout(() => {}, 1)"), 0.2)
        self.runs("child.kill()")

    def test_errors_thrown_there(self):
        cell = self.runs("setTimeout(() => { throw new Error('thrown late') }, 5); undefined")
        self.assertIn("thrown late", cell.stderr)

    def test_the_value_comes_after_them(self):
        self.assertEqual(
            self.runs("setTimeout(() => console.log('late'), 5); 'value'").story,
            [("stdout", "late\n"), ("execute_result", "'value'")],
        )

    def test_a_timer_of_a_cell_that_ended_is_no_reason_to_go_without(self):
        self.runs("const before = setInterval(() => {}, 1000); const long = setTimeout(() => {}, 60_000); undefined")
        cell = self.runs("clearInterval(before); clearTimeout(long); setTimeout(() => console.log('late'), 20); undefined")
        self.assertEqual(cell.stdout, "late\n")

    def test_nobody_waits_for_what_takes_longer_or_never_ends(self):
        self.runs("require('node:http'); undefined")
        for code in (
            "setTimeout(() => {}, 60_000)",
            "setInterval(() => {}, 5)",
            "require('node:http').createServer().listen(0)",
            "process.on('SIGUSR2', () => {})",
            "require('node:fs').watch('.')",
        ):
            with self.subTest(code=code):
                self.assertLess(self.shortest(f"{code}; undefined"), 0.2)

    def test_an_interrupt_ends_the_wait(self):
        kernel = Kernel(env={"TSKERNEL_LINGER": "60000"})
        self.addCleanup(kernel.close)
        request = kernel.send("setTimeout(() => {}, 30_000); console.log('now')")
        kernel.until(lambda: kernel.cell(request).stdout == "now\n")
        kernel.interrupt()
        self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")

    def test_those_who_want_more(self):
        kernel = Kernel(env={"TSKERNEL_LINGER": "20000"})
        self.addCleanup(kernel.close)
        cell = kernel.run("setTimeout(() => console.log('late'), 400); require('child_process').exec('sleep 0.5; echo child', (_, out) => console.log(out)); undefined")
        self.assertEqual(cell.stdout, "late\nchild\n\n")
        cell = kernel.run(
            "const server = require('http').createServer((_, response) => response.end('page')).listen(0, '127.0.0.1', () =>\n"
            "  fetch(`http://127.0.0.1:${server.address().port}`).then((r) => r.text()).then(console.log))\nundefined"
        )
        self.assertEqual(cell.stdout, "page\n")

    def test_somebody_who_watches_does_not_wait(self):
        request = self.kernel.send("setTimeout(() => console.log('late'), 100); 'value'", allow_stdin=True)
        self.kernel.until(lambda: self.kernel.cell(request).stdout == "late\n")
        self.assertEqual(ends(self.kernel.finish(request)), ["status", "stream"])


class Later(Dialogue):
    """What timers, promises and emitters of a cell print while another cell runs, or none."""

    def late(self, first, second):
        """Runs both, and returns them when the first has said `late`."""
        one = self.kernel.send(first)
        two = self.kernel.send(second)
        self.kernel.finish(two)
        self.kernel.until(lambda: "late" in self.kernel.cell(one).stdout)
        return self.kernel.cell(one), self.kernel.cell(two)

    def test_a_timer(self):
        one, two = self.late(
            "let ticks = 0; let enough = () => {};\n"
            "const timer = setInterval(() => { console.log('late'); if (++ticks === 3) { clearInterval(timer); enough() } }, 10)\n"
            "undefined",
            "await new Promise<void>((r) => { if (ticks >= 3) r(); else enough = r }); console.log('two')",
        )
        self.assertEqual((one.stdout, two.stdout), ("late\n" * 3, "two\n"))

    def test_a_promise(self):
        one, two = self.late(
            "let open = () => {}; new Promise<void>((r) => { open = r }).then(() => console.log('late')); undefined",
            "open(); await null; await new Promise((r) => setImmediate(r)); console.log('two')",
        )
        self.assertEqual((one.stdout, two.stdout), ("late\n", "two\n"))

    def test_an_async_function_that_was_not_awaited(self):
        one, two = self.late(
            "let go = () => {}; const gate = new Promise<void>((r) => { go = r });\n"
            "void (async () => { await gate; await null; process.stdout.write('la'); process.stdout.write('te\\n') })()\n"
            "undefined",
            "go(); await new Promise((r) => setTimeout(r, 20)); console.log('two')",
        )
        self.assertEqual((one.stdout, two.stdout), ("late\n", "two\n"))

    def test_a_child_process(self):
        one, two = self.late(
            "import { spawn } from 'node:child_process'; spawn('sh', ['-c', 'sleep 0.1; echo late'], { stdio: 'inherit' }); undefined",
            "console.log('two')",
        )
        self.assertEqual((one.stdout, two.stdout), ("late\n", "two\n"))

    def test_a_read_file_callback(self):
        one, two = self.late(
            "import { readFile } from 'node:fs'; readFile('/dev/null', () => console.log('late')); undefined",
            "await new Promise((r) => setTimeout(r, 50)); console.log('two')",
        )
        self.assertEqual((one.stdout, two.stdout), ("late\n", "two\n"))

    def test_a_display(self):
        one = self.kernel.send("setTimeout(() => display.html('<i>late</i>'), 20); undefined")
        two = self.kernel.finish(self.kernel.send("await new Promise((r) => setTimeout(r, 60))"))
        self.kernel.until(lambda: any(kind == "display_data" for kind, _ in self.kernel.cell(one).all()))
        self.assertEqual(two.story, [])

    def test_an_uncaught_error_shows_in_its_cell_and_kills_nothing(self):
        for throwing in (
            "setTimeout(() => { throw new RangeError('too late') }, 10)",
            "setImmediate(() => { throw new RangeError('too late') })",
            "void Promise.resolve().then(() => { throw new RangeError('too late') })",
            "void (async () => { await null; throw new RangeError('too late') })()",
            "process.nextTick(() => { throw new RangeError('too late') })",
        ):
            with self.subTest(throwing=throwing):
                self.runs("const kept = 'kept'")
                one = self.kernel.send(f"{throwing}\nundefined")
                self.assertEqual(self.kernel.finish(one).status, "ok")
                self.kernel.until(lambda: "RangeError" in self.kernel.cell(one).stderr, what="the error")
                self.assertIn("too late", self.kernel.cell(one).stderr)
                self.shows("kept", "'kept'")

    def test_an_uncaught_error_is_reported_in_the_cell_that_it_is_from(self):
        self.runs("const rejectLater = () => { setTimeout(() => void Promise.reject(new RangeError('whose')), 30) }; undefined")
        one = self.kernel.send("rejectLater(); 'one'")
        two = self.kernel.send("await new Promise((r) => setTimeout(r, 200)); 'two'")
        self.kernel.finish(two)
        self.kernel.until(lambda: "whose" in self.kernel.cell(one).stderr, what="the error")
        self.assertEqual(self.kernel.cell(two).stderr, "")

    def test_a_warning_of_nodes_is_about_what_ran_last(self):
        listening = self.kernel.send("process.on('SIGWINCH', () => {}); undefined")
        self.kernel.finish(listening)
        self.runs("const refused = Promise.reject(new Error('kept')); await new Promise((r) => setTimeout(r, 10))")
        one = self.kernel.send("refused.catch(() => {}); undefined")
        self.kernel.finish(one)
        self.kernel.until(lambda: "PromiseRejectionHandledWarning" in self.kernel.cell(one).stderr, what="the warning")
        self.assertEqual(self.kernel.cell(listening).stderr, "")

    def test_after_the_kernel_was_idle_and_without_another_cell(self):
        one = self.kernel.send("setTimeout(() => console.log('late'), 100); undefined", allow_stdin=True)
        self.kernel.until(lambda: self.kernel.cell(one).stdout == "late\n")
        self.assertEqual(ends(self.kernel.finish(one)), ["status", "stream"])


class Heard(Dialogue):
    """An event is shown in the cell that listens to it, when that is a later one than the cell whose doing it is."""

    def test_reports_of_node_test_are_in_the_cell_of_the_test(self):
        first = self.runs("import test from 'node:test'; import assert from 'node:assert'\nawait test('first one', () => {})")
        second = self.runs("await test('second one', () => assert.equal(1, 2))")
        third = self.runs("await test('third one', () => console.log('inside'))")
        for cell, name in ((first, "first"), (second, "second"), (third, "third")):
            told = [other for other in ("first", "second", "third") if f"{other} one" in cell.stdout]
            self.assertEqual(told, [name], cell.stdout)
        self.assertRegex(second.stdout, "not ok|✖")
        self.assertNotRegex(third.stdout, "not ok|✖")

    def test_a_listener_in_a_later_cell(self):
        self.runs(
            "import { EventEmitter } from 'node:events'; import net from 'node:net'; const emitter = new EventEmitter()\n"
            "const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1'); await new Promise((r) => server.once('listening', r))\n"
            "emitter.on('mine', () => console.log('of the first')); const ticking = setInterval(() => emitter.emit('tick'), 10); undefined"
        )
        two = self.kernel.send(
            "emitter.on('tick', () => console.log('tick')); server.on('connection', () => console.log('connection')); undefined"
        )
        self.kernel.finish(two)
        # Of the cell whose code emits it.
        three = self.runs(
            "await new Promise((r) => net.connect(server.address().port, '127.0.0.1').on('close', r).resume())\n"
            "emitter.emit('mine'); undefined"
        )
        self.kernel.until(lambda: {"tick", "connection"} <= set(self.kernel.cell(two).stdout.split()))
        self.assertEqual(three.stdout, "of the first\n")
        self.runs("clearInterval(ticking); server.close(); undefined")


    def hears_later(self, before, listen, tells, own="of the first"):
        """What the first cell has set going when there is a file reaches the listener of the second in the second."""
        kernel = self.kernel
        self.runs("const waitFor = (): Promise<void> => new Promise((go) => { globalThis.go = go })")
        one = kernel.send(f"{before}; undefined")
        kernel.finish(one)
        two = kernel.send(f"{listen}; undefined")
        kernel.finish(two)
        three = self.runs("globalThis.go(); await new Promise((r) => setTimeout(r, 100))")
        kernel.until(lambda: all(told in kernel.cell(two).stdout for told in tells))
        self.assertEqual(three.stdout, "")
        self.assertEqual(kernel.cell(one).stdout, f"{own}\n" if own else "")

    def test_a_listener_of_an_event_target(self):
        self.hears_later(
            "const target = new EventTarget(); const abort = new AbortController()\n"
            "target.addEventListener('mine', () => console.log('of the first'))\n"
            "waitFor().then(() => { target.dispatchEvent(new Event('mine')); target.dispatchEvent(new Event('tick')); abort.abort() })",
            "target.addEventListener('tick', console.log); abort.signal.addEventListener('abort', async () => { await null; console.log('aborted') })",
            ("'tick'", "aborted"),
        )

    def test_a_listener_of_a_port_and_of_a_channel(self):
        self.hears_later(
            "const { port1, port2 } = new MessageChannel(); const [one, other] = [new BroadcastChannel('b'), new BroadcastChannel('b')]\n"
            "waitFor().then(() => { console.log('of the first'); port1.postMessage('ported'); one.postMessage('cast') })",
            "port2.on('message', console.log); other.onmessage = ({ data }: any) => { console.log(data); port2.close(); one.close(); other.close() }",
            ("ported", "cast"),
        )

    def test_a_function_that_a_library_calls(self):
        library = "exports.Subject = class { list = []; subscribe(f) { this.list.push(f) } next(value) { for (const f of this.list) f(value) } }"
        self.runs(f"require('node:fs').writeFileSync('subject.cjs', {library!r}); undefined")
        self.addCleanup(lambda: self.runs("require('node:fs').rmSync('subject.cjs')"))
        self.hears_later(
            "const { Subject } = require('./subject.cjs'); const subject = new Subject(); subject.subscribe(() => console.log('of the first'))\n"
            "waitFor().then(() => subject.next('value'))",
            "subject.subscribe(async (value: string) => { console.log(value); await null; console.log('late'); setTimeout(() => console.log('later'), 5) })",
            ("value", "late", "later"),
        )

    def test_a_function_that_code_of_cells_calls_is_a_part_of_that(self):
        self.hears_later(
            "function tell(text: string) { console.log('old', text) }; waitFor().then(async () => { [1].forEach(() => tell('a')); await null; tell('b') })",
            "function tell(text: string) { console.log('new', text) }",
            (),
            own="new a\nnew b",
        )


class Uncaught(Dialogue):
    """A listener of the person's own takes what no code caught, as in Node; without one the kernel tells of it."""

    fresh = True

    def story_of(self, code):
        """What a cell shows, up to a while after the errors that it leaves behind."""
        request = self.kernel.send(code)
        self.kernel.finish(request)
        self.runs("await new Promise((r) => setTimeout(r, 20)); undefined")
        told = [message for messages in self.kernel.published.values() for message in messages]
        strays = [m for m in told if m["msg_type"] == "stream" and m["parent_header"]["msg_id"] != request]
        self.assertEqual(strays, [])
        cell = self.kernel.cell(request)
        return cell.stdout, cell.stderr

    def test_rejections(self):
        self.runs("process.on('unhandledRejection', (error: any) => console.log('heard', error.message)); 'cell one'")
        self.runs("'cell two'")
        self.assertEqual(self.story_of("Promise.reject(new Error('in cell three')); 'three'"), ("heard in cell three\n", ""))

    def test_exceptions(self):
        self.runs("process.on('uncaughtException', (error) => console.log('heard', error.message)); 'cell one'")
        self.assertEqual(self.story_of("setTimeout(() => { throw new Error('a') }, 1); 'two'"), ("heard a\n", ""))

    def test_a_rejection_that_only_a_listener_for_exceptions_takes(self):
        stdout, stderr = self.story_of(
            "process.on('uncaughtException', (error, origin) => console.log(error.message, origin)); Promise.reject(new Error('b')); 'two'"
        )
        self.assertEqual((stdout, stderr), ("b unhandledRejection\n", ""))

    def test_when_the_listeners_are_gone(self):
        self.runs("process.on('unhandledRejection', () => {}); process.on('uncaughtException', () => {}); undefined")
        self.runs("process.removeAllListeners(); undefined")
        for code, where in (
            ("Promise.reject(new Error('told'))", "in a promise that nothing awaits"),
            ("setTimeout(() => { throw new Error('told') }, 1)", "outside of the cell's own run"),
        ):
            stdout, stderr = self.story_of(f"{code}; undefined")
            self.assertRegex(stderr, f"(?s)^Uncaught, {where}:\n.*told")
            self.kernel.forget()
        self.shows("[process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')]", "[ 0, 0 ]")

    def test_a_listener_that_fails(self):
        self.runs("const kept = 'kept'; process.on('uncaughtException', () => { throw new Error('no help') }); undefined")
        request = self.kernel.send("setTimeout(() => { throw new Error('a') }, 1); undefined")
        self.kernel.until(lambda: "no help" in self.kernel.cell(request).stderr, what="the error")
        self.shows("kept", "'kept'")


class Much(Dialogue):
    def test_lines(self):
        for count in (100, 1_000, 10_000, 100_000):
            with self.subTest(count=count):
                cell = self.runs(f"for (let i = 0; i < {count}; i++) console.log(i)")
                self.assertEqual(cell.stdout, "".join(f"{i}\n" for i in range(count)))

    def test_lines_of_an_awaiting_cell(self):
        cell = self.runs("for (let i = 0; i < 10_000; i++) { if (i % 100 === 0) await null; console.log(i) }")
        self.assertEqual(cell.stdout, "".join(f"{i}\n" for i in range(10_000)))

    def test_a_long_text(self):
        cell = self.runs("process.stdout.write('x'.repeat(5_000_000)); process.stdout.write('!')")
        self.assertEqual(len(cell.stdout), 5_000_001)

    def test_long_texts_keep_their_place_and_their_stream(self):
        cell = self.runs(
            """
            const long = 'ä"\\n😀'.repeat(500_000)
            console.log('before'); console.log(long); console.error(long); console.log('between'); process.stdout.write(long)
            display('shown'); console.log('after')
            """
        )
        long = 'ä"\n😀' * 500_000
        (_, first), (_, second), (_, third), _, (_, last) = cell.story
        self.assertEqual([kind for kind, _ in cell.story], ["stdout", "stderr", "stdout", "display_data", "stdout"])
        # Not shown where they differ: too long.
        self.assertTrue(first == f"before\n{long}\n" and second == f"{long}\n" and third == f"between\n{long}")
        self.assertEqual(last, "after\n")

    def test_many_displays(self):
        cell = self.runs("for (let i = 0; i < 2_000; i++) display.mime({ 'text/plain': String(i) })")
        self.assertEqual(cell.story, [("display_data", str(i)) for i in range(2_000)])

    def test_endless_printing_is_slowed_down_and_can_be_stopped(self):
        kernel = self.kernel
        for length in (1_000, 3_000_000):
            with self.subTest(length=length):
                request = kernel.send(f"while (true) console.log('x'.repeat({length}))")
                kernel.until(
                    lambda: sum(len(content.get("text", "")) for _, content in kernel.cell(request).all()) > 50_000_000
                )
                memory = psutil.Process(kernel.manager.provisioner.pid).memory_info().rss
                self.assertLess(memory, 1_000_000_000)
                kernel.interrupt()
                self.assertRegex(kernel.finish(request).error, "^KeyboardInterrupt")
                self.shows("'alive'", "'alive'")
