import { slug } from "./html-fragment";

/** The ids of a page, each given once, and the links to them. */
export interface Anchors {
  /** An id that no other part of the page has, as near to the wish as can be. */
  anchor(wish: string): string;
  /** The page's links to places in it, led to the ids that their places got: people write them for Jupyter's headings. */
  resolveLinks(html: string): string;
}

export function createAnchors(): Anchors {
  const taken = new Set(["content"]);
  const copies = new Map<string, number>();
  const byWish = new Map<string, string>();
  const bySlug = new Map<string, string>();
  const remember = (known: Map<string, string>, wish: string, id: string) => {
    if (!known.has(wish)) known.set(wish, id);
  };
  return {
    anchor(wish) {
      // Cells are `cell-3`: nothing else may be.
      const base = (/^cell-\d+$/.test(wish) ? `${wish}-` : wish).replace(/[^\p{L}\p{M}\p{N}_.-]/gu, "-");
      let copy = copies.get(base) ?? 1;
      let id = copy === 1 ? base : `${base}-${copy}`;
      while (taken.has(id)) id = `${base}-${++copy}`;
      copies.set(base, copy);
      taken.add(id);
      remember(byWish, wish, id);
      remember(bySlug, slug(wish), id);
      return id;
    },
    resolveLinks: (html) =>
      html.replace(/ href="#([^"]*)"/g, (link, target: string) => {
        if (taken.has(target) || /^cell-\d+$/.test(target)) return link;
        const words = decoded(target);
        const id = byWish.get(words) ?? bySlug.get(slug(words));
        return id === undefined ? link : ` href="#${id}"`;
      }),
  };
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target.replaceAll("&amp;", "&"));
  } catch {
    return target;
  }
}
