import { NjepaError } from "../../errors";
import { compiledFile, limitedThread } from "../../system";
import type { FigureSpec } from "./figure-spec";

/** What the drawing thread is asked. */
export interface DrawingRequest {
  spec: FigureSpec;
  id: string;
  caption: string;
}

const thread = limitedThread(compiledFile("report", "figure", "figure-thread.js"), 1024);

/**
 * SVG text of a specification that somebody else wrote, drawn as `figureSvg` does, but on a thread that ends when its
 * time or memory is used up: one line can ask for a billion rows, or for a pattern that is never matched.
 *
 * @throws {NjepaError} when it cannot be drawn, or not in so many seconds
 */
export async function foreignFigureSvg(
  spec: FigureSpec,
  id: string,
  caption: string,
  seconds: number,
): Promise<string> {
  const refuse = (why: string, cause?: unknown) =>
    new NjepaError(`Figure "${id.slice(0, 100)}" cannot be drawn: ${why}. Check its specification (Vega-Lite 6).`, {
      cause,
    });
  if (seconds <= 0) throw refuse("the figures of this page have taken all the time there is for them");
  try {
    return (await thread.ask({ spec, id, caption } satisfies DrawingRequest, seconds)) as string;
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith("Figure ") ? new NjepaError(message, { cause: error }) : refuse(message, error);
  }
}
