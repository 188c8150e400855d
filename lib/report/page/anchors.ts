import { slug } from "./html-fragment";

/** Hands out the ids of a page, each only once, and resolves links to them. */
export interface Anchors {
  /** An id unique in the page, as close as possible to the requested one. */
  anchor(wish: string): string;
  /** HTML whose internal links, which people write for Jupyter's heading ids, point to the ids actually given. */
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
      // `cell-3` is reserved for cells.
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
