"""The report: goals first, then the kernels side by side, then the execution models, then how it was measured."""

import statistics

from kernels import FLOOR, OURS, PLAIN
from measures import FIRST_OF_MANY, LAST_OF_MANY, MANY, MEMORY_OF_MANY, MEMORY_UNUSED, WAKING


def middle(values):
    """The median, or the text that stands for it, or None."""
    if values is None or isinstance(values, str):
        return values
    return statistics.median(values) if values else None


def write(results):
    sections = [
        "# Performance",
        "Written by `make bench`; what it says of other kernels was measured in the same run, in turns with tskernel. "
        "Absolute figures belong to one machine, the ratios travel further. Memory part by part, the language server, the debugger, "
        "an hour at full speed, sizes, and what was tried: [performance-apart.md](performance-apart.md).",
        machine(results),
        "## Goals",
        goals(results),
        "## Beside other kernels",
        "![Kernels side by side](performance.svg)",
        peers(results),
        "### Nothing is lost",
        losses(results),
        "### A notebook that grows",
        "![Over the size of a notebook](performance-scale.svg)",
        growth(results),
        "### Large values",
        large_values(results),
        "## Execution models",
        models(results),
        "## Method",
        METHOD,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def machine(results):
    about = results["about"]
    problems = "".join(f" {problem}." for problem in results["problems"])
    missing = f" Not installed here, and so missing: {', '.join(results['missing'])}." if results["missing"] else ""
    return (
        f"Node {' and '.join(about['nodes'].values())}, {about['cores']} cores ({about['cpu']}), {about['memory']} GB; "
        f"{about['rounds']} rounds a figure; {about['date']}.{missing}{problems}"
    )


# ── Goals ───────────────────────────────────────────────────────────────────────────────────────────────────────


def goals(results):
    """A row for each goal, and what was measured on each Node."""
    nodes = results["about"]["nodes"]
    rows = {}
    for node in nodes:
        for title, wanted, measured, met in judge(results, node):
            measured = measured if met else f"{measured}, **missed**"
            rows.setdefault((title, wanted), {})[node] = measured
    head = ["goal", "wanted", *(f"Node {version.split('.')[0]}" for version in nodes.values())]
    return table([head, *([*goal, *(row.get(node, "—") for node in nodes)] for goal, row in rows.items())])


def judge(results, node):
    """@param node: the title of the Node, see `title_nodes`.
    @returns (title, wanted, measured, whether it is met) for each goal that can be judged with the peers that are there."""
    figures = results["figures"]
    deno = named(results, "Deno")
    ipykernel = named(results, "ipykernel")
    ours = OURS + node

    def value(title, name):
        return middle(figures[title].get(name)) if name else None

    is_new = int(results["about"]["nodes"][node].split(".")[0]) >= 24

    def at_most(title, row, peer, peer_name, limit, new=None):
        """@param new: the limit on Node 24 and newer, where it is another."""
        mine, other = value(row, ours), value(row, peer)
        if mine is None or not isinstance(other, (int, float)):
            return
        wanted = f"≤ {limit} × {peer_name}" + (f", from Node 24 on ≤ {new} ×" if new else "")
        yield title, wanted, f"{mine / other:.2f} ×", mine <= ((is_new and new) or limit) * other

    def within(title, row, limit):
        """@param limit: in milliseconds."""
        mine = value(row, ours)
        if isinstance(mine, (int, float)):
            yield title, f"≤ {limit} ms", milliseconds(mine), mine * 1000 <= limit

    yield from at_most("spawn → kernel_info", "spawn → kernel_info reply", deno, "Deno", 0.7)
    yield from at_most("spawn → first result", "spawn → first `1+1` reply", deno, "Deno", 0.75, 0.6)
    yield from at_most("execute round trip", "execute round trip", deno, "Deno", 0.6)
    yield from within("completion right after the first cell", "completion, the first", 30)
    yield from within("completion, warm", "completion, warm", 5)
    yield from within("hover, warm", "hover, warm", 8)
    mine, other = value("lines a second", ours), value("lines a second", ipykernel)
    if other:
        yield "printed lines a second", "≥ 3 × ipykernel", f"{mine / other:.2f} ×", mine >= 3 * other
    lost = 10_000 - min(figures["lines that came by idle"][ours])
    yield "printed lines lost or late", "none of 10,000", f"{lost:.0f}", lost == 0
    yield from at_most("5 MB string", "5 MB printed", ipykernel, "ipykernel", 1.0)
    yield from at_most("memory after the first cell", "memory after the first cell", deno, "Deno", 0.75)
    yield from at_most("memory with types warm", "memory three seconds later", deno, "Deno", 0.6, 0.75)
    unused = value(MEMORY_UNUSED, ours)
    yield MEMORY_UNUSED, "≤ 90 MB", f"{unused:.0f} MB", unused <= 90
    yield from within("a kernel that nobody used answers again", WAKING, 500)
    yield from at_most(f"memory of {MANY} kernels at rest", MEMORY_OF_MANY, deno, "Deno", 0.5)
    first, last = value(FIRST_OF_MANY, ours), value(LAST_OF_MANY, ours)
    yield f"the last of {MANY} starts as fast as the first", "≤ 1.2 ×", f"{last / first:.2f} ×", last <= 1.2 * first
    for title in (title for title in figures if title.startswith("memory after ") and title.endswith(" cells")):
        yield from at_most(title, title, deno, "Deno", 0.9)
    yield from judge_large(results["large"], ours, ipykernel)
    for title in (title for title in figures if title.startswith("loop ")):
        yield from at_most(title, title, PLAIN + node, PLAIN, 1.1)
    trip = {size: middle(times) for size, times in results["scale"]["round trip"][ours].items()}
    small, large = min(trip), max(trip)
    yield (
        f"cell {large:,} as fast as cell {small}",
        "≤ 1.2 ×",
        f"{trip[large] / trip[small]:.2f} ×",
        trip[large] <= 1.2 * trip[small],
    )
    for title in ("completion", "warning"):
        times = {size: middle(found) for size, found in results["scale"][title][ours].items()}
        if large in times and small in times:
            ratio = times[large] / times[small]
            yield f"{title} at {large:,} cells beside {small}", "≤ 1.5 ×", f"{ratio:.2f} ×", ratio <= 1.5
    for title in (title for title in figures if title.startswith("interrupt ")):
        mine = value(title, ours)
        told = mine if isinstance(mine, str) else f"{mine * 1000:.0f} ms"
        yield f"{title}, to idle", "< 100 ms", told, not isinstance(mine, str) and mine < 0.1


def judge_large(large, ours, peer):
    ratios = []
    for found in large.values():
        mine, other = middle(found["time"].get(ours)), middle(found["time"].get(peer))
        if isinstance(mine, float) and isinstance(other, float):
            # Below what a person notices there is no faster.
            ratios.append(1 if mine < 0.1 else mine / other)
        elif isinstance(other, str):
            ratios.append(0)
    if ratios:
        slower = sum(ratio > 1 for ratio in ratios)
        told = f"{len(ratios) - slower} of {len(ratios)}, the worst {max(ratios):.1f} ×"
        yield "large values shown or sent in 100 ms, or as fast as in ipykernel", f"all {len(ratios)}", told, slower == 0
    longest = max((middle(found["control"][ours]) for found in large.values() if ours in found["control"]), default=None)
    if longest is not None:
        yield "kernel_info answered meanwhile", "≤ 250 ms", milliseconds(longest), longest <= 0.25


def named(results, start):
    return next((name for name in results["names"] if name.startswith(start)), None)


def coded(results):
    """The names of the kernels that run code."""
    return [name for name in results["names"] if not name.startswith(FLOOR)]


# ── Kernels ─────────────────────────────────────────────────────────────────────────────────────────────────────

DEAF = "starts whose first request was never answered"
LINES = ("lines that came by idle", "lines that ever came")
#: Told under "Nothing is lost".
HIDDEN = (DEAF, *LINES, "letters of 5 MB that never came")


def peers(results):
    nodes = results["about"]["nodes"]
    # The Nodes' own columns last, and the kernel's first.
    names = coded(results) + [name + node for name in (FLOOR, PLAIN) for node in nodes]
    rows = [["", *names]]
    for title, figures in results["figures"].items():
        if title not in HIDDEN:
            ours = middle(figures.get(OURS))
            rows.append([title, *(show(title, figures.get(name)) + times(figures.get(name), ours, name) for name in names)])
    return "In brackets: how many times tskernel's figure.\n\n" + table(rows)


def times(values, ours, name):
    value = middle(values)
    if name == OURS or not isinstance(value, (int, float)) or not isinstance(ours, (int, float)):
        return ""
    ratio = value / ours
    return f" ({ratio:.0f} ×)" if ratio >= 10 else f" ({ratio:.2g} ×)"


def show(title, values):
    value = middle(values)
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    if title == "lines a second":
        return f"{value:,.0f}"
    if title.startswith("memory"):
        return f"{value:.0f} MB"
    spread = f", p95 {milliseconds(quantile(values, 0.95))}" if title == "execute round trip" else ""
    return milliseconds(value) + spread


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds):
    value = seconds * 1000
    return f"{value:,.0f} ms" if value >= 99.5 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def losses(results):
    figures = results["figures"]
    names = coded(results)
    rows = [["", *names]]
    rows.append([f"{DEAF}, of {results['about']['starts']}", *(str(figures[DEAF][name][0]) for name in names)])
    for title in LINES:
        rows.append([f"10,000 lines: {title}", *(f"{min(figures[title][name]):,.0f}" for name in names)])
    lost = results["idles lost"]
    rows.append(["answered requests whose idle never came", *(str(lost.get(name, 0)) for name in names)])
    missing = results["results missing"]
    rows.append(["nbclient: results missing of 500", *(str(missing[name]) for name in names)])
    counts = sorted({count for found in results["lines captured"].values() for count in found})
    for count in counts:
        cells = []
        for name in names:
            found = results["lines captured"][name].get(count)
            problem = f" ({found['problem']})" if found and found["problem"] else ""
            cells.append(f"{found['lines']:,}{problem}" if found else "—")
        rows.append([f"nbclient: captured of {count:,} lines", *cells])
    return table(rows)


