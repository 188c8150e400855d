/** Anything that a notebook can show and a terminal can print: tables, figures, image grids, provenance. */
export interface Displayable {
  /** Every form of it, keyed by MIME type; the front end shows the richest one that it supports. */
  toMimeBundle(): Promise<Record<string, unknown>>;
  /** The form for a terminal. */
  toText(): string;
  /** Sent along with the bundle; ours is `{ njepa: { id, caption, kind } }`, for a page's anchors and captions. */
  metadata?: Record<string, unknown>;
}

/** The name by which a page links to a shown thing, and the sentence that explains it. */
export interface Label {
  /** Anchor in the page: a letter, then letters, digits, `-`, `_` or `.`. */
  readonly id: string;
  readonly caption: string;
}

export type Kind = "table" | "figure" | "images" | "provenance" | "claims";
