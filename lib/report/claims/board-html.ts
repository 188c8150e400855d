import { escapeHtml, escapeNames } from "../escape";
import { formatNumber } from "../table/cell";
import { verdictHtml } from "./claims-html";
import type { ClaimsModel, ClaimVerdict } from "./claims-model";
import { effectText } from "./effect-text";
import { axisOf, intervalSvg } from "./interval-svg";

/** The claims of one page, with its address and title. */
export interface PageClaims {
  page: string;
  title: string;
  claims: ClaimsModel;
}

/** Most rows and columns of a table over all pages; what a stranger's page claims beyond that is not shown. */
const [mostRows, mostColumns] = [2000, 30];

/** Claims with a verdict come first, whatever the order of their pages. */
const RANK: Readonly<Record<ClaimVerdict["verdict"], number>> = {
  seen: 0,
  contradicted: 0,
  "cannot be told": 1,
  "not judged": 2,
};

/**
 * The table of all claims, decided ones first: effect, interval, corrected p, smallest detectable difference, verdict,
 * health, page.
 */
export function boardHtml(pages: readonly PageClaims[]): string {
  const axis = axisOf(pages.flatMap(({ claims }) => claims.claims.flatMap(({ effects }) => effects)));
  const told = pages
    .flatMap(({ page, title, claims: { claims, health, scale } }) =>
      claims.map((claim) => ({ page, title, health, scale, ...claim })),
    )
    .sort((one, other) => RANK[one.verdict] - RANK[other.verdict]);
  const rows = told
    .flatMap(({ page, title, health, scale, says, verdict, why, effects }, at) => {
      // What a page's claim above has said already is not said again.
      const above = told[at - 1]?.page === page ? told[at - 1] : undefined;
      const link = `<a href="${escapeHtml(encodeURIComponent(page))}">${escapeHtml(title)}</a>`;
      const name = above ? [] : [link, ...(scale === null ? [] : [`<small>${escapeHtml(scale)}</small>`])];
      const reason = why === null || why === above?.why ? "" : `<small>${escapeHtml(why)}</small>`;
      return effects.map((effect, place) => {
        const text = escapeHtml(effectText(effect));
        const first = place === 0;
        return (
          `<tr${first ? ' class="first"' : ""}><td>${first ? [...name, `<small>${escapeHtml(says)}</small>`].join("<br>") : ""}</td>` +
          `<td><small>${escapeNames(effect.what)}</small><br>${intervalSvg(effect, axis, text)}</td><td>${text}</td>` +
          `<td class="num" data-name="p, corrected">${escapeHtml(correctedText(effect.corrected))}</td>` +
          `<td class="num" data-name="detectable">${detectableText(effect.detectable)}</td>` +
          `<td>${first ? verdictHtml(verdict) + reason : ""}</td>` +
          `<td data-name="health">${first && !above ? escapeHtml(health ?? "not measured") : ""}</td></tr>`
        );
      });
    })
    .slice(0, mostRows);
  if (rows.length === 0) return "";
  const header = ["claim", "● ours, ◆ paper", "points (95 %)", "p, corrected", "detectable", "verdict", "health"];
  return (
    '<section class="table"><div class="scroll" role="region" tabindex="0" aria-label="All claims"><table class="board">' +
    `<caption><span>What the paper claims, and what is seen of it</span></caption><thead><tr>` +
    `${header.map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div></section>`
  );
}

/** No p is zero: one that three digits would show as such is said to be below them. */
function correctedText(p: number | null): string {
  if (p === null) return "—";
  return p < 0.0005 ? "< 0.001" : formatNumber(p, 3);
}

/** Points; a study of two seeds finds nothing that percentages could differ by. */
function detectableText(points: number | null): string {
  if (points === null) return "—";
  return points > 100 ? "over 100" : formatNumber(points, 1);
}

/** The headline table: rows × fractions of labels, few labels first, the best of each column marked. */
export function headlineHtml(pages: readonly PageClaims[]): string {
  const cells = pages
    .flatMap(({ claims }) => claims.headline)
    .sort((a, b) => (a.labels ?? Number.POSITIVE_INFINITY) - (b.labels ?? Number.POSITIVE_INFINITY));
  const unique = (values: readonly string[], most: number) => [...new Set(values)].slice(0, most);
  const rows = unique(
    cells.map(({ row }) => row),
    mostRows,
  );
  const columns = unique(
    cells.map(({ column }) => column),
    mostColumns,
  );
  if (rows.length === 0) return "";
  const byPlace = new Map<string, (typeof cells)[number]>();
  const best = new Map<string, number>();
  for (const cell of cells) {
    const place = JSON.stringify([cell.row, cell.column]);
    if (!byPlace.has(place)) byPlace.set(place, cell);
    best.set(cell.column, Math.max(cell.mean, best.get(cell.column) ?? Number.NEGATIVE_INFINITY));
  }
  const body = rows.map((row) => {
    const own = columns.map((column) => {
      const found = byPlace.get(JSON.stringify([row, column]));
      if (!found) return '<td class="num" title="not known">—</td>';
      const text = `${formatNumber(found.mean, 1)}${found.spread === null ? "" : ` ± ${formatNumber(found.spread, 1)}`}`;
      const part = found.seeds === undefined ? "" : `<br><small>${escapeHtml(found.seeds)}</small>`;
      return `<td class="num">${found.mean === best.get(column) ? `<strong>${text}</strong>` : text}${part}</td>`;
    });
    return `<tr><td>${escapeHtml(row)}</td>${own.join("")}</tr>`;
  });
  const header = ["row", ...columns].map(
    (text, at) => `<th scope="col"${at === 0 ? "" : ' class="num"'}>${escapeHtml(text)}</th>`,
  );
  return (
    '<section class="table"><div class="scroll" role="region" tabindex="0" aria-label="Accuracy"><table>' +
    "<caption><span>Test accuracy (%) by share of the labels: mean ± standard deviation over training seeds</span></caption>" +
    `<thead><tr>${header.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div></section>`
  );
}