def growth(results):
    scale = results["scale"]
    sizes = sorted({size for found in scale["round trip"].values() for size in found})
    rows = [["", "", *(f"{size:,} cells" for size in sizes)]]
    for title, found in scale.items():
        for name, line in found.items():
            shown = [middle(line.get(size)) for size in sizes]
            unit = (lambda value: f"{value:.0f} MB") if title == "memory" else milliseconds
            rows.append([title, name, *("—" if value is None else unit(value) for value in shown)])
    return table(rows)


def large_values(results):
    names = [name for name in coded(results) if any(name in found["time"] for found in results["large"].values())]
    rows = [["", *(head for name in names for head in (name, "without an answer", "memory"))]]
    for title, found in results["large"].items():
        row = [title]
        for name in names:
            time, ours = middle(found["time"].get(name)), middle(found["time"].get(OURS))
            memory, longest = middle(found["memory"].get(name)), middle(found["control"].get(name))
            row.append("—" if time is None else time if isinstance(time, str) else milliseconds(time) + times([time], ours, name))
            row.append("—" if longest is None else milliseconds(longest))
            row.append("—" if memory is None else f"{max(0, memory):.0f} MB")
        rows.append(row)
    return (
        "From the request to its idle and the last output; the longest time that kernel_info on control had no answer meanwhile; and how "
        "much memory it took at most.\n\n" + table(rows)
    )


