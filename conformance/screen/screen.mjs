// Holds the rules of crate `user` against npm z-schema 3, with which Auth0 judges: on the schema that Auth0 publishes for
// one user, and, member by member, on the bounds that its documentation adds. Both must agree on every generated user.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ZSchema from "z-schema";
import { makeUser } from "./users.mjs";

const COUNT = Number(process.argv[2] ?? 30000);
const FIRST = Number(process.argv[3] ?? 1);
const root = fileURLToPath(new URL("../..", import.meta.url));
const schemaFile = new URL("../../../shared/facts/auth0-user-import.schema.json", import.meta.url);

/** What the documentation adds, each as a schema of its own and the code of ours that must answer to it. */
const additions = {
  user_id: ["user_id_invalid", { type: "string", minLength: 1, maxLength: 255, pattern: "^\\S*$" }],
  phone_number: ["phone_invalid", { type: "string", pattern: "^\\+[0-9]{1,15}$" }],
  given_name: ["given_name_too_long", { type: "string", minLength: 1, maxLength: 150 }],
  family_name: ["family_name_too_long", { type: "string", minLength: 1, maxLength: 150 }],
  name: ["name_too_long", { type: "string", minLength: 1, maxLength: 300 }],
  nickname: ["nickname_too_long", { type: "string", minLength: 1, maxLength: 300 }],
  picture: ["picture_invalid", { type: "string", format: "strict-uri" }],
};

const users = Array.from({ length: COUNT }, (_, index) => makeUser(FIRST + index));
const run = spawnSync("cargo", ["run", "-q", "-p", "user", "--example", "judge"], {
  cwd: root,
  input: users.map((user) => JSON.stringify(user)).join("\n") + "\n",
  maxBuffer: 1 << 30,
  stdio: ["pipe", "pipe", "inherit"],
});
if (run.status !== 0) throw new Error(`the judge ended with status ${run.status}`);
const verdicts = run.stdout.toString().trimEnd().split("\n").map((line) => JSON.parse(line));
if (verdicts.length !== COUNT) throw new Error(`${COUNT} users, ${verdicts.length} verdicts`);

let passed = 0;
let failed = 0;
const counts = {};
const count = (name) => (counts[name] = (counts[name] ?? 0) + 1);
function compare(what, index, theirs, ours) {
  count(`${what}: z-schema ${theirs ? "accepts" : "refuses"}`);
  if (theirs === ours) {
    passed += 1;
    return;
  }
  failed += 1;
  if (failed <= 20) {
    console.log(`seed ${FIRST + index}, ${what}: z-schema ${theirs ? "accepts" : "refuses"}, we ${ours ? "accept" : "refuse"}`);
    console.log("  user:   ", JSON.stringify(users[index]).slice(0, 600));
    console.log("  z-schema:", JSON.stringify(zschema.getLastErrors()?.map((error) => `${error.code} ${error.path}`)));
    console.log("  we:     ", JSON.stringify(verdicts[index]));
  }
}

const zschema = new ZSchema();
if (existsSync(schemaFile)) {
  const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
  users.forEach((user, index) => {
    const theirs = zschema.validate(user, schema);
    compare("the schema of one user", index, theirs, verdicts[index].schema.length === 0);
  });
} else {
  console.log("SKIPPED: the schema of one user; ../shared/facts/auth0-user-import.schema.json is not beside this tree");
}
users.forEach((user, index) => {
  for (const [member, [code, schema]] of Object.entries(additions)) {
    if (typeof user[member] !== "string") continue;
    const value = member === "user_id" ? user[member].replace(/^auth0\|/, "") : user[member];
    const theirs = zschema.validate(value, schema);
    compare(member, index, theirs, !verdicts[index].documentation.includes(`${code} ${member}`));
  }
});

for (const name of Object.keys(counts).sort()) console.log(`${`${counts[name]}`.padStart(8)}  ${name}`);
console.log(`screen: ${COUNT} users, ${passed} judgements agree, ${failed} do not`);
process.exitCode = failed === 0 ? 0 : 1;
