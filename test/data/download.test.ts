import { readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { download } from "../../lib/data/published/download";
import { temporaryFolder } from "../temporary-folder";

let server: Server;
let address: string;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  server = createServer((request, response) => {
    if (request.url === "/file") response.end(Buffer.alloc(300_000, "x"));
    else if (request.url === "/cut")
      response.writeHead(200, { "content-length": 10 }).write("12345", () => response.destroy());
    else response.writeHead(404).end("no such file");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

describe("download", () => {
  const to = () => join(folder, "file");

  it("writes what the address answers", async () => {
    await download(`${address}/file`, to(), () => {});
    expect(readFileSync(to()).equals(Buffer.alloc(300_000, "x"))).toBe(true);
  });

  it("throws on an answer that is not the file", async () => {
    await expect(download(`${address}/other`, to(), () => {})).rejects.toThrow("answered 404 Not Found");
  });

  it("throws when the connection ends early", async () => {
    await expect(download(`${address}/cut`, to(), () => {})).rejects.toThrow();
  });

  it("gives the reason why there is no connection", async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    await expect(download(`http://127.0.0.1:${port}/file`, to(), () => {})).rejects.toThrow(/ECONNREFUSED/);
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });
});
