// What moves by itself: it holds still under a pressed button, never for long, and says when the server is gone.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { calm, forgive, THEMES } from "../lib/browser.mjs";
import { writeExport } from "../lib/files.mjs";
import { picture } from "../lib/pictures.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("live", { each: true });
const { folder, begin } = set;

/** Clicks that are held in one go. */
const CLICKS = 4;
/** Longer than the table stays as it is while an import runs. */
const LONG = 400;

const table = (page) => page.locator("table.wide tbody");
const pause = (page) => page.getByRole("button", { name: /^Pause/ });
const importing = (page) => table(page).getByText(/importing: /).innerText();
const lost = (page) => page.getByRole("status").filter({ hasText: "Connection to Crosswalk lost. Trying again…" });

/** An import that takes its time on any machine. */
const MANY = 300_000;

/** Opens page Import with a run under way. */
async function running(accounts = MANY, how = {}) {
  const { server, page } = await begin({}, how);
  const file = join(folder, `live-${accounts}.ndjson`);
  writeExport(file, { accounts });
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  await table(page).getByText("ready").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Start Importing Users" }).click();
  await table(page).getByText(/importing: /).waitFor({ timeout: 60_000 });
  return { server, page };
}

/** Resolves once the row says something else than `before`; fails after `timeout`. */
const movesOn = (page, before, timeout) =>
  page.waitForFunction((text) => !document.querySelector("table.wide tbody").innerText.includes(text), before, { timeout });

test("each click that is held is a click, whatever had the focus", async () => {
  const { page } = await running();
  for (let click = 0; click < CLICKS; click += 1) {
    if (click % 2 === 0) await page.locator("#files").focus();
    else await pause(page).focus();
    await movesOn(page, await importing(page), 10_000);
    await pause(page).click({ delay: LONG });
    await table(page).getByText("paused", { exact: true }).waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: /^Resume/ }).click();
    await table(page).getByText(/importing: /).waitFor({ timeout: 20_000 });
  }
  calm(page);
});

test("a button that is held by its key is pressed, too", async () => {
  const { page } = await running();
  await movesOn(page, await importing(page), 10_000);
  await pause(page).focus();
  await page.keyboard.press(" ", { delay: LONG });
  await table(page).getByText("paused", { exact: true }).waitFor({ timeout: 20_000 });
  calm(page);
});

test("what came while a button was held is shown once it is let go", async () => {
  // The import ends meanwhile, and after its last event there is no other.
  const { page } = await running(25_000);
  await pause(page).hover();
  await page.mouse.down();
  const held = await table(page).innerText();
  await page.waitForTimeout(4_000);
  assert.equal(await table(page).innerText(), held, "nothing moves under the pointer");
  await page.mouse.move(5, 5);
  await page.mouse.up();
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 20_000 });
  calm(page);
});

test("a release that nobody hears of does not stop the page", async () => {
  const { page } = await running();
  const moves = async (what, timeout) => {
    await pause(page).dispatchEvent("pointerdown", { button: 0 });
    const held = await importing(page);
    if (what) await page.evaluate(what);
    await movesOn(page, held, timeout);
  };
  await moves(() => dispatchEvent(new Event("blur")), 2_000);
  await moves(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })), 2_000);
  await moves(() => document.body.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true })), 2_000);
  await moves(() => document.body.dispatchEvent(new PointerEvent("pointercancel", { bubbles: true })), 2_000);
  await moves(undefined, 8_000);
  calm(page);
});

for (const theme of THEMES) {
  test(`a server that is gone is told of, and its return (${theme})`, async () => {
    const { server, page } = await running(60_000, { theme });
    const other = await page.context().newPage();
    await other.goto(server.origin);
    await set.crash(server, async () => {
      const broken = Date.now();
      await lost(page).waitFor({ timeout: 10_000 });
      assert.ok(Date.now() - broken > 1_000, "a short break is no news");
      await lost(other).waitFor({ timeout: 10_000 });
      await axe(page);
      await picture(page, `connection-lost-${theme}`);
    });
    await lost(page).waitFor({ state: "detached", timeout: 20_000 });
    await lost(other).waitFor({ state: "detached", timeout: 20_000 });
    // Neither page was touched: what is stale is drawn anew.
    await table(page).getByText("done", { exact: true }).waitFor({ timeout: 120_000 });
    await other.locator("main").getByText(/: done$/).last().waitFor({ timeout: 20_000 });
    forgive(page);
  });
}

test("a page that asks again and again tells of it, too", async () => {
  const { server, page } = await running(60_000);
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 120_000 });
  await page.goto(`${server.origin}/export`);
  await page.evaluate(() => {
    const asks = document.createElement("div");
    asks.setAttribute("hx-get", "/dataflows/list");
    asks.setAttribute("hx-trigger", "every 400ms");
    document.querySelector("main").append(asks);
    htmx.process(asks);
  });
  await set.crash(server, () => lost(page).waitFor({ timeout: 10_000 }));
  await lost(page).waitFor({ state: "detached", timeout: 20_000 });
  forgive(page);
});
