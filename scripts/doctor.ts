/** Say what is here, what is missing and how to get it.  Exit 0 all that is needed is here, 1 not all, 2 bad usage. */

import { json as asJson, command, print } from "njepa/command-line";
import { findingsText, inspectMachine } from "njepa/inspect";

export default command(module, {
  name: "doctor",
  says: "say what is here, what is missing, and how to get it",
  options: {
    verify: { type: "boolean", description: "read every byte of the cached library and of the data (seconds)" },
    json: asJson,
  },
  async run({ verify = false, json }) {
    const findings = await inspectMachine({ verify });
    const healthy = findings.every(({ state }) => state === "ok" || state === "optional");
    print(json ? JSON.stringify({ healthy, findings }, null, 2) : findingsText(findings));
    return healthy ? 0 : 1;
  },
});
