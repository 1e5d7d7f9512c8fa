"""Asking the person: input() and its kin block the cell, in either kind of cell, and end with a line, an EOF or an interrupt."""

from dialogue import Dialogue, plain


class Asking(Dialogue):
    def asks(self, code, *answers):
        """Runs a cell whose questions are answered; returns its result, without colours, and the questions."""
        kernel = self.kernel
        request = kernel.send(code, allow_stdin=True)
        questions = []
        for answer in answers:
            kernel.until(lambda: kernel.questions, what="a question")
            content = kernel.questions[0]["content"]
            self.assertEqual(kernel.questions[0]["parent_header"]["msg_id"], request)
            questions.append((content["prompt"], content["password"]))
            kernel.answer(answer)
        cell = kernel.finish(request)
        self.assertIsNone(cell.error, cell.errors and cell.traceback)
        return cell.result and plain(cell.result), questions

    def test_input_gives_the_line(self):
        self.assertEqual(self.asks("const name = input('Name? '); name", "Ada"), ("'Ada'", [("Name? ", False)]))
        self.assertEqual(self.asks("await null; input('Again? ')", "Bob"), ("'Bob'", [("Again? ", False)]))
        self.assertEqual(self.asks("input()", ""), ("''", [("", False)]))

    def test_input_hides_a_password(self):
        self.assertEqual(self.asks("input('Key: ', { password: true })", "s3cret"), ("'s3cret'", [("Key: ", True)]))

    def test_several_questions_in_a_row(self):
        result, questions = self.asks("[input('a'), input('b'), input('c')]", "1", "2", "3")
        self.assertEqual((result, [prompt for prompt, _ in questions]), ("[ '1', '2', '3' ]", ["a", "b", "c"]))

    def test_input_async_lets_the_rest_go_on(self):
        result, _ = self.asks(
            "let beats = 0; const beat = setInterval(() => beats++, 1);\n"
            "const line = await input.async('Line? '); clearInterval(beat); [line, beats > 0]",
            "typed",
        )
        self.assertRegex(result, r"\[ 'typed', (true|false) \]")

    def test_several_questions_at_once(self):
        code = "await Promise.all([input.async('a'), input.async('b', { password: true })])"
        self.assertEqual(self.asks(code, "1", "2"), ("[ '1', '2' ]", [("a", False), ("b", True)]))
        # One that blocks comes between them: the answers go by the order of the questions.
        code = "const later = input.async('a'); const now = input('b'); [await later, now]"
        self.assertEqual(self.asks(code, "1", "2"), ("[ '1', '2' ]", [("a", False), ("b", False)]))

    def test_a_question_that_was_interrupted_leaves_the_next_its_answer(self):
        kernel = self.kernel
        request = kernel.send("try { input('first') } catch {}; [input('second'), input('third')]", allow_stdin=True)
        kernel.until(lambda: kernel.questions, what="the first question")
        kernel.questions.clear()
        kernel.interrupt()
        for answer in ("2", "3"):
            kernel.until(lambda: kernel.questions, what="a question")
            kernel.answer(answer)
        self.assertEqual(plain(kernel.finish(request).result), "[ '2', '3' ]")

    def test_prompt_confirm_alert_as_in_a_browser(self):
        self.assertEqual(self.asks("prompt('Age?')", "36")[0], "'36'")
        self.assertEqual(self.asks("prompt('Age?', '40')", "")[0], "'40'")
        self.assertEqual(self.asks("confirm('Sure?')", "y")[0], "true")
        self.assertEqual(self.asks("confirm('Sure?')", "")[0], "false")
        self.assertEqual(self.asks("alert('Look'); 'seen'", "")[0], "'seen'")

    def test_the_end_of_input_is_an_error_for_who_wants_a_line(self):
        for code in ("input('? ')", "await input.async('? ')"):
            self.assertEqual(
                self.asks(f"try {{ {code} }} catch (error) {{ error.message }}", "\x04")[0],
                "'The end of input: no line was given. prompt() returns null there.'",
            )

    def test_the_end_of_input_as_in_a_browser(self):
        self.assertEqual(self.asks("[prompt('?'), prompt('?', 'nobody'), confirm('?'), alert('!')]", *["\x04"] * 4)[0], "[ null, null, false, undefined ]")

    def test_any_text(self):
        self.assertEqual(self.asks("input('😀')", "ünï 😀 \"quoted\"")[0], "'ünï 😀 \"quoted\"'")
        self.assertEqual(self.asks("input('').length", "x" * 1_000_000)[0], "1000000")

    def test_output_before_the_question_is_there_when_it_is_asked(self):
        kernel = self.kernel
        request = kernel.send("console.log('first'); input('then? ')", allow_stdin=True)
        kernel.until(lambda: kernel.questions)
        kernel.until(lambda: kernel.cell(request).stdout == "first\n")
        kernel.answer("ok")
        self.assertEqual(kernel.finish(request).result, "'ok'")

    def test_readline(self):
        result, _ = self.asks(
            "import * as readline from 'node:readline/promises';\n"
            "const rl = readline.createInterface({ input: process.stdin, output: process.stdout });\n"
            "const answer = await rl.question('readline? '); rl.close(); answer",
            "yes",
        )
        self.assertEqual(result, "'yes'")

    def test_reading_lines_of_stdin(self):
        result, _ = self.asks(
            "const lines: string[] = []; let text = '';\n"
            "process.stdin.setEncoding('utf8');\n"
            "await new Promise<void>((done) => process.stdin.on('data', function take(chunk) { text += chunk;"
            " if (text.split('\\n').length > 2) { process.stdin.off('data', take); process.stdin.pause(); done() } }));\n"
            "text",
            "one",
            "two",
        )
        self.assertEqual(result, "'one\\ntwo\\n'")

    def hears(self, code, *answers):
        """Runs a cell that asks for just these lines; returns what it prints."""
        request = self.kernel.send(code, allow_stdin=True)
        for answer in answers:
            self.kernel.until(lambda: self.kernel.questions, what=f"a question for {answer}")
            self.kernel.answer(answer)
        cell = self.kernel.finish(request)
        self.assertIsNone(cell.error, cell.errors and cell.traceback)
        self.assertEqual(self.kernel.questions, [], "a question that nobody waits for")
        return cell.stdout

    def test_each_listener_of_stdin_asks_again(self):
        while_ = "; await new Promise((r) => setTimeout(r, 30))"
        once = "await new Promise<void>((r) => process.stdin.once('data', (d) => { console.log('got', String(d).trim()); r() }))"
        line = (
            "const { createInterface } = await import('node:readline');\n"
            "await new Promise<void>((r) => { const rl = createInterface({ input: process.stdin });"
            " rl.on('line', (text) => { console.log('line', text); rl.close(); r() }) })"
        )
        readable = "await new Promise<void>((r) => process.stdin.once('readable', () => { console.log('read', String(process.stdin.read()).trim()); r() }))"
        loop = "for await (const chunk of process.stdin) { console.log('chunk', String(chunk).trim()); break }"
        self.assertEqual(self.hears(once + while_, "one"), "got one\n")
        self.assertEqual(self.hears(once, "two"), "got two\n")
        self.assertEqual(self.hears(line, "three"), "line three\n")
        self.assertEqual(self.hears(once, "four"), "got four\n")
        self.assertEqual(self.hears(readable + while_, "five"), "read five\n")
        self.assertEqual(self.hears(loop, "six"), "chunk six\n")
        self.assertEqual(self.hears(f"{once}\n{once}", "seven", "eight"), "got seven\ngot eight\n")
        self.runs("process.stdin.pause(); undefined")
        self.assertEqual(self.hears(readable, "nine"), "read nine\n")
        self.assertEqual(self.hears(once, "ten"), "got ten\n")

    def test_readline_over_several_cells(self):
        self.runs(
            "import * as readline from 'node:readline/promises';\n"
            "const asker = readline.createInterface({ input: process.stdin, output: process.stdout });"
        )
        self.assertEqual(self.hears("console.log(await asker.question('name? '))", "Ada"), "name? Ada\n")
        # The interface listens on, and wants nothing.
        self.assertEqual(self.hears("await new Promise((r) => setTimeout(r, 30)); console.log('calm')"), "calm\n")
        both = (
            "console.log(await asker.question('a? ')); await new Promise((r) => setTimeout(r, 30));\n"
            "console.log(await new Promise((r) => asker.once('line', r)))"
        )
        self.assertEqual(self.hears(both, "one", "two"), "a? one\ntwo\n")
        self.assertEqual(self.hears("console.log(await new Promise((r) => asker.once('line', r)))", "three"), "three\n")
        loop = "for await (const line of asker) { console.log('line', line); if (line === 'last') break }"
        self.assertEqual(self.hears(loop, "four", "last"), "line four\nline last\n")

    def test_stdin_by_name_and_after_its_end(self):
        loop = (
            "import { stdin } from 'node:process'\n"
            "for await (const chunk of stdin) console.log('chunk', String(chunk).trim()); console.log('end')"
        )
        self.assertEqual(self.hears(loop, "one", "\x04"), "chunk one\nend\n")
        self.assertEqual(self.hears(loop, "two", "three", "\x04"), "chunk two\nchunk three\nend\n")

    def test_a_loop_over_stdin_that_was_stopped_takes_nothing_from_the_next(self):
        loop = "for await (const chunk of process.stdin) { console.log('chunk', String(chunk).trim()); if (String(chunk) === 'last\\n') break }"
        kernel = self.kernel
        stopped = kernel.send(loop, allow_stdin=True)
        kernel.until(lambda: kernel.questions, what="a question")
        kernel.questions.clear()
        kernel.interrupt()
        self.assertEqual(kernel.finish(stopped).status, "error")
        self.assertEqual(self.hears(loop, "first", "last"), "chunk first\nchunk last\n")
        self.assertEqual(kernel.cell(stopped).stdout, "")

    def test_with_nobody_there_it_is_an_error_at_once_that_can_be_caught(self):
        self.shows("try { input('?') } catch (error) { 'caught ' + (error instanceof Error) }", "'caught true'")
        self.shows("await input.async('?').catch(() => 'caught')", "'caught'")
        self.fails("input('?')", "input")
        self.shows("'alive'", "'alive'")

    def test_the_question_goes_to_the_one_who_ran_the_cell(self):
        other = self.kernel.connect()
        try:
            request = other.send("input('who? ')", allow_stdin=True)
            other.until(lambda: other.questions)
            self.kernel.read()
            self.assertEqual(self.kernel.questions, [])
            other.answer("the other")
            self.assertEqual(other.finish(request).result, "'the other'")
        finally:
            other.close()
