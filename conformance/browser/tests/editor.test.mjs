// Texts with errors that name a line: one click, or one key, and the caret is there.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { axe } from "../lib/axe.mjs";
import { calm, open } from "../lib/browser.mjs";
import { stage } from "../lib/stage.mjs";

const set = stage("editor");
let server;
let page;

before(async () => {
  ({ server, page } = await set.begin());
  await page.goto(`${server.origin}/source`);
  await page.getByRole("button", { name: /Use the local site/ }).click();
  await page.getByText("The source is").waitFor({ timeout: 60_000 });
});

/** What is selected in the editor that has the focus, and whether it is in sight there and on the page. */
const selected = () =>
  page.evaluate(() => {
    const editor = document.activeElement;
    const line = editor.value.slice(0, editor.selectionStart).split("\n").length;
    const top = (line - 1) * (editor.scrollHeight / editor.value.split("\n").length) - editor.scrollTop;
    const box = editor.getBoundingClientRect();
    const seen = top >= 0 && top < editor.clientHeight && box.top < innerHeight && box.bottom > 0;
    return { text: editor.value.slice(editor.selectionStart, editor.selectionEnd), line, seen };
  });

/** A dataflow whose mistake is far below what an editor shows. */
const flow = () => {
  const lines = ["{", '  "name": "long",', ...Array.from({ length: 120 }, (_, number) => `  "x${number}": "${"y".repeat(150)}",`)];
  return [...lines, '  "steps": 7', "}"].join("\n");
};

test("the line of a mistake in a dataflow's JSON", async () => {
  await page.goto(`${server.origin}/dataflows/new`);
  await page.getByLabel("Its JSON").fill(flow());
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByText("This is no dataflow").waitFor();
  await axe(page);
  await page.getByRole("link", { name: "Go to line 123" }).focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await selected(), { text: '  "steps": 7', line: 123, seen: true });
  calm(page);
});

test("the line of a finding, beside the source that it is in", async () => {
  await page.goto(`${server.origin}/dataflows/new`);
  await page.getByLabel("Its JSON").fill('{\n"name": "n",\n"steps": [\n{"id": "a",\n"type": "file.format.dsv",\n"params": {\n"maxFileSize": "many"}}]}');
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByText("This is a draft").waitFor();
  const link = page.getByRole("listitem").filter({ hasText: "maxFileSize" }).getByRole("link", { name: /^line / }).first();
  const number = Number((await link.innerText()).replace(/\D/g, ""));
  // From another page it leads to the source, and there into the text.
  await link.click();
  await page.waitForURL(/\/source#line-\d+$/);
  await page.getByRole("listitem").filter({ hasText: "maxFileSize" }).getByRole("link", { name: `line ${number}`, exact: true }).first().click();
  const found = await selected();
  assert.equal(found.line, number);
  assert.match(found.text, /maxFileSize/);
  assert.ok(found.seen);
  calm(page);
});

test("the line of a mistake in a mapping, while one types", async () => {
  await page.goto(`${server.origin}/mapping`);
  const document = page.getByLabel("Target = source, in TOML");
  const lines = (await document.inputValue()).split("\n");
  const at = lines.length;
  await document.fill([...lines.slice(0, at - 1), "nothing of that kind", ""].join("\n"));
  await page.getByRole("link", { name: `Go to line ${at}` }).click();
  assert.deepEqual(await selected(), { text: "nothing of that kind", line: at, seen: true });
  calm(page);
});

test("without JavaScript the links lead to the listing and to the text", async () => {
  const state = await page.context().storageState();
  const plain = await open(set.browser, { origin: server.origin, storageState: state, javaScriptEnabled: false });
  await plain.goto(`${server.origin}/dataflows/new`);
  await plain.getByLabel("Its JSON").fill('{"name": "x",\n"steps": 1}');
  await plain.getByRole("button", { name: "Bring it in" }).click();
  await plain.getByRole("link", { name: "Go to line 2" }).click();
  assert.match(await plain.locator(new URL(plain.url()).hash).innerText(), /steps/);
  calm(plain);
});
