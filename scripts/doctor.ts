/** Say what is here, what is missing and how to get it.  Exit 0 all that is needed is here, 1 not all, 2 bad usage. */
import { command, print } from "./command";
import { allChecks, type Finding } from "./doctor-checks";

const signs = { ok: "ok", missing: "MISSING", broken: "BROKEN", optional: "-" } as const;

function text(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  return findings
    .flatMap(({ what, state, detail, remedy }) => [
      `${signs[state].padEnd(9)}${what.padEnd(width)}${detail}`,
      ...(remedy === undefined ? [] : [`${" ".repeat(9 + width)}→ ${remedy}`]),
    ])
    .join("\n");
}

command({
  synopsis: "doctor --",
  options: {
    verify: { type: "boolean", description: "read every byte of the cached library and of the data (seconds)" },
    json: { type: "boolean", description: "print one JSON object" },
  },
  async run(values) {
    const findings = await allChecks({ verify: values.verify ?? false });
    const healthy = findings.every(({ state }) => state === "ok" || state === "optional");
    print(values.json ? JSON.stringify({ healthy, findings }, null, 2) : text(findings));
    return healthy ? 0 : 1;
  },
});
