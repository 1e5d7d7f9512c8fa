"""What is measured beside the peers. Every measure goes round the kernels in turn, so that a slow minute of the machine is everyone's."""

import contextlib
import statistics
import subprocess
import time
from collections import defaultdict
from dataclasses import replace

from dialogue import Dialogue, Died, TooSlow
from kernels import PLAIN

#: What one measure gives: title → kernel's name → list of figures (seconds, MB, …) or a text that says why there is none.
Figures = dict


def median(values):
    return statistics.median(values)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextlib.contextmanager
def running(kernel, scratch, dialogue_of=Dialogue):
    """A kernel that answers. One that stays deaf, as tslab does now and then, is started anew."""
    with contextlib.ExitStack() as stack:
        for attempts_left in (2, 1, 0):
            dialogue = stack.enter_context(dialogue_of(kernel, scratch))
            try:
                dialogue.ready(20)
                break
            except (Died, TooSlow):
                if not attempts_left:
                    raise
        yield dialogue


#: What went so wrong that a kernel was left out of the rest of a measure.
problems = []


def in_turn(dialogues, action):
    """Does something with each kernel. One that dies or falls silent is left out from then on, and named in the report."""
    for dialogue in list(dialogues):
        try:
            action(dialogue)
        except (Died, TooSlow) as error:
            problems.append(f"{error}: left out of a part")
            dialogues.remove(dialogue)


