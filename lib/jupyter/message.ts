import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { KernelError } from "../errors";
import { isPlainObject } from "../plain-object";

/** A Jupyter message without its routing prefix. */
export interface Message {
  header: MessageHeader;
  parent_header: Partial<MessageHeader>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
}

export interface MessageHeader {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** The version of Jupyter's messaging protocol used here. */
export const protocolVersion = "5.3";

const delimiter = Buffer.from("<IDS|MSG>");

export function createMessage(type: string, content: Record<string, unknown>, session: string): Message {
  return { header: createHeader(type, session), parent_header: {}, metadata: {}, content };
}

export function createHeader(type: string, session: string): MessageHeader {
  const date = new Date().toISOString();
  return { msg_id: randomUUID(), msg_type: type, session, username: "njepa", date, version: protocolVersion };
}

/** The frames of a message, signed with HMAC-SHA256. */
export function encodeMessage(message: Message, key: string): Buffer[] {
  const parts = [message.header, message.parent_header, message.metadata, message.content];
  return signedFrames(
    parts.map((part) => JSON.stringify(part)),
    key,
  );
}

/** Delimiter, signature and the four parts (header, parent, metadata, content), each as JSON text. */
export function signedFrames(parts: readonly string[], key: string): Buffer[] {
  const frames = parts.map((part) => Buffer.from(part));
  return [delimiter, Buffer.from(sign(frames, key)), ...frames];
}

/**
 * The message in the frames, without the routing frames before the delimiter and the buffers after the content.
 *
 * @throws {KernelError} when the frames are not a message or are not signed with the key
 */
export function decodeMessage(frames: readonly Buffer[], key: string): Message {
  return decodeRouted(frames, key).message;
}

/** The message as from `decodeMessage`, with its signature and the routing frames that a reply must repeat. */
export function decodeRouted(
  frames: readonly Buffer[],
  key: string,
): { message: Message; identities: Buffer[]; signature: string } {
  const start = frames.findIndex((frame) => frame.equals(delimiter));
  const [signature, ...parts] = frames.slice(start + 1);
  if (start < 0 || signature === undefined || parts.length < 4) {
    throw new KernelError(`a message needs a delimiter, a signature and four parts; got ${frames.length} frames`);
  }
  const wanted = Buffer.from(sign(parts, key));
  if (signature.length !== wanted.length || !timingSafeEqual(signature, wanted)) {
    throw new KernelError("a message is not signed with this kernel's key: somebody else writes to its port");
  }
  const [header, parent_header, metadata, content] = parts.map(object);
  if (typeof header?.msg_id !== "string" || typeof header.msg_type !== "string") {
    throw new KernelError("a message's header needs a msg_id and a msg_type, both text");
  }
  const message = { header, parent_header, metadata, content } as unknown as Message;
  return { message, identities: frames.slice(0, start), signature: signature.toString() };
}

function object(part: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(part.toString("utf8"));
  } catch (error) {
    throw new KernelError(`a message's part is not JSON (${(error as Error).message})`, { cause: error });
  }
  if (!isPlainObject(value)) throw new KernelError("each of a message's four parts is a JSON object");
  return value;
}

/** The signature of the parts; by Jupyter's rule, an empty key means that messages are unsigned. */
function sign(parts: readonly Buffer[], key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts.slice(0, 4)) hmac.update(part);
  return hmac.digest("hex");
}
