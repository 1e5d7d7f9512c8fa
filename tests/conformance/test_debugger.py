"""Debugging cells: breakpoints, steps and the stack, as a front end asks for them."""

import unittest

from debugging import Debugging
from dialogue import Kernel


class OfCells(Debugging):
    def test_stops_at_a_breakpoint_and_goes_on(self):
        code = "function add(a: number, b: number) {\n  const sum = a + b\n\n  return sum\n}\nadd(1, 2)"
        [breakpoint] = self.debugger.breakpoints(code, 4)
        self.assertTrue(breakpoint["verified"])
        request = self.kernel.send(code)
        frames = self.debugger.stopped("breakpoint")
        self.assertEqual([(frame["name"], frame["line"]) for frame in frames], [("add", 4), ("<cell>", 6)])
        self.assertEqual(frames[0]["source"]["path"], self.debugger.path(code))
        self.assertEqual(self.debugger.variables()["Locals"]["sum"], "3")
        self.debugger.go()
        self.assertEqual(self.kernel.finish(request).result, "3")


class Unstarted(unittest.TestCase):
    def test_says_so(self):
        kernel = Kernel()
        try:
            from debugging import Debugger

            debugger = Debugger(kernel)
            info = debugger.ask("debugInfo")
            self.assertEqual([info["isStarted"], info["hashMethod"], info["tmpFileSuffix"]], [False, "Murmur2", ".ts"])
            self.assertIn("ipykernel_", info["tmpFilePrefix"])
            self.assertEqual(debugger.ask("modules"), {"modules": [], "totalModules": 0})
            self.assertIn("not started", debugger.refused("stackTrace", threadId=1))
        finally:
            kernel.close()


if __name__ == "__main__":
    unittest.main()
