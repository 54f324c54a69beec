// The whole tutorial in one browser, from an empty home to a proved login, without a command after `serve`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { calm, launch, open } from "../lib/browser.mjs";
import { picture, postcard } from "../lib/pictures.mjs";
import { serve } from "../lib/server.mjs";

let browser;
let server;

before(async () => {
  browser = await launch();
  server = await serve();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("from the first page to a proved login", { timeout: 300_000 }, async (t) => {
  const page = await open(browser, { origin: server.origin });
  const menu = page.getByRole("navigation", { name: "Pages" });
  const to = (name) => menu.getByRole("link", { name, exact: true }).click();
  const press = (name) => page.getByRole("button", { name }).click();

  await t.test("the link opens the page, once", async () => {
    await page.goto(server.link);
    await page.waitForURL(`${server.origin}/`);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const stranger = await open(browser, { origin: server.origin });
    const answer = await stranger.goto(server.link);
    assert.ok(answer.status() >= 400, "the link is good for one use");
    await stranger.context().close();
  });

  await t.test("a connection is created, and an application may use it", async () => {
    await to("Connections");
    await page.getByRole("link", { name: "Create a connection" }).click();
    await page.getByLabel("Name", { exact: true }).fill("shop-users");
    await page.getByLabel(/username/).check();
    await press("Create");
    await page.getByText("No application uses this connection.").waitFor();
    await page.getByText("Create an application").click();
    await page.getByLabel("Name", { exact: true }).fill("Web shop");
    await press("Create and enable");
    const own = page.getByRole("switch", { name: "Web shop uses this connection" });
    assert.equal(await own.getAttribute("aria-checked"), "true");
    // The page's own client tries the logins later.
    for (const other of await page.getByRole("switch", { checked: false }).all()) await other.click();
    await picture(page, "tutorial-1-connection");
  });

  await t.test("the sample site is the source, and its accounts are looked at", async () => {
    await to("Source");
    await press("Use the local site");
    await page.getByText("The source is").waitFor({ timeout: 60_000 });
    const begin = page.getByRole("button", { name: /Count|Look/ });
    if (await begin.count()) await begin.first().click();
    await page.getByRole("heading", { name: "What the accounts are like" }).waitFor();
    await page.getByText(/pbkdf2/).first().waitFor({ timeout: 60_000 });
    await picture(page, "tutorial-2-source");
  });

  await t.test("the mapping is changed, and what becomes of an account is seen", async () => {
    await to("Mapping");
    const document = page.locator("#document");
    const text = await document.inputValue();
    assert.match(text, /nickname/);
    const changed = text.replace(/^nickname +=.*$/m, 'nickname = "profile.firstName"');
    assert.notEqual(changed, text);
    await document.fill(changed);
    await press("Keep this mapping");
    await page.getByText("This mapping is used by the next run.").waitFor();
    await page.getByRole("button", { name: "Back to the default mapping" }).waitFor();
    await picture(page, "tutorial-3-mapping");
    await postcard(page, "page-mapping");
  });

  let run;
  await t.test("the accounts are prepared and imported", async () => {
    await to("Import");
    await press(/Prepare its accounts/);
    const table = page.locator("table.wide tbody");
    await table.getByText("ready", { exact: true }).waitFor({ timeout: 60_000 });
    await press("Start Importing Users");
    await table.getByText("done", { exact: true }).waitFor({ timeout: 120_000 });
    await page.waitForFunction(() => !document.querySelector("svg.meter"));
    await picture(page, "tutorial-4-import");
    await page.getByRole("link", { name: /^Report/ }).click();
    run = decodeURIComponent(new URL(page.url()).pathname.split("/").pop());
    const report = JSON.parse(readFileSync(join(server.home, "runs", run, "report.json"), "utf8"));
    const { packed, imported, updated = 0, already_there: there = 0, failed } = report.counters;
    assert.equal(packed, imported + updated + there + failed);
    assert.match(readFileSync(join(server.home, "runs", run, "mapping.toml"), "utf8"), /^nickname = "profile.firstName"$/m);
    assert.ok(imported > 1000 && failed === 0, JSON.stringify([report.counters, report.causes]));
    assert.ok(report.logins.tried > 0 && report.logins.passed === report.logins.tried, JSON.stringify(report.logins));
    await picture(page, "tutorial-5-report");
  });

  await t.test("a user who was set aside is mended and sent again", async () => {
    await page.getByRole("link", { name: "Who was set aside" }).click();
    await page.getByLabel("Cause").selectOption("email_missing");
    await press("Show");
    await page.getByRole("link", { name: /^Mend/ }).first().click();
    await page.getByLabel("Email").fill("mended@example.com");
    await page.getByText("Auth0 takes this user").waitFor();
    await picture(page, "tutorial-6-mend");
    await press("Store the mended user");
    await page.waitForURL(/\/set-aside/);
    await page.goto(`${server.origin}/runs/${encodeURIComponent(run)}`);
    await press("Send mended users again");
    await page.waitForURL(/\/import/);
    await page.getByRole("row", { name: /again/ }).getByText("done", { exact: true }).waitFor({ timeout: 120_000 });
    await to("Users");
    await page.getByLabel(/^Name, address/).fill("mended@example.com");
    await press("Search");
    await page.getByRole("row", { name: /mended@example\.com/ }).waitFor();
  });

  await t.test("a person logs in with the password of before", async () => {
    const logins = readFileSync(join(server.home, "runs", run, "sample-logins.ndjson"), "utf8").trim().split("\n").map(JSON.parse);
    const { login, password } = logins.find(({ login }) => login.includes("@"));
    await to("Users");
    await page.getByLabel(/^Name, address/).fill(login);
    await press("Search");
    await page.locator("tbody th a").first().click();
    await page.getByRole("textbox", { name: "Password" }).fill(password);
    await press("Try the Login");
    await page.getByText("The password is right.").waitFor();
    assert.ok(!(await page.content()).includes(password), "what was typed is not shown");
    await picture(page, "tutorial-7-login");
  });

  await t.test("the overview says where the migration stands", async () => {
    await to("Overview");
    await page.getByText("Users have arrived.").waitFor();
    await postcard(page, "page-overview");
  });

  calm(page);
});
