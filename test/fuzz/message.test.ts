import { describe, expect, it } from "vitest";
import { KernelError } from "../../lib/errors";
import { createMessage, decodeMessage, encodeMessage } from "../../lib/jupyter";
import { signedFrames } from "../../lib/jupyter/message";
import { rng } from "../../lib/random";
import { damaged, damagedJson, FUZZ_INPUTS, fuzz } from "./fuzz";

describe("damaged messages are refused by a KernelError:", () => {
  const message = createMessage("execute_request", { code: "1 + 1", silent: false, user_expressions: { a: "b" } }, "s");
  const key = "key";

  it("whole frames changed, cut, repeated and in other orders, none of which is taken for signed", async () => {
    const frames = encodeMessage(message, key);
    const report = await fuzz("message", [Buffer.alloc(8)], (_, number) => {
      const random = rng(2).fold("message").fold(number);
      const parts: Buffer[] = frames.map((frame) => Buffer.from(frame));
      const at = random.int(0, parts.length);
      const kind = random.int(0, 4);
      if (kind === 0) parts[at] = damaged(parts[at] as Buffer, random);
      else if (kind === 1) parts.splice(at, 1);
      else if (kind === 2) parts.splice(at, 0, parts[random.int(0, parts.length)] as Buffer);
      else parts.splice(random.int(0, parts.length), 1, ...parts.splice(at, 1));
      // Buffers behind the content, and routes before the delimiter, are nobody's signature's business.
      expect(decodeMessage(parts, key)).toEqual(message);
    });
    expect(report.answers.KernelError).toBeGreaterThan(FUZZ_INPUTS / 2);
  });

  it("and signed ones whose parts are no message", async () => {
    const parts = [message.header, message.parent_header, message.metadata, message.content];
    const report = await fuzz("signed message", [Buffer.alloc(8)], (_, number) => {
      const random = rng(3).fold("signed").fold(number);
      const texts = parts.map((part) => JSON.stringify(part));
      const at = random.int(0, texts.length);
      texts[at] =
        number % 2 === 0
          ? JSON.stringify(damagedJson(parts[at], random))
          : damaged(Buffer.from(texts[at] as string), random).toString("utf8");
      const { header } = decodeMessage(signedFrames(texts, key), key);
      expect([typeof header.msg_id, typeof header.msg_type]).toEqual(["string", "string"]);
    });
    expect(report.answers.KernelError).toBeGreaterThan(0);
  });

  it("by name: no JSON, no object, a header without its fields", () => {
    for (const header of ["{", "[]", "null", "{}", '{"msg_id":1,"msg_type":"x"}'])
      expect(() => decodeMessage(signedFrames([header, "{}", "{}", "{}"], key), key)).toThrow(KernelError);
  });
});
