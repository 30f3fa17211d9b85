import type { Obligations, PartyLink, PartyNode } from "../document";

export interface Box {
  node: PartyNode;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Curve {
  link: PartyLink;
  from: [number, number];
  to: [number, number];
  /** Control points of the cubic. */
  bend: [[number, number], [number, number]];
  stroke: number;
}

const columns = ["buyers_and_investors", "clouds", "makers_and_lenders"] as const;
const columnCentre = { buyers_and_investors: 0.15, clouds: 0.5, makers_and_lenders: 0.85 };
const box = { width: 118, height: 42, gap: 48, buyerWidth: 128, buyerHeight: 104 };
const widest = 16;

function heightOf(node: PartyNode): number {
  return node.buyer ? box.buyerHeight : box.height;
}

function inColumn(section: Obligations, column: (typeof columns)[number]): PartyNode[] {
  return section.nodes.filter((node) => node.column === column);
}

function columnHeight(nodes: PartyNode[]): number {
  return nodes.reduce((sum, node) => sum + heightOf(node), 0) + box.gap * (nodes.length - 1);
}

export function graphHeight(section: Obligations): number {
  return 32 + Math.max(...columns.map((column) => columnHeight(inColumn(section, column))));
}

/** Fixed columns, the nodes of each spread over the height in their order. */
export function placeBoxes(section: Obligations, width: number): Map<string, Box> {
  const height = graphHeight(section) - 32;
  const boxes = new Map<string, Box>();
  for (const column of columns) {
    const nodes = inColumn(section, column);
    const free = height - nodes.reduce((sum, node) => sum + heightOf(node), 0);
    const gap = nodes.length > 1 ? Math.min(free / (nodes.length - 1), 2.4 * box.gap) : 0;
    const used = nodes.reduce((sum, node) => sum + heightOf(node), 0) + gap * (nodes.length - 1);
    let y = 16 + (height - used) / 2;
    for (const node of nodes) {
      const w = node.buyer ? box.buyerWidth : box.width;
      boxes.set(node.name, {
        node,
        x: columnCentre[column] * width - w / 2,
        y,
        width: w,
        height: heightOf(node),
      });
      y += heightOf(node) + gap;
    }
  }
  return boxes;
}

type Side = "left" | "right" | "top" | "bottom";

/** Which sides a link joins: across, back, or up and down inside one column. */
function sides(from: Box, to: Box): [Side, Side] {
  const [a, b] = [from.x + from.width / 2, to.x + to.width / 2];
  if (Math.abs(a - b) > 60) return a < b ? ["right", "left"] : ["left", "right"];
  return from.y < to.y ? ["bottom", "top"] : ["top", "bottom"];
}

function pointOn(at: Box, side: Side, share: number): [number, number] {
  switch (side) {
    case "left":
      return [at.x, at.y + share * at.height];
    case "right":
      return [at.x + at.width, at.y + share * at.height];
    case "top":
      return [at.x + share * at.width, at.y];
    case "bottom":
      return [at.x + share * at.width, at.y + at.height];
  }
}

/** Debts are as wide as the square root of their dollars; everything else is a thin line. */
export function strokeOf(link: PartyLink, largest: number): number {
  if (link.kind !== "owes" || link.usd === null) return 1.2;
  return Math.max(1.4, widest * Math.sqrt(link.usd / largest));
}

/** Every link as a curve; the ends on one side of a box stand in the order of their far ends. */
export function placeCurves(section: Obligations, boxes: Map<string, Box>): Curve[] {
  const links = section.links.filter((link) => boxes.has(link.from) && boxes.has(link.to));
  const largest = Math.max(...links.map((link) => (link.kind === "owes" ? link.usd ?? 0 : 0)), 1);
  const ends = links.flatMap((link, index) => {
    const [from, to] = [boxes.get(link.from)!, boxes.get(link.to)!];
    const [a, b] = sides(from, to);
    return [
      { index, which: "from" as const, at: from, side: a, far: to },
      { index, which: "to" as const, at: to, side: b, far: from },
    ];
  });
  const share = new Map<string, number>();
  for (const end of ends) {
    const group = ends
      .filter((other) => other.at === end.at && other.side === end.side)
      .sort((p, q) => p.far.y - q.far.y || p.far.x - q.far.x || p.index - q.index);
    const widths = group.map((member) => strokeOf(links[member.index], largest) + 5);
    const total = widths.reduce((sum, w) => sum + w, 0);
    const room = ["left", "right"].includes(end.side) ? end.at.height : end.at.width;
    const scale = Math.min(1, (0.86 * room) / total);
    const rank = group.indexOf(end);
    const before = widths.slice(0, rank).reduce((sum, w) => sum + w, 0) + widths[rank] / 2;
    share.set(`${end.index} ${end.which}`, 0.5 + ((before - total / 2) * scale) / room);
  }
  return links.map((link, index) => {
    const [fromBox, toBox] = [boxes.get(link.from)!, boxes.get(link.to)!];
    const [a, b] = sides(fromBox, toBox);
    const from = pointOn(fromBox, a, share.get(`${index} from`)!);
    const to = pointOn(toBox, b, share.get(`${index} to`)!);
    const upright = a === "top" || a === "bottom";
    const reach = upright ? (to[1] - from[1]) * 0.4 : (to[0] - from[0]) * 0.5;
    return {
      link,
      from,
      to,
      bend: upright
        ? [[from[0], from[1] + reach], [to[0], to[1] - reach]]
        : [[from[0] + reach, from[1]], [to[0] - reach, to[1]]],
      stroke: strokeOf(link, largest),
    };
  });
}

/** The point of a curve at `t` in [0, 1]. */
export function pointAt(curve: Curve, t: number): [number, number] {
  const { from, to, bend } = curve;
  const u = 1 - t;
  const along = (i: 0 | 1) =>
    u ** 3 * from[i] + 3 * u * u * t * bend[0][i] + 3 * u * t * t * bend[1][i] + t ** 3 * to[i];
  return [along(0), along(1)];
}
