import type { Mode } from "../theme/table";

const key = "offtake-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** A page opened from a file may be refused storage; then the choice lasts as long as the page. */
function stored(): Mode | null {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

function keep(mode: Mode): void {
  try {
    localStorage.setItem(key, mode);
  } catch {
    return;
  }
}

let printing = false;

/** What is on screen now; paper is always light. */
export function currentMode(): Mode {
  if (printing) return "light";
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/** Adds the switch to the page and calls `redraw` whenever the mode changes. */
export function startThemeSwitch(host: HTMLElement, redraw: () => void): void {
  const before = stored();
  if (before) document.documentElement.dataset.theme = before;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "theme";
  const label = () => (button.textContent = currentMode() === "dark" ? "Light" : "Dark");
  button.addEventListener("click", () => {
    const next: Mode = currentMode() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    keep(next);
    label();
    redraw();
  });
  system.addEventListener("change", () => {
    label();
    redraw();
  });
  addEventListener("beforeprint", () => {
    printing = true;
    redraw();
  });
  addEventListener("afterprint", () => {
    printing = false;
    redraw();
  });
  label();
  host.append(button);
}
