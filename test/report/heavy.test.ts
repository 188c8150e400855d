import type { IOutput } from "@jupyterlab/nbformat";
import { describe, expect, it } from "vitest";
import { pageHtml } from "../../lib/report";
import { headlineHtml } from "../../lib/report/claims/board-html";
import { claimsMime, parseClaims } from "../../lib/report/claims/claims-model";
import { foreignFigureSvg } from "../../lib/report/figure/foreign-figure";
import { plainText } from "../../lib/report/page/terminal-text";
import { tableMime } from "../../lib/report/table/table-model";
import { codeCell, notebookOf, textCell } from "./sample-notebook";

const pageOf = async (...cells: ReturnType<typeof textCell>[]) =>
  (await pageHtml({ name: "n", notebook: notebookOf(cells), status: "ok", seconds: 1 })).html;
const shows = (data: Record<string, unknown>) =>
  codeCell("1", [{ output_type: "display_data", data, metadata: {} } as IOutput], 1);
const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels)) as unknown;

// Each of these took minutes, gigabytes or the process.
describe("a small file that asks for much is written in a moment, or cut with a word:", () => {
  it("a cursor that moves on by a thousand columns, and again, stays on a screen of a thousand", () => {
    expect(plainText(`${"\x1b[1000C".repeat(100_000)}x`)).toHaveLength(1001);
    const line = "a".repeat(5000);
    expect(plainText(`${line}${"\x1b[1K".repeat(100_000)}`)).toBe("a".repeat(4000) + " ".repeat(1000));
  });

  it("JSON of 200 levels is not indented, and one of 100,000 is left out by name", async () => {
    expect(await pageOf(shows({ "application/json": nested(200) }))).toContain(`${"[".repeat(200)}${"]".repeat(200)}`);
    const page = await pageOf(shows({ "application/json": nested(100_000) }), textCell("behind"));
    expect(page).toContain("An output is left out: it is nested too deeply");
    expect(page).toContain("behind");
  });

  it("a macro that stands for ten thousand letters is not kept for later formulas, and formulas have their room", async () => {
    const page = await pageOf(textCell(`$\\gdef\\a{${"x".repeat(10_000)}}$ $\\a$ $\\gdef\\b{y}$ $\\b$`));
    expect(page).toContain("<mi>y</mi>");
    expect(page.match(/<mi>x<\/mi>/g) ?? []).toEqual([]);
    const many = await pageOf(textCell(`$\\gdef\\a{${"x".repeat(150)}}$ ${`$${"\\a".repeat(400)}$ `.repeat(30)}`));
    expect(many.length).toBeLessThan(8e6);
    expect(many).toContain("\\a\\a");
  }, 60_000);

  it("a table of 50,000 rows whose best is marked", async () => {
    const columns = [{ name: "a", header: "a", align: "right", best: "high" }];
    const rows = Array.from({ length: 50_000 }, (_, a) => ({ a }));
    const page = await pageOf(shows({ [tableMime]: { id: "t", caption: "c", columns, rows } }));
    expect(page).toMatch(/An output of \d+ kB is left out/);
  });

  it("a headline of 3,000 rows and columns is no headline, and 300 are cut to 30 columns", () => {
    const claims = (count: number) => ({
      ...{ id: "c", caption: "c", question: "q", claims: [], health: null },
      headline: Array.from({ length: count }, (_, at) => ({
        row: `r${at}`,
        column: `c${at}`,
        mean: at,
        spread: null,
        labels: null,
      })),
    });
    expect(claimsMime).toContain("claims");
    expect(parseClaims(claims(3000))).toBeUndefined();
    const model = parseClaims(claims(300));
    expect(model).toBeDefined();
    if (model) expect(headlineHtml([{ page: "p", title: "t", claims: model }]).match(/<td/g)).toHaveLength(300 * 31);
  });
});

describe("foreignFigureSvg", () => {
  const point = { mark: "point", encoding: { x: { field: "x", type: "quantitative" } } } as const;

  it("draws, and refuses by name what needs too long or too much", { timeout: 60_000 }, async () => {
    const draw = (spec: object, seconds: number) => foreignFigureSvg(spec as never, "f", "caption", seconds);
    expect(await draw({ ...point, data: { values: [{ x: 1 }] } }, 50)).toContain('aria-label="caption"');
    const endless = { filter: `test(regexp('^(a+)+$'), '${"a".repeat(60)}!')` };
    await expect(draw({ ...point, data: { values: [{ x: 1 }] }, transform: [endless] }, 2)).rejects.toThrow(
      'Figure "f" cannot be drawn: no answer in 2 s',
    );
    await expect(draw(nested(100_000) as object, 50)).rejects.toThrow('Figure "f" cannot be drawn');
    await expect(draw(point, 0)).rejects.toThrow("have taken all the time there is");
  });
});
