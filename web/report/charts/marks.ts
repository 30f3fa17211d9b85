import type { Mark } from "../theme/table";

function polygon(corners: number, turned = 0): string {
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = -Math.PI / 2 + turned + (2 * Math.PI * i) / corners;
    return `${(50 + 50 * Math.cos(angle)).toFixed(2)},${(50 + 50 * Math.sin(angle)).toFixed(2)}`;
  });
  return `path://M${points.join("L")}Z`;
}

const cross = "path://M35,0H65V35H100V65H65V100H35V65H0V35H35Z";

/** The symbol of a chip family's mark. */
export function symbolOf(mark: Mark | undefined): string {
  switch (mark) {
    case "square":
      return "rect";
    case "hexagon":
      return polygon(6);
    case "pentagon":
      return polygon(5);
    case "cross":
      return cross;
    case "triangle":
    case "diamond":
    case "circle":
      return mark;
    default:
      return "circle";
  }
}
