// Chromium, and a page of it that notices what goes wrong.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** The widths that every page is looked at in. */
export const SIZES = { phone: { width: 390, height: 844 }, wide: { width: 1440, height: 900 } };
/** Both themes. */
export const THEMES = ["light", "dark"];

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Debian's Chromium, or the one that CHROMIUM names. */
export function executable() {
  const found = process.env.CHROMIUM ?? PLACES.find(existsSync);
  if (!found) throw new Error("no Chromium: apt-get install chromium, or set CHROMIUM");
  return found;
}

/** What it has to be told on this machine: it does not run in its sandbox as root. */
export function flags() {
  return process.getuid() === 0 ? ["--no-sandbox"] : [];
}

/** Chromium with a driver. */
export async function launch() {
  return chromium.launch({ executablePath: executable(), args: flags() });
}

/**
 * A page in a context of its own, which holds the session once the link of a server was opened in it.
 *
 * What goes wrong in it is kept in `page.troubles`: errors of the console (a broken content security policy shows there),
 * exceptions, requests that fail, answers of 5xx, and requests to anywhere else than `origin`.
 */
export async function open(browser, options = {}) {
  const { origin, size = SIZES.wide, theme = "light", javaScriptEnabled = true, storageState } = options;
  const context = await browser.newContext({
    storageState,
    viewport: size,
    colorScheme: theme,
    reducedMotion: "reduce",
    javaScriptEnabled,
    // The page speaks English numbers; so does whoever looks at it.
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  page.troubles = [];
  watch(page, origin);
  return page;
}

/** Another tab with the same session. */
export async function tab(page, origin) {
  const other = await page.context().newPage();
  other.troubles = page.troubles;
  watch(other, origin);
  return other;
}

function watch(page, origin) {
  const note = (text) => page.troubles.push(`${page.url()}: ${text}`);
  page.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Leaving a page cuts its event stream off.
    const cause = request.failure()?.errorText;
    if (cause !== "net::ERR_ABORTED") note(`${request.method()} ${request.url()}: ${cause}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 500) note(`${answer.status()} from ${answer.url()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (origin && url.protocol !== "data:" && url.origin !== origin) note(`a request leaves the machine: ${url}`);
  });
}

/** Takes what went wrong so far for expected, and gives it. */
export function forgive(page) {
  return page.troubles.splice(0);
}

/** Fails if anything went wrong in the page. */
export function calm(page) {
  const troubles = forgive(page);
  if (troubles.length > 0) throw new Error(troubles.join("\n"));
}
