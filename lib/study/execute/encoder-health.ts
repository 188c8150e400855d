import type { Dataset } from "../../data";
import { viewLidar } from "../../evaluate";
import { diagnoseState, type TrainState } from "../../train";
import type { EncoderHealth } from "../store/result";

/** Fewest images whose views are compared; twice the encoder's width if that is more, so as not to cap LiDAR. */
const LIDAR_IMAGES = 250;

/** Label-free health of an encoder: its features of training images, and what its targets depend on. */
export async function encoderHealth(state: TrainState, data: Dataset): Promise<EncoderHealth> {
  const found = await diagnoseState(state, data.split("train"));
  const { rankMe, rankLimit, alphaReq, featureStd, collapsed } = found;
  const { teacherCosine, teacherLag, targetByPosition, targetByImage } = found;
  const images = Math.max(LIDAR_IMAGES, 2 * state.run.model.embedDim);
  const lidar = await viewLidar(state, data, { images });
  const features = { rankMe, rankLimit, lidar, alphaReq, featureStd, collapsed };
  return { ...features, teacherCosine, teacherLag, targetByPosition, targetByImage };
}
