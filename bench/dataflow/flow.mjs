// What one would write instead of a dataflow: a script that reads a file of accounts, one on a line, changes each and
// writes an array. `node flow.mjs fields|scripted IN OUT`; streams, so that its memory is flat.
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";

const [kind, from, to] = process.argv.slice(2);
const script = readFileSync(new URL("process.js", import.meta.url), "utf8");
const scripted = new Function(`${script}; return process;`)();
const renamed = [["email", "mail"], ["firstName", "first"], ["lastName", "last"], ["zip", "zip"]];

function fields(record) {
  for (const [source, target] of renamed) {
    if (record.profile && source in record.profile) record[target] = record.profile[source];
  }
  for (const name of ["profile", "password", "identities", "loginIDs"]) delete record[name];
  return record;
}

const change = kind === "scripted" ? scripted : fields;
const out = createWriteStream(to);
let block = "[";
let count = 0;
for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Infinity })) {
  if (line === "") continue;
  block += (count++ === 0 ? "\n" : ",\n") + JSON.stringify(change(JSON.parse(line), {}, console, {}));
  if (block.length > 1 << 16) {
    if (!out.write(block)) await once(out, "drain");
    block = "";
  }
}
out.end(`${block}\n]`);
await once(out, "finish");
