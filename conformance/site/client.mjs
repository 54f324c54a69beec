// Holds the local site against the npm package `gigya`, a client for Gigya's real API, unmodified.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { lead, serve } from "./loopback.mjs";

// The client is of 2019 and says so on every signature.
process.noDeprecation = true;
const require = createRequire(import.meta.url);
// Calls to another data center have to get as far as the site.
const site = await serve("--name", "*.us1.gigya.com");
lead(site);
const { Gigya } = require("gigya");
Gigya.RETRY_DELAY = 0;

let agree = 0;
let disagree = 0;
function judge(what, actual, expected) {
  const [one, other] = [actual, expected].map((value) => JSON.stringify(value));
  if (one === other) {
    agree += 1;
    return;
  }
  disagree += 1;
  console.log(`${what}: ${one} instead of ${other}`);
}

/** The error code that a call ends with; 0 when it succeeds. */
async function code(call) {
  try {
    return (await call).errorCode;
  } catch (error) {
    return error.errorCode ?? String(error);
  }
}

const privateKey = readFileSync(site.private_key, "utf8");
const signed = new Gigya(site.api_key, "eu1", site.user_key, site.secret);
const bearer = new Gigya(site.api_key, "eu1", { userKey: site.user_key, privateKey });

for (const [name, client] of [["signature", signed], ["bearer token", bearer]]) {
  const UID = `client-${name[0]}`;
  const email = `${UID}@example.com`;
  const profile = { firstName: "Zoë 中文 😀", lastName: "a+b*c~d(e)!f'g & 1=1 %2B", birthYear: 1984 };
  const password = { hashedPassword: "Ftek/KdELdo62TyacmWX5A==", hashSettings: { algorithm: "md5" } };
  const account = { UID, profile, data: { list: [1, "two", { three: null }] }, loginIDs: { emails: [email] }, password };
  judge(`${name}: import`, (await client.request("accounts.importFullAccount", account)).UID, UID);
  judge(`${name}: import again`, await code(client.request("accounts.importFullAccount", account)), 400003);
  const info = await client.accounts.getAccountInfo({ UID, include: "profile,data,password,loginIDs" });
  judge(`${name}: profile`, info.profile, profile);
  judge(`${name}: data`, info.data, { list: [1, "two", { three: null }] });
  judge(`${name}: hash`, info.password.hash, password.hashedPassword);
  const fits = signed.sigUtils.validateUserSignature(UID, info.signatureTimestamp, info.UIDSignature);
  judge(`${name}: the client accepts the signature of the UID`, fits, true);
  const exchange = { UID, UIDSignature: info.UIDSignature, signatureTimestamp: info.signatureTimestamp };
  judge(`${name}: exchange`, await code(client.accounts.exchangeUIDSignature(exchange)), 0);
  judge(`${name}: login`, (await client.accounts.login({ loginID: email, password: "test1234" })).UID, UID);
  judge(`${name}: wrong password`, await code(client.accounts.login({ loginID: email, password: "no" })), 403042);
  judge(`${name}: taken`, (await client.accounts.isAvailableLoginID({ loginID: email })).isAvailable, false);
  judge(`${name}: set`, await code(client.accounts.setAccountInfo({ UID, data: { list: [] }, isVerified: true })), 0);
  judge(`${name}: it is set`, (await client.accounts.getAccountInfo({ UID })).data, { list: [] });
  judge(`${name}: schema`, (await client.accounts.getSchema({})).profileSchema.fields.birthYear.type, "integer");
  judge(`${name}: delete`, await code(client.accounts.deleteAccount({ UID })), 0);
  judge(`${name}: it is gone`, await code(client.accounts.getAccountInfo({ UID })), 403005);
}

const uids = Array.from({ length: 25 }, (_, index) => `row-${String(index).padStart(2, "0")}`);
for (const UID of uids) await signed.request("accounts.importFullAccount", { UID, data: { batch: "rows" } });
const rows = "FROM accounts WHERE data.batch = 'rows'";
const count = await bearer.accounts.search({ query: `SELECT count(*) ${rows}` });
judge("count", [count.results[0]["count(*)"], count.totalCount], [25, 25]);
const found = [];
let page = await signed.accounts.search({ query: `SELECT UID ${rows} ORDER BY createdTimestamp LIMIT 10`, openCursor: true });
for (;;) {
  found.push(...page.results.map((row) => row.UID));
  if (!page.nextCursorId) break;
  const again = await signed.accounts.search({ cursorId: page.nextCursorId });
  page = await signed.accounts.search({ cursorId: page.nextCursorId });
  judge("the same page twice", page.results, again.results);
}
judge("every row once", found.sort(), uids);
judge("a query that is none", await code(signed.accounts.search({ query: "SELECT FROM" })), 400006);
judge("an unknown cursor", await code(signed.accounts.search({ cursorId: "none" })), 400006);
const deleted = "SELECT * FROM auditLog WHERE endpoint = 'accounts.deleteAccount' AND uid = 'client-s'";
const log = await signed.request("audit.search", { query: deleted });
judge("the audit log", log.results.map((row) => [row.uid, row.errCode]), [["client-s", "0"]]);

const store = { host: "sftp.example.com", username: "u", password: "p", remotePath: "/" };
const flow = {
  name: "export",
  steps: [
    { id: "read", type: "datasource.read.gigya.account", params: { select: "UID" }, next: ["format"] },
    { id: "format", type: "file.format.json", params: { fileName: "accounts.json" }, next: ["write"] },
    { id: "write", type: "datasource.write.sftp", params: store },
  ],
};
const { id } = await bearer.idx.createDataflow({ data: flow });
const flows = await signed.idx.search({ query: `SELECT * FROM dataflow WHERE id = '${id}'` });
judge("dataflows", [flows.resultCount, flows.result[0].steps[2].params], [1, { ...store, password: "********" }]);
judge("an unchanged dataflow", await code(signed.idx.setDataflow({ data: { ...flow, id } })), 403200);
judge("a changed one", (await signed.idx.setDataflow({ data: { ...flow, id, description: "d" } })).version, 2);
judge("a scheduling", typeof (await signed.idx.createScheduling({ data: { name: "s", dataflowId: id, frequencyType: "once", enabled: false } })).id, "string");
judge("a deleted dataflow", [await code(signed.idx.deleteDataflow({ id })), await code(signed.idx.getDataflow({ id }))], [0, 404000]);

const wrong = { secret: "d3Jvbmc=", user: "Aother", key: "3_other" };
const as = (dataCenter, key, user, secret) => new Gigya(key, dataCenter, user, secret).accounts.getAccountInfo({ UID: "x" });
judge("a wrong secret", await code(as("eu1", site.api_key, site.user_key, wrong.secret)), 403003);
judge("an unknown user key", await code(as("eu1", site.api_key, wrong.user, site.secret)), 403005);
judge("an unknown API key", await code(as("eu1", wrong.key, site.user_key, site.secret)), 400093);
judge("a wrong data center", await code(as("us1", site.api_key, site.user_key, site.secret)), 301001);
judge("nobody", await code(new Gigya(site.api_key, "eu1", false).accounts.getAccountInfo({ UID: "x" })), 403005);

judge("the site ends well", await site.stop(), 0);
console.log(`npm gigya: ${agree} judgements agree, ${disagree} do not`);
process.exit(disagree === 0 ? 0 : 1);
