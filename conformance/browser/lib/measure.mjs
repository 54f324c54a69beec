// What a page costs.
import { plain } from "./plain.mjs";

/**
 * Milliseconds within which a page has to be painted. PAINT_LIMIT says another number where the machine does other work, too:
 * that must not decide whether a change is right.
 */
const PAINT = Number(process.env.PAINT_LIMIT ?? 100);

/** How often each address is painted: one time may be hit by something else on the machine, so the middle one counts. */
const TIMES = 7;

/** How many paints do not count: a Chromium that has just begun does other work, too. */
const FIRST = 3;

/** Prints how soon addresses are painted with the session of `page`, and gives those that come too late. */
export async function latePaints(page, addresses) {
  const late = [];
  const chromium = await plain(page);
  try {
    for (let time = 0; time < FIRST; time += 1) await chromium.paint(addresses[0]);
    for (const address of addresses) {
      const paints = [];
      while (paints.length < TIMES) paints.push(await chromium.paint(address));
      const paint = paints.sort((one, other) => one - other)[Math.floor(TIMES / 2)];
      const { pathname, search } = new URL(address);
      const line = `${pathname}${search}: ${paint.toFixed(0)} ms`;
      console.log(`${line} (${paints.map((each) => each.toFixed(0)).join(", ")})`);
      if (paint > PAINT) late.push(line);
    }
  } finally {
    await chromium.close();
  }
  return late;
}
