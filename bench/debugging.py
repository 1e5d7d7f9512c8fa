"""What the debugger costs: while nobody asks for it, while it is on, and with a breakpoint in a cell that does not run.

Usage: .venv/bin/python bench/debugging.py [--node PATH ...] [--before DIST] [--rounds N], after a build.
`--before` is the build of another version, such as the last one without a debugger: a column beside the others. ipykernel has one,
too, and stands beside. All kernels run at the same time and take turns; a figure is the least of its rounds, with the
median behind it where it is time that passes; *processor* is the processor's time of the whole process, which a busy machine bends least. Prints a table in Markdown.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import psutil
from dialogue import Dialogue, Died, TooSlow
from kernels import find_kernels, title_nodes
from report import milliseconds, table

ROOT = Path(__file__).resolve().parent.parent

OFF, ON, ELSEWHERE, AGAIN = "off", "on", "on, a breakpoint elsewhere", "off again"
BEFORE = "before there was one"

#: By title: the cell for JavaScript and the one for Python. {n} is another number each time.
LOADS = {
    "loop, 300 million rounds (Python: 3 million)": (
        "let sum{n} = 0; for (let i = 0; i < 3e8; i++) sum{n} = (sum{n} + i % 7) | 0",
        "total = 0\nfor i in range(3_000_000): total = (total + i % 7) & 0xffff",
    ),
    "a million awaits (Python: 100,000)": (
        "async function hop{n}() { for (let i = 0; i < 1_000_000; i++) await i }\nawait hop{n}()",
        "import asyncio\nasync def hop():\n    for i in range(100_000): await asyncio.sleep(0)\nawait hop()",
    ),
    "100,000 caught errors": (
        "for (let i = 0; i < 100_000; i++) try { throw new Error('x') } catch {}",
        "for i in range(100_000):\n    try: raise ValueError('x')\n    except ValueError: pass",
    ),
}
START, TRIP, LOG = "spawn → first result", "round trip", "a hit of a log point"
HITS = 1_000
LOGGED = (
    "let hits{n} = 0\nfor (let i = 0; i < 1000; i++) {{\n  hits{n}++\n}}",
    "hits = {n}\nfor i in range(1000):\n    hits += 1\n",
)


class Debugged(Dialogue):
    """A kernel in one of the states above."""

    def __init__(self, kernel, scratch, state):
        super().__init__(kernel, scratch)
        self.state = state
        self.seq = 0
        self.switched_on = None

    def debug(self, command, **arguments):
        content = {"type": "request", "seq": self.seq, "command": command, "arguments": arguments}
        self.seq += 1
        cell = self.finish(self.send("debug_request", content, channel="control"), 30)
        if not cell.reply["success"]:
            raise RuntimeError(f"{self.kernel.name}: {command}: {cell.reply}")
        return cell

    def prepare(self):
        self.ready()
        self.run("1+1")
        if self.state in (OFF, BEFORE):
            return
        taken = [self.debug("initialize", clientID="bench", adapterID="bench", pathFormat="path"), self.debug("attach")]
        self.switched_on = sum(cell.replied for cell in taken)
        if self.state == ELSEWHERE:
            self.breakpoints("nothing_runs = 1\nnothing_runs", {"line": 2})
        if self.state == AGAIN:
            self.debug("disconnect", restart=False, terminateDebuggee=False)

    def breakpoints(self, code, *wanted):
        path = self.debug("dumpCell", code=code).reply["body"]["sourcePath"]
        self.debug("setBreakpoints", source={"path": path}, breakpoints=list(wanted), sourceModified=False)

    def cost(self, code):
        """Seconds of the processor, of all threads."""
        process = psutil.Process(self.process.pid)
        before = process.cpu_times()
        cell = self.run(code, 120)
        after = process.cpu_times()
        if cell.failed:
            raise RuntimeError(f"{self.kernel.name}: {cell.reply}")
        return after.user + after.system - before.user - before.system


def find(nodes, before, scratch):
    """(kernel, state) of each column."""
    kernels, _ = find_kernels(nodes, ROOT / "dist", scratch)
    for kernel in kernels:
        if not kernel.is_ours and not kernel.name.startswith("ipykernel"):
            continue
        # Types would be checked beside what is measured.
        kernel = replace(kernel, environment={**kernel.environment, "TSKERNEL_TYPES": "off"})
        if kernel.is_ours and before:
            argv = [word.replace(str(ROOT / "dist"), before) for word in kernel.argv]
            data = str(Path(scratch) / f"before-{kernel.name}")
            yield replace(kernel, argv=argv, environment={**kernel.environment, "TSKERNEL_DATA": data}), BEFORE
        for state in (OFF, ON, ELSEWHERE, AGAIN):
            yield kernel, state


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--node", action="append")
    parser.add_argument("--before")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    nodes = title_nodes([find_node(name) for name in options.node or ["node"]])
    with tempfile.TemporaryDirectory(prefix="tskernel-bench-", ignore_cleanup_errors=True) as scratch, ExitStack() as stack:
        before = options.before and str(Path(options.before).resolve())
        columns = [stack.enter_context(Debugged(kernel, scratch, state)) for kernel, state in find(nodes, before, scratch)]
        for column in columns:
            column.prepare()
        print(write(columns, measure(columns, options.rounds, scratch)))


def find_node(name):
    path = shutil.which(name)
    return str(Path(path).resolve()) if path else sys.exit(f"there is no {name}")


def measure(columns, rounds, scratch):
    """By title and column."""
    figures = {title: {column: [] for column in columns} for title in [START, TRIP, *LOADS, LOG]}
    for _ in range(2 * rounds):
        for column in columns:
            if column.state in (OFF, BEFORE):
                # One that dies or stays deaf is no figure.
                with Dialogue(column.kernel, scratch) as dialogue, suppress(Died, TooSlow):
                    cell = dialogue.start("1+1")
                    dialogue.until(lambda cell=cell: cell.reply, 15)
                    figures[START][column].append(dialogue.since_start())
    for number in range(-3, 30 * rounds):
        for column in columns:
            cell = column.run(f"{number + 3}+1")
            if number >= 0:
                figures[TRIP][column].append(cell.replied)
    for number in range(rounds):
        for title, codes in LOADS.items():
            for column in columns:
                figures[title][column].append(column.cost(column.kernel.code(*codes).replace("{n}", f"{number}")))
    for number in range(rounds):
        for column in columns:
            if column.state == ON:
                code = column.kernel.code(*LOGGED).format(n=number)
                plain = column.cost(code.replace("1000", "1_000"))
                column.breakpoints(code, {"line": 3, "logMessage": "at {i}"})
                figures[LOG][column].append((column.cost(code) - plain) / HITS)
    return figures


def write(columns, figures):
    """A row for each column of the figures, which are many."""
    times = ("switching it on, once", START, TRIP)
    titles = ["", *times, *(f"{title}, processor" for title in figures if title not in times)]
    rows = [titles]
    for column in columns:
        switched = f"{column.switched_on * 1000:.0f} ms" if column.switched_on else "—"
        found = [shown(figures[title][column], title in times) for title in figures]
        rows.append([f"{column.kernel.name}: {column.state}", switched, *found])
    return table(rows)


def shown(seconds, has_median):
    if not seconds:
        return "—"
    told = [min(seconds), statistics.median(seconds)] if has_median else [min(seconds)]
    return ", ".join(milliseconds(one) for one in told)


if __name__ == "__main__":
    main()
