import { escaped } from "../page/escaped";

/** A heading and rows of name and figure, the figures right-aligned. */
export function tooltipTable(heading: string, rows: [name: string, figure: string][]): string {
  const lines = rows.map(
    ([name, figure]) =>
      `<tr><td style="padding-right:16px">${escaped(name)}</td>` +
      `<td style="text-align:right;font-weight:600">${escaped(figure)}</td></tr>`,
  );
  return `<b>${escaped(heading)}</b><table>${lines.join("")}</table>`;
}
