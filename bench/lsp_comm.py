"""What bench/lsp.mjs measures, over the comm to a kernel: `.venv/bin/python bench/lsp_comm.py [cells …]`, after a build.

Each cell rests on the one above; medians of five in milliseconds, memory of the whole process in MB. The kernel is the one that
Jupyter finds as `tskernel`.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "conformance"))

from dialogue import Kernel  # noqa: E402
from editor import Editor  # noqa: E402


def source(index):
    above = "[]" if index == 0 else f"rows{index - 1}.map((row) => ({{ ...row, id: row.id + 1 }}))"
    return f"""interface Row{index} {{ id: number; name: string; tags: string[] }}
const rows{index}: Row{index}[] = {above}
/** Adds up. */
function total{index}(rows: Row{index}[]) {{
  return rows.reduce((sum, row) => sum + row.id, 0)
}}
const sum{index} = total{index}(rows{index})
console.log(sum{index}, rows{index}.length)
"""


def memory(process):
    status = Path(f"/proc/{process}/status").read_text()
    return round(int(status.split("VmRSS:")[1].split()[0]) / 1024)


def milliseconds(work):
    start = time.monotonic()
    work()
    return round((time.monotonic() - start) * 1000)


def measure(cells):
    # Where there is no project, whose packages would be looked through for what could be imported.
    kernel = Kernel(types="warn", cwd=tempfile.mkdtemp())
    try:
        # What a person has done by then: a cell, one that is emitted, a completion with types.
        kernel.run("1")
        kernel.run("enum A { b }; A.b")
        kernel.ask("complete", "Math.ab", 7)
        time.sleep(3)
        process = kernel.manager.provisioner.pid
        figures = {"cells": cells, "memory before, MB": memory(process)}
        editor = Editor(kernel)

        def told():
            return sum(one.get("method") == "textDocument/publishDiagnostics" for one in editor.messages())

        def open_all():
            editor.open(*(source(index) for index in range(cells)))
            editor.until(lambda: told() >= cells, 300)

        figures["all checked"] = milliseconds(open_all)
        last = cells - 1
        text = source(last)

        def median(work):
            kernel.forget()
            times = [milliseconds(lambda: work(run)) for run in range(5)]
            return round(statistics.median(times))

        def check(run):
            editor.edit(last, f"{text}const extra: string = {run}\n")
            editor.told(last)

        def hover(_):
            editor.hover(last, f"rows{last})")

        def hover_anew(run):
            editor.edit(last, f"{text}// {run}\n")
            hover(run)

        def complete(run):
            editor.edit(last, f"{text}readF// {run}\n")
            editor.complete(last, "readF")

        figures["squiggles after an edit, without the 200 ms of waiting"] = median(check) - 200
        figures["hover"] = median(hover)
        figures["hover after an edit"] = median(hover_anew)
        figures["first completion"] = milliseconds(lambda: complete("first"))
        figures["completion after an edit"] = median(complete)
        figures["memory attached, MB"] = memory(process)
        return figures
    finally:
        kernel.close()


for count in map(int, sys.argv[1:] or ["10", "100", "1000"]):
    print(measure(count), flush=True)
