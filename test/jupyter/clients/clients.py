"""Jupyter's own clients on the kernel "njepa" that JUPYTER_PATH names; one line per thing that was tried."""

import json
import os
import subprocess
import sys
import time
import unittest

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

HERE = os.path.dirname(os.path.abspath(__file__))
PAPERMILL = os.path.join(HERE, "..", "..", "..", "scripts", "njepa_papermill.py")


def notebook(*cells):
    made = []
    for cell in cells:
        text, tags = cell if isinstance(cell, tuple) else (cell, [])
        made.append(nbformat.v4.new_code_cell(text, metadata={"tags": tags} if tags else {}))
    kernelspec = {"name": "njepa", "display_name": "N-JEPA (TypeScript)", "language": "typescript"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernelspec})


def save(name, *cells):
    nbformat.write(notebook(*cells), name)
    return name


def text(cell):
    return "".join(out.get("text", "") for out in cell.outputs)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid, seconds=10):
    end = time.time() + seconds
    while alive(pid) and time.time() < end:
        time.sleep(0.05)
    return not alive(pid)


class Clients(unittest.TestCase):
    def test_nbclient(self):
        lines = "for (let i = 0; i < 5000; i++) console.log(i)"
        live = ("import { liveLine } from 'njepa'; const say = liveLine();"
                " for (const n of [1, 2, 3]) { say('line ' + n); await new Promise((end) => setTimeout(end, 20)); }")
        cells = notebook(lines, "6 * 7", ("throw new RangeError('on purpose')", ["raises-exception"]), live)
        NotebookClient(cells, timeout=60, kernel_name="njepa").execute()
        burst, value, error, progress = cells.cells
        self.assertEqual(text(burst), "".join(f"{i}\n" for i in range(5000)))
        self.assertEqual(value.outputs[0]["data"]["text/plain"], "42")
        self.assertEqual(error.outputs[0]["ename"], "RangeError")
        self.assertEqual([out["data"]["text/plain"] for out in progress.outputs], ["line 3"])

    def test_nbclient_interrupts_at_its_limit(self):
        cells = notebook("const kept = 5;", ("await 0; for (;;) {}", ["raises-exception"]), "kept")
        NotebookClient(cells, timeout=10, interrupt_on_timeout=True, kernel_name="njepa").execute()
        self.assertEqual(cells.cells[1].outputs[0]["ename"], "Interrupted")
        self.assertEqual(cells.cells[2].outputs[0]["data"]["text/plain"], "5")

    def test_nbconvert(self):
        name = save("convert.ipynb", "import * as njepa from 'njepa'",
                    "njepa.table([{ word: 'seen', value: 3 }], { id: 'one', caption: 'A caption' })")
        command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", name]
        subprocess.run(command, check=True, capture_output=True)
        with open("convert.html") as file:
            page = file.read()
        self.assertIn("A caption", page)
        self.assertIn("seen", page)

    def test_papermill(self):
        name = save("mill.ipynb", ("let seed = 1;\nlet names: string[] = [];\nlet rate = 0.5;", ["parameters"]),
                    "console.log(JSON.stringify([seed, names, rate]))")
        parameters = ["-p", "seed", "7", "-y", "names: [\"a'\", 'b\"']", "-p", "rate", "0.25"]
        ran = subprocess.run([sys.executable, PAPERMILL, name, "out.ipynb", *parameters], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        cells = nbformat.read("out.ipynb", 4).cells
        self.assertEqual(json.loads(text(cells[-1])), [7, ["a'", 'b"'], 0.25])

    def test_restart_and_shutdown_leave_nothing(self):
        manager = KernelManager(kernel_name="njepa")
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)

        def busy():
            client.execute("import { spawn } from 'node:child_process'; spawn('sleep', ['100']).pid")
            while True:
                message = client.get_iopub_msg(timeout=60)
                if message["msg_type"] == "execute_result":
                    sleeper = int(message["content"]["data"]["text/plain"])
                    break
            client.execute("await 0; for (;;) {}")
            time.sleep(1)
            return manager.provisioner.pid, sleeper

        first = busy()
        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        second = busy()
        client.stop_channels()
        manager.shutdown_kernel()
        for pid in (*first, *second):
            self.assertTrue(gone(pid), pid)


if __name__ == "__main__":
    unittest.main(verbosity=2)
