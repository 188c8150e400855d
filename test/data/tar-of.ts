/** A ustar header by hand, fields as POSIX names them. */
export function tarHeader(name: string, size: number, type = "0"): Buffer {
  const block = Buffer.alloc(512);
  block.write(name.slice(0, 100), 0);
  block.write("0000644\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("ustar\x0000", 257, "latin1");
  block.write(type, 156);
  block.write("        ", 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A member with its header, filled up to whole blocks. */
export function tarMember(name: string, content: string | Buffer, type?: string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([tarHeader(name, bytes.length, type), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** The mark that ends an archive. */
export const tarEnd = Buffer.alloc(1024);

export function tarOf(files: Record<string, Buffer>): Buffer {
  return Buffer.concat([...Object.entries(files).map(([name, content]) => tarMember(name, content)), tarEnd]);
}
