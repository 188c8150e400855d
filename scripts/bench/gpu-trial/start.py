"""Starts the trial on a machine that has Python 3.12, JAX's CUDA plugin and PyTorch, but neither Node nor a network.

    python3 start.py [--parts golden,kept,bfloat16,float32,op-tests] [--result result.json] [--folder unpacked]
                     [--plugin path.so] [--torch-device cuda]

Joins the pieces beside this file, checks their SHA-256, unpacks them to a folder of its own, finds the PJRT plugin and
runs the trial. The result is one JSON object: golden losses, whether another process has their bits with the programs
kept, images a second beside PyTorch's compiled twin, and TensorFlow.js' own op tests. A folder that is named is kept, and not unpacked again.
"""

import argparse
import glob
import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["jax_plugins.xla_cuda13", "jax_plugins.xla_cuda12"]


class Pieces(io.RawIOBase):
    """The pieces one behind the other, as they are read."""

    def __init__(self, paths):
        super().__init__()
        self.paths, self.file, self.hash = list(paths), None, hashlib.sha256()

    def readable(self):
        return True

    def readinto(self, buffer):
        while True:
            if self.file is None:
                if not self.paths:
                    return 0
                self.file = open(self.paths.pop(0), "rb")
            count = self.file.readinto(buffer)
            if count:
                self.hash.update(memoryview(buffer)[:count])
                return count
            self.file.close()
            self.file = None


def unpack(folder):
    with open(os.path.join(HERE, "kit.json"), encoding="utf8") as file:
        about = json.load(file)
    paths = sorted(glob.glob(os.path.join(HERE, "kit.tar.xz.*")))
    if len(paths) != about["pieces"]:
        sys.exit(f"{HERE}: expected {about['pieces']} pieces kit.tar.xz.*, got {len(paths)}; copy all of them.")
    pieces = Pieces(paths)
    with tarfile.open(fileobj=io.BufferedReader(pieces, 1 << 20), mode="r|xz") as archive:
        archive.extractall(folder, filter="data")
    while pieces.read(1 << 20):
        pass
    if pieces.hash.hexdigest() != about["sha256"]:
        sys.exit(f"{HERE}: the pieces are not those that were packed (SHA-256); copy them again.")


def find_plugin():
    for name in PACKAGES:
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            continue
        for folder in found.submodule_search_locations if found else []:
            path = os.path.join(folder, "xla_cuda_plugin.so")
            if os.path.exists(path):
                return path
    sys.exit("No PJRT plugin for CUDA is installed in this Python: install jax[cuda13], or give --plugin.")


def library_path(plugin):
    """NVIDIA's libraries beside the plugin's package, as JAX loads them, then what the machine names already."""
    packages = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(plugin))))
    folders = sorted(glob.glob(os.path.join(packages, "nvidia", "*", "lib")))
    return ":".join(folders + [os.environ["LD_LIBRARY_PATH"]] if "LD_LIBRARY_PATH" in os.environ else folders)


def run(folder, plugin, given):
    if not os.path.exists(os.path.join(folder, "unpacked")):
        unpack(folder)
        open(os.path.join(folder, "unpacked"), "w", encoding="utf8").close()
    environment = {
        **os.environ,
        "HOME": os.environ.get("HOME", folder),
        "XDG_CACHE_HOME": os.path.join(folder, "cache"),
        "LD_LIBRARY_PATH": library_path(plugin),
        "NJEPA_TENSORFLOW": os.path.join(folder, "tensorflow"),
        "NJEPA_PJRT": os.path.abspath(plugin),
        "TRIAL_PYTHON": sys.executable,
        "TRIAL_TORCH_DEVICE": given.torch_device,
    }
    command = [os.path.join(folder, "node"), os.path.join(folder, "trial.js"), os.path.abspath(given.result)]
    return subprocess.run(command + given.parts, env=environment, check=False).returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--result", default="result.json")
    parser.add_argument("--parts", nargs=1, default=[])
    parser.add_argument("--folder")
    parser.add_argument("--plugin")
    parser.add_argument("--torch-device", default="cuda")
    given = parser.parse_args()
    plugin = given.plugin or find_plugin()
    if given.folder:
        os.makedirs(given.folder, exist_ok=True)
        ended = run(os.path.abspath(given.folder), plugin, given)
    else:
        with tempfile.TemporaryDirectory(prefix="njepa-trial-") as folder:
            ended = run(folder, plugin, given)
    if ended != 0:
        sys.exit(f"The trial ended with {ended}; what it had found is in {given.result}.")
    with open(given.result, encoding="utf8") as file:
        print(file.read())


if __name__ == "__main__":
    main()
