import { escapeHtml, escapeNames } from "../escape";
import type { ClaimsModel, ClaimVerdict } from "./claims-model";
import { effectText } from "./effect-text";
import { axisOf, intervalSvg } from "./interval-svg";

/** Each claim with its one-word verdict, its effects on one axis, and the evidence for them. */
export function claimsHtml({ caption, claims, health, made }: ClaimsModel): string {
  const axis = axisOf(claims.flatMap(({ effects }) => effects));
  const rows = claims.flatMap(({ says, verdict, why, effects }) => {
    const reason = why === null ? "" : `<br><small>${escapeHtml(why)}</small>`;
    const head = `<tr class="claim"><td colspan="3">${verdictHtml(verdict)} ${escapeHtml(says)}${reason}</td></tr>`;
    const own = effects.map((effect) => {
      const text = escapeHtml(effectText(effect));
      return `<tr><td>${escapeNames(effect.what)}</td><td>${intervalSvg(effect, axis, text)}</td><td class="nowrap">${text}</td></tr>`;
    });
    return [head, ...own];
  });
  const lines = [health === null ? null : `Health of the trainings: ${health}.`, made === null ? null : `${made}.`];
  const tail = lines.map((line) => (line === null ? "" : `<p class="quiet">${escapeHtml(line)}</p>`)).join("");
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table class="claims"><thead><tr><th scope="col">difference</th>` +
    '<th scope="col">points, <span class="key">●</span> ours with 95 % interval, <span class="key">◆</span> paper</th>' +
    '<th scope="col">in numbers</th></tr></thead>' +
    `<tbody>${rows.join("\n")}</tbody></table></div>${tail}`
  );
}

/** The verdict in one word, in a matching colour. */
export function verdictHtml(verdict: ClaimVerdict["verdict"]): string {
  const tone = { seen: "ok", contradicted: "bad", "cannot be told": "open", "not judged": "old" }[verdict];
  return `<strong class="verdict ${tone}">${verdict}</strong>`;
}
