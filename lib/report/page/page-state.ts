import type { ClaimsModel } from "../claims/claims-model";
import type { Provenance } from "../provenance";
import type { MarkdownPlace } from "./markdown";

/** State shared by the cells of a page: its anchors, its running numbers, its remaining room. */
export interface PageState extends MarkdownPlace {
  /** Tables and figures in the order of the page. */
  readonly shown: ShownThing[];
  /** Claims with verdicts that cells showed. */
  readonly claims: ClaimsModel[];
  /** Facts that cells reported about their run. */
  readonly facts: Provenance[];
  /** Bytes that outputs may still take. */
  room: number;
  /** Seconds that drawing the specifications of foreign figures may still take. */
  drawingSeconds: number;
  /** Whether some figure can be explored, so that the page needs Vega. */
  explores: boolean;
  /** Whether scripts in HTML outputs may run, each in an isolated frame. */
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

/** An output's id and caption as given by the notebook; both may be empty. */
export interface OutputLabel {
  readonly id: string;
  readonly caption: string;
}
