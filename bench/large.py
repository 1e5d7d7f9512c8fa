"""Large values: a million rows, 100 MB of text and bytes, shown or sent beside what ipykernel does of the like, and what the kernel
answers meanwhile. The client looks at the headers of large messages only, so that the time is the kernel's."""

import contextlib
import json
import time
from dataclasses import dataclass
from itertools import groupby

import zmq
from dialogue import Dialogue, Died, TooSlow
from measures import problems, running

ROWS = "Array.from({ length: 1e6 }, (_, i) => ({ id: i, name: 'item ' + i, price: i / 7 }))"
FRAME = "pandas.DataFrame({'id': range(10**6), 'name': [f'item {i}' for i in range(10**6)], 'price': [i / 7 for i in range(10**6)]})"
BYTES = "const bytes = new Uint8Array(1e8).fill(65); const comm = comms.open('bench')"
DATA = "from comm import create_comm\ndata = b'A' * 10**8\nchannel = create_comm(target_name='bench')"


@dataclass(frozen=True)
class Large:
    """A value, and the cell that shows or sends it."""

    title: str
    javascript: tuple[str, str]
    #: What is the like there.
    python: tuple[str, str]
    #: Whether 100 MB come over a comm instead: the second is what answers with.
    is_received: bool = False

    @property
    def preparation(self):
        return self.javascript[0], self.python[0]


#: Neighbours that are prepared alike are measured in one process.
VALUES = (
    Large("1,000,000 rows, as the value of a cell", (f"const rows = {ROWS}", "rows"), (f"import pandas\nrows = {FRAME}", "rows")),
    Large("1,000,000 rows, `console.table`", (f"const rows = {ROWS}", "console.table(rows)"), (f"import pandas\nrows = {FRAME}", "display(rows)")),
    Large(
        "1,000,000 rows, a table to sort and scroll",
        (f"const rows = {ROWS}", "display.table(rows, { interactive: true })"),
        (f"import pandas\nrows = {FRAME}", "display(rows)"),
    ),
    Large(
        "an array of 10,000,000 numbers",
        ("const numbers = Array.from({ length: 1e7 }, (_, i) => i)", "numbers"),
        ("numbers = list(range(10**7))", "numbers"),
    ),
    Large(
        "100 MB of nested JSON",
        (
            "const nested = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => ['key' + i, Array.from({ length: 1000 }, (_, j) => "
            "({ id: j, tags: ['a', 'b'], text: 'x'.repeat(60) + j }))]))",
            "nested",
        ),
        (
            "nested = {f'key{i}': [{'id': j, 'tags': ['a', 'b'], 'text': 'x' * 60 + str(j)} for j in range(1000)] for i in range(1000)}",
            "nested",
        ),
    ),
    Large(
        "a Map of 1,000,000 entries",
        ("const map = new Map(Array.from({ length: 1e6 }, (_, i) => ['key' + i, i]))", "map"),
        ("mapping = {f'key{i}': i for i in range(10**6)}", "mapping"),
    ),
    Large("a string of 100 MB", ("const text = 'x'.repeat(1e8)", "text"), ("text = 'x' * 10**8", "text")),
    Large("100 MB printed", ("const text = 'x'.repeat(1e8)", "console.log(text)"), ("text = 'x' * 10**8", "print(text)")),
    Large("100 MB of bytes", (BYTES, "bytes"), (DATA, "data")),
    Large(
        "100 MB to a widget",
        (BYTES, "comm.send({}, { buffers: [bytes] })"),
        (DATA, "channel.send({}, buffers=[data])"),
    ),
    Large(
        "a picture of 30 MB",
        (
            "const png = new Uint8Array(3e7); png.set([137, 80, 78, 71, 13, 10, 26, 10])",
            "display.image(png)",
        ),
        (
            "from IPython.display import Image, display\npng = bytes([137, 80, 78, 71, 13, 10, 26, 10]) + b'\\0' * (3 * 10**7 - 8)",
            "display(Image(data=png, format='png', embed=True))",
        ),
    ),
    Large(
        "100 MB from a widget",
        (
            "comms.register('bench', (comm) => void comm.onMessage(({ buffers }) => comm.send({ size: buffers[0].byteLength })))",
            "",
        ),
        (
            "def opened(comm, opening):\n    comm.on_msg(lambda message: comm.send({'size': message['buffers'][0].nbytes}))\n"
            "get_ipython().kernel.comm_manager.register_target('bench', opened)",
            "",
        ),
        is_received=True,
    ),
)

#: From this size on, in bytes, of a message only the headers are looked at.
LARGE = 1_000_000
#: Between a question and the next one, in seconds.
PAUSE = 0.005


