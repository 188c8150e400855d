import { createHmac } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { KernelError } from "../../lib/errors";
import { createConnection, createMessage, decodeMessage, encodeMessage } from "../../lib/jupyter";
import { temporaryFolder } from "../temporary-folder";

const key = "0123";

describe("encodeMessage", () => {
  it("signs the four parts with HMAC-SHA256 as the wire protocol says", () => {
    const [delimiter, signature, ...parts] = encodeMessage(createMessage("x_request", { a: 1 }, "s"), key);
    expect(String(delimiter)).toBe("<IDS|MSG>");
    expect(parts).toHaveLength(4);
    expect(String(signature)).toBe(createHmac("sha256", key).update(Buffer.concat(parts)).digest("hex"));
    expect(String(parts[3])).toBe('{"a":1}');
  });
});

describe("decodeMessage", () => {
  const message = createMessage("x_request", { text: "ü\n" }, "session");

  it("gives back what was encoded, with or without routing frames", () => {
    const frames = encodeMessage(message, key);
    expect(decodeMessage(frames, key)).toEqual(message);
    expect(decodeMessage([Buffer.from("route"), Buffer.from("2"), ...frames], key)).toEqual(message);
  });

  it("refuses another key, a changed part and a cut message", () => {
    const frames = encodeMessage(message, key);
    expect(() => decodeMessage(frames, "another")).toThrow(KernelError);
    expect(() => decodeMessage([...frames.slice(0, -1), Buffer.from("{}")], key)).toThrow(/not signed/);
    expect(() => decodeMessage(frames.slice(0, 4), key)).toThrow(/four parts; got 4 frames/);
    expect(() => decodeMessage(frames.slice(1), key)).toThrow(KernelError);
  });
});

describe("createConnection", () => {
  it("names five different loopback ports in a file that only its owner can read, and removes it", async () => {
    const { info, file, remove } = await createConnection();
    const ports = [info.shell_port, info.iopub_port, info.stdin_port, info.control_port, info.hb_port];
    expect(new Set(ports).size).toBe(5);
    expect(info.ip).toBe("127.0.0.1");
    expect(info.key).toMatch(/^[0-9a-f]{64}$/);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    remove();
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("names ports also where a socket's path would be too long for the system", async () => {
    const long = path.join(temporaryFolder(), "x".repeat(60));
    mkdirSync(long);
    vi.stubEnv("TMPDIR", long);
    const { info, remove } = await createConnection("ipc");
    vi.unstubAllEnvs();
    remove();
    expect(info).toMatchObject({ transport: "tcp", ip: "127.0.0.1" });
  });
});
