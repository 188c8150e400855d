"""PyPI's jupyter-kernel-test, whole, on the kernel "njepa" that JUPYTER_PATH names."""

import unittest

import jupyter_kernel_test as jkt

# A busy machine starts a kernel slowly, and that is not what is tried here.
jkt.TIMEOUT = 120


class Protocol(jkt.KernelTests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Most of its methods keep their own limit of 15 seconds, which a busy machine takes to load packages.
        cls.kc.execute_interactive("import 'njepa'; import 'tslab'", timeout=240, output_hook=lambda _: None)

    kernel_name = "njepa"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('to stderr')"
    completion_samples = [
        {"text": "consol", "matches": {"console"}},
        {"text": "Math.sqr", "matches": {"sqrt", "SQRT1_2", "SQRT2"}},
        {"text": "'\U0001f600'; Math.sqr", "matches": {"sqrt", "SQRT1_2", "SQRT2"}},
    ]
    complete_code_samples = ["1", "const a: number = 1", "if (true) {\n  1;\n}\n"]
    incomplete_code_samples = ["function f() {", "[1, 2,", "if (true) {"]
    invalid_code_samples = ["const = 5", "1 2", "}"]
    code_page_something = "parseInt?"
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'text'", "result": "text"},
        {"code": "[1, 2]", "result": "[ 1, 2 ]"},
        {"code": "({ a: 1n })", "result": "{ a: 1n }"},
    ]
    code_display_data = [
        {"code": "import { display } from 'tslab'; display.html('<b>x</b>')", "mime": "text/html"},
        {"code": "import { liveDisplay } from 'njepa'; liveDisplay().update({ toText: () => 'x',"
                 " toMimeBundle: async () => ({ 'image/svg+xml': '<svg/>' }) });", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "import { clearOutput } from 'njepa'; clearOutput()"

    def test_silence_and_expressions(self):
        self.flush_channels()
        reply, output = self.execute_helper("41 + 1", silent=True)
        self.assertEqual(output, [])
        self.assertEqual(reply["content"]["status"], "ok")
        self.kc.execute("const base = 20", user_expressions={"twice": "base * 2", "none": "no_such_word"})
        content = self.get_non_kernel_info_reply()["content"]["user_expressions"]
        self.assertEqual(content["twice"]["data"], {"text/plain": "40"})
        self.assertEqual(content["none"]["status"], "error")

    def test_stop_on_error(self):
        for stops, second in ((True, "aborted"), (False, "ok")):
            self.flush_channels()
            self.kc.execute("await new Promise((end) => setTimeout(end, 300)); throw 1", stop_on_error=stops)
            self.kc.execute("2")
            replies = [self.get_non_kernel_info_reply()["content"]["status"] for _ in range(2)]
            self.assertEqual(replies, ["error", second])

    def test_comms(self):
        self.flush_channels()
        self.kc.comm_info()
        self.assertEqual(self.get_non_kernel_info_reply()["content"], {"status": "ok", "comms": {}})


class Welcome(jkt.IopubWelcomeTests):
    kernel_name = "njepa"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
