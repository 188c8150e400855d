/** Find or fetch what njepa needs beside npm's packages.  Exit 0 all is here, 1 something could not be had, 2 bad usage. */

import { command, json } from "njepa/command-line";
import { publishedData } from "njepa/data";
import { setupVerb } from "njepa/verbs/setup";

export default command(module, {
  name: "setup",
  says: "find or fetch TensorFlow and the data",
  options: {
    device: {
      type: "string",
      default: "auto",
      values: ["auto", "cpu", "gpu"],
      description: "cpu, gpu (CUDA: 1.8 GB fetched, 3.2 GB kept), or auto: gpu where an NVIDIA driver is",
    },
    "without-driver": {
      type: "boolean",
      description: "fetch it where no NVIDIA driver is, for machines that have one",
    },
    data: {
      type: "string",
      value: "NAME",
      values: publishedData,
      commas: true,
      multiple: true,
      description: "a published data set to find or fetch; may come several times (default: fashion-mnist)",
    },
    json,
  },
  run: setupVerb,
});
