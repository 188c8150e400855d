import { ConfigError } from "../../errors";
import { isPlainObject } from "../../plain-object";
import type { Displayable, Label } from "../displayable";
import { checkLabel, labelMetadata } from "../label";
import type { FigureSpec } from "./figure-spec";
import { bindsElement } from "./figure-spec-checks";
import { figureSvg } from "./figure-svg";

export const svgMime = "image/svg+xml";
export const specMime = "application/vnd.vegalite.v5+json";

/** JupyterLab uses Vega's dark theme in a dark notebook; a transparent figure shows the notebook's background. */
const onNotebookPaper = { embed_options: { config: { background: "transparent" } } };

/**
 * A figure of a Vega-Lite specification, drawn as SVG without a browser.
 *
 * The specification travels with the drawing, so that JupyterLab can make it interactive and a reader of the page can
 * download it. It must contain its data: nothing is fetched.
 *
 * @throws {ConfigError} when the label is wrong or the specification is not plain JSON; drawing throws `NjepaError`
 */
export function figure(spec: FigureSpec, options: Label): Displayable {
  const label = checkLabel(options, "figure");
  const own = plainJson(spec, label.id);
  if (bindsElement(own)) {
    throw new ConfigError(
      `Figure "${label.id}" binds an input to an element of the page (bind.element), which would empty it: leave "element" out, and the input stands below the figure.`,
    );
  }
  return {
    metadata: { ...labelMetadata(label, "figure"), [specMime]: onNotebookPaper },
    toText: () => `${label.caption} [figure ${label.id}]`,
    async toMimeBundle() {
      return {
        // A copy, because Vega tags the rows that it draws.
        [svgMime]: await figureSvg(structuredClone(own), label.id, label.caption),
        [specMime]: own,
        "text/plain": `${label.caption} [figure ${label.id}]`,
      };
    },
  };
}

/** A deep copy, which later changes to the caller's arrays do not affect. */
function plainJson(spec: FigureSpec, id: string): FigureSpec {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(spec));
    if (isPlainObject(copy)) return copy as FigureSpec;
  } catch (cause) {
    throw new ConfigError(`The specification of figure "${id}" is not plain JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  throw new ConfigError(`The specification of figure "${id}" must be an object with data, mark and encoding.`);
}
