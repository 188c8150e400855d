/** Say what is here, what is missing and how to get it.  Exit 0 all that is needed is here, 1 not all, 2 bad usage. */
import { parseArgs } from "node:util";
import { allChecks, type Finding } from "./doctor-checks";

const options = {
  verify: { type: "boolean", description: "read every byte of the cached library and of the data (seconds)" },
  engine: { type: "boolean", description: "also start TensorFlow and ask it for its devices (seconds)" },
  json: { type: "boolean", description: "print one JSON object" },
  help: { type: "boolean", short: "h", description: "print this text" },
} as const;

const usage = `npm run doctor -- [options]

${Object.entries(options)
  .map(([name, { description }]) => `  --${name.padEnd(8)}${description}`)
  .join("\n")}`;

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

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const findings = await allChecks({ verify: values.verify ?? false, engine: values.engine ?? false });
  const healthy = findings.every(({ state }) => state === "ok" || state === "optional");
  process.stdout.write(`${values.json ? JSON.stringify({ healthy, findings }, null, 2) : text(findings)}\n`);
  return healthy ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: NodeJS.ErrnoException) => {
    const badUsage = error.code?.startsWith("ERR_PARSE_ARGS") === true;
    if (badUsage) process.stderr.write(`${error.message}\n\n${usage}\n`);
    else console.error(error);
    process.exitCode = badUsage ? 2 : 1;
  },
);
