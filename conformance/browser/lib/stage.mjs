// What the tests of a file stand on: Chromium, a folder, and servers with a page that has entered.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { launch, open } from "./browser.mjs";
import { serve } from "./server.mjs";

/**
 * Sets the stage for a file of tests.
 * @param {string} name part of the folder's name
 * @param {object} [options]
 * @param {boolean} [options.each] whether servers end with the test that began them; else they end with the file
 */
export function stage(name, { each = false } = {}) {
  const servers = [];
  let launching;
  const end = () => Promise.all(servers.splice(0).map((server) => server.stop()));
  const set = {
    /** A folder for the files of the tests. */
    folder: mkdtempSync(join(tmpdir(), `crosswalk-${name}-`)),
    /** Chromium, once something was begun. */
    browser: undefined,
    /** Starts a server as `serve` does, opens a page as `open` does, and enters. */
    async begin(options = {}, how = {}) {
      launching ??= launch();
      set.browser = await launching;
      const server = await serve(options);
      servers.push(server);
      const page = await open(set.browser, { origin: server.origin, ...how });
      await page.goto(server.link);
      await page.waitForURL(`${server.origin}/`);
      return { server, page };
    },
    /** Ends a server as a crash would, and starts another one in its home and at its port; `meanwhile` there is none. */
    async crash(server, meanwhile = async () => {}) {
      await server.kill();
      await meanwhile();
      servers.splice(servers.indexOf(server), 1);
      const again = await serve({ home: server.home, port: server.port });
      const stop = async () => (await again.stop(), rmSync(server.home, { recursive: true, force: true }));
      servers.push({ stop });
    },
  };
  if (each) afterEach(end);
  after(async () => {
    await set.browser?.close();
    await end();
    rmSync(set.folder, { recursive: true, force: true });
  });
  return set;
}
