/** What a custom series hands to its drawing function; only what the shapes here use. */
export interface Drawing {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
}

interface Span {
  color: string;
  /** Which way the band runs. */
  along: "x" | "y";
  cap: number;
}

function line(x1: number, y1: number, x2: number, y2: number, color: string, width = 1.6) {
  return { type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: width } };
}

/** A bar with end caps from `low` to `high` at `at`, the place on the other axis. */
export function errorBar(api: Drawing, at: number, low: number, high: number, span: Span) {
  const flat = span.along === "x";
  const [x1, y1] = api.coord(flat ? [low, at] : [at, low]);
  const [x2, y2] = api.coord(flat ? [high, at] : [at, high]);
  const half = span.cap / 2;
  const caps = flat
    ? [line(x1, y1 - half, x1, y1 + half, span.color), line(x2, y2 - half, x2, y2 + half, span.color)]
    : [line(x1 - half, y1, x1 + half, y1, span.color), line(x2 - half, y2, x2 + half, y2, span.color)];
  return { type: "group", children: [line(x1, y1, x2, y2, span.color), ...caps] };
}

/** A short upright tick under the row, for one measured point. */
export function rowTick(api: Drawing, at: number, row: number, color: string) {
  const [x, y] = api.coord([at, row]);
  return line(x, y + 7, x, y + 13, color, 1.2);
}
