// A kernel that keeps something back: the code "idle" loses the end of its output, "garbled" sends a message that nobody signed.
const { readFileSync } = require("node:fs");
const { Publisher, Router } = require("zeromq");
const { createMessage, encodeMessage } = require("njepa/jupyter");

const info = JSON.parse(readFileSync(process.argv[2], "utf8"));
const address = (port) => `${info.transport}://${info.ip}:${port}`;

function parse(frames) {
  const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
  return {
    identities: frames.slice(0, at),
    header: JSON.parse(frames[at + 2].toString()),
    content: JSON.parse(frames[at + 5].toString()),
  };
}

async function main() {
  const iopub = new Publisher();
  const shell = new Router();
  const control = new Router();
  await iopub.bind(address(info.iopub_port));
  await control.bind(address(info.control_port));
  await shell.bind(address(info.shell_port));
  const frames = (type, content, parent, key = info.key) => {
    const message = { ...createMessage(type, content, "lossy"), parent_header: parent };
    return encodeMessage(message, key);
  };
  void (async () => {
    for await (const request of control) if (parse(request).header.msg_type === "shutdown_request") process.exit(0);
  })();
  for await (const request of shell) {
    const { identities, header, content } = parse(request);
    const publish = (type, body, key) => iopub.send(frames(type, body, header, key));
    await publish("status", { execution_state: "busy" });
    if (header.msg_type === "execute_request") {
      await publish("stream", { name: "stdout", text: "some\n" });
      if (content.code === "garbled") await publish("stream", { name: "stdout", text: "more\n" }, "another key");
    }
    const type = header.msg_type.replace("_request", "_reply");
    await shell.send([...identities, ...frames(type, { status: "ok", execution_count: 1 }, header)]);
    if (content.code !== "idle") await publish("status", { execution_state: "idle" });
  }
}

main();
