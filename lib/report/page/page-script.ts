import { figureScript } from "./page-script-figures";
import { themeScript } from "./page-script-theme";

/**
 * The one script of a page: sorting by the buttons in table headers, opening all code at once, light and dark, figures.
 * It runs in the reader's browser exactly as written here. A header cycles through ascending, descending and the
 * notebook's own order; numbers come before text, and unknown values and NaN stay last.
 */
export const pageScript = `
"use strict";
for (const table of document.querySelectorAll("section.table table")) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  const known = (row, at) => row.cells[at].title !== "not known" && row.cells[at].dataset.value !== "NaN";
  const compare = (at) => (a, b) => {
    const x = a.cells[at], y = b.cells[at];
    const isNumber = "value" in x.dataset;
    if (isNumber !== "value" in y.dataset) return isNumber ? -1 : 1;
    return isNumber ? Math.sign(x.dataset.value - y.dataset.value) || 0 : x.textContent.localeCompare(y.textContent, "en", { numeric: true });
  };
  table.addEventListener("click", (event) => {
    const header = event.target.closest("th");
    if (!header || !event.target.closest("button")) return;
    const next = { ascending: "descending", descending: undefined }[header.getAttribute("aria-sort")];
    const order = header.hasAttribute("aria-sort") ? next : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    let rows = original;
    if (order) {
      header.setAttribute("aria-sort", order);
      const at = header.cellIndex, sign = order === "ascending" ? 1 : -1, by = compare(at);
      rows = original.filter((row) => known(row, at)).sort((a, b) => sign * by(a, b));
      rows.push(...original.filter((row) => !known(row, at)));
    }
    body.append(...rows);
  });
}
const all = document.querySelector("button.all-code");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const open = all.getAttribute("aria-pressed") !== "true";
    for (const code of document.querySelectorAll("main details.code")) code.open = open;
    all.setAttribute("aria-pressed", String(open));
    all.textContent = open ? "Fold all code" : "Show all code";
  });
}
const contents = document.querySelector("nav.contents details");
if (contents && matchMedia("(max-width:62rem)").matches) contents.open = false;
${themeScript}
${figureScript}
`.trim();
