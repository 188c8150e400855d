import { type Displayable, table } from "../../report";
import { spearman } from "../statistics/spearman";
import type { EncoderHealth } from "../store/result";
import type { StudyResults } from "../store/results";

/** Measures of health that are said to correlate with accuracy, by their printed names. */
const MEASURES: Readonly<Record<string, (health: EncoderHealth) => number | null | undefined>> = {
  RankMe: ({ rankMe }) => rankMe,
  LiDAR: ({ lidar }) => lidar,
  "α-ReQ": ({ alphaReq }) => alphaReq,
  "target variance by image": ({ targetByImage }) => targetByImage,
  "target variance by position": ({ targetByPosition }) => targetByPosition,
  "teacher cosine": ({ teacherCosine }) => teacherCosine,
  "teacher lag": ({ teacherLag }) => teacherLag,
  "feature std": ({ featureStd }) => featureStd,
};

/** Spearman's rank correlation of each health measure with each column's accuracy, over all encoders of the study. */
export function healthCorrelations({ study, cells }: StudyResults): Displayable {
  const columns = study.config.columns.map(({ name }) => name);
  const of = (column: string) =>
    cells.filter((cell) => cell.column === column && !cell.seedless).flatMap(({ seeds }) => seeds);
  const rows = Object.entries(MEASURES).map(([measure, value]) => ({
    measure,
    ...Object.fromEntries(
      columns.map((column) => {
        const known = of(column).flatMap(({ health, top1 }) => {
          const x = health && value(health);
          return x === null || x === undefined ? [] : [{ x, top1 }];
        });
        const found = spearman(
          known.map(({ x }) => x),
          known.map(({ top1 }) => top1),
        );
        return [column, found];
      }),
    ),
  }));
  const encoders = of(columns[0] as string).length;
  return table(rows, {
    id: `${study.config.name}-health-correlations`,
    caption: `Rank correlation of measures of health with accuracy over ${encoders} encoders; nothing is chosen by them`,
    columns: { measure: { header: "" }, ...Object.fromEntries(columns.map((column) => [column, { digits: 2 }])) },
  });
}
