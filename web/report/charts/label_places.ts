/** Where a label stands beside its point. */
export type Place = "right" | "left" | "top" | "bottom";

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Labelled {
  /** The point, in pixels. */
  at: [number, number];
  lines: string[];
}

/** Generous widths in pixels: the face is the reader's own. */
const letter = 6.9;
const lineHeight = 14;
const away = 9;

/** Breaks a long name at the space nearest its middle. */
export function brokenName(name: string, longest: number): string[] {
  if (name.length <= longest) return [name];
  const spaces = [...name].flatMap((c, i) => (c === " " ? [i] : []));
  if (spaces.length === 0) return [name];
  const middle = name.length / 2;
  const cut = spaces.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a));
  return [name.slice(0, cut), name.slice(cut + 1)];
}

function boxOf({ at, lines }: Labelled, place: Place): Box {
  const width = letter * Math.max(...lines.map((line) => line.length));
  const height = lineHeight * lines.length;
  const [x, y] = at;
  switch (place) {
    case "right":
      return { left: x + away, right: x + away + width, top: y - height / 2, bottom: y + height / 2 };
    case "left":
      return { left: x - away - width, right: x - away, top: y - height / 2, bottom: y + height / 2 };
    case "top":
      return { left: x - width / 2, right: x + width / 2, top: y - away - height, bottom: y - away };
    case "bottom":
      return { left: x - width / 2, right: x + width / 2, top: y + away, bottom: y + away + height };
  }
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(box: Box, plot: Box): number {
  return (
    Math.max(0, plot.left - box.left) +
    Math.max(0, box.right - plot.right) +
    Math.max(0, plot.top - box.top) +
    Math.max(0, box.bottom - plot.bottom)
  );
}

/** Chooses a side for each label so that it covers neither another label nor an obstacle. */
export function placeLabels(labels: Labelled[], obstacles: [number, number][], plot: Box): Place[] {
  const marks = [...obstacles, ...labels.map((label) => label.at)].map(([x, y]) => ({
    left: x - 5,
    right: x + 5,
    top: y - 5,
    bottom: y + 5,
  }));
  const taken: Box[] = [];
  return labels.map((label) => {
    const cost = (place: Place) => {
      const box = boxOf(label, place);
      const covered = [...marks, ...taken].reduce((sum, other) => sum + overlap(box, other), 0);
      return covered + 40 * outside(box, plot);
    };
    const order: Place[] = ["right", "left", "top", "bottom"];
    const best = order.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    taken.push(boxOf(label, best));
    return best;
  });
}
