import { formatSeconds } from "../../system";
import { boardHtml, headlineHtml } from "../claims/board-html";
import { escapeHtml } from "../escape";
import { type Provenance, provenanceHtml } from "../provenance";
import { htmlDocument, themeButton } from "./document";
import { statusWords } from "./page";
import type { ReportSummary } from "./summary";

/** The facts shared by all notebooks of one run; the rest are at the foot of each page. */
const common = ["commit", "clean", "version", "lockfile", "node", "machine", "started", "finished"] as const;

/** The index page: each notebook with its status, its cost and what it shows. */
export function indexHtml(reports: readonly ReportSummary[], facts: Provenance = {}): string {
  const rows = reports.map((report) => {
    const kept = report.kept === undefined ? "" : ' <span class="status old">kept</span>';
    const status = `<span class="status ${report.status === "ok" ? "ok" : "bad"}">${statusWords[report.status]}</span>${kept}`;
    const number = (text: string, value: number) => `<td data-value="${value}" style="text-align:right">${text}</td>`;
    const link = `<a href="${escapeHtml(encodeURIComponent(report.page))}">${escapeHtml(report.title)}</a>`;
    const file = `<a href="${escapeHtml(encodeURIComponent(report.notebook))}">${escapeHtml(report.notebook)}</a>`;
    return (
      `<tr><td>${link}</td><td>${file}</td><td>${status}</td>${number(String(report.cells), report.cells)}` +
      `${number(escapeHtml(formatSeconds(report.seconds)), report.seconds)}${number(String(report.tables), report.tables)}` +
      `${number(String(report.figures), report.figures)}<td>${escapeHtml(report.finished.slice(0, 16).replace("T", " "))}</td></tr>`
    );
  });
  const header = ["report", "notebook", "status", "cells", "time", "tables", "figures", "finished (UTC)"].map(
    (text, at) =>
      `<th scope="col"${at > 2 && at < 7 ? ' style="text-align:right"' : ""}><button type="button">${text}</button></th>`,
  );
  const pages = reports.flatMap(({ page, title, claims = [] }) => claims.map((one) => ({ page, title, claims: one })));
  const failed = reports.filter((report) => report.status !== "ok").length;
  const state = failed === 0 ? "all of them ran to their end" : `${failed} did not run to the end`;
  const count = reports.length === 1 ? "1 notebook" : `${reports.length} notebooks`;
  return htmlDocument({
    title: "njepa reports",
    body: [
      `<header><h1>Reports</h1><p>${count} · ${state} · <a href="summary.json">summary.json</a> · ${themeButton}</p></header>`,
      `<main id="content" class="wide">${boardHtml(pages)}${headlineHtml(pages)}<section class="table"><div class="scroll" role="region" tabindex="0" aria-label="Reports">` +
        `<table class="reports"><caption><span>Every executed notebook</span></caption><thead><tr>${header.join("")}</tr></thead>` +
        `<tbody>${rows.join("\n")}</tbody></table></div></section></main>`,
      `<footer><h2>Where these numbers come from</h2>${provenanceHtml(facts, common)}</footer>`,
    ].join("\n"),
  });
}
