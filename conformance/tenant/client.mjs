// Holds the local tenant against the npm package `auth0`, Auth0's own SDK, unmodified: it starts the tenant, and
// `judge.mjs` with the tenant's CA, which Node.js takes from its environment only.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "crosswalk-tenant-"));
const args = ["run", "-q", "-p", "crosswalk", "--", "tenant", "serve", "--tls", "--json", "--data", data];
const tenant = spawn("cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise((resolve) => tenant.once("exit", resolve));
const line = await new Promise((resolve, reject) => {
  createInterface({ input: tenant.stdout }).once("line", resolve);
  ended.then((status) => reject(new Error(`the tenant ended with status ${status}`)));
});

const env = { ...process.env, NODE_EXTRA_CA_CERTS: JSON.parse(line).ca, CROSSWALK_TENANT: line };
const judge = spawn(process.execPath, [fileURLToPath(new URL("judge.mjs", import.meta.url))], { env, stdio: "inherit" });
const judged = await new Promise((resolve) => judge.once("exit", resolve));
tenant.kill("SIGTERM");
const status = await ended;
if (status !== 0) console.log(`the tenant ended with status ${status}`);
rmSync(data, { recursive: true });
process.exit(judged === 0 && status === 0 ? 0 : 1);
