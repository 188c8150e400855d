import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { KernelError } from "../errors";

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

const delimiter = Buffer.from("<IDS|MSG>");

export function createMessage(type: string, content: Record<string, unknown>, session: string): Message {
  const date = new Date().toISOString();
  const header = { msg_id: randomUUID(), msg_type: type, session, username: "njepa", date, version: "5.3" };
  return { header, parent_header: {}, metadata: {}, content };
}

/** The frames of a message, signed with HMAC-SHA256. */
export function encodeMessage(message: Message, key: string): Buffer[] {
  const parts = [message.header, message.parent_header, message.metadata, message.content];
  const frames = parts.map((part) => Buffer.from(JSON.stringify(part)));
  return [delimiter, Buffer.from(sign(frames, key)), ...frames];
}

/**
 * The message in the frames; routing frames before the delimiter are left out, as are buffers after the content.
 *
 * @throws {KernelError} when the frames are not a message or are not signed with the key
 */
export function decodeMessage(frames: readonly Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.equals(delimiter));
  const [signature, ...parts] = frames.slice(start + 1);
  if (start < 0 || signature === undefined || parts.length < 4) {
    throw new KernelError(`a message needs a delimiter, a signature and four parts; got ${frames.length} frames`);
  }
  const wanted = Buffer.from(sign(parts, key));
  if (signature.length !== wanted.length || !timingSafeEqual(signature, wanted)) {
    throw new KernelError("a message is not signed with this kernel's key: somebody else writes to its port");
  }
  const [header, parent_header, metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")));
  return { header, parent_header, metadata, content };
}

function sign(parts: readonly Buffer[], key: string): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}
