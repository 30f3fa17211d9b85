import type { Obligations } from "../document";
import { money } from "../numbers";
import { escaped } from "../page/escaped";

/** Who owes (rows) to whom (columns), in dollars. */
export function matrixMarkup(section: Obligations): string {
  const debts = section.links.filter((link) => link.kind === "owes" && link.usd !== null);
  const named = section.nodes.map((node) => node.name);
  const debtors = named.filter((name) => debts.some((link) => link.from === name));
  const creditors = named.filter((name) => debts.some((link) => link.to === name));
  const owed = (from: string, to: string) =>
    debts
      .filter((link) => link.from === from && link.to === to)
      .reduce((sum, link) => sum + link.usd!, 0);
  const head = creditors.map((name) => `<th scope="col" class="number">${escaped(name)}</th>`);
  const rows = debtors.map((from) => {
    const cells = creditors.map((to) => {
      const usd = owed(from, to);
      return `<td class="number">${usd > 0 ? money(usd) : "\u2013"}</td>`;
    });
    return `<tr><th scope="row">${escaped(from)}</th>${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="Matrix of debts"><table>` +
    `<caption>Row owes column</caption><thead><tr><td></td>${head.join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}