@contextlib.contextmanager
def all_running(kernels, scratch):
    """One of each, at the same time."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(running(kernel, scratch)) for kernel in kernels]


def start(kernels, scratch, rounds):
    """From spawn to the first kernel_info reply, and, in another process, to the first `1+1` reply; and starts without one."""
    info, first, deaf = defaultdict(list), defaultdict(list), {kernel.name: [0] for kernel in kernels}
    # One start each that is not counted: files come into the cache.
    for round_number in range(-1, rounds):
        for kernel in kernels:
            for figures, ask in (
                (info, lambda dialogue: dialogue.send("kernel_info_request", {})),
                (first, lambda dialogue: dialogue.start("1+1")),
            ):
                with Dialogue(kernel, scratch) as dialogue:
                    cell = ask(dialogue)
                    try:
                        dialogue.until(lambda: cell.reply, 15)
                    except (Died, TooSlow):
                        deaf[kernel.name][0] += 1
                        continue
                    if round_number >= 0:
                        figures[kernel.name].append(dialogue.since_start())
    return {
        "spawn → kernel_info reply": info,
        "spawn → first `1+1` reply": first,
        "starts whose first request was never answered": deaf,
    }


def first_cell(kernels, scratch, rounds):
    """The first completion that is asked of a kernel, right after its first cell, and its memory then and at rest."""
    completions, memory, rest = defaultdict(list), defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        for kernel in kernels:
            if not kernel.runs_code:
                continue
            with running(kernel, scratch) as dialogue:
                dialogue.run(
                    kernel.code("const sample = { alpha: 1 }", "class Sample:\n  alpha = 1\nsample = Sample()")
                )
                cell = dialogue.ask("complete_request", {"code": "sample.", "cursor_pos": 7})
                completions[kernel.name].append(cell.replied)
            with running(kernel, scratch) as dialogue:
                dialogue.run("1+1")
                memory[kernel.name].append(dialogue.memory())
                # What goes on beside the cell, such as loading the types of all libraries, counts as well.
                dialogue.linger(3)
                rest[kernel.name].append(dialogue.memory())
    return {
        "completion, the first": completions,
        "memory after the first cell": memory,
        "memory three seconds later": rest,
    }


#: Seconds without use after which the kernel gives memory back here, instead of minutes, and how long until V8 has given it on.
REST = 2
REST_IS_OVER = 18

MEMORY_UNUSED = "memory of a kernel that nobody uses"
WAKING = "hover that wakes it"
MANY = 20
MEMORY_OF_MANY = f"memory of {MANY} kernels at rest, shared pages once"
FIRST_OF_MANY = f"first result of the first of {MANY}"
LAST_OF_MANY = f"first result of the last of {MANY}"


def resting(kernel):
    return replace(kernel, environment={**kernel.environment, "TSKERNEL_REST": str(REST)})


def rest(kernels, scratch, rounds):
    """A kernel that was used, and then is not for a while: its memory, and how soon it answers again."""
    memory, waking = defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        with all_running([resting(kernel) for kernel in kernels if kernel.runs_code], scratch) as dialogues:
            declaration = ("const sample = { alpha: 1 }", "class Sample:\n  alpha = 1\nsample = Sample()")
            in_turn(dialogues, lambda dialogue: dialogue.run(dialogue.kernel.code(*declaration)))
            for dialogue in dialogues:
                # Types of all libraries have been read by then.
                dialogue.linger(3)
            for dialogue in dialogues:
                dialogue.linger(REST_IS_OVER / len(dialogues))

            def wake(dialogue):
                memory[dialogue.kernel.name].append(dialogue.memory())
                cell = dialogue.ask("inspect_request", {"code": "sample", "cursor_pos": 6, "detail_level": 0})
                waking[dialogue.kernel.name].append(cell.replied)

            in_turn(dialogues, wake)
    return {MEMORY_UNUSED: memory, WAKING: waking}


def many(kernels, scratch):
    """As many kernels as a small hub has, started one after the other, each with a cell; then nobody uses them."""
    memory, first, last = {}, {}, {}
    for kernel in kernels:
        # Twenty of tslab would take minutes to start.
        if not kernel.runs_code or kernel.name.startswith("tslab"):
            continue
        with contextlib.ExitStack() as stack:
            dialogues = []
            taken = []
            for _ in range(MANY):
                dialogue = stack.enter_context(Dialogue(resting(kernel), scratch))
                cell = dialogue.start("1+1")
                with contextlib.suppress(Died, TooSlow):
                    dialogue.until(lambda cell=cell: cell.reply, 15)
                    taken.append(dialogue.since_start())
                dialogues.append(dialogue)
            if len(taken) < MANY:
                problems.append(f"{kernel.name}: {MANY - len(taken)} of {MANY} never answered")
            time.sleep(REST + REST_IS_OVER)
            shares = [dialogue.share_of_memory() for dialogue in dialogues]
            if None not in shares:
                memory[kernel.name] = [sum(shares)]
            # The first ones and the last ones: one start alone says little.
            first[kernel.name], last[kernel.name] = taken[:5], taken[-5:]
    return {MEMORY_OF_MANY: memory, FIRST_OF_MANY: first, LAST_OF_MANY: last}


def round_trip(kernels, scratch, rounds):
    """From execute_request `i+1` to its reply, in a kernel that has been running for a while."""
    replies, completions, hovers = defaultdict(list), defaultdict(list), defaultdict(list)
    with all_running(kernels, scratch) as dialogues:
        for number in range(-20, rounds):

            def run(dialogue):
                cell = dialogue.run(f"{number + 20}+1")
                if number >= 0:
                    replies[dialogue.kernel.name].append(cell.replied)

            in_turn(dialogues, run)
        coded = [dialogue for dialogue in dialogues if dialogue.kernel.runs_code]
        declaration = (
            "const sample = { alpha: 1, beta: 'two', gamma: [3], delta: { inner: 4 } }",
            "class Sample:\n  alpha = 1\n  beta = 'two'\n  gamma = [3]\nsample = Sample()",
        )
        in_turn(coded, lambda dialogue: dialogue.run(dialogue.kernel.code(*declaration)))
        prefixes = ["sample.", "sample.a", "sample.b", "sample.g", "sample.alpha.", "sample.beta."]
        for number in range(-6, max(12, rounds // 5)):

            def complete(dialogue):
                code = prefixes[number % len(prefixes)]
                cell = dialogue.ask("complete_request", {"code": code, "cursor_pos": len(code)})
                if number >= 0:
                    completions[dialogue.kernel.name].append(cell.replied)

            in_turn(coded, complete)

            def hover(dialogue):
                code = prefixes[number % len(prefixes)].rstrip(".")
                cell = dialogue.ask("inspect_request", {"code": code, "cursor_pos": len(code), "detail_level": 0})
                if number >= 0:
                    hovers[dialogue.kernel.name].append(cell.replied)

            in_turn(coded, hover)
    return {"execute round trip": replies, "completion, warm": completions, "hover, warm": hovers}


LINES = 10_000
LETTERS = 5_000_000


def output(kernels, scratch, rounds):
    """10,000 printed lines and a string of 5 MB: how long until the last of it, and how much of it, had come by idle."""
    seconds, rates, by_idle, ever, big, big_lost = (defaultdict(list) for _ in range(6))
    for _ in range(rounds):
        for kernel in (kernel for kernel in kernels if kernel.runs_code):
            lines = kernel.code(
                f"for (let i = 0; i < {LINES}; i++) console.log('line ' + i)",
                f"for i in range({LINES}): print('line', i)",
            )
            cell, counted = flood(kernel, scratch, lines)
            seconds[kernel.name].append(cell.latest)
            rates[kernel.name].append(cell.stdout.count("\n") / cell.latest)
            by_idle[kernel.name].append(counted.count("\n"))
            ever[kernel.name].append(cell.stdout.count("\n"))
            letters = kernel.code(f"console.log('x'.repeat({LETTERS}))", f"print('x' * {LETTERS})")
            cell, _ = flood(kernel, scratch, letters)
            big[kernel.name].append(cell.latest)
            big_lost[kernel.name].append(LETTERS - cell.stdout.count("x"))
    return {
        "10,000 printed lines": seconds,
        "lines a second": rates,
        "lines that came by idle": by_idle,
        "lines that ever came": ever,
        "5 MB printed": big,
        "letters of 5 MB that never came": big_lost,
    }


def flood(kernel, scratch, code):
    """Runs a cell that prints much, until nothing has come for a second. Returns it, and what was there at its idle."""
    with running(kernel, scratch) as dialogue:
        dialogue.run("1+1")
        cell = dialogue.start(code)
        counted = ""
        # tslab loses its idle in the flood.
        with contextlib.suppress(TooSlow):
            dialogue.until(lambda: cell.idle, 6)
            counted = cell.stdout
        while True:
            latest = cell.latest
            dialogue.linger(1)
            if latest == cell.latest:
                return cell, counted


ITERATIONS = 30_000_000
LOOPS = {
    "loop over the cell's own names": (
        "",
        "let sum = 0; for (let i = 0; i < COUNT; i++) sum = (sum + i % 7) | 0;",
    ),
    "loop over a name of an earlier cell": (
        "let total = 0;",
        "for (let i = 0; i < COUNT; i++) total = (total + i % 7) | 0;",
    ),
    "loop that calls a function of an earlier cell": (
        "function rest(n: number): number { return n % 7 }",
        "let sum = 0; for (let i = 0; i < COUNT; i++) sum = (sum + rest(i)) | 0;",
    ),
}


def loops(kernels, scratch, rounds, nodes):
    """A hot loop at the top level, timed inside, beside the same source as a plain script of each Node."""
    figures = {title: defaultdict(list) for title in LOOPS}
    coded = [kernel for kernel in kernels if kernel.runs_code and not kernel.is_python]
    with all_running(coded, scratch) as dialogues:
        for title, (before, _) in LOOPS.items():
            if before:
                in_turn(dialogues, lambda dialogue: dialogue.run(before))
        for round_number in range(rounds):
            for title, (before, loop) in LOOPS.items():
                script = before.replace(": number", "") + loop_timed(loop, "plain", ITERATIONS)
                for node_title, node in nodes.items():
                    ran = subprocess.run(
                        [node, "-e", script + "; console.log(plain)"], capture_output=True, text=True, check=True
                    )
                    figures[title][PLAIN + node_title].append(float(ran.stdout) / 1000)
                # Each round has names of its own: a declaration is not a redeclaration.
                name = f"t{round_number}_{list(LOOPS).index(title)}"

                def run(dialogue):
                    # tslab would take half a minute for it all.
                    count = ITERATIONS // 100 if dialogue.kernel.name.startswith("tslab") else ITERATIONS
                    cell = dialogue.run(f"{loop_timed(loop, name, count)}; {name}", timeout=60)
                    # Deno's results may come after the idle.
                    dialogue.until(lambda: cell.result, 5)
                    taken = float(cell.result) / 1000 * (ITERATIONS / count)
                    figures[title][dialogue.kernel.name].append(taken)

                in_turn(dialogues, run)
    return figures


def loop_timed(loop, name, count):
    loop = loop.replace("sum", f"sum_{name}").replace("COUNT", str(count))
    return f"let {name} = performance.now(); {loop} {name} = performance.now() - {name}"


INTERRUPTS = {
    "interrupt `while (true) {}`": ("console.log('go'); while (true) {}", "print('go')\nwhile True: pass"),
    "interrupt a pending await": (
        "console.log('go'); await new Promise((done) => setTimeout(done, 1e8))",
        "import asyncio\nprint('go')\nawait asyncio.sleep(1e5)",
    ),
    "interrupt a loop after an await": (
        "await 1; console.log('go'); while (true) {}",
        "import asyncio\nawait asyncio.sleep(0)\nprint('go')\nwhile True: pass",
    ),
}


def interrupts(kernels, scratch, rounds):
    """From the interrupt, as the kernel's own kernelspec has it sent, to the cell's idle; and whether the kernel still knows things."""
    figures = {title: {} for title in INTERRUPTS}
    coded = [kernel for kernel in kernels if kernel.runs_code]
    for title, (javascript, python) in INTERRUPTS.items():
        for kernel in coded:
            figures[title][kernel.name] = interrupt_some(kernel, scratch, kernel.code(javascript, python), rounds)
    return figures


def interrupt_some(kernel, scratch, code, rounds):
    times = []
    with running(kernel, scratch) as dialogue:
        dialogue.run(kernel.code("let kept = 41", "kept = 41"))
        for _ in range(rounds):
            cell = dialogue.start(code)
            try:
                # Deno holds the line back, so this is no condition.
                with contextlib.suppress(TooSlow):
                    dialogue.until(lambda: cell.stdout, 0.5)
                # Past the line and inside what is to be interrupted.
                time.sleep(0.05)
                asked = time.perf_counter()
                dialogue.interrupt()
                dialogue.until(lambda: cell.idle, 5)
                times.append(cell.sent + cell.idle - asked)
                after = dialogue.run("kept + 1", timeout=5)
                if after.failed:
                    return "variables lost"
                dialogue.until(lambda: after.result == "42", 2)
            except Died:
                return "kernel dies"
            except TooSlow:
                return "never ends" if cell.idle is None else "deaf afterwards"
    return times


CHECKPOINTS = (10, 100, 500, 1000)


def scale(kernels, scratch, checkpoints):
    """A notebook that grows to 1,000 cells: run, completion, hover, warning and memory at some of its sizes."""
    titles = ("round trip", "completion", "inspect", "is_complete", "warning", "memory")
    figures = {title: defaultdict(lambda: defaultdict(list)) for title in titles}
    coded = [kernel for kernel in kernels if kernel.runs_code]
    with all_running(coded, scratch) as dialogues:
        for number in range(1, checkpoints[-1] + 1):
            nearest = next(point for point in checkpoints if point >= number)

            def run(dialogue):
                kernel = dialogue.kernel
                cell = dialogue.run(grown_cell(kernel, number), timeout=60)
                if nearest - number < 5:
                    figures["round trip"][kernel.name][nearest].append(cell.replied)

            in_turn(dialogues, run)
            if number in checkpoints:
                for dialogue in dialogues:
                    # The check of the last cell is over by then; what follows is asked of a kernel at rest.
                    dialogue.linger(0.5)
                for turn in range(9):
                    in_turn(dialogues, lambda dialogue: look_closer(dialogue, number, turn, figures))
                for dialogue in dialogues:
                    figures["memory"][dialogue.kernel.name][number].append(dialogue.memory())
    return figures


def grown_cell(kernel, number):
    """Every cell declares something and uses what the cell before declared."""
    before = number - 1
    if kernel.is_python:
        use = f"make{before}().value" if before else "0"
        return f"class Item{number}:\n  value = {use} + 1\ndef make{number}(): return Item{number}()\nmake{number}().value"
    use = f"make{before}().value" if before else "0"
    return (
        f"interface Item{number} {{ value: number; name: string }}\n"
        f"function make{number}(): Item{number} {{ return {{ value: {use} + 1, name: 'item' }} }}\n"
        f"const item{number} = make{number}();\n"
        f"item{number}.value"
    )


def look_closer(dialogue, number, turn, figures):
    kernel = dialogue.kernel
    chosen = number - turn
    member = f"make{chosen}()." if kernel.is_python else f"item{chosen}."
    for title, kind, code, more in (
        ("completion", "complete_request", member, {}),
        ("inspect", "inspect_request", f"make{chosen}", {"detail_level": 0}),
        ("is_complete", "is_complete_request", f"make{chosen}(", {}),
    ):
        content = {"code": code} if title == "is_complete" else {"code": code, "cursor_pos": len(code), **more}
        try:
            cell = dialogue.ask(kind, content, timeout=10)
            figures[title][kernel.name][number].append(cell.replied)
        except TooSlow:
            pass
    if kernel.is_ours:
        # A type error that only the types of the earlier cell tell; it is warned of after the cell ran.
        cell = dialogue.start(f"const wrong{number}_{turn}: string = make{chosen}().value;")
        with contextlib.suppress(TooSlow):
            dialogue.until(lambda: cell.idle and cell.displays, 10)
            figures["warning"][kernel.name][number].append(cell.latest)
