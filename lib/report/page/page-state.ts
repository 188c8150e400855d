import type { ClaimsModel } from "../claims/claims-model";
import type { Provenance } from "../provenance";

/** What the cells of a page share: its anchors, its running numbers, its room. */
export interface PageState {
  /** An id that no other part of the page has, as near to the wish as can be. */
  anchor(wish: string): string;
  /** Definitions of TeX, from cell to cell. */
  readonly macros: Record<string, string>;
  /** Tables and figures in the order of the page. */
  readonly shown: ShownThing[];
  /** Verdicts that cells showed. */
  readonly claims: ClaimsModel[];
  /** What cells told about themselves. */
  readonly facts: Provenance[];
  /** Bytes that outputs may still take. */
  room: number;
  /** Some figure can be explored: the page needs Vega. */
  explores: boolean;
  /** Scripts in HTML outputs may run, each in a frame that reaches nothing. */
  readonly trusted: boolean;
  /** Scripts and handlers of those frames. */
  readonly trustedCode: string[];
}

export interface ShownThing {
  readonly kind: "table" | "figure";
  readonly number: number;
  readonly id: string;
  readonly caption: string;
}

/** What a notebook calls an output; both may be empty. */
export interface OutputLabel {
  readonly id: string;
  readonly caption: string;
}
