/** The marks of Vega-Lite that make sense in a static page. */
export type Mark =
  | "arc"
  | "area"
  | "bar"
  | "boxplot"
  | "circle"
  | "errorband"
  | "errorbar"
  | "line"
  | "point"
  | "rect"
  | "rule"
  | "square"
  | "text"
  | "tick"
  | "trail";

export type Channel =
  | "angle"
  | "color"
  | "column"
  | "description"
  | "detail"
  | "facet"
  | "fill"
  | "fillOpacity"
  | "opacity"
  | "order"
  | "radius"
  | "row"
  | "shape"
  | "size"
  | "stroke"
  | "strokeDash"
  | "strokeOpacity"
  | "strokeWidth"
  | "text"
  | "theta"
  | "theta2"
  | "tooltip"
  | "x"
  | "x2"
  | "xError"
  | "xOffset"
  | "y"
  | "y2"
  | "yError"
  | "yOffset";

/** One channel: a field of the data with its type, or a fixed value. The rest is Vega-Lite's own vocabulary. */
export interface ChannelSpec {
  readonly field?: string | { readonly repeat: string };
  readonly type?: "quantitative" | "nominal" | "ordinal" | "temporal";
  readonly aggregate?: string | object;
  readonly title?: string | null;
  readonly scale?: object | null;
  readonly axis?: object | null;
  readonly legend?: object | null;
  readonly [key: string]: unknown;
}

/**
 * A Vega-Lite specification as far as TypeScript can help with it inside a notebook, whose compiler cannot read
 * Vega-Lite's own types. Vega-Lite checks the rest when the figure is drawn.
 */
export interface FigureSpec {
  /** Inline rows; a figure fetches nothing. */
  readonly data?: { readonly values: readonly object[] };
  readonly mark?: Mark | { readonly type: Mark; readonly [key: string]: unknown };
  readonly encoding?: { readonly [channel in Channel]?: ChannelSpec | readonly ChannelSpec[] };
  readonly layer?: readonly FigureSpec[];
  readonly hconcat?: readonly FigureSpec[];
  readonly vconcat?: readonly FigureSpec[];
  readonly concat?: readonly FigureSpec[];
  readonly facet?: object;
  readonly repeat?: object | readonly string[];
  readonly spec?: FigureSpec;
  readonly transform?: readonly object[];
  readonly width?: number | { readonly step: number };
  readonly height?: number | { readonly step: number };
  readonly [key: string]: unknown;
}
