import type { Obligations, PartyLink, PartyNode } from "../document";
import { money, percent, short } from "../numbers";
import { escaped } from "../page/escaped";
import { entityOf } from "../theme/table";
import type { Picture, Scene } from "./chart";
import { matrixMarkup } from "./obligation_matrix";
import { graphHeight, placeBoxes, placeCurves, pointAt, type Box, type Curve } from "./obligation_layout";

/** Above this the default probability is printed red. */
const alarming = 0.03;

/** A link wears the colour of the supplier it runs to or from; without one it is grey. */
function colorOf(link: PartyLink, section: Obligations, scene: Scene): string {
  if (link.kind !== "owes") return scene.palette.ink2;
  const clouds = section.nodes.filter((node) => node.column === "clouds").map((n) => n.name);
  const supplier = [link.to, link.from].find((name) => clouds.includes(name));
  return scene.palette.entity(supplier ?? "others");
}

function isFaded(link: PartyLink, { held }: Scene): boolean {
  return held !== null && ![link.from, link.to].some((name) => entityOf(name) === entityOf(held));
}

export function linkFigure(link: PartyLink): string {
  if (link.kind === "asked") return link.usd === null ? "asked" : `${money(link.usd)} asked`;
  if (link.share !== null) {
    const share = `${short(100 * link.share)}%`;
    return link.kind === "warrant" ? `warrant \u2264 ${share}` : share;
  }
  return link.usd === null ? "" : money(link.usd);
}

function arrow(curve: Curve, color: string, opacity: number): string {
  const [x, y] = curve.to;
  const [bx, by] = curve.bend[1];
  const angle = (Math.atan2(y - by, x - bx) * 180) / Math.PI;
  const size = Math.max(4, 0.55 * curve.stroke + 2.5);
  const shape =
    curve.link.kind === "owes"
      ? `<path d="M0 0L${-1.3 * size} ${-size}V${size}Z" fill="${color}"/>`
      : `<path d="M-7 -4L0 0L-7 4" fill="none" stroke="${color}" stroke-width="1.2"/>`;
  return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${angle.toFixed(1)})" opacity="${opacity}">${shape}</g>`;
}

function curveMarkup(curve: Curve, section: Obligations, scene: Scene): string {
  const color = colorOf(curve.link, section, scene);
  const dashes = curve.link.kind === "owes" ? "" : ' stroke-dasharray="5 4"';
  const points = [curve.from, ...curve.bend, curve.to].map((p) => p.map((v) => v.toFixed(1)).join(" "));
  const path = `M${points[0]}C${points[1]} ${points[2]} ${points[3]}`;
  const opacity = isFaded(curve.link, scene) ? 0.25 : curve.link.kind === "owes" ? 0.85 : 1;
  return (
    `<path d="${path}" fill="none" stroke="${color}" stroke-width="${curve.stroke.toFixed(1)}"` +
    ` stroke-opacity="${opacity}"${dashes}/>` +
    arrow(curve, color, opacity)
  );
}

interface Label {
  text: string;
  strong: boolean;
  x: number;
  y: number;
}

/** Puts each label on its curve where it is farthest from the labels and boxes already there. */
function placeLabels(curves: Curve[], boxes: Map<string, Box>): Label[] {
  const taken: [number, number][] = [];
  const clearOfBoxes = (x: number, y: number) =>
    [...boxes.values()].every(
      (b) => x < b.x - 24 || x > b.x + b.width + 24 || y < b.y - 8 || y > b.y + b.height + 8,
    );
  return curves
    .filter((curve) => linkFigure(curve.link) !== "")
    .map((curve) => {
      const candidates = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((t) => pointAt(curve, t));
      const room = ([x, y]: [number, number]) =>
        Math.min(60, ...taken.map(([a, b]) => Math.hypot((x - a) / 2.2, y - b) * 2.2)) +
        (clearOfBoxes(x, y) ? 0 : -100);
      const best = candidates.reduce((a, b) => (room(b) > room(a) + 0.5 ? b : a));
      taken.push(best);
      const strong = curve.link.kind === "owes" || curve.link.kind === "asked";
      return { text: linkFigure(curve.link), strong, x: best[0], y: best[1] };
    });
}

