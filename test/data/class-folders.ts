import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import { contentOf } from "./image-goldens";

/** A temporary folder with these files; a string names a file of the golden set. The cache is a folder beside it. */
export function folderOf(files: Record<string, string | Uint8Array>): { parent: string; root: string } {
  const parent = mkdtempSync(join(tmpdir(), "njepa-folder-"));
  vi.stubEnv("XDG_CACHE_HOME", join(parent, "cache"));
  const root = join(parent, "images");
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) put(join(root, path), content);
  return { parent, root };
}

export function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? contentOf(content) : content);
}

/** Two classes, six images to train on and two to test on, of several formats. */
export const usual = {
  "train/cat/1.jpg": "rgb.jpg",
  "train/cat/2.png": "rgb.png",
  "train/cat/more/3.JPEG": "gray.jpg",
  "train/dog/1.webp": "lossless.webp",
  "train/dog/2.jpeg": "cmyk.jpg",
  "train/dog/3.bmp": "rgb.bmp",
  "val/cat/9.jpg": "progressive.jpg",
  "val/dog/9.gif": "animated.gif",
};
