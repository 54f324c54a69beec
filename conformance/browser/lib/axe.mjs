// axe-core on a page: no violation of WCAG 2.2 AA, whatever its severity.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules that count. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/**
 * Fails on any violation; gives how many rules passed.
 *
 * The script comes by the debugger, so the page's content security policy stays as it is.
 */
export async function axe(page) {
  await page.evaluate(source);
  const { violations, passes } = await page.evaluate(
    (values) => window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    TAGS,
  );
  if (violations.length > 0) {
    const told = violations.map(({ id, impact, help, nodes }) => {
      const where = nodes.map((node) => `    ${node.target.join(" ")}: ${node.html}\n      ${node.failureSummary}`);
      return `${id} (${impact}): ${help}\n${where.join("\n")}`;
    });
    throw new Error(`${page.url()}: axe-core finds\n${told.join("\n")}`);
  }
  return passes.length;
}
