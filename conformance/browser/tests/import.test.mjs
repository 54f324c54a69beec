// Page Import: files of any size, broken ones, pauses, crashes, two tabs, no script.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { calm, forgive, tab } from "../lib/browser.mjs";
import { writeExport } from "../lib/files.mjs";
import { stage } from "../lib/stage.mjs";

const MB = 1024 * 1024;
const set = stage("drop", { each: true });
const { folder, begin } = set;

const table = (page) => page.locator("table.wide tbody");
const start = (page) => page.getByRole("button", { name: "Start Importing Users" }).click();

test("a dropped file is prepared, imported, and its report is one click away", async () => {
  const { server, page } = await begin();
  const file = join(folder, "export.ndjson");
  writeExport(file, { accounts: 500 });
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  await table(page).getByText("ready").waitFor();
  assert.equal(await table(page).getByRole("cell", { name: "500" }).count(), 2, "read and users");
  await start(page);
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Report of export.ndjson" }).click();
  await page.getByText("are in the tenant").waitFor();
  calm(page);
});

test("a drop of 300 MB leaves the memory as it was", async () => {
  const { server, page } = await begin();
  const file = join(folder, "large.ndjson");
  const accounts = writeExport(file, { bytes: 300 * MB, filler: 2000 });
  await page.goto(`${server.origin}/import`);
  const before = server.memory().now;
  await page.locator("#files").setInputFiles(file);
  await table(page).getByText("ready").waitFor({ timeout: 120_000 });
  await table(page).getByText(accounts.toLocaleString("en")).first().waitFor();
  const grown = (server.memory().most - before) / MB;
  console.log(`300 MB dropped: the server grew by ${grown.toFixed(1)} MB at most`);
  assert.ok(grown < 100, `${grown} MB`);
  calm(page);
});

/** The row of one file of a run that has several. */
const fileRow = (page, name) => page.getByRole("row", { name: new RegExp(`^${name.replaceAll(".", "\\.")} (?!and)`) });

test("a broken file says what is wrong with it and holds no other back", async () => {
  const { server, page } = await begin();
  writeFileSync(join(folder, "half.json"), '[{"UID":"a","isRegistered":true,"profile":{"email":"a@example.com"}},{"UID":"b');
  writeFileSync(join(folder, "picture.json"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
  writeFileSync(join(folder, "whole.json"), '[{"UID":"c","isRegistered":true,"profile":{"email":"c@example.com"}}]');
  await page.goto(`${server.origin}/import`);
  const names = ["half.json", "picture.json", "whole.json"].map((name) => join(folder, name));
  await page.locator("#files").setInputFiles(names);
  await fileRow(page, "half.json").getByText("breaks off").waitFor();
  await fileRow(page, "picture.json").getByText("breaks off").waitFor();
  await fileRow(page, "whole.json").getByText("read", { exact: true }).waitFor();
  await table(page).getByText("ready", { exact: true }).waitFor();
  await fileRow(page, "half.json").getByRole("button", { name: "Take what was read" }).click();
  await fileRow(page, "half.json").getByText("read, as far as it goes").waitFor();
  await table(page).getByText("ready", { exact: true }).waitFor();
  assert.equal(await fileRow(page, "half.json").getByRole("cell").nth(3).innerText(), "1", "its only whole account");
  calm(page);
});

test("a file that holds nobody to import offers no start, and says why", async () => {
  const { server, page } = await begin();
  writeFileSync(join(folder, "nobody.ndjson"), '{"UID":"a","profile":{"email":"none"}}\n{"UID":"b","profile":{}}\n');
  writeFileSync(join(folder, "README.md"), "# Export\n\nThese are accounts.\n");
  await page.goto(`${server.origin}/import`);
  await page.getByRole("button", { name: "Start Importing Users" }).waitFor();
  await page.locator("#files").setInputFiles(join(folder, "nobody.ndjson"));
  await table(page).getByText("all 2 records were set aside").waitFor();
  // The page was not loaded again.
  await page.getByText("There is nothing to import").waitFor();
  assert.equal(await page.getByRole("button", { name: "Start Importing Users" }).count(), 0);
  await axe(page);
  await page.locator("#files").setInputFiles(join(folder, "README.md"));
  await page.getByRole("row", { name: /README\.md/ }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: /Take what was read/ }).count(), 0);
  calm(page);
});

