// HTML in every field of an account, of a file name, of a dataflow: it shows as text, everywhere.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { calm } from "../lib/browser.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("hostile");
const { folder } = set;
/** An element that would say so if it ever became one. */
const html = (where) => `<img src=x onerror="window.pwned='${where}'"><b class=pwned>${where}</b>`;

let server;
let page;

before(async () => ({ server, page } = await set.begin()));

/** Looks at a page for elements that came from data. */
async function harmless(path) {
  if (path) await page.goto(server.origin + path);
  await page.waitForLoadState("networkidle");
  const found = await page.evaluate(() => [window.pwned, document.querySelectorAll(".pwned, img[src=x]").length]);
  assert.deepEqual(found, [undefined, 0], page.url());
}

test("accounts whose every field is HTML", { timeout: 120_000 }, async () => {
  const account = (number, email) => ({
    UID: `u${number}-${html("uid")}`.slice(0, 100),
    isRegistered: true,
    isActive: true,
    emails: { verified: [email] },
    profile: {
      email,
      firstName: html("first"),
      lastName: html("last"),
      nickname: html("nick"),
      photoURL: `javascript:window.pwned='photo'`,
      [html("key")]: html("value"),
      country: html("country"),
    },
    data: { [html("data")]: [html("item")], note: html("note") },
    identities: [{ provider: html("provider"), providerUID: html("id") }],
  });
  const accounts = [
    account(1, "one@example.com"),
    account(2, html("email")),
    account(3, "one@example.com"),
    { ...account(4, "four@example.com"), UID: "plain" },
    account(5, null),
  ];
  const file = join(folder, `${html("file").replaceAll("/", "")}.ndjson`);
  writeFileSync(file, `${accounts.map((one) => JSON.stringify(one)).join("\n")}\n{"UID": "${"<i class=pwned>"}\n`);
  await page.goto(`${server.origin}/import`);
  await page.locator("#files").setInputFiles(file);
  const table = page.locator("table.wide tbody");
  await table.getByText("ready", { exact: true }).waitFor({ timeout: 60_000 });
  await harmless();
  await page.getByRole("button", { name: "Start Importing Users" }).click();
  await table.getByText("done", { exact: true }).waitFor({ timeout: 60_000 });
  const run = new URL(await table.locator("th a").first().getAttribute("href"), server.origin).pathname;
  for (const path of ["/", "/import", "/runs", run, `${run}/jobs`, `${run}/set-aside`, "/users", "/lanes"]) await harmless(path);
  await page.goto(`${server.origin}${run}/set-aside`);
  await page.getByRole("link", { name: /^Mend/ }).first().click();
  await harmless();
  await page.goto(`${server.origin}/users`);
  const user = await page.locator("tbody th a").first().getAttribute("href");
  for (const path of [user, `${user}/compare`, `/users?q=${encodeURIComponent(html("q"))}`]) await harmless(path);

  await page.goto(`${server.origin}/source`);
  await page.getByLabel("File, folder or glob").fill(file.replace(/[[\]*?]/g, "[$&]"));
  await page.getByRole("button", { name: "Use these files" }).click();
  await harmless();
  await harmless("/mapping");
  calm(page);
});

test("a dataflow whose every text is HTML", async () => {
  const flow = {
    name: html("name"),
    description: html("description"),
    [html("member")]: html("value"),
    steps: [
      { id: html("step"), type: "datasource.read.gigya.account", params: { select: html("select"), [html("parameter")]: html("given") }, next: [html("other")] },
      { id: html("other"), type: html("type"), params: { fields: [html("field")] }, next: [html("nobody")] },
    ],
  };
  await page.goto(`${server.origin}/dataflows/new`);
  await page.getByLabel("Its JSON").fill(JSON.stringify(flow));
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.waitForURL(/\/dataflows\/[0-9a-f]+$/, { timeout: 60_000 });
  const path = new URL(page.url()).pathname;
  await harmless();
  for (const end of ["/source", "/try", "/run", "/schedule", "/jobs"]) await harmless(path + end);
  await harmless("/dataflows");
  await page.goto(server.origin + path);
  for (const link of await page.locator("svg.graph a").all()) await harmless(await link.getAttribute("href"));
  await page.goto(`${server.origin}${path}/try`);
  await page.getByRole("button", { name: "Try it" }).click();
  await harmless();
  calm(page);
});
