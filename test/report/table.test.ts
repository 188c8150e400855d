import { describe, expect, it } from "vitest";
import { ConfigError } from "../../lib/errors";
import { arquero, exportTable, table } from "../../lib/report";
import { tableCsv } from "../../lib/report/table/table-csv";
import { parseTable, tableMime } from "../../lib/report/table/table-model";

const label = { id: "table-x", caption: "A caption." };
const html = async (...args: Parameters<typeof table>) => String((await table(...args).toMimeBundle())["text/html"]);

describe("table", () => {
  it("escapes markup in cells, headers, units and captions", async () => {
    const text = await html([{ "<b>key</b>": "<b>cell</b>" }], {
      id: "t",
      caption: "<b>caption</b>",
      columns: { "<b>key</b>": { unit: "<b>unit</b>" } },
    });
    expect(text).not.toContain("<b>");
    expect(text.match(/&lt;b&gt;/g)).toHaveLength(4);
  });

  it("names its columns for screen readers and aligns numbers to the right", async () => {
    const text = await html([{ name: "a", accuracy: 0.5 }], label);
    expect(text).toContain("<caption>A caption.</caption>");
    expect(text).toContain('<th scope="col" style="text-align:left;font-variant-numeric:tabular-nums">name</th>');
    expect(text).toContain('<td style="text-align:right;font-variant-numeric:tabular-nums">0.5</td>');
  });

  it("shows rows of different keys as one rectangle, with what is missing marked as not known", async () => {
    const text = await html([{ a: 1 }, { b: 2 }], label);
    expect(text.match(/title="not known">—</g)).toHaveLength(2);
    expect(text.match(/<td/g)).toHaveLength(4);
  });

  it("prints columns that line up, with the shared n in the header", () => {
    const rows = [
      { features: "raw pixels", accuracy: { value: 68.12, spread: 1, n: 5 } },
      { features: "I-JEPA", accuracy: null },
    ];
    const text = table(rows, { ...label, columns: { accuracy: { unit: "%", digits: 1 }, features: {} } }).toText();
    expect(text.split("\n")).toEqual([
      "A caption.",
      "accuracy (%, n = 5)  features",
      "───────────────────  ──────────",
      "         68.1 ± 1.0  raw pixels",
      "                  —  I-JEPA",
    ]);
  });

  it("says in the header that n differs down the column, and nothing where a cell has none", () => {
    const header = (...counts: { n?: number }[]) =>
      table(
        counts.map((n) => ({ top: { value: 1, ...n } })),
        label,
      )
        .toText()
        .split("\n")[1];
    expect(header({ n: 6 }, { n: 4 }, { n: 5 })).toBe("top (n = 4 to 6)");
    expect(header({ n: 6 }, {})).toBe("top");
  });

  it("survives JSON: numbers, spreads, unknowns and numbers that JSON has no word for", async () => {
    const rows = [{ a: 1.5, b: { value: 2, spread: 0.1, n: 3 }, c: Number.NaN, d: null }];
    const bundle = await table(rows, label).toMimeBundle();
    const read = parseTable(JSON.parse(JSON.stringify(bundle[tableMime])));
    expect(read?.rows).toEqual(rows);
    expect(read?.columns.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  });

  it("refuses an id that is no anchor, an empty caption and a cell that is no value", () => {
    expect(() => table([], { id: "two words", caption: "c" })).toThrow(ConfigError);
    expect(() => table([], { id: "t", caption: " " })).toThrow("no caption");
    expect(() => table([{ a: [1] as never }], label)).toThrow('row 0, column "a"');
  });

  it("does not change when its rows are changed later", async () => {
    const row = { a: 1 };
    const thing = table([row], label);
    row.a = 2;
    expect(thing.toText()).toContain("1");
    expect(thing.toText()).not.toContain("2");
  });
});

describe("a table of Arquero", () => {
  it("is shown as it is, its columns in their order, objects of a value and a spread as such", async () => {
    const { from, op } = await arquero();
    const numbers = from([
      { row: "I-JEPA", top1: 50 },
      { row: "I-JEPA", top1: 52 },
      { row: "N-JEPA", top1: null },
    ]);
    const cells = numbers
      .groupby("row")
      .rollup({ value: op.mean("top1"), spread: op.stdev("top1"), n: op.valid("top1") })
      .derive({ cell: "d => d.n > 0 ? { value: d.value, spread: d.spread, n: d.n } : null" });
    const text = exportTable(cells.select("cell", "row"), label, "markdown");
    expect(text).toBe("| cell (n = 2) | row |\n| --: | :-- |\n| 51.000 ± 1.414 | I-JEPA |\n| — | N-JEPA |\n");
  });

  it("has no spread where there is one repetition, whatever a formula makes of it", () => {
    expect(table([{ a: { value: 1, spread: 0, n: 1 } }], label).toText()).not.toContain("±");
  });
});

describe("exportTable", () => {
  it("writes a spreadsheet's formula as text, and numbers below zero as numbers", () => {
    const rows = [
      { "=a": "=HYPERLINK(1)", b: -1 },
      { "=a": "@x", b: "-2" },
      { "=a": "＝1", b: null },
    ];
    expect(exportTable(rows, label, "csv")).toBe("'=a,b\r\n'=HYPERLINK(1),-1\r\n'@x,'-2\r\n'＝1,\r\n");
  });

  it("writes LaTeX that says what is not known and escapes what TeX reads", () => {
    const rows = [
      { λ_1: "50 % & ~", top: { value: 51.04, spread: 1, n: 3 } },
      { λ_1: "b", top: null },
    ];
    expect(
      exportTable(rows, { ...label, columns: { top: { digits: 1 } } }, "latex")
        .split("\n")
        .slice(1, 7),
    ).toEqual([
      "\\begin{tabular}{rl}",
      "\\toprule",
      "top (n = 3) & $\\lambda$\\_1 \\\\",
      "\\midrule",
      "51.0 $\\pm$ 1.0 & 50 \\% \\& \\~{} \\\\",
      "-- & b \\\\",
    ]);
  });
});

describe("tableCsv", () => {
  it("gives a spread its own columns and quotes what needs quoting", async () => {
    const bundle = await table([{ a: 'say "x", y', b: { value: 1.23456, spread: 0.5, n: 2 } }], label).toMimeBundle();
    const model = parseTable(bundle[tableMime]);
    expect(model && tableCsv(model)).toBe('a,b,b spread,b n\r\n"say ""x"", y",1.23456,0.5,2\r\n');
  });
});

describe("parseTable", () => {
  it("takes nothing that is not a table of ours", () => {
    expect(parseTable(undefined)).toBeUndefined();
    expect(parseTable({ id: "x", caption: "y", columns: [], rows: [{ a: { html: "<script>" } }] })).toBeUndefined();
  });
});
