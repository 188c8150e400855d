/**
 * What a reader can do with figures: save them, and explore those that carry their specification. Vega is unpacked and
 * started when a figure is first explored; until then a figure is only its drawing.
 */
export const figureScript = `
function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
let vegaReady;
async function startVega() {
  const packed = Uint8Array.from(atob(document.getElementById("figure-runtime").textContent), (it) => it.charCodeAt(0));
  const script = document.createElement("script");
  script.textContent = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  document.head.append(script);
}
function liveSpec(spec) {
  const theme = structuredClone(vegaLite.theme), { x, y } = spec.encoding ?? {};
  theme.mark = { ...theme.mark, tooltip: { content: "encoding" } };
  theme.line = { ...theme.line, point: { opacity: 0 } };
  theme.background = null;
  const free = (it) => it && ["quantitative", "temporal"].includes(it.type) && !it.aggregate && !it.bin && !it.stack;
  const zooms = spec.mark && free(x) && free(y) && !spec.params;
  const mark = typeof spec.mark === "string" ? { type: spec.mark } : spec.mark;
  const live = zooms ? { ...spec, mark: { ...mark, clip: true }, params: [{ name: "zoom", select: "interval", bind: "scales" }] } : spec;
  return { zooms, spec: vegaLite.compile(live, { config: theme }).spec };
}
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
function showTip(handler, event, item, value) {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  const lines = typeof value === "object" ? Object.entries(value) : [["", value]];
  tip.replaceChildren(...lines.map(([key, it]) => {
    const line = document.createElement("p"), name = document.createElement("span");
    name.textContent = key;
    line.append(name, String(it));
    return line;
  }));
  tip.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + "px";
  tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 10) + "px";
}
for (const figure of document.querySelectorAll("figure[id]")) {
  const drawing = figure.querySelector(".drawing"), spec = figure.querySelector("script.spec");
  for (const button of figure.querySelectorAll("button")) button.hidden = false;
  figure.querySelector("button.save-svg")?.addEventListener("click", () =>
    save(figure.id + ".svg", "image/svg+xml", new XMLSerializer().serializeToString(drawing.querySelector("svg"))));
  figure.querySelector("button.save-spec")?.addEventListener("click", () =>
    save(figure.id + ".json", "application/json", spec.textContent));
  const explore = figure.querySelector("button.explore");
  let still, view;
  explore?.addEventListener("click", async () => {
    const on = explore.getAttribute("aria-pressed") !== "true";
    explore.setAttribute("aria-pressed", String(on));
    if (!on) {
      view?.finalize();
      tip.hidden = true;
      drawing.replaceChildren(still);
      explore.textContent = "Explore";
      return;
    }
    await (vegaReady ??= startVega());
    const live = liveSpec(JSON.parse(spec.textContent));
    still = drawing.firstElementChild;
    const place = document.createElement("div");
    view = new vega.View(vega.parse(live.spec, null, { ast: true }), {
      expr: vega.expressionInterpreter, renderer: "svg", container: place, hover: true, tooltip: showTip,
    });
    await view.runAsync();
    drawing.replaceChildren(place);
    document.body.append(tip);
    explore.textContent = live.zooms ? "Done (drag to move, scroll to zoom, point for values)" : "Done (point for values)";
  });
}
`.trim();
