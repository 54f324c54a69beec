// Page Dataflows: a file of IdentitySync comes in, is mended, tried, run and scheduled.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { calm } from "../lib/browser.mjs";
import { picture } from "../lib/pictures.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("flows");
const { folder } = set;
const base64 = (text) => Buffer.from(text).toString("base64");
const flow = {
  name: "nightly export",
  description: "<b>accounts</b> to a file",
  steps: [
    { id: "accounts", type: "datasource.read.gigya.account", params: { select: "UID,profile.email" }, next: ["shape"] },
    { id: "shape", type: "record.evaluate", params: { script: base64("function process(record) { return record; }"), ECMAScriptVersion: "12" }, next: ["csv"], error: ["kept"] },
    { id: "csv", type: "file.format.dsv", params: { fileName: "users.csv", maxFileSize: "many" }, next: ["out"] },
    { id: "kept", type: "file.format.json", params: { fileName: "failed.json" }, next: ["out"] },
    { id: "out", type: "datasource.write.sftp", params: { host: "h", username: "u", password: "top-secret" } },
  ],
};

let server;
let page;

before(async () => ({ server, page } = await set.begin()));

test("a file comes in, and what is wrong with it is told at its line", async () => {
  const file = join(folder, "flow.json");
  writeFileSync(file, JSON.stringify(flow));
  await page.getByRole("link", { name: "Dataflows" }).click();
  await page.getByText("There is none yet.").waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Bring a dataflow in" }).click();
  await page.getByLabel("A file of IdentitySync").setInputFiles(file);
  await page.waitForFunction(() => document.getElementById("source").value.length > 100);
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByRole("heading", { name: "nightly export" }).waitFor();
  await page.getByText("<b>accounts</b> to a file").waitFor();
  await page.getByText("This is a draft").waitFor();
  // The mistake comes first; that this build has no stores, and what to do about it, is told beside it.
  await page.getByText(/was built without the feature/).first().waitFor();
  await page.getByRole("link", { name: /^line / }).first().click();
  await page.waitForURL(/\/source#line-\d+$/);
  const line = page.locator(new URL(page.url()).hash);
  assert.match(await line.innerText(), /maxFileSize.*many/);
  assert.match(await line.innerText(), /must be a whole number/);
  assert.ok(!(await page.content()).includes("top-secret"));
  calm(page);
});

test("a step is mended in its form, which says what each parameter means", async () => {
  await page.getByRole("navigation", { name: "This dataflow" }).getByRole("link", { name: "Steps", exact: true }).click();
  await page.getByRole("link", { name: "csv file.format.dsv, cannot run" }).click();
  const field = page.getByLabel("maxFileSize");
  assert.equal(await field.inputValue(), "many");
  await field.fill("0");
  await page.getByRole("button", { name: "Save step" }).click();
  await page.getByText("The check finds nothing wrong.").or(page.getByText("Worth a look:")).waitFor();
  assert.equal(await page.getByText("This is a draft").count(), 0);
  await page.getByRole("link", { name: "shape record.evaluate" }).click();
  const script = page.getByRole("textbox", { name: /^script/ });
  assert.match(await script.inputValue(), /^function process/);
  await script.fill("function process(record, ctx, logger) {\n  logger.info('saw one');\n  return { id: record.UID, mail: record.profile?.email };\n}");
  await page.getByRole("button", { name: "Save step" }).click();
  await page.getByText("Saved.").waitFor();
  await picture(page, "dataflow-script");
  calm(page);
});

test("a step is added and taken away by form", async () => {
  await page.getByRole("link", { name: "Steps", exact: true }).click();
  await page.getByText("Add a step").click();
  await page.getByLabel("Component", { exact: true }).selectOption("field.rename");
  await page.getByLabel("Id of the step").fill("names");
  await page.getByLabel("After", { exact: true }).selectOption("accounts");
  await page.getByRole("button", { name: "Add this step" }).click();
  await page.getByRole("heading", { name: "names", exact: true }).waitFor();
  await axe(page);
  await picture(page, "dataflow-added-light-wide");
  const drawn = page.locator("svg.graph a").filter({ hasText: "names" });
  assert.equal(await drawn.count(), 1);
  await page.getByRole("button", { name: "Remove this step" }).click();
  await page.getByText("Saved.", { exact: true }).waitFor();
  assert.equal(await drawn.count(), 0);
  calm(page);
});

test("ten records are seen between the steps, and nothing is written", async () => {
  await page.getByRole("navigation", { name: "This dataflow" }).getByRole("link", { name: "Try" }).click();
  await page.getByLabel("out").fill(join(folder, "tried"));
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("10 records went through. Nothing was written.").waitFor({ timeout: 30_000 });
  await page.getByText("File users.csv").first().waitFor();
  await page.getByText("saw one").first().waitFor();
  await picture(page, "dataflow-tried");
  assert.throws(() => readFileSync(join(folder, "tried", "users.csv")));
  calm(page);
});

test("it runs for real, and the job is kept", async () => {
  await page.getByRole("navigation", { name: "This dataflow" }).getByRole("link", { name: "Run" }).click();
  await page.getByLabel("Most records").fill("300");
  await page.getByLabel("out").fill(folder);
  await page.getByRole("button", { name: "Run it now" }).click();
  await page.getByText("succeeded", { exact: true }).waitFor({ timeout: 60_000 });
  assert.equal(readFileSync(join(folder, "users.csv"), "utf8").trim().split("\n").length, 301);
  await picture(page, "dataflow-job");
  const row = page.getByRole("row", { name: /^csv/ });
  assert.equal(await row.getByRole("cell").first().innerText(), "300");
  await page.getByRole("navigation", { name: "This dataflow" }).getByRole("link", { name: "Jobs" }).click();
  await page.getByRole("row", { name: /succeeded/ }).waitFor();
  calm(page);
});

test("a schedule comes and goes", async () => {
  await page.getByRole("navigation", { name: "This dataflow" }).getByRole("link", { name: "Schedule" }).click();
  await page.getByLabel("First job (UTC)").fill("2099-01-31T02:30");
  await page.getByRole("button", { name: "Schedule it" }).click();
  await page.getByRole("row", { name: /nightly.*1 days/ }).waitFor();
  await page.getByRole("button", { name: "Remove schedule nightly" }).click();
  await page.getByText("It runs only when somebody says so.").waitFor();
  calm(page);
});

test("all of it by the keyboard alone", async () => {
  await page.getByRole("navigation", { name: "This dataflow" }).getByRole("link", { name: "Steps", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/dataflows\/[0-9a-f]+$/);
  // The steps of the graph are reached in turn.
  const reached = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    if (/ (datasource|record|file)\./.test(label)) reached.push(label.split(" ")[0]);
    if (reached.at(-1) === "out") break;
  }
  assert.deepEqual(reached, ["accounts", "shape", "csv", "kept", "out"]);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "out", exact: true }).waitFor();
  calm(page);
});
