import { DataError } from "../errors";

/** @throws {DataError} when `data.trainLimit` asks for more training images than there are */
export function expectEnough(images: number, trainLimit: number | undefined): void {
  if (trainLimit === undefined || trainLimit <= images) return;
  throw new DataError(`data.trainLimit is ${trainLimit}: expected at most the ${images} training images.`);
}
