// Where Gigya's host names lead: to a local site. The client in question is left as it is; what is changed is the network
// that it sees: every TLS connection to Gigya's hosts goes to the site's port, and the site's test CA is trusted.
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const hosts = /\.(gigya\.com|gigya-api\.cn|sapcdm\.cn)$/;

/** Starts `crosswalk site serve` and gives its ready line, and a function that stops it. */
export async function serve(...options) {
  const data = mkdtempSync(join(tmpdir(), "crosswalk-site-"));
  const args = ["run", "-q", "-p", "crosswalk", "--", "site", "serve", "--tls", "--json", "--data", data, ...options];
  const child = spawn("cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    ended.then((status) => reject(new Error(`the site ended with status ${status}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const status = await ended;
    rmSync(data, { recursive: true });
    return status;
  };
  return { ...JSON.parse(line), stop };
}

/** Leads Gigya's host names to the site. */
export function lead({ url, ca }) {
  const tls = createRequire(import.meta.url)("node:tls");
  const port = Number(new URL(url).port);
  const trusted = readFileSync(ca, "utf8");
  const connect = tls.connect;
  tls.connect = (options, ...rest) => {
    if (!hosts.test(options.servername ?? options.host ?? "")) return connect(options, ...rest);
    const name = options.servername || options.host;
    const own = [options.ca ?? [], trusted].flat();
    return connect({ ...options, host: "127.0.0.1", servername: name, port, ca: own }, ...rest);
  };
}
