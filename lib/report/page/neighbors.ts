import { escapeHtml } from "../escape";

/** Placeholder for a page's links to the pages before and after it, until these are known. */
export const neighborsMark = '<nav class="neighbors" aria-label="Other reports"></nav>';

interface Neighbor {
  page: string;
  title: string;
}

/** A page's HTML with its links to the pages before and after it replaced. */
export function withNeighbors(html: string, before: Neighbor | undefined, after: Neighbor | undefined): string {
  const link = (to: Neighbor | undefined, words: (title: string) => string, rel: string) =>
    to === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${escapeHtml(encodeURIComponent(to.page))}">${words(escapeHtml(to.title))}</a>`;
  const links = `${link(before, (title) => `← ${title}`, "prev")}${link(after, (title) => `${title} →`, "next")}`;
  // A function, so that `$` in a title is not read as a group reference.
  return html.replace(/(<nav class="neighbors"[^>]*>).*?(<\/nav>)/s, (_, open, close) => `${open}${links}${close}`);
}
