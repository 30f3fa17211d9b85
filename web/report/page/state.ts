/** What the reader chose, kept in the address so that a copied link shows the same. */
export interface PageState {
  held: string | null;
  /** The view of each figure by its id; absent is the first. */
  views: Map<string, number>;
}

export function readState(): PageState {
  const fields = new URLSearchParams(location.hash.slice(1));
  const views = new Map<string, number>();
  for (const [name, value] of fields) {
    if (name.startsWith("view-")) views.set(name.slice(5), Number(value) || 0);
  }
  return { held: fields.get("held"), views };
}

export function writeState(state: PageState): void {
  const fields = new URLSearchParams();
  if (state.held !== null) fields.set("held", state.held);
  for (const [figure, view] of state.views) {
    if (view > 0) fields.set(`view-${figure}`, String(view));
  }
  const text = fields.toString();
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}
