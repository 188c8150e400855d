/** Draws specifications on a separate thread, which can be ended. */
import { parentPort } from "node:worker_threads";
import type { ThreadAnswer } from "../../system";
import { figureSvg } from "./figure-svg";
import type { DrawingRequest } from "./foreign-figure";

parentPort?.on("message", async ({ spec, id, caption }: DrawingRequest) => {
  const answer: ThreadAnswer = await figureSvg(spec, id, caption).then(
    (result) => ({ result }),
    ({ message }: Error) => ({ error: message }),
  );
  parentPort?.postMessage(answer);
});
