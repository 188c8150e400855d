import type { Dataset } from "../../data";
import { diagnoseState, type TrainState } from "../../train";
import type { EncoderHealth } from "../store/result";

/** How healthy an encoder is, by measures that see no label: features of training images, and what its targets depend on. */
export async function encoderHealth(state: TrainState, data: Dataset): Promise<EncoderHealth> {
  const {
    rankMe,
    rankLimit,
    alphaReq,
    featureStd,
    teacherCosine,
    teacherLag,
    targetByPosition,
    targetByImage,
    collapsed,
  } = await diagnoseState(state, data.split("train"));
  const features = { rankMe, rankLimit, alphaReq, featureStd, collapsed };
  return { ...features, teacherCosine, teacherLag, targetByPosition, targetByImage };
}
