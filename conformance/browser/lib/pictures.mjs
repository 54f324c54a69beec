// Pictures of pages, for people to look at. They are taken where PICTURES names a folder.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.PICTURES;

/** Takes a picture of the whole page, if somebody wants pictures. */
export async function picture(page, name) {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** Takes a picture of what a window of this size shows: one for the README. */
export async function postcard(page, name, size = { width: 1120, height: 720 }) {
  if (!folder) return;
  const before = page.viewportSize();
  await page.setViewportSize(size);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  await page.setViewportSize(before);
}
