/** Size and EXIF orientation of a JPEG; 1 where no tag says anything. */
export interface JpegHeader {
  height: number;
  width: number;
  /** Components per pixel: 1 gray, 3 color, 4 CMYK. */
  components: number;
  orientation: number;
}

/** Markers without a length. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/** Start of a frame: C0 … CF except DHT, JPG and DAC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const EXIF = "Exif\0\0";
const ORIENTATION = 0x0112;

/**
 * Reads a JPEG's segments up to its frame. Fill bytes and junk between segments are skipped, as in libjpeg.
 *
 * @throws with the reason, when there is no frame
 *
 * Source: ITU-T T.81, B.1; libjpeg's next_marker.
 */
export function readJpegHeader(bytes: Buffer): JpegHeader {
  let orientation = 1;
  let at = 2;
  while (at < bytes.length) {
    if (bytes[at++] !== 0xff) continue;
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++] ?? 0;
    if (marker === 0 || isBare(marker)) continue;
    if (marker === 0xd9 || marker === 0xda) break;
    if (at + 2 > bytes.length) break;
    const length = bytes.readUInt16BE(at);
    const content = bytes.subarray(at + 2, at + Math.max(length, 2));
    if (isFrame(marker)) {
      if (content.length < 6) break;
      const [height, width] = [content.readUInt16BE(1), content.readUInt16BE(3)];
      return { height, width, components: content[5] as number, orientation };
    }
    if (marker === 0xe1 && content.toString("latin1", 0, 6) === EXIF) {
      orientation = readOrientation(content.subarray(6)) ?? orientation;
    }
    at += Math.max(length, 2);
  }
  throw new Error("no frame with a size was found");
}

/** The orientation in the first directory of a TIFF block, if it is 1 … 8; damaged blocks are ignored. */
function readOrientation(tiff: Buffer): number | null {
  const order = tiff.toString("latin1", 0, 2);
  if (tiff.length < 8 || (order !== "II" && order !== "MM")) return null;
  const isLittle = order === "II";
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  if (directory + 2 > tiff.length) return null;
  const entries = u16(directory);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) return null;
    if (u16(at) !== ORIENTATION) continue;
    const type = u16(at + 2);
    const value = type === 3 ? u16(at + 8) : type === 4 ? u32(at + 8) : 0;
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}
