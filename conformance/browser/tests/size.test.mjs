// Every page at real size: 200,000 users in the tenant and 100 runs in the history.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { before, test } from "node:test";
import { calm } from "../lib/browser.mjs";
import { writeExport } from "../lib/files.mjs";
import { latePaints } from "../lib/measure.mjs";
import { binary } from "../lib/server.mjs";
import { stage } from "../lib/stage.mjs";

const USERS = 200_000;
const RUNS = 100;

const set = stage("size");
const { folder } = set;
const home = join(folder, "home");
let server;
let page;

before(async () => {
  const file = (name) => join(folder, name);
  const run = (...args) =>
    execFileSync(binary, args, { env: { PATH: process.env.PATH, CROSSWALK_HOME: home }, stdio: "ignore" });
  writeExport(file("all.ndjson"), { accounts: USERS });
  writeExport(file("few.ndjson"), { accounts: 5 });
  run("migrate", file("all.ndjson"), "--run", "everybody");
  for (let number = 1; number < RUNS; number += 1) run("convert", file("few.ndjson"), "--run", `pilot-${number}`);
  // What was written goes to the disk now and not while pages are painted.
  execFileSync("sync");
  ({ server, page } = await set.begin({ home }));
  // The first search waits for the tenant's index of names, which is made behind the imports.
  await page.goto(`${server.origin}/users?q=user199999`);
});

test("every page of the navigation is painted within 100 ms", { timeout: 600_000 }, async () => {
  const links = await page.getByRole("navigation", { name: "Pages" }).getByRole("link").all();
  const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
  const all = [...paths, "/users?q=user199999", "/runs/everybody", "/runs/everybody/jobs"];
  const late = await latePaints(page, all.map((path) => server.origin + path));
  assert.deepEqual(late, []);
  calm(page);
});

test("a user is found among all of them", async () => {
  await page.goto(`${server.origin}/users`);
  await page.getByLabel(/^Name, address/).fill("user199999@example.com");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("row", { name: /user199999@example\.com/ }).waitFor();
  calm(page);
});