class Questioner(Dialogue):
    """Goes on asking while a cell runs, and notes how long answers take."""

    def take(self, socket):
        frames = socket.recv_multipart(zmq.NOBLOCK, copy=False)
        now = time.perf_counter()
        _, parts = self.client.session.feed_identities(frames, copy=False)
        size = sum(len(part) for part in parts)
        if size < LARGE:
            message = self.client.session.deserialize(parts, copy=False)
        else:
            header, parent = (json.loads(part.bytes) for part in parts[1:3])
            message = {"msg_type": header["msg_type"], "parent_header": parent, "content": {"size": size}}
        if message["msg_type"] == "comm_msg":
            self.latest_comm = now
        self.note(socket, message, now)

    def during(self, is_over):
        """Asks until something is over. @returns the longest times without an answer, in seconds"""
        asked = {
            "control": ("kernel_info_request", {}, "control"),
            "completion": ("complete_request", {"code": "Ma", "cursor_pos": 2}, "shell"),
        }
        waiting = {}
        longest = {name: 0 for name in asked}
        next_time = {name: 0 for name in asked}
        deadline = time.perf_counter() + PATIENCE
        while not is_over() or waiting:
            now = time.perf_counter()
            if now > deadline:
                raise TooSlow(f"{self.kernel.name}: nothing in {PATIENCE} s")
            for name, question in asked.items():
                if name in waiting and waiting[name].reply is not None:
                    longest[name] = max(longest[name], waiting.pop(name).replied)
                    next_time[name] = now + PAUSE
                elif name not in waiting and not is_over() and now >= next_time[name]:
                    waiting[name] = self.send(*question)
            if not self.read(PAUSE) and self.process.poll() is not None:
                raise Died(f"{self.kernel.name}: died")
        return longest

    def forget_peak(self):
        """From now on `peak` counts."""
        for process in self.family():
            with contextlib.suppress(OSError):
                with open(f"/proc/{process.pid}/clear_refs", "w") as file:
                    file.write("5")

    def peak(self):
        """The most resident memory, in MB, since `forget_peak`. None where nobody says."""
        total = 0
        for process in self.family():
            try:
                with open(f"/proc/{process.pid}/status") as file:
                    total += next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
            except (OSError, StopIteration):
                return None
        return total


#: As long as anybody waits for a value, in seconds.
PATIENCE = 10


def large(kernels, scratch, rounds, values=VALUES):
    """What each value takes, in seconds and in MB: title → time, control, completion, memory → kernel's name → figures."""
    figures = {value.title: {kind: {} for kind in ("time", "control", "completion", "memory")} for value in values}
    for _ in range(rounds):
        for _, group in groupby(values, lambda value: value.preparation):
            alike = [*group]
            for kernel in kernels:
                measure(kernel, scratch, alike, figures)
    return figures


def measure(kernel, scratch, values, figures):
    value = values[0]
    if isinstance(figures[value.title]["time"].get(kernel.name), str):
        # It took too long in a round before.
        return
    try:
        with running(kernel, scratch, Questioner) as dialogue:
            prepared = dialogue.run(kernel.code(*value.preparation), timeout=60)
            if prepared.failed:
                raise Died(f"{kernel.name}: {prepared.reply['evalue']}")
            # What goes on beside the cell before.
            dialogue.ask("complete_request", {"code": "Ma", "cursor_pos": 2})
            dialogue.linger(1.5)
            for value in values:
                for kind, figure in show(dialogue, value).items():
                    figures[value.title][kind].setdefault(kernel.name, []).append(figure)
    except TooSlow:
        figures[value.title]["time"][kernel.name] = f"> {PATIENCE} s"
    except Died as error:
        problems.append(f"{error}: left out of {value.title}")


def show(dialogue, value):
    memory = dialogue.memory()
    dialogue.forget_peak()
    dialogue.latest_comm = None
    if value.is_received:
        dialogue.until(lambda cell=dialogue.send("comm_open", OPENING): cell.idle, PATIENCE)
        cell = dialogue.send("comm_msg", {"comm_id": "bench", "data": {}}, buffers=[b"A" * 10**8])
        # Whose message the answer is part of, kernels see differently.
        longest = dialogue.during(lambda: dialogue.latest_comm and cell.idle)
        latest = dialogue.latest_comm - cell.sent
    else:
        cell = dialogue.start(dialogue.kernel.code(value.javascript, value.python)[1])
        longest = dialogue.during(lambda: cell.reply and cell.idle)
        latest = cell.latest or 0
        if cell.failed:
            raise Died(f"{dialogue.kernel.name}: {cell.reply['evalue']}")
    peak = dialogue.peak()
    return {"time": max(cell.idle, latest), **longest, **({} if peak is None else {"memory": peak - memory})}


OPENING = {"comm_id": "bench", "target_name": "bench", "data": {}}
