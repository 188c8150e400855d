import { pointsText, signed } from "../points-text";
import type { ClaimEffect } from "./claims-model";

/** `+0.4 (−1.2 to +2.0), paper +1.5` */
export function effectText({ mean, low, high, paper }: ClaimEffect): string {
  const own = mean === null ? "no interval yet" : pointsText({ mean, interval: [low ?? mean, high ?? mean] });
  return paper === null ? own : `${own}, paper ${signed(paper)}`;
}
