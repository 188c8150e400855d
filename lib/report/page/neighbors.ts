import { escapeHtml } from "../escape";

/** Where a page has its links to the pages before and after it, once these are known. */
export const neighborsMark = '<nav class="neighbors" aria-label="Other reports"></nav>';

interface Neighbor {
  page: string;
  title: string;
}

/** A page's HTML with links to the pages before and after it in place of those that it had. */
export function withNeighbors(html: string, before: Neighbor | undefined, after: Neighbor | undefined): string {
  const link = (to: Neighbor | undefined, words: (title: string) => string, rel: string) =>
    to === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${escapeHtml(encodeURIComponent(to.page))}">${words(escapeHtml(to.title))}</a>`;
  const links = `${link(before, (title) => `← ${title}`, "prev")}${link(after, (title) => `${title} →`, "next")}`;
  // A function, so that no `$` in a title is read as a group.
  return html.replace(/(<nav class="neighbors"[^>]*>).*?(<\/nav>)/s, (_, open, close) => `${open}${links}${close}`);
}