# ── Models ──────────────────────────────────────────────────────────────────────────────────────────────────────


def models(results):
    told = results["models"]
    parts = ["Inside one process, through the engine, without sockets; type checking off."]

    def plain(title, figures, note, spread=False):
        head = ["", "median", "p95"] if spread else ["", "median"]
        rows = [head]
        for name, values in figures.items():
            row = [name, milliseconds(statistics.median(values) / 1000)]
            rows.append([*row, milliseconds(quantile(values, 0.95) / 1000)] if spread else row)
        parts.extend([f"**{title}** {note}", table(rows)])

    bare = told["threadMemory"]["a bare thread"]
    plain(
        "A thread for each cell, or one that is kept.",
        told["threads"],
        f"A cell `1 + 1`. Each waiting thread costs {bare:.0f} MB besides.",
    )
    plain("From the main thread to a worker and back.", told["switches"], "", spread=True)

    strategies = list(told["dispatchMemory"])
    rows = [["cell", *strategies]]
    for title, figures in told["dispatch"].items():
        medians = [figures.get(strategy) for strategy in strategies]
        rows.append([title, *("—" if not f else milliseconds(statistics.median(f) / 1000) for f in medians)])
    rows.append(["memory of the process", *(f"{told['dispatchMemory'][name]:.0f} MB" for name in strategies)])
    parts.extend(
        [
            "**`auto`, `blocking`, `task`** over the same cells: `blocking` runs a cell to its end as a script, `task` as an "
            "async function on the event loop, `auto` chooses by whether the cell awaits.",
            table(rows),
        ]
    )
    plain("Awaits and tasks.", {**told["awaits"], **told["tasks"]}, "As a cell, and as an async function in a bare thread.")
    plain(
        "Values without a type.",
        told["values"],
        "A look at a value takes the same time whatever its size; between its slices a cell may begin. A cell that comes up to 200 ms "
        "after another, which mentions the value, with `TSKERNEL_VALUE_TYPES` on and off.",
    )
    return "\n\n".join(parts)


