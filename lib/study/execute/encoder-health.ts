import type { Dataset } from "../../data";
import { viewLidar } from "../../evaluate";
import { diagnoseState, type TrainState } from "../../train";
import type { EncoderHealth } from "../store/result";

/** Fewest images whose views are compared; twice the encoder's width where that is more, so that LiDAR is not capped by them. */
const LIDAR_IMAGES = 250;

/** How healthy an encoder is, by measures that see no label: features of training images, and what its targets depend on. */
export async function encoderHealth(state: TrainState, data: Dataset): Promise<EncoderHealth> {
  const found = await diagnoseState(state, data.split("train"));
  const { rankMe, rankLimit, alphaReq, featureStd, collapsed } = found;
  const { teacherCosine, teacherLag, targetByPosition, targetByImage } = found;
  const images = Math.max(LIDAR_IMAGES, 2 * state.run.model.embedDim);
  const lidar = await viewLidar(state, data, { images });
  const features = { rankMe, rankLimit, lidar, alphaReq, featureStd, collapsed };
  return { ...features, teacherCosine, teacherLag, targetByPosition, targetByImage };
}
