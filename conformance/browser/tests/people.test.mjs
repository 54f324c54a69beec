// Pages Export, Users and Lanes.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { calm, open, SIZES, THEMES } from "../lib/browser.mjs";
import { latePaints } from "../lib/measure.mjs";
import { picture } from "../lib/pictures.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("people");
const { folder } = set;
/** How many users the tenant has; PEOPLE=200000 measures what the page promises. */
const PEOPLE = Number(process.env.PEOPLE ?? 2_000);
let server;
let page;

const account = (number, more = {}) => ({
  UID: `uid-${number}`,
  profile: { email: `person${number}@example.com`, firstName: `Given${number}`, lastName: `Family${number}` },
  data: { shoe: { size: number % 50 }, "<b>bold</b>": "<i>text</i>" },
  isRegistered: true,
  isActive: true,
  ...more,
});

before(async () => {
  ({ server, page } = await set.begin());
  const known = { password: { hash: "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG", hashSettings: { algorithm: "bcrypt" } } };
  const social = { identities: [{ provider: "facebook", providerUID: "7" }], socialProviders: "facebook" };
  const odd = { password: { hash: "x", hashSettings: { algorithm: "somethingelse" } } };
  const accounts = [account(0, known), account(1, social), account(2, odd)];
  for (let number = accounts.length; number < PEOPLE; number += 1) accounts.push(account(number));
  const file = join(folder, "people.ndjson");
  writeFileSync(file, accounts.map((one) => JSON.stringify(one)).join("\n"));
  await imported(file);
});
/** Drops a file and imports it. */
async function imported(file) {
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  const row = page.locator("table.wide tbody tr").last();
  await row.getByText("ready").waitFor({ timeout: 300_000 });
  await page.getByRole("button", { name: "Start Importing Users" }).click();
  await page.locator("table.wide tbody tr").last().getByText("done", { exact: true }).waitFor({ timeout: 600_000 });
}

test("users are exported with the fields that were chosen, and come back", async () => {
  await page.goto(`${server.origin}/export`);
  await page.getByText(`${PEOPLE.toLocaleString("en")} users`).waitFor();
  await page.locator("summary", { hasText: "Fields" }).click();
  await page.getByRole("button", { name: "Remove picture" }).click();
  await page.getByRole("button", { name: "Remove picture" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByLabel("User field 11").fill("app_metadata");
  await page.getByLabel("Column name 11").fill("app_metadata");
  await page.getByLabel("Format").selectOption("ndjson");
  await page.getByRole("button", { name: "Export Users" }).click();
  const link = page.getByRole("link", { name: /\.ndjson$/ });
  await link.waitFor({ timeout: 120_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  const users = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(users.length, PEOPLE);
  assert.deepEqual(Object.keys(users[0]).includes("Picture"), false);
  assert.equal(users.find((user) => user.Id === "auth0|uid-5").app_metadata.data.shoe.size, 5);
  const again = join(folder, "again.ndjson");
  writeFileSync(again, users.slice(0, 5).map((user) => JSON.stringify(user)).join("\n"));
  await imported(again);
  await page.goto(`${server.origin}/runs`);
  await page.locator("tbody tr").first().getByText("5", { exact: true }).first().waitFor();
  calm(page);
});

test("a user is found, compared and logged in", async () => {
  await page.goto(`${server.origin}/users`);
  await page.getByLabel(/^Name, address/).fill("family0");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Given0 Family0" }).click();
  await page.getByText("What the tenant has is what was sent.").waitFor();
  await page.getByText("a bcrypt hash").first().waitFor();
  // The account comes afterwards, and its members stand beside what they became.
  const name = page.locator(".member").filter({ hasText: "family_name" });
  await page.getByRole("heading", { name: "The account it came from" }).waitFor();
  assert.equal(await name.isVisible(), false, "what is equal is folded");
  await page.getByRole("heading", { name: "Profile" }).locator("..").getByText(/^\d+ equal$/).click();
  assert.match(await name.innerText(), /Family0\s+profile\.lastName/);
  await page.getByText("The whole account").click();
  await page.getByText('"UID": "uid-0"').waitFor();
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Try the Login" }).click();
  await page.getByText("Wrong email or password.").waitFor();
  await page.getByLabel("Password").fill("shh");
  await page.getByRole("button", { name: "Try the Login" }).click();
  await page.getByText("The password is right.").waitFor();
  assert.ok(!(await page.content()).includes("C9hB01"), "no hash is in the page");
  assert.ok(!(await page.content()).includes("<i>text</i>"), "markup is text");
  calm(page);
});

test("the lanes say what to do, with lists", async () => {
  await page.goto(`${server.origin}/lanes`);
  const run = await page.getByLabel("Run").locator("option").last().getAttribute("value");
  await page.getByLabel("Run").selectOption(run);
  await page.getByRole("button", { name: "Show" }).click();
  const link = page.getByRole("link", { name: "without-password.csv" });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
  assert.equal(lines.length, PEOPLE, "all but the one whose hash moves, and the header");
  assert.ok(lines.includes("auth0|uid-1,person1@example.com,true"));
  calm(page);
});

test("each page passes axe-core in both themes and sizes, by keyboard, and fits a narrow window", async () => {
  const paths = ["/export", "/users", "/users/auth0%7Cuid-0", "/users/auth0%7Cuid-0/compare", "/lanes"];
  const state = await page.context().storageState();
  for (const theme of THEMES) {
    for (const [name, size] of Object.entries({ ...SIZES, narrow: { width: 360, height: 740 } })) {
      const looked = await open(set.browser, { origin: server.origin, size, theme });
      await looked.context().addCookies(state.cookies);
      for (const path of paths) {
        await looked.goto(`${server.origin}${path}`, { waitUntil: "networkidle" });
        await axe(looked);
        const over = await looked.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${path} is ${over} px too wide at ${size.width}`);
        await picture(looked, `people${path.replaceAll(/[^a-z0-9]+/gi, "-")}-${name}-${theme}`);
      }
      calm(looked);
      await looked.context().close();
    }
  }
});

test("each page is painted at once", async () => {
  const paths = ["/export", "/users", "/users?q=given1", "/users?q=person19", "/users/auth0%7Cuid-0", "/lanes"];
  assert.deepEqual(await latePaints(page, paths.map((path) => server.origin + path)), []);
});
