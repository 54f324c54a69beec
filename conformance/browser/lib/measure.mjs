// What a page costs.
import { plain } from "./plain.mjs";

/**
 * Milliseconds within which a page has to be painted. PAINT_LIMIT says another number where the machine does other work, too:
 * that must not decide whether a change is right.
 */
const PAINT = Number(process.env.PAINT_LIMIT ?? 100);

/** How often each address is painted. */
const TIMES = 7;

/** How many paints do not count: a Chromium that has just begun does other work, too. */
const FIRST = 3;

/** Prints how soon addresses are painted with the session of `page`, and gives those that come too late. */
export async function latePaints(page, addresses) {
  const paints = new Map(addresses.map((address) => [address, []]));
  const chromium = await plain(page);
  try {
    for (let time = 0; time < FIRST; time += 1) await chromium.paint(addresses[0]);
    // By turns, and the middle one counts: what else happens on the machine hits one time of each and not all times of one.
    for (let time = 0; time < TIMES; time += 1) {
      for (const [address, all] of paints) all.push(await chromium.paint(address));
    }
  } finally {
    await chromium.close();
  }
  const late = [];
  for (const [address, all] of paints) {
    const sorted = all.sort((one, other) => one - other).map((each) => Math.round(each));
    const { pathname, search } = new URL(address);
    const line = `${pathname}${search}: ${sorted[Math.floor(TIMES / 2)]} ms`;
    console.log(`${line} (${sorted.join(", ")})`);
    if (sorted[Math.floor(TIMES / 2)] > PAINT) late.push(line);
  }
  return late;
}