def table(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


METHOD = """\
- One program measures everything in one run: `bench/`. Kernels take turns, round by round, so that a slow minute of the machine is
  everyone's; figures are medians, p95 where said. Starts that are not counted come first.
- All kernels are seen from the same client, `jupyter_client`'s session and sockets, over TCP with signed messages; its own cost
  is in every figure. Its sockets try to connect each millisecond, so that a start is seen when it happens.
- Kernels start without `NODE_EXTRA_CA_CERTS`, which some machines have set for a proxy: Node 20 reads those certificates
  at each start, in 30 ms for those of a Linux distribution.
- *spawn → kernel_info* is from the creation of the process to the reply on shell; *first `1+1`* the same in another process that was
  asked nothing before. *Round trip* is from sending `execute_request` to its `execute_reply`, in a kernel that ran 20 cells before.
- *Completion, the first* is asked right after the first cell; JupyterLab drops an answer that takes more than a second. *Warm* ones ask for
  members of an object, the next prefix each time; a *hover* is an `inspect_request` for what stands before the dot.
- *Printed lines* is one cell with a loop of 10,000 `console.log` or `print`, until the last line that came; *5 MB* one printed string.
  A line counts as lost when it is not there a second after the latest one.
- *Memory* is resident memory of the kernel's process and its children; right after the first cell, `1+1`, and three seconds later,
  when tskernel has loaded TypeScript and the types of all libraries.
- *A kernel that nobody uses* had a cell and then rests, with `TSKERNEL_REST=2` instead of five minutes, for some fifteen seconds; then a
  hover asks it for a name. *20 kernels* are started one after the other and have a cell each; their memory is the sum of proportional set
  sizes, in which a page that several processes share counts once. The first and the last are medians of five.
- *Loops* are 30 million iterations at the top level of a cell, timed inside the cell; *plain node* is the same source as a script of the
  same Node.
- *Large values* are made in a cell before, and shown or sent in the next one, while a client goes on asking for kernel_info on control.
  That client reads only the headers of messages from 1 MB on, so that the time is the kernel's. The like of rows is a DataFrame of pandas.
- *Interrupts* are sent as the kernel's own kernelspec asks for (a message, or SIGINT), 50 ms after the cell has printed; until the cell's
  idle. "variables lost": the next cell does not know what an earlier one declared.
- *A notebook that grows*: each cell declares an interface, a function and a constant and uses those of the cell before. *Round trip*
  compiles and runs the next such cell. *Warning* is
  from sending a cell with a type error, which only the types of an earlier cell tell, to the warning. It runs beside the cell.
- *Floor* is `bench/echo.cjs`: Node, ZeroMQ, one hop to a worker and back; no compiler, no user code."""
