// What a page costs.

/**
 * Milliseconds within which a page has to be painted. PAINT_LIMIT says another number where the machine does other work, too:
 * that must not decide whether a change is right.
 */
export const PAINT = Number(process.env.PAINT_LIMIT ?? 100);

/** Milliseconds until the first content of the page that is open was painted. */
export async function firstPaint(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const name = "first-contentful-paint";
        const found = performance.getEntriesByName(name)[0];
        if (found) return resolve(found.startTime);
        new PerformanceObserver((list, observer) => {
          const entry = list.getEntriesByName(name)[0];
          if (!entry) return;
          observer.disconnect();
          resolve(entry.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}

/** The middle of several first paints of an address, in milliseconds: one may be hit by something else on the machine. */
export async function typicalPaint(page, address, times = 5) {
  const paints = [];
  for (let time = 0; time < times; time += 1) {
    await page.goto(address, { waitUntil: "load" });
    paints.push(await firstPaint(page));
  }
  return paints.sort((one, other) => one - other)[Math.floor(times / 2)];
}
