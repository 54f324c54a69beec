// Every page in both themes and both sizes: no violation of WCAG 2.2 AA, nothing that sticks out, and a picture. And how
// soon each is painted.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { SIZES, THEMES, calm, open } from "../lib/browser.mjs";
import { writeExport } from "../lib/files.mjs";
import { latePaints } from "../lib/measure.mjs";
import { picture } from "../lib/pictures.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("pages");
const { folder } = set;

let server;
let session;
/** Name and path of every page that is looked at. */
const pages = [];

before(async () => {
  let page;
  ({ server, page } = await set.begin());
  await fill(page);
  session = await page.context().storageState();
  calm(page);
  await page.context().close();
});

/** Brings about what the pages show, and finds the pages. */
async function fill(page) {
  const go = (path) => page.goto(server.origin + path);
  await go("/connections/new");
  await page.getByLabel("Name", { exact: true }).fill("shop");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/\/connections\/con_/);
  const connection = new URL(page.url()).pathname;
  await go("/source");
  await page.getByRole("button", { name: /Use the local site/ }).click();
  await page.getByText("The source is").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: /Count/ }).first().click();
  await page.getByText(/pbkdf2/).first().waitFor({ timeout: 60_000 });
  const file = join(folder, "export.ndjson");
  writeExport(file, { accounts: 300 });
  await go("/import");
  await page.locator("#files").setInputFiles(file);
  await page.locator("table.wide").getByText("ready").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Start Importing Users" }).click();
  await page.locator("table.wide").getByText("done", { exact: true }).waitFor({ timeout: 120_000 });
  const run = new URL(await page.locator("table.wide tbody th a").first().getAttribute("href"), server.origin).pathname;
  await go("/dataflows");
  await page.getByRole("button", { name: /Start from the migration/ }).click();
  await page.waitForURL(/\/dataflows\/[0-9a-f]+$/);
  const flow = new URL(page.url()).pathname;
  const step = await page.locator("svg.graph a").first().getAttribute("href");
  const navigation = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  for (const link of await navigation.all()) {
    pages.push([(await link.innerText()).toLowerCase(), await link.getAttribute("href")]);
  }
  pages.push(
    ["connection-new", "/connections/new"],
    ["connection", connection],
    ["source-fields", "/source/fields"],
    ["tenant", "/connections/tenant"],
    ["run", run],
    ["run-jobs", `${run}/jobs`],
    ["run-set-aside", `${run}/set-aside`],
    ["dataflow-new", "/dataflows/new"],
    ["dataflow", flow],
    ["dataflow-step", step.split("#")[0]],
    ["dataflow-source", `${flow}/source`],
    ["dataflow-try", `${flow}/try`],
    ["dataflow-run", `${flow}/run`],
    ["dataflow-schedule", `${flow}/schedule`],
    ["dataflow-jobs", `${flow}/jobs`],
  );
}

for (const theme of THEMES) {
  for (const [name, size] of Object.entries(SIZES)) {
    test(`every page passes in ${theme}, ${name}`, async (t) => {
      const page = await open(set.browser, { origin: server.origin, size, theme, storageState: session });
      for (const [title, path] of pages) {
        await t.test(title, async () => {
          await page.goto(server.origin + path);
          await settled(page);
          await picture(page, `${title}-${theme}-${name}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(wide <= 0, `${wide} pixels stick out`);
          await axe(page);
          calm(page);
        });
      }
      await page.context().close();
    });
  }
}

/** Waits for what comes after the first paint. */
async function settled(page) {
  await page.waitForFunction(() => !document.querySelector("[hx-trigger~=load], [hx-trigger~=painted]:empty"), null, { timeout: 60_000 });
}

test("every page is painted within 100 ms", async () => {
  const page = await open(set.browser, { origin: server.origin, storageState: session });
  const late = await latePaints(page, pages.map(([, path]) => server.origin + path));
  assert.deepEqual(late, []);
});

/** Walks over a page with Tab. What is not reached, what does not show its focus, and whether the page has changed meanwhile. */
async function walked(page) {
  const wanted = await page.evaluate(() => {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const all = document.querySelectorAll("a[href], button:not(:disabled), input:not([type=hidden], :disabled), select, textarea, summary");
    window.unreached = new Set([...all].filter(shown));
    return window.unreached.size;
  });
  const unseen = [];
  for (let presses = 0; presses < wanted + 20; presses += 1) {
    await page.keyboard.press("Tab");
    const trouble = await page.evaluate(() => {
      const at = document.activeElement;
      window.unreached.delete(at);
      if (!at || at === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
      return seen ? undefined : at.outerHTML.slice(0, 120);
    });
    if (trouble) unseen.push(trouble);
  }
  const [left, changed] = await page.evaluate(() => [
    [...window.unreached].map((element) => element.outerHTML.slice(0, 120)),
    [...window.unreached].some((element) => !element.isConnected),
  ]);
  // One of several radio buttons is reached for all of them.
  return { left: left.filter((html) => !html.includes('type="radio"')), unseen, changed };
}

test("every page by the keyboard: all that can be used is reached, and one sees where one is", async () => {
  const page = await open(set.browser, { origin: server.origin, storageState: session });
  for (const [title, path] of pages) {
    await page.goto(server.origin + path);
    await settled(page);
    let walk = await walked(page);
    // The first event of a busy server came while somebody walked: what was there before it cannot be reached.
    if (walk.changed) walk = await walked(page);
    assert.deepEqual(walk.left, [], `${title}: not reached`);
    assert.deepEqual(walk.unseen, [], `${title}: focus is not seen`);
  }
});

test("every page without JavaScript shows what it has and keeps its forms", async () => {
  const page = await open(set.browser, { origin: server.origin, storageState: session, javaScriptEnabled: false });
  for (const [title, path] of pages) {
    const answer = await page.goto(server.origin + path);
    assert.equal(answer.status(), 200, title);
    assert.ok((await page.locator("h1").count()) === 1, title);
  }
  calm(page);
});
