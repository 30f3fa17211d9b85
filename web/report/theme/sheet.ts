import { entities, fontMono, fontSans, fullestTint, others, roles, type Mode } from "./table";

function roleLines(mode: Mode): string {
  return Object.entries(roles)
    .map(([role, shade]) => `--${role}:${shade[mode]};`)
    .join("");
}

/** Sets --entity on whatever carries the name of a supplier, party or chip family. */
function entityRules(scope: string, mode: Mode): string {
  const rule = (selector: string, shade: string) => `${selector}{--entity:${shade}}`;
  const known = entities.map((entity) =>
    rule(
      `${scope} :is(${entity.names.map((name) => `[data-entity="${name}" i]`).join(",")})`,
      entity.shade[mode],
    ),
  );
  return [rule(`${scope} [data-entity]`, others.shade[mode]), ...known].join("");
}

function modeRules(scope: string, mode: Mode): string {
  return `${scope}{color-scheme:${mode};--fullestTint:${100 * fullestTint[mode]}%;${roleLines(mode)}}${entityRules(scope, mode)}`;
}

/** Follows the system, unless the reader chose; paper is always light. */
export function themeSheet(): string {
  return [
    `:root{--sans:${fontSans};--mono:${fontMono}}`,
    modeRules(":root", "light"),
    `@media screen and (prefers-color-scheme:dark){${modeRules(":root:not([data-theme=light])", "dark")}}`,
    `@media screen{${modeRules(":root[data-theme=dark]", "dark")}}`,
  ].join("\n");
}
