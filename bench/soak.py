"""A kernel at full speed: cells of many kinds one after the other, and what it keeps of them. By itself, since it takes minutes.

Usage: python bench/soak.py [--node PATH] [--cells NUMBER] [--build DIRECTORY]
Prints a row ten times on the way: resident memory, and what is alive in the heap of each thread once garbage is collected. What
may grow is what people asked to keep: the history and `In` with every cell, `Out` up to its bound, their names.
"""

import argparse
import json
import shutil
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from dialogue import Dialogue
from kernels import ROOT, copy_build, find_kernels, title_nodes

#: The number of the cell stands for N. What is declared is declared again, so that no names are kept.
KINDS = (
    "const x = N; x + 1",
    "await Promise.resolve(N)",
    "for (let i = 0; i < 20; i++) console.log(i + N)",
    "class Point { constructor(readonly x: number) {} }; new Point(N)",
    "throw new Error('nN')",
    "1 + // N",
    "display.html('<b>N</b>'); const rows = [{ a: 1 }, { a: 2 }]; display.table(rows)",
    "setTimeout(() => {}, 1); const list = Array.from({ length: 100 }, (_, i) => ({ i })); list.length + N",
    "enum Colour { red = N, green }; Colour.green",
    "{ const comm = comms.open('nobody'); comm.send({ n: N }); comm.close() }",
    "function twice(n: number) { return n * 2 } twice(N)",
    "const id = setInterval(() => {}, 1000); clearInterval(id); N",
    "const { readFileSync } = await import('node:fs'); typeof readFileSync + N",
    "new Promise((done) => setImmediate(() => done(N)))",
    "const wrong: string = N",
)
ROWS = 10
#: So long the kernel is left alone before it is looked at, in seconds: checks of cells come to their end.
PAUSE = 5


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--node", default="node")
    parser.add_argument("--cells", type=int, default=50_000)
    parser.add_argument("--build", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tskernel-soak-", ignore_cleanup_errors=True) as scratch:
        nodes = title_nodes([shutil.which(options.node)])
        kernel = find_kernels(nodes, options.build or copy_build(nodes), scratch)[0][0]
        node, *rest = kernel.argv
        soak(replace(kernel, argv=[node, "--require", str(ROOT / "tests/faults/heaps.cjs"), *rest]), options.cells, scratch)


def soak(kernel, cells, scratch):
    print("| cells | seconds | resident | main thread | cells' thread | types | loaders |\n|---|---|---|---|---|---|---|")
    with Dialogue(kernel, scratch) as dialogue:
        dialogue.ready()
        begun = time.perf_counter()
        for number in range(cells + 1):
            if number % (cells // ROWS) == 0:
                busy = time.perf_counter() - begun
                dialogue.linger(PAUSE)
                resident = dialogue.memory()
                alive = " | ".join(f"{heap / 2**20:.1f} MB" for heap in heaps(dialogue.process))
                print(f"| {number:,} | {busy:.0f} | {resident:.0f} MB | {alive} |", flush=True)
                begun += time.perf_counter() - begun - busy
            cell = dialogue.start(KINDS[number % len(KINDS)].replace("N", str(number)))
            dialogue.until(lambda cell=cell: cell.reply and cell.idle, 60)
            dialogue.cells.clear()


def heaps(process):
    """What is alive in each thread, in bytes, in the order of their start."""
    file = Path(tempfile.gettempdir()) / f"tskernel-heaps-{process.pid}"
    process.send_signal(signal.SIGUSR2)
    deadline = time.monotonic() + 30
    while not file.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the kernel did not say what is alive")
        time.sleep(0.02)
    text = file.read_text()
    file.unlink()
    return json.loads(text)


if __name__ == "__main__":
    main()
