// What Auth0's SDK makes of the local tenant's jobs. `client.mjs` starts it.
import { gunzipSync } from "node:zlib";
import { ManagementClient } from "auth0";

const tenant = JSON.parse(process.env.CROSSWALK_TENANT);
const auth0 = new ManagementClient({
  domain: new URL(tenant.url).host,
  clientId: tenant.client_id,
  clientSecret: tenant.client_secret,
});

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

/** The job once it is done. */
async function done(id) {
  for (;;) {
    const job = await auth0.jobs.get(id);
    if (job.status !== "pending") return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Status and message of the refusal that a call meets. */
async function refusal(call) {
  try {
    await call;
    return "no refusal";
  } catch (error) {
    return [error.statusCode, error.body?.message];
  }
}

const connection = await auth0.connections.create({ name: "people", strategy: "auth0", enabled_clients: [tenant.client_id] });
const users = [
  { user_id: "1", email: "one@example.org", email_verified: true, user_metadata: { country: "CZ" } },
  { user_id: "2", email: "two@example.org", name: "=1+1", app_metadata: { plan: { name: "gold" } } },
];
const file = new File([JSON.stringify(users)], "users.json", { type: "application/json" });
const accepted = await auth0.jobs.usersImports.create({ users: file, connection_id: connection.id });
judge("an import is accepted", [accepted.type, accepted.status, accepted.connection], ["users_import", "pending", "people"]);
judge("an import is done", (await done(accepted.id)).summary, { failed: 0, updated: 0, inserted: 2, total: 2 });

const fields = [
  { name: "user_id", export_as: "Id" },
  { name: "email" },
  { name: "identities[0].connection", export_as: "Connection" },
  { name: "user_metadata.country" },
];
const asked = { connection_id: connection.id, format: "json", limit: 5, fields };
const job = await auth0.jobs.usersExports.create(asked);
judge("an export is answered as it was asked for", [job.type, job.status, job.format, job.limit, job.fields], ["users_export", "pending", "json", 5, fields]);
const finished = await done(job.id);
judge("an export is done", [finished.status, finished.connection], ["completed", "people"]);
const packed = Buffer.from(await (await fetch(finished.location)).arrayBuffer());
const lines = gunzipSync(packed).toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
judge("the file has a line for each user", lines, [
  { Id: "auth0|1", email: "one@example.org", Connection: "people", "user_metadata.country": "CZ" },
  { Id: "auth0|2", email: "two@example.org", Connection: "people" },
]);

const csv = await auth0.jobs.usersExports.create({ connection_id: connection.id, fields: [{ name: "name" }, { name: "email_verified" }] });
judge("CSV is the format when none is asked for", csv.format, "csv");
const text = gunzipSync(Buffer.from(await (await fetch((await done(csv.id)).location)).arrayBuffer())).toString("utf8");
judge("CSV is safe in a spreadsheet", text, `"name","email_verified"\n"'one@example.org",true\n"'=1+1",false\n`);
judge("an export has no errors", (await auth0.jobs.errors.get(csv.id)) ?? null, null);

judge("a connection that is not there", await refusal(auth0.jobs.usersExports.create({ connection_id: "con_0000000000000000" })), [400, "The connection does not exist."]);
judge("a job that is not there", await refusal(auth0.jobs.get("job_0000000000000000")), [404, "Job not found."]);

console.log(`npm auth0: ${agree} judgements agree, ${disagree} do not`);
process.exit(disagree === 0 ? 0 : 1);
