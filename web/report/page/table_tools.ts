import { offerTable } from "./exports";

function button(text: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "tool";
  made.textContent = text;
  return made;
}

function footOf(card: Element): Element {
  const found = card.querySelector(".foot");
  if (found) return found;
  const foot = document.createElement("div");
  foot.className = "foot";
  card.append(foot);
  return foot;
}

/** Cards whose table is the picture: it can be taken away, and a long one opened in full. */
export function startTableTools(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>(".card table")) {
    const card = table.closest(".card")!;
    if (card.querySelector(".chart")) continue;
    const tools = document.createElement("div");
    tools.className = "tools";
    if (table.querySelector(".later")) {
      const all = button(`All ${table.tBodies[0].rows.length}`);
      all.setAttribute("aria-expanded", "false");
      all.addEventListener("click", () => {
        const open = table.classList.toggle("all");
        all.setAttribute("aria-expanded", String(open));
      });
      tools.append(all);
    }
    const take = button("CSV");
    take.addEventListener("click", () => offerTable(card.id, table));
    tools.append(take);
    footOf(card).append(tools);
  }
}
