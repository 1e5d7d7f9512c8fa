"""The public conformance suite (jupyter_kernel_test) with every attribute supplied, so that none of its tests is skipped."""

import jupyter_kernel_test

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = "tskernel"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": "'x'.toUpperC", "matches": {"toUpperCase"}},
    ]
    complete_code_samples = ["1", "const a = 1;", "function f() {}", "await null", "// nothing", "`${1}`"]
    incomplete_code_samples = ["function f() {", "[1,", "if (true)", "`text", "/* open", "class A {", "const f = () =>"]
    invalid_code_samples = ["let = = 3", "1 +* 2", "}", "'text\n'"]
    code_page_something = 'page("a long text")'
    code_generate_error = 'throw new Error("boom")'
    code_execute_result = [
        {"code": "1+2", "result": "3"},
        {"code": "'a'+'b'", "result": "'ab'"},
        {"code": "null", "result": "null"},
        {"code": "await Promise.resolve(10n)", "result": "10n"},
    ]
    code_display_data = [
        {"code": "display.html('<b>x</b>')", "mime": "text/html"},
        {"code": "display.markdown('**x**')", "mime": "text/markdown"},
        {"code": "display.svg('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "mime": "image/svg+xml"},
        {"code": "display.latex('$x$')", "mime": "text/latex"},
        {"code": "display.json({ x: [1] })", "mime": "application/json"},
        {"code": f"display.image(Buffer.from('{PIXEL}', 'base64'))", "mime": "image/png"},
        {"code": "display.mime({ 'text/plain': 'x', 'text/html': 'x' })", "mime": "text/html"},
        {"code": "display({ x: 1 })", "mime": "text/plain"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tskernel"
    support_iopub_welcome = True
