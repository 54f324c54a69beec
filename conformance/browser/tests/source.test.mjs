// Pages Source and Mapping, and mending in Runs: from a source that is counted to a mended user who arrives.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { SIZES, THEMES, calm, forgive } from "../lib/browser.mjs";
import { account } from "../lib/files.mjs";
import { latePaints } from "../lib/measure.mjs";
import { picture } from "../lib/pictures.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("source", { each: true });
const { folder, begin } = set;

/** A file on the server's machine becomes the source. */
async function choose(page, server, name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  await page.goto(`${server.origin}/source`);
  await page.getByLabel("File, folder or glob").fill(path);
  await page.getByRole("button", { name: "Use these files" }).click();
  await page.getByText("One file is the source.").waitFor();
}

/** In both themes and sizes: no finding, nothing too wide, a picture. */
async function everyWay(page, name) {
  for (const theme of THEMES) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(viewport);
      await axe(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px wider than a window of ${viewport.width}`);
      await picture(page, `${name}-${theme}-${size}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(SIZES.wide);
}

test("the sample site is chosen with one click, counted and looked at", async () => {
  const { server, page } = await begin();
  await page.goto(`${server.origin}/source`);
  await everyWay(page, "source-none");
  await page.getByRole("button", { name: "Use the local site" }).click();
  await page.getByText("was filled with the sample").waitFor();
  await page.getByRole("button", { name: "Count the accounts" }).click();
  await page.getByRole("heading", { name: "How passwords are stored" }).waitFor({ timeout: 60_000 });
  await page.getByText("The accounts are counted.").waitFor({ state: "attached" });
  await everyWay(page, "source-counted");
  assert.deepEqual(await latePaints(page, [`${server.origin}/source`]), []);
  await page.getByRole("link", { name: /^All .* fields$/ }).click();
  await page.getByRole("heading", { name: "Fields of the accounts" }).waitFor();
  await everyWay(page, "source-fields");
  calm(page);
});

test("wrong keys of a site are explained before they are used", async () => {
  const { server, page } = await begin();
  await page.goto(`${server.origin}/source`);
  await page.getByLabel("Data center or URL").fill("http://127.0.0.1:1");
  await page.getByLabel("API key of the site").fill("3_x");
  await page.getByLabel("User key of the application").fill("u");
  await page.getByRole("button", { name: "Test the keys" }).click();
  await page.getByText("the application's secret is missing").waitFor();
  assert.equal(new URL(page.url()).pathname, "/source", "the page stays");
  calm(page);
});

test("while a host is asked the page says so, and then what is in the way, with what was typed", async () => {
  // It takes connections and says nothing.
  const silent = createServer(() => {}).unref();
  await new Promise((listening) => silent.listen(0, "127.0.0.1", listening));
  const place = `127.0.0.1:${silent.address().port}`;
  const { server, page } = await begin();
  await page.goto(`${server.origin}/source`);
  await page.getByLabel("Data center or URL").fill(`http://${place}`);
  await page.getByLabel("API key of the site").fill("3_x");
  await page.getByLabel("User key of the application").fill("u");
  await page.getByLabel("Its secret").fill("c2VjcmV0");
  const asked = Date.now();
  await page.getByRole("button", { name: "Test the keys" }).click();
  await page.getByText(`Asking the site at http://${place}`).waitFor({ timeout: 2_000 });
  await page.getByRole("button", { name: "Test the keys", disabled: true }).waitFor();
  await page.getByText(`${place} did not answer within 10 s`).waitFor({ timeout: 15_000 });
  assert.ok(Date.now() - asked < 15_000);
  await page.getByRole("button", { name: "Test the keys", disabled: false }).waitFor();

  await page.goto(`${server.origin}/connections/tenant`);
  await page.getByLabel("Domain").fill("https://127.0.0.1:1");
  await page.getByLabel("Client ID").fill("me");
  await page.getByLabel("Client secret").fill("s3cr3t");
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByText("nothing listens there").waitFor();
  forgive(page);
  const field = page.getByLabel("Domain");
  assert.deepEqual([await field.inputValue(), await field.getAttribute("aria-invalid")], ["https://127.0.0.1:1", "true"]);
  assert.deepEqual([await page.getByLabel("Client ID").inputValue(), await page.getByLabel("Client secret").inputValue()], ["me", ""]);
  await everyWay(page, "tenant-refused");
  silent.close();
  calm(page);
});

test("a mapping is changed, seen at once, and kept", async () => {
  const { server, page } = await begin();
  const lines = [0, 1, 2].map((number) => account(number));
  await choose(page, server, "mapped.ndjson", lines.join("\n"));
  await page.goto(`${server.origin}/mapping`);
  await page.getByText("This user can be imported.").waitFor();
  await everyWay(page, "mapping");
  // A line stands out under the pointer, on both sides.
  await page.locator("ul.rows").first().locator("li", { hasText: "profile.lastName" }).hover();
  assert.equal(await page.locator("ul.rows li.on").count(), 4, "it, family_name, name, and the given name that feeds name too");
  await page.getByRole("button", { name: "Next account" }).click();
  await page.getByRole("heading", { name: "Account 2 of the source" }).waitFor();
  await page.getByLabel("UID or email").fill("user2@example.com");
  await page.getByRole("button", { name: "Show this account" }).click();
  await page.locator("ul.rows").getByText("uid-2").first().waitFor();

  const document = page.getByLabel("Target = source, in TOML");
  const text = await document.inputValue();
  await document.fill(text.replace('nickname       = "profile.nickname"', 'nickname       = "profile.lastName"'));
  await page.locator("ul.rows li", { hasText: "nickname" }).getByText("Number 2").waitFor();
  await page.getByText("Not kept yet.").first().waitFor();
  assert.equal(await page.getByText("is used by the next run").count(), 0, "it would be untrue");
  await everyWay(page, "mapping-changed");
  await document.fill(text.replace("[user]", "[usr]"));
  await page.getByText("unknown key `usr`").waitFor();
  await everyWay(page, "mapping-mistake");
  await document.fill(text.replace('nickname       = "profile.nickname"', 'nickname       = "profile.lastName"'));
  await page.locator("ul.rows li", { hasText: "nickname" }).getByText("Number 2").waitFor();
  await page.getByRole("button", { name: "Keep this mapping" }).click();
  await page.getByText("This mapping is used by the next run.").waitFor();
  await page.getByRole("button", { name: "Back to the default mapping" }).waitFor();
  assert.deepEqual(await latePaints(page, [`${server.origin}/mapping`]), []);
  calm(page);
});

test("who was set aside is mended in a form, sent again, and arrives", async () => {
  const { server, page } = await begin();
  const wrong = account(7).replaceAll("user7@example.com", "user7 at example");
  await choose(page, server, "mended.ndjson", [account(1), wrong].join("\n"));
  await page.goto(`${server.origin}/import`);
  await page.getByRole("button", { name: "Prepare its accounts" }).click();
  const table = page.locator("table.wide tbody");
  await table.getByText("ready").waitFor();
  await page.getByRole("button", { name: "Start Importing Users" }).click();
  await table.getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  const run = await page.evaluate(() => document.querySelector('a[href^="/runs/"]').getAttribute("href"));
  await page.goto(`${server.origin}${run}/set-aside`);
  await everyWay(page, "set-aside");
  await page.getByRole("link", { name: "Mend uid-7" }).click();
  await page.getByText("It would be set aside again").waitFor();
  await everyWay(page, "mend");
  await page.getByLabel("Email").fill("user7@example.com");
  await page.getByText("Auth0 takes this user").waitFor();
  await page.getByRole("button", { name: "Store the mended user" }).click();
  await page.getByText("One mended user waits to be sent.").waitFor();
  await everyWay(page, "mended");
  await page.getByRole("button", { name: "Send mended users again" }).click();
  await page.locator("table.wide tbody tr").nth(1).getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  await page.goto(`${server.origin}${run}/set-aside`);
  await page.getByText("sent with").waitFor();
  calm(page);
});

test("without a script the same can be done", async () => {
  const { server, page } = await begin({}, { javaScriptEnabled: false });
  await choose(page, server, "plain.ndjson", [account(0), account(1)].join("\n"));
  await page.getByRole("button", { name: "Count the accounts" }).click();
  const counted = page.getByRole("heading", { name: "How passwords are stored" });
  while (!(await counted.isVisible())) await page.goto(`${server.origin}/source`);
  await page.goto(`${server.origin}/mapping`);
  await page.getByRole("button", { name: "Next account" }).click();
  await page.getByRole("heading", { name: "Account 2 of the source" }).waitFor();
});
