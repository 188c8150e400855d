/** One thing looked at. `optional` is absent and needed by nobody but those who want it. */
export interface Finding {
  what: string;
  state: "ok" | "missing" | "broken" | "optional";
  detail: string;
  /** What to do about it. */
  remedy?: string;
}