function labelMarkup(label: Label, scene: Scene): string {
  const { ink, ink2, surface } = scene.palette;
  const width = 6.6 * label.text.length;
  return (
    `<rect x="${(label.x - width / 2).toFixed(1)}" y="${(label.y - 7).toFixed(1)}" width="${width.toFixed(1)}"` +
    ` height="14" rx="2" fill="${surface}" fill-opacity="0.8"/>` +
    `<text x="${label.x.toFixed(1)}" y="${(label.y + 4).toFixed(1)}" text-anchor="middle" font-size="12"` +
    ` font-weight="${label.strong ? 600 : 400}" fill="${label.strong ? ink : ink2}" stroke="${surface}"` +
    ` stroke-width="4" stroke-linejoin="round" paint-order="stroke">${escaped(label.text)}</text>`
  );
}

function standing(node: PartyNode): string {
  return node.default_probability === null
    ? node.remark
    : `default ${percent(node.default_probability)}%`;
}

function owedBy(section: Obligations, name: string): number {
  return section.links
    .filter((link) => link.kind === "owes" && link.from === name)
    .reduce((sum, link) => sum + (link.usd ?? 0), 0);
}

function boxMarkup(box: Box, section: Obligations, scene: Scene): string {
  const { palette } = scene;
  const { node } = box;
  const cloud = node.column === "clouds";
  const bad = !node.buyer && (node.default_probability ?? 0) > alarming;
  const text = node.buyer ? palette.surface : palette.ink;
  const quiet = node.buyer ? palette.surface : bad ? palette.bad : palette.ink2;
  const stroke = cloud ? palette.entity(node.name) : palette.ink3;
  const middle = box.x + box.width / 2;
  const lines = node.buyer
    ? [`owes ${money(owedBy(section, node.name))}`, standing(node)]
    : [standing(node)];
  const first = box.y + box.height / 2 - (8 * lines.length - (node.buyer ? 0 : 4));
  const line = (content: string, y: number, size: number, weight: number, fill: string) =>
    `<text x="${middle}" y="${y}" text-anchor="middle" font-size="${size}" font-weight="${weight}"` +
    ` fill="${fill}">${escaped(content)}</text>`;
  return (
    `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="4"` +
    ` fill="${node.buyer ? palette.ink : palette.surface}" stroke="${node.buyer ? palette.ink : stroke}"` +
    ` stroke-width="${cloud ? 1.8 : 1}"/>` +
    line(node.name, first, node.buyer ? 16 : 13, 600, text) +
    lines
      .filter((content) => content !== "")
      .map((content, i) => line(content, first + (node.buyer ? 24 : 16) + 17 * i, 11.5, 400, quiet))
      .join("")
  );
}

function graphMarkup(section: Obligations, scene: Scene): string {
  const boxes = placeBoxes(section, scene.width);
  const curves = placeCurves(section, boxes).sort((a, b) => b.stroke - a.stroke);
  const parts = [
    ...curves.map((curve) => curveMarkup(curve, section, scene)),
    ...[...boxes.values()].map((box) => boxMarkup(box, section, scene)),
    ...placeLabels(curves, boxes).map((label) => labelMarkup(label, scene)),
  ];
  const height = graphHeight(section);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${scene.width}" height="${height}"` +
    ` viewBox="0 0 ${scene.width} ${height}" font-family="system-ui, sans-serif" aria-hidden="true">` +
    `${parts.join("")}</svg>`
  );
}

/** On a phone the graph becomes bars, longest first, and the holdings lines of text. */
function barsMarkup(section: Obligations, scene: Scene): string {
  const name = (link: PartyLink) => `${escaped(link.from)} \u2192 ${escaped(link.to)}`;
  const debts = section.links
    .filter((link) => link.kind === "owes" && link.usd !== null)
    .sort((a, b) => b.usd! - a.usd!);
  const largest = debts[0]?.usd ?? 1;
  const rows = debts.map(
    (link) =>
      `<li><span>${name(link)}</span><span class="bar"><i style="width:${((100 * link.usd!) / largest).toFixed(1)}%;` +
      `background:${colorOf(link, section, scene)}"></i></span><b>${money(link.usd!)}</b></li>`,
  );
  const holdings = section.links
    .filter((link) => link.kind !== "owes")
    .map((link) => `<li><span>${name(link)}</span><span class="bar"></span><b>${escaped(linkFigure(link))}</b></li>`);
  return `<ul class="debt-bars">${rows.join("")}${holdings.join("")}</ul>`;
}

export const obligations: Picture<Obligations> = {
  views: () => ["Graph", "Matrix"],
  markup: (section, scene) => {
    if (scene.view === 1) return matrixMarkup(section);
    return scene.width < 700 ? barsMarkup(section, scene) : graphMarkup(section, scene);
  },
};
