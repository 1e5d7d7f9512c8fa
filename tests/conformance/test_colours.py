"""Who gets colours: a front end where somebody can answer. A program that reads the text gets the text."""

import unittest

from dialogue import Kernel

CODE = "console.log({ a: 1 }, 'text', 5)\n;({ a: 1 })"
PLAIN = ("{ a: 1 } text 5\n", "{ a: 1 }")
COLOURED = ("{ a: \x1b[35m1\x1b[39m } text 5\n", "{ a: \x1b[35m1\x1b[39m }")


class Colours(unittest.TestCase):
    def test_who_gets_them(self):
        for environment, somebody, expected in [
            ({}, True, COLOURED),
            ({}, False, PLAIN),
            ({"NO_COLOR": "1"}, True, PLAIN),
            ({"FORCE_COLOR": "0"}, True, PLAIN),
            ({"TSKERNEL_COLORS": "off"}, True, PLAIN),
            ({"TSKERNEL_COLORS": "on", "NO_COLOR": "1"}, False, COLOURED),
        ]:
            with self.subTest(environment=environment, somebody=somebody):
                kernel = Kernel(env=environment)
                try:
                    cell = kernel.run(CODE, answers=[] if somebody else None)
                    self.assertEqual((cell.stdout, cell.result), expected)
                finally:
                    kernel.close()

    def test_the_variable_is_read_with_each_cell(self):
        kernel = Kernel()
        try:
            kernel.run("process.env.NO_COLOR = '1'", answers=[])
            self.assertEqual(kernel.run(CODE, answers=[]).result, PLAIN[1])
        finally:
            kernel.close()

    def test_a_promise_that_is_pending_or_has_come_to_nothing(self):
        kernel = Kernel()
        try:
            self.assertRegex(kernel.run("new Promise(() => {})", answers=[]).result, r"<pending>.*\nTo see its value, await it\.")
            self.assertIsNone(kernel.run("Promise.resolve()", answers=[]).result)
        finally:
            kernel.close()


if __name__ == "__main__":
    unittest.main()
