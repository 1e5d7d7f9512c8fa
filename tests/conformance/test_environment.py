"""process.env is the environment of the process, as in plain Node: V8, programs and native code see what a cell sets."""

import tempfile
from pathlib import Path

from dialogue import Dialogue, Kernel


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


class OddSurroundings(Dialogue):
    """What is odd around a kernel does not keep its cells from running."""

    fresh = True

    def test_a_directory_is_no_file_of_variables(self):
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, ".env").mkdir()
            self._kernel = Kernel(cwd=directory, env={"TSKERNEL_DOTENV": "on"})
            self.shows("1 + 1", "2")
            self.fails("%dotenv", r"\.env cannot be read: .*directory")

    def test_a_home_that_is_none(self):
        for home in "", "home":
            with self.subTest(home), tempfile.TemporaryDirectory() as directory:
                Path(directory, "file.ts").write_text("export const three: number = 3")
                self._kernel = Kernel(cwd=directory, env={"HOME": home})
                self.shows("import { three } from './file.ts'; three", "3")
                self.assertEqual([path.name for path in Path(directory).iterdir()], ["file.ts"])
                self._kernel.close()
                self._kernel = None
