const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Elements of Markdown and of the HTML that people write in it. They arrange words; none runs or requests anything. */
export const htmlElements = words(`
  a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure
  font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td
  tfoot th thead tr tt u ul var wbr`);

export const voidElements = words("br col hr img wbr");

/** Elements whose content is not text for readers: it is dropped with them. */
export const swallowedElements = words(`
  applet audio base button canvas embed form frame frameset iframe input link math meta noembed noframes noscript object
  option plaintext script select style svg template textarea title video xmp`);

/** Attributes that hold numbers, names or words. */
export const htmlAttributes: Readonly<Record<string, ReadonlySet<string>>> = {
  "*": words("align dir lang title"),
  col: words("span width"),
  details: words("open"),
  font: words("color size"),
  img: words("alt height width"),
  li: words("value"),
  ol: words("reversed start type"),
  td: words("colspan rowspan valign width"),
  th: words("colspan rowspan scope valign width"),
  table: words("border cellpadding cellspacing width"),
};

/** CSS properties that color and align words and cannot cover the page. */
export const htmlStyles = words(`
  background background-color border color font-family font-size font-style font-weight line-height list-style-type
  max-width text-align text-decoration text-transform vertical-align white-space width`);

/** Elements removed from an output's frame: they load, lead elsewhere, set up a page, or contain what is not markup. */
export const unframedElements = words(`
  applet base embed fencedframe frame frameset iframe link meta noembed noframes object param plaintext portal webview xmp`);

/** What a reader is told about elements removed from a frame. */
export const frameLosses: Readonly<Record<string, string>> = {
  script: "scripts, which run for a notebook that is trusted by name (--trust)",
  iframe: "a frame",
  frame: "a frame",
  object: "an embedded object",
  embed: "an embedded object",
};

export const voidFrameElements = words("area base br col embed hr img input link meta param source track wbr");
