// Files to drop.
import { closeSync, openSync, writeSync } from "node:fs";

/** An account of a Gigya export, as a line. */
export const account = (number, filler = "") =>
  JSON.stringify({
    UID: `uid-${number}`,
    isRegistered: true,
    isActive: true,
    created: "2020-05-01T10:00:00Z",
    emails: { verified: [`user${number}@example.com`], unverified: [] },
    profile: { firstName: "Ana", lastName: `Number ${number}`, email: `user${number}@example.com`, bio: filler },
    data: { points: number, note: filler },
  });

/** Writes an export of at least `bytes` bytes; gives the number of its accounts. */
export function writeExport(path, { accounts = Infinity, bytes = Infinity, filler = 0 } = {}) {
  const file = openSync(path, "w");
  const text = "x".repeat(filler);
  let written = 0;
  let count = 0;
  let lines = [];
  while (count < accounts && written < bytes) {
    const line = account(count, text);
    lines.push(line);
    written += line.length + 1;
    count += 1;
    if (lines.length === 2000) {
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  writeSync(file, lines.length ? `${lines.join("\n")}\n` : "");
  closeSync(file);
  return count;
}
