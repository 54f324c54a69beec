// Writes vectors as a JSON array with one vector a line, or compares them with the committed file (--check).
import { readFileSync, writeFileSync } from "node:fs";

export function writeOrCheck(vectors, url) {
  const text = "[\n" + vectors.map((vector) => JSON.stringify(vector)).join(",\n") + "\n]\n";
  const name = url.pathname.split("/").slice(-4).join("/");
  if (!process.argv.includes("--check")) {
    writeFileSync(url, text);
    console.log(`${name}: ${vectors.length} vectors written`);
    return;
  }
  const equal = readFileSync(url, "utf8") === text;
  console.log(`${name}: ${vectors.length} vectors ${equal ? "are the committed ones" : "DIFFER from the committed ones"}`);
  process.exitCode = equal ? 0 : 1;
}
