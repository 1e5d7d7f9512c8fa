"""Widgets as a page hears of them: what a listener prints, and what an output widget captures, by the message that caused it."""

from dialogue import Dialogue

PAUSE = "const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time))"


class Widgets(Dialogue):
    def setUp(self):
        self.runs(PAUSE)

    def opened(self, cell, model):
        """The id of a widget that the cell has made."""
        return next(
            content["comm_id"]
            for kind, content in cell.all()
            if kind == "comm_open" and content["data"]["state"]["_model_name"] == model
        )

    def move(self, widget, **state):
        """What the page sends when a person moves a control. Returns what names the message."""
        channels = self.kernel.channels
        data = {"method": "update", "state": state, "buffer_paths": []}
        message = channels.session.msg("comm_msg", {"comm_id": widget, "data": data})
        channels.shell_channel.send(message)
        return message["header"]["msg_id"]

    def handled(self, message):
        """What answers a message of the page, once the kernel says that it was handled."""
        cell = self.kernel.cell(message)
        self.kernel.until(lambda: cell.idle, what="the end of a message")
        return cell

    def names(self, cell):
        """By which names the page was told to capture."""
        updates = [content["data"] for kind, content in cell.all() if kind == "comm_msg"]
        return [data["state"]["msg_id"] for data in updates if "msg_id" in data.get("state", {})]

    def test_what_a_listener_prints_is_its_cells_and_what_is_captured_is_the_messages(self):
        cell = self.runs(
            "const s1 = new widgets.IntSlider(); const o1 = new widgets.Output();"
            "s1.observe('value', (n) => { console.log('heard', n); o1.run(() => console.log('captured', n)) })"
        )
        message = self.move(self.opened(cell, "IntSliderModel"), value=3)
        heard = self.handled(message)
        self.assertEqual(heard.stdout, "captured 3\n")
        self.assertEqual(self.names(heard), [message, ""])
        self.kernel.until(lambda: cell.stdout == "heard 3\n")

    def test_a_message_is_handled_when_its_listeners_have_ended(self):
        cell = self.runs(
            "const s2 = new widgets.IntSlider(); const o2 = new widgets.Output();"
            "s2.observe('value', async (n) => { await pause(100); o2.run(async () => { await pause(100); console.log('late', n) }) })"
        )
        for n in (1, 2):
            message = self.move(self.opened(cell, "IntSliderModel"), value=n)
            heard = self.handled(message)
            self.assertEqual(heard.stdout, f"late {n}\n")
            self.assertEqual(self.names(heard), [message, ""])
        self.assertEqual(cell.stdout, "")

    def test_what_comes_after_that_is_the_cells(self):
        cell = self.runs(
            "const s3 = new widgets.IntSlider(); const o3 = new widgets.Output();"
            "s3.observe('value', () => o3.run(() => { setTimeout(() => console.log('timer'), 200) }))"
        )
        heard = self.handled(self.move(self.opened(cell, "IntSliderModel"), value=1))
        self.kernel.until(lambda: cell.stdout == "timer\n")
        self.assertEqual(heard.stdout, "")

    def test_a_listener_that_waits_for_the_person_does_not_hold_the_page_up(self):
        cell = self.runs(
            "const s4 = new widgets.IntSlider(); s4.observe('value', async (n) => {"
            "if (n === 1) { await s4.next('value'); console.log('went on') } })"
        )
        slider = self.opened(cell, "IntSliderModel")
        self.handled(self.move(slider, value=1))
        self.handled(self.move(slider, value=2))
        self.kernel.until(lambda: cell.stdout == "went on\n")

    def test_errors_of_a_capture_are_told_and_end_it(self):
        cell = self.runs(
            "const s5 = new widgets.IntSlider(); const o5 = new widgets.Output();"
            "s5.observe('value', () => { o5.run(async () => { await pause(10); throw new RangeError('beyond') }) })"
        )
        heard = self.handled(self.move(self.opened(cell, "IntSliderModel"), value=1))
        self.assertEqual(self.names(heard)[-1], "")
        self.kernel.until(lambda: "beyond" in heard.stderr + cell.stderr)

    def test_a_listener_that_is_interrupted_was_handled(self):
        cell = self.runs(
            "const s6 = new widgets.IntSlider(); const o6 = new widgets.Output();"
            "s6.observe('value', () => { o6.run(() => { console.log('began'); for (;;); }) })"
        )
        message = self.move(self.opened(cell, "IntSliderModel"), value=1)
        self.kernel.until(lambda: self.kernel.cell(message).stdout == "began\n")
        self.kernel.interrupt()
        self.handled(message)
        self.shows("pause instanceof Function", "true")

    def test_interact_captures_each_result(self):
        cell = self.runs("interact(async ({ n }) => { await pause(50); return n * 2 }, { n: 5 })")
        self.kernel.until(lambda: ("display_data", "10") in cell.story)
        message = self.move(self.opened(cell, "IntSliderModel"), value=7)
        heard = self.handled(message)
        self.assertEqual(heard.story, [("clear_output", True), ("display_data", "14")])
        self.assertEqual(set(self.names(heard)), {message, ""})

    def test_bytes_that_were_read_hold_up_no_others(self):
        # Unread ones are held to 16 MB a second after the first 128: this would take 20 s.
        cell = self.runs(
            "const c3 = comms.open('film'); const picture = new Uint8Array(4e7);"
            "const began = performance.now(); for (let n = 0; n < 12; n++) c3.send({ n }, { buffers: [picture] });"
            "performance.now() - began < 15_000"
        )
        self.assertEqual([content["data"]["n"] for kind, content in cell.all() if kind == "comm_msg"], list(range(12)))
        self.assertEqual(cell.result, "true")
