function offer(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function cellText(cell: HTMLTableCellElement): string {
  const text = cell.dataset.value ?? cell.textContent?.trim() ?? "";
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** The table as comma-separated text; a cell's full figure where the printed one is rounded. */
export function offerTable(name: string, table: HTMLTableElement): void {
  const lines = [...table.rows].map((row) => [...row.cells].map(cellText).join(","));
  offer(`${name}.csv`, "text/csv", lines.join("\n") + "\n");
}

export function offerPicture(name: string, host: HTMLElement): void {
  const svg = host.querySelector("svg");
  if (svg) offer(`${name}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(svg));
}
