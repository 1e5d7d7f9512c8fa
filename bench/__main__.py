"""Measures the kernel beside its peers and writes docs/performance.md with its plots.

Usage: python bench [--node PATH ...] [--mode full|quick] [--again]
With several Nodes the kernel has a column for each; the first is the one that the execution models are measured on.
With `quick` there are fewer rounds, and what it writes goes to artifacts/bench/ instead of docs/. `--again` measures nothing and
writes the report from the figures of the last run.
"""

import argparse
import datetime
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import large
import measures
import notebooks
import plot
import report
from dialogue import Dialogue, describe_machine
from kernels import FLOOR, ROOT, copy_build, find_kernels, title_nodes, version_of_node

MODES = {
    "full": {
        "starts": 10,
        "trips": 200,
        "outputs": 4,
        "rests": 2,
        "loops": 7,
        "interrupts": 7,
        "sizes": (10, 100, 500, 1000),
        "lines": (100, 1_000, 10_000, 100_000),
        "large": 3,
        "models": 60,
    },
    "quick": {
        "starts": 3,
        "trips": 30,
        "outputs": 1,
        "rests": 1,
        "loops": 2,
        "interrupts": 2,
        "sizes": (10, 50),
        "lines": (100, 1_000),
        "large": 1,
        "models": 8,
    },
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--node", action="append")
    parser.add_argument("--mode", choices=MODES, default="full")
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    nodes = []
    for name in options.node or ["node"]:
        path = shutil.which(name)
        if path is None:
            sys.exit(f"there is no {name}")
        nodes.append(path)
    rounds = MODES[options.mode]
    raw = ROOT / "artifacts" / "bench"
    raw.mkdir(parents=True, exist_ok=True)
    if not options.again:
        with tempfile.TemporaryDirectory(prefix="tskernel-bench-", ignore_cleanup_errors=True) as scratch:
            results = measure(title_nodes(nodes), rounds, scratch)
        (raw / "results.json").write_text(json.dumps(results, indent=1))
    # Read back, so that a report written again is the same.
    results = json.loads((raw / "results.json").read_text(), object_hook=with_sizes)
    target = ROOT / "docs" if options.mode == "full" else raw
    text = report.write(results)
    (target / "performance.md").write_text(text)
    (target / "performance.svg").write_text(draw_kernels(results))
    (target / "performance-scale.svg").write_text(draw_growth(results))
    print(text)


def with_sizes(table):
    """JSON's keys are texts; those that count cells or lines are numbers again."""
    return {int(key) if key.isdigit() else key: value for key, value in table.items()}


def measure(nodes, rounds, scratch):
    build = copy_build(nodes)
    kernels, missing = find_kernels(nodes, build, scratch)
    node = next(iter(nodes.values()))
    for name in missing:
        say(f"{name} is not installed; its column is missing")
    results = {
        "about": {
            **describe_machine(),
            "nodes": {title: version_of_node(path) for title, path in nodes.items()},
            "date": datetime.date.today().isoformat(),
            "rounds": f"{rounds['rests']} to {rounds['trips']}",
            # Each once for kernel_info and once for a cell, and the two that are not counted.
            "starts": 2 * (rounds["starts"] + 1),
        },
        "names": [kernel.name for kernel in kernels],
        "missing": missing,
        "figures": {},
    }
    figures = results["figures"]
    say("execution models")
    results["models"] = measure_models(node, build, rounds["models"])
    say("starts")
    figures.update(measures.start(kernels, scratch, rounds["starts"]))
    say("round trips and completion")
    figures.update(measures.round_trip(kernels, scratch, rounds["trips"]))
    say("first cells")
    figures.update(measures.first_cell(kernels, scratch, rounds["outputs"]))
    say("kernels that nobody uses")
    figures.update(measures.rest(kernels, scratch, rounds["rests"]))
    say("many kernels")
    figures.update(measures.many(kernels, scratch))
    say("output")
    figures.update(measures.output(kernels, scratch, rounds["outputs"]))
    say("large values")
    results["large"] = large.large(list(filter(is_beside_values, kernels)), scratch, rounds["large"])
    say("loops")
    figures.update(measures.loops(kernels, scratch, rounds["loops"], nodes))
    say("interrupts")
    figures.update(measures.interrupts(kernels, scratch, rounds["interrupts"]))
    say("a notebook that grows")
    results["scale"] = measures.scale(kernels, scratch, rounds["sizes"])
    results["problems"] = measures.problems
    results["idles lost"] = dict(Dialogue.idles_lost)
    largest = rounds["sizes"][-1]
    figures[f"memory after {largest:,} cells"] = {
        name: sizes[largest] for name, sizes in results["scale"]["memory"].items()
    }
    say("notebooks under nbclient")
    notebooks.install(kernels, scratch)
    results["results missing"] = notebooks.results_missing(kernels, scratch)
    results["lines captured"] = notebooks.lines_captured(kernels, scratch, rounds["lines"])
    say("nothing more")
    return results


def is_beside_values(kernel):
    """Of the peers the one that shows what is like our values: data frames, and bytes to widgets."""
    return kernel.is_ours or kernel.name.startswith("ipykernel")


def measure_models(node, build, rounds):
    bundle = ROOT / "artifacts" / "bench" / "models.cjs"
    # The engine looks for its workers beside itself.
    beside = json.dumps(str(build))
    # And for caches of the build that it belongs to.
    name = json.dumps(next(build.glob("compiler.cjs-*")).name.split("-")[1])
    defined = [f"--define:__dirname={beside}", f"--define:buildId={name}"]
    arguments = ["--bundle", "--platform=node", "--target=node20", f"--outfile={bundle}", *defined]
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    subprocess.run([str(esbuild), str(ROOT / "bench" / "models.ts"), *arguments, "--log-level=warning"], check=True)
    ran = subprocess.run([node, str(bundle), str(rounds)], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"the execution models could not be measured:\n{ran.stderr}")
    return json.loads(ran.stdout)


def draw_kernels(results):
    names = results["names"]
    figures = results["figures"]
    units = {"memory after the first cell": "MB", "memory three seconds later": "MB", "lines a second": "a second"}
    shown = [
        "spawn → kernel_info reply",
        "spawn → first `1+1` reply",
        "execute round trip",
        "completion, warm",
        "10,000 printed lines",
        "5 MB printed",
        "loop over the cell's own names",
        "memory after the first cell",
        "memory three seconds later",
    ]
    panels = []
    for title in shown:
        values = {name: report.middle(values) for name, values in figures[title].items()}
        panels.append((title.replace("`", ""), units.get(title, "ms"), values))
    return plot.bars(panels, [*names])


def draw_growth(results):
    titles = {"round trip": "ms", "completion": "ms", "inspect": "ms", "memory": "MB"}
    panels = []
    for title, unit in titles.items():
        lines = {
            name: {size: report.middle(values) for size, values in found.items()}
            for name, found in results["scale"][title].items()
        }
        panels.append((f"{title}, by cells in the notebook", unit, lines))
    return plot.curves(panels, [name for name in results["names"] if not name.startswith(FLOOR)])


begun = time.monotonic()


def say(what):
    """With the time since the bench began: what takes long is seen."""
    minutes, seconds = divmod(round(time.monotonic() - begun), 60)
    print(f"{minutes}:{seconds:02d} measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
