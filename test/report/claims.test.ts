import { describe, expect, it } from "vitest";
import { type ClaimsModel, claims } from "../../lib/report";
import { boardHtml, headlineHtml } from "../../lib/report/claims/board-html";
import { claimsMime, parseClaims } from "../../lib/report/claims/claims-model";
import { axisOf, intervalSvg } from "../../lib/report/claims/interval-svg";
import { neighborsMark, withNeighbors } from "../../lib/report/page/neighbors";

const effect = { what: "N-JEPA − I-JEPA", mean: 1, low: -1, high: 3, paper: 1.5, corrected: 0.2, detectable: 2.5 };
const model: ClaimsModel = {
  id: "some-verdicts",
  caption: "Some table",
  question: "Is <b>noise</b> good?",
  claims: [{ says: "noise <i>helps</i>", verdict: "cannot be told", why: null, effects: [effect] }],
  scale: "preset <i>demo</i>",
  health: null,
  made: null,
  headline: [
    { row: "I-JEPA", column: "all", mean: 60, spread: 1, labels: 100 },
    { row: "I-JEPA", column: "1 %", mean: 50, spread: 1, labels: 1 },
    { row: "N-JEPA", column: "1 %", mean: 52, spread: null, labels: 1, seeds: "1 of <6> seeds" },
  ],
};

describe("claims", () => {
  it("say one word for each claim, the effect and the paper's, with all text escaped", async () => {
    const html = String((await claims(model).toMimeBundle())["text/html"]);
    expect(html).toContain(">cannot be told</strong> noise &lt;i&gt;helps&lt;/i&gt;");
    expect(html).toContain("+1.0 (−1.0 to +3.0), paper +1.5");
    expect(claims(model).toText()).toContain("Is <b>noise</b> good?\ncannot be told: noise");
  });

  it("break no short name at its hyphen", async () => {
    const named = { ...effect, what: "C-T + <b>-N-T − long-winded-words" };
    const html = String(
      (await claims({ ...model, claims: model.claims.map((one) => ({ ...one, effects: [named] })) }).toMimeBundle())[
        "text/html"
      ],
    );
    const word = (text: string) => `<span class="word">${text}</span>`;
    expect(html).toContain(`<td>${word("C-T")} + ${word("&lt;b&gt;-N-T")} − long-winded-words</td>`);
  });

  it("are read back from a notebook file, and nothing else is", async () => {
    const bundle = await claims(model).toMimeBundle();
    expect(parseClaims(JSON.parse(JSON.stringify(bundle[claimsMime])))).toEqual(model);
    expect(parseClaims({ ...model, claims: [{ ...model.claims[0], verdict: "<script>" }] })).toBeUndefined();
  });
});

describe("the picture of an interval", () => {
  it("has zero, interval, mean and the paper's mark on one axis, by hand", () => {
    // From 0 to 10 in 220: a point is 22.
    const svg = intervalSvg({ ...effect, low: 0, high: 5, mean: 2, paper: 10 }, [0, 10], "words");
    expect(svg).toContain('class="interval" x1="0.0" x2="110.0"');
    expect(svg).toContain('class="mean" cx="44.0"');
    expect(svg).toContain('class="paper" d="M220.0 5');
  });

  it("always has room for zero and for the paper's mark", () => {
    const [from, to] = axisOf([{ ...effect, mean: 3, low: 2, high: 4, paper: 6 }]);
    expect(from).toBeLessThan(0);
    expect(to).toBeGreaterThan(6);
  });
});

describe("the board", () => {
  it("begins with what is decided", () => {
    const page = (title: string, verdict: ClaimsModel["claims"][number]["verdict"]) => ({
      page: `${title}.html`,
      title,
      claims: { ...model, claims: model.claims.map((claim) => ({ ...claim, verdict })) },
    });
    const html = boardHtml([page("A", "not judged"), page("B", "cannot be told"), page("C", "contradicted")]);
    expect([...html.matchAll(/>([ABC])<\/a>/g)].map(([, title]) => title)).toEqual(["C", "B", "A"]);
  });

  it("says a table's name, scale, health and a reason once for its claims, and each claim's own words", () => {
    const [claim] = model.claims as [ClaimsModel["claims"][number]];
    const told = ["one", "two", "three"].map((says, at) => ({
      ...claim,
      says,
      verdict: "not judged" as const,
      why: at < 2 ? "too few seeds" : "not run",
    }));
    const page = { page: "a.html", title: "A", claims: { ...model, claims: told, health: "healthy" } };
    const html = boardHtml([page, { ...page, page: "b.html", title: "B" }]);
    const times = (text: string) => html.split(text).length - 1;
    for (const text of ["too few seeds", "not run", "healthy", "preset"]) expect(times(text), text).toBe(2);
    expect(times('href="a.html"')).toBe(1);
    for (const says of ["one", "two", "three"]) expect(times(`<small>${says}</small>`), says).toBe(2);
    expect(times(">not judged<")).toBe(6);
  });

  it("says of a p that three digits would round to zero that it is below them", () => {
    const shown = [0.2, 0.0006, 0.0004, 1e-12, null].map((corrected) => {
      const claims = { ...model, claims: model.claims.map((one) => ({ ...one, effects: [{ ...effect, corrected }] })) };
      const html = boardHtml([{ page: "a.html", title: "A", claims }]);
      return /data-name="p, corrected">([^<]*)</.exec(html)?.[1];
    });
    expect(shown).toEqual(["0.200", "0.001", "&lt; 0.001", "&lt; 0.001", "—"]);
  });

  it("has a row for each effect with a link to its page, and marks the best of the headline", () => {
    const pages = [{ page: "some table.html", title: "Some table", claims: model }];
    expect(boardHtml(pages)).toContain('<a href="some%20table.html">Some table</a>');
    expect(boardHtml(pages)).toContain("preset &lt;i&gt;demo&lt;/i&gt;");
    expect(boardHtml(pages)).toContain(">0.200<");
    expect(headlineHtml(pages)).toContain("<strong>52.0</strong>");
    expect(headlineHtml(pages)).toContain("50.0 ± 1.0</td>");
    expect(headlineHtml(pages)).toContain("<strong>52.0</strong><br><small>1 of &lt;6&gt; seeds</small></td>");
    expect(headlineHtml(pages)).toMatch(/<th[^>]*>1 %<\/th><th[^>]*>all<\/th>/);
    expect(boardHtml([])).toBe("");
  });
});

describe("withNeighbors", () => {
  it("links the pages before and after, and replaces the links of an earlier run", () => {
    const one = withNeighbors(`a${neighborsMark}b`, { page: "x.html", title: "X $& <" }, undefined);
    expect(one).toContain('<a rel="prev" href="x.html">← X $&amp; &lt;</a>');
    expect(withNeighbors(one, undefined, { page: "y.html", title: "Y" })).not.toContain("x.html");
  });
});
