import type { KeyEntry } from "../charts/chart";
import { escaped } from "./escaped";

function swatch(entry: KeyEntry): string {
  const own = entry.color ? ` style="--entity:${entry.color}"` : "";
  if (entry.line) return `<i class="swatch line ${entry.line}"${own}></i>`;
  const color = own || ` data-entity="${escaped(entry.entity ?? "")}"`;
  return `<i class="swatch texture-${entry.texture ?? "plain"}"${color}></i>`;
}

/** The key over a chart; an entry with an entity is a button that holds it. */
export function keyMarkup(entries: KeyEntry[], held: string | null): string {
  const items = entries.map((entry) => {
    const figure = entry.figure ? ` <span class="figure">${escaped(entry.figure)}</span>` : "";
    const text = `${swatch(entry)}${escaped(entry.label)}${figure}`;
    if (!entry.entity) return `<li>${text}</li>`;
    const pressed = held === entry.entity;
    return `<li><button type="button" data-hold="${escaped(entry.entity)}" aria-pressed="${pressed}">${text}</button></li>`;
  });
  return items.join("");
}
