/** Result of one check. `optional`: absent, and needed only by those who want it. */
export interface Finding {
  what: string;
  state: "ok" | "missing" | "broken" | "optional";
  detail: string;
  /** What to do about it. */
  remedy?: string;
}
