// Runs the custom database scripts that Crosswalk writes in Node.js, as Auth0 does, beside the local tenant, which runs
// them in QuickJS: against the same local site both must come to the same users and the same refusals.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "crosswalk-lazy-"));
const command = ["run", "-q", "-p", "crosswalk", "--"];

function serve(...options) {
  const args = [...command, ...options, "--json", "--data", join(data, options[0])];
  const child = spawn("cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve({ ...JSON.parse(line), child }));
    child.once("exit", (status) => reject(new Error(`${options[0]} ended with status ${status}`)));
  });
}

// Accounts whose password cannot move, each with something awkward.
const password = { compoundHash: "$1$abcdefgh$6WjEwkJV..KvGb/KgYl/W0", hashSettings: { algorithm: "md5_crypt" } };
const awkward = [
  {},
  { profile: { firstName: "Zoë 中文 😀", lastName: "x".repeat(200), photoURL: "not a url", birthYear: 1984, birthMonth: 2, birthDay: 30 } },
  { profile: { firstName: " ", nickname: "\u2028", languages: "en,fr", phones: { type: "home", number: "1" } } },
  { data: { list: [1, 1.5, "two", { three: null }], "a.b": { $c: 1 } }, preferences: {}, subscriptions: {} },
  { profile: { photoURL: "https://x.cz/a.png", zip: 12345, name: "n".repeat(400) } },
  { emails: { verified: [], unverified: ["u@example.com"] } },
  { isActive: false },
  { isRegistered: false },
];
const accounts = awkward.map((more, index) => {
  const email = `user${index}@example.com`;
  const profile = { email, ...more.profile };
  return { UID: `uid-${index}`, isActive: true, isRegistered: true, isVerified: true, loginIDs: { emails: [email] },
    emails: { verified: [email] }, created: "2015-01-01T00:00:00.000Z", createdTimestamp: 1420070400000,
    lastUpdatedTimestamp: 1420070400000, password, ...more, profile };
});
writeFileSync(join(data, "export.ndjson"), accounts.map((account) => JSON.stringify(account)).join("\n"));

const site = await serve("site", "serve", "--import", join(data, "export.ndjson"));
const tenant = await serve("tenant", "serve");
const env = { ...process.env, AUTH0_CLIENT_ID: tenant.client_id, AUTH0_CLIENT_SECRET: tenant.client_secret,
  GIGYA_API_KEY: site.api_key, GIGYA_USER_KEY: site.user_key, GIGYA_SECRET: site.secret, CROSSWALK_HOME: join(data, "home") };
const migrate = ["migrate", `gigya:${site.url}`, "--to", tenant.url, "--lazy", "leave", "--accept", "not_registered"];
const migrated = spawnSync("cargo", [...command, ...migrate], { cwd: root, env, encoding: "utf8" });

async function ask(method, path, body, token) {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(tenant.url + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}
const client = { client_id: tenant.client_id, client_secret: tenant.client_secret };
const granted = await ask("POST", "/oauth/token", { grant_type: "client_credentials", audience: `${tenant.url}/api/v2/`, ...client });
const token = granted.body.access_token;
const [connection] = (await ask("GET", "/api/v2/connections?name=gigya", undefined, token)).body;

// What Auth0 has around a script.
class WrongUsernameOrPasswordError extends Error {}
class ValidationError extends Error { constructor(code, message) { super(message); this.code = code; } }
class UnauthorizedError extends Error {}
const configuration = { GIGYA_URL: site.url, GIGYA_API_KEY: site.api_key, GIGYA_USER_KEY: site.user_key, GIGYA_SECRET: site.secret };
function run(name, ...args) {
  const around = { configuration, WrongUsernameOrPasswordError, ValidationError, UnauthorizedError };
  const script = new Function(...Object.keys(around), `return (${connection.options.customScripts[name]})`)(...Object.values(around));
  return new Promise((resolve) => script(...args, (error, user) => resolve({ error, user })));
}

let agree = 0;
let disagree = 0;
function judge(what, one, other) {
  if (isDeepStrictEqual(one, other)) {
    agree += 1;
    return;
  }
  disagree += 1;
  console.log(`${what}: ${JSON.stringify(one)} in Node.js, ${JSON.stringify(other)} in the tenant`);
}

judge("crosswalk migrate", migrated.status, 0);
if (migrated.status !== 0) console.log(migrated.stderr);
const added = ["identities", "created_at", "updated_at", "last_login", "last_ip", "logins_count"];
for (const { UID, loginIDs } of accounts) {
  const [email] = loginIDs.emails;
  const login = (word) => ask("POST", "/oauth/token", { grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    realm: "gigya", username: email, password: word, ...client });
  const wrong = await run("login", email, "certainly not");
  judge(`${UID}: wrong password`, wrong.error instanceof WrongUsernameOrPasswordError, (await login("certainly not")).body.error === "invalid_grant");
  const found = await run("get_user", email);
  const { error, user } = await run("login", email, "geheim 1");
  const passed = await login("geheim 1");
  judge(`${UID}: login`, error ? [error.constructor.name, error.message] : [], passed.status === 200 ? [] : [
    passed.body.error === "unauthorized" ? "UnauthorizedError" : passed.body.error, passed.body.error_description]);
  if (!user) continue;
  const came = (await ask("GET", `/api/v2/users/auth0%7C${UID}`, undefined, token)).body;
  for (const name of added) delete came[name];
  for (const name of ["name", "nickname", "picture"]) if (user[name] === undefined) delete came[name];
  const timeless = (one) => {
    const copy = structuredClone(one);
    for (const name of ["lastLogin", "lastUpdated", "loginProvider"]) delete copy.app_metadata.gigya[name];
    return copy;
  };
  judge(`${UID}: the user`, timeless({ ...user, user_id: `auth0|${user.user_id}` }), timeless(came));
  judge(`${UID}: get_user`, timeless(found.user), timeless(user));
}
const nobody = await run("get_user", "nobody@example.com");
judge("nobody", [nobody.error, nobody.user], [null, null]);
site.child.removeAllListeners("exit");
tenant.child.removeAllListeners("exit");
site.child.kill("SIGTERM");
await new Promise((resolve) => site.child.once("exit", resolve));
const outage = await run("login", "user0@example.com", "geheim 1");
judge("an outage", [outage.error?.name, outage.user], ["TypeError", undefined]);
tenant.child.kill("SIGTERM");
await new Promise((resolve) => tenant.child.once("exit", resolve));
rmSync(data, { recursive: true });

console.log(`lazy/scripts: ${agree} judgements agree, ${disagree} do not`);
process.exitCode = disagree === 0 && agree > 0 ? 0 : 1;