test("files that are dropped are one import, with a row of its own for each", async () => {
  const { server, page } = await begin();
  writeExport(join(folder, "first.ndjson"), { accounts: 30 });
  writeExport(join(folder, "again.ndjson"), { accounts: 20 });
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles([join(folder, "first.ndjson"), join(folder, "again.ndjson")]);
  const run = page.getByRole("row", { name: "first.ndjson and 1 more" });
  await run.getByText("ready", { exact: true }).waitFor();
  const numbers = async (row) => (await row.getByRole("cell").allInnerTexts()).slice(1, 4);
  assert.deepEqual(await numbers(run), ["50", "20", "30"], "read, set aside for a double, users");
  assert.equal((await numbers(fileRow(page, "first.ndjson")))[0], "30");
  assert.equal((await numbers(fileRow(page, "again.ndjson")))[0], "20");
  await fileRow(page, "again.ndjson").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("row", { name: /^first\.ndjson/ }).getByText("ready", { exact: true }).waitFor();
  await start(page);
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  calm(page);
});

test("an import is paused, resumed, and survives a crash of the server", async () => {
  const { server, page } = await begin();
  const file = join(folder, "crash.ndjson");
  // So many that the import is still under way when somebody looks.
  writeExport(file, { accounts: 60_000, filler: 200 });
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  await table(page).getByText("ready").waitFor({ timeout: 60_000 });
  await start(page);
  await page.getByRole("button", { name: /^Pause/ }).click();
  await table(page).getByText("paused", { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: /^Resume/ }).click();
  await table(page).getByText(/importing: /).waitFor({ timeout: 60_000 });

  await set.crash(server);
  // The page was not touched: its stream comes back and the table goes on.
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 120_000 });
  forgive(page);
  await page.reload();
  await page.getByRole("row", { name: /crash\.ndjson/ }).getByRole("cell", { name: "60,000" }).first().waitFor();
  const cells = await page.getByRole("row", { name: /crash\.ndjson/ }).getByRole("cell").allInnerTexts();
  assert.deepEqual(cells.slice(1, 5), ["60,000", "0", "60,000", "60,000"], "nobody lost, nobody doubled");
  calm(page);
});

test("two tabs show the same", async () => {
  const { server, page } = await begin();
  const other = await tab(page, server.origin);
  await page.goto(`${server.origin}/import`);
  await other.goto(`${server.origin}/import`);
  const file = join(folder, "tabs.ndjson");
  writeExport(file, { accounts: 50 });
  await page.locator("#files").setInputFiles(file);
  await table(other).getByText("ready").waitFor();
  await start(other);
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  calm(page);
});

test("without JavaScript the forms do the same", async () => {
  const { server, page } = await begin({}, { javaScriptEnabled: false });
  const file = join(folder, "plain.ndjson");
  writeExport(file, { accounts: 20 });
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForURL(`${server.origin}/import`);
  const reached = async (text) => {
    for (let tries = 0; tries < 100; tries += 1) {
      if (await table(page).getByText(text, { exact: true }).count()) return;
      await page.waitForTimeout(100);
      await page.reload();
    }
    assert.fail(`never ${text}`);
  };
  await reached("ready");
  await start(page);
  await reached("done");
  calm(page);
});

test("the stream of events costs little while an import runs", async () => {
  const { server, page } = await begin();
  const file = join(folder, "cost.ndjson");
  writeExport(file, { accounts: 30_000 });
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  await table(page).getByText("ready").waitFor({ timeout: 60_000 });
  // What is sent is counted here; bench/events.mjs measures the CPU time.
  let events = 0;
  let bytes = 0;
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  client.on("Network.eventSourceMessageReceived", ({ data }) => ((events += 1), (bytes += data.length)));
  const begun = Date.now();
  await start(page);
  await page.waitForLoadState("load");
  await table(page).getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  const seconds = (Date.now() - begun) / 1000;
  console.log(`${events} events, ${bytes} bytes in ${seconds.toFixed(1)} s`);
  assert.ok(events / seconds < 8, "no more than a few a second");
  assert.ok(bytes / seconds < 50_000, "and each is small");
  calm(page);
});
