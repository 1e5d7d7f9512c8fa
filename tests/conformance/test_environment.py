"""process.env is the environment of the process, as in plain Node: V8, programs and native code see what a cell sets."""

from dialogue import Dialogue


class Environment(Dialogue):
    def test_the_time_zone_takes_effect(self):
        hours = "new Date(0).getHours()"
        self.shows(f"process.env.TZ = 'Asia/Tokyo'; {hours}", "9")
        self.shows(f"process.env.TZ = 'America/New_York'; {hours}", "19")
        self.runs("%env TZ=Europe/Berlin")
        self.shows(hours, "1")
        self.assertEqual(self.runs("!date -d @0 +%H").stdout, "01\n")
        self.shows(f"process.env.TZ = 'UTC'; {hours}", "0")

    def test_programs_of_either_kind_see_it(self):
        self.runs("process.env.TSK_SHOWN = 'here'")
        self.assertEqual(self.runs("!echo $TSK_SHOWN").stdout, "here\n")
        self.shows("require('child_process').execSync('echo $TSK_SHOWN').toString()", "'here\\n'")

    def test_names_are_those_of_the_process(self):
        self.shows("'PATH' in process.env && Object.keys(process.env).includes('PATH')", "true")
        self.shows("process.env.TSK_NUMBER = 5 as any; process.env.TSK_NUMBER", "'5'")
        self.shows("delete process.env.TSK_NUMBER; process.env.TSK_NUMBER ?? 'gone'", "'gone'")

    def test_completion_of_env_knows_what_a_cell_set(self):
        self.runs("process.env.TSK_COMPLETED = '1'")
        code = "%env TSK_COMPL"
        found = self.kernel.ask("complete", code)["matches"]
        self.assertEqual(found, ["TSK_COMPLETED"])

    def test_it_outlives_a_thread_that_is_replaced_and_a_reset(self):
        self.runs("process.env.TSK_KEPT = 'kept'; globalThis.alive = 1")
        self.runs("%reset")
        self.shows("process.env.TSK_KEPT", "'kept'")
        self.kernel.run("process.reallyExit(3)")
        self.shows("typeof globalThis.alive", "'undefined'")
        self.shows("process.env.TSK_KEPT", "'kept'")
