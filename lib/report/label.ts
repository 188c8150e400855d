import { ConfigError } from "../errors";
import type { Kind, Label } from "./displayable";

const anchor = /^[A-Za-z][A-Za-z0-9_.-]*$/;

/** The label, checked: an id must be a valid anchor and a caption not empty, because both appear in every report. */
export function checkLabel(label: Label, kind: Kind): Label {
  if (typeof label.id !== "string" || !anchor.test(label.id)) {
    throw new ConfigError(
      `The id of a ${kind} is its anchor in the page: expected a letter, then letters, digits, "-", "_" or ".", got ${JSON.stringify(label.id)}.`,
    );
  }
  if (typeof label.caption !== "string" || label.caption.trim() === "") {
    throw new ConfigError(`The ${kind} "${label.id}" has no caption: say in one sentence what it shows.`);
  }
  return { id: label.id, caption: label.caption };
}

export function labelMetadata(label: Label, kind: Kind): Record<string, unknown> {
  return { njepa: { id: label.id, caption: label.caption, kind } };
}
