// The harness itself: what it must notice, it notices.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { axe } from "../lib/axe.mjs";
import { calm, forgive, launch, open } from "../lib/browser.mjs";
import { plain } from "../lib/plain.mjs";

const POLICY = "default-src 'none'; style-src 'self'";
const PAGES = {
  "/good": "<main><h1>Good</h1><label for=a>Name</label><input id=a></main>",
  "/late": "<main><h1>Late</h1></main>",
  "/unlabelled": "<main><h1>Bad</h1><input></main>",
  "/inline": "<main><h1 style='color: red'>Inline</h1></main>",
};

/** How long page /late takes (ms). */
const LATE = 300;

let browser;
let server;
let origin;

before(async () => {
  server = createServer(async (request, response) => {
    if (request.url === "/elsewhere") return void response.writeHead(302, { location: "/good" }).end();
    if (request.url === "/late") await pass(LATE);
    const body = PAGES[request.url];
    response.writeHead(body ? 200 : 500, { "content-type": "text/html", "content-security-policy": POLICY });
    response.end(`<!doctype html><html lang=en><title>Page</title>${body ?? "<main><h1>Broken</h1></main>"}`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

test("a good page passes under a strict policy", async () => {
  const page = await open(browser, { origin });
  await page.goto(`${origin}/good`);
  assert.ok((await axe(page)) > 5);
  calm(page);
});

test("a page that is late is painted late, one that does not come is told", async () => {
  const chromium = await plain(await open(browser, { origin }));
  try {
    const soon = await chromium.paint(`${origin}/good`);
    assert.ok(soon > 0 && soon < 5000, `${soon}`);
    const late = await chromium.paint(`${origin}/late`);
    assert.ok(late > LATE && late < 5000, `${late}`);
    await assert.rejects(chromium.paint(`${origin}/elsewhere`), /elsewhere led to .*\/good/);
    await assert.rejects(chromium.paint("http://127.0.0.1:1/"), /ERR_/);
  } finally {
    await chromium.close();
  }
});

test("an input without a label is a violation", async () => {
  const page = await open(browser, { origin });
  await page.goto(`${origin}/unlabelled`);
  await assert.rejects(axe(page), /label \(critical\)/);
});

test("inline style, an answer of 500 and a request elsewhere are troubles", async () => {
  const page = await open(browser, { origin });
  await page.goto(`${origin}/inline`);
  assert.match(forgive(page).join("\n"), /Content Security Policy/);
  await page.goto(`${origin}/nowhere`);
  assert.match(forgive(page).join("\n"), /500 from/);
  await page.goto(`http://localhost:${new URL(origin).port}/good`);
  assert.throws(() => calm(page), /leaves the machine/);
});
