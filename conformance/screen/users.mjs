// Users as they should be, nearly are and are not: each from one seed, so that a disagreement can be found again.
import { Seeded } from "../lib/seeded.mjs";

const letters = [..."abcdefghijklmnopqrstuvwxyzABCXYZ0123456789"];
const odd = [...".._-+'\"\\@ ,;:<>()[]{}!#$%&*/=?^`~|", "\t", "\n", "\u0001", "\u007f", "\u00a0", "\u0080", "é", "ř", "ß", "ǆ", "İ", "ſ", "K", "中", "۞", "\u2003", "\u2028", "\u200b", "\ufeff", "ｘ", "\uffef", "\ufff0", "\ue000", "\ufdd0", "🐎", "\u{e0020}", "\u{10420}", "\u{1d7d8}"];

function word(random, min, max, oddness) {
  const length = min + random.below(max - min + 1);
  return Array.from({ length }, () => (random.chance(oddness) ? random.pick(odd) : random.pick(letters))).join("");
}

function email(random) {
  const oddness = random.pick([0, 0, 0, 0, 0, 0.03, 0.2]);
  let local = word(random, random.chance(0.02) ? 0 : 1, random.chance(0.1) ? 66 : 12, oddness);
  if (random.chance(0.15)) local += "." + word(random, 0, 5, oddness);
  if (random.chance(0.1)) local = `"${local}${random.chance(0.9) ? '"' : ""}`;
  const labels = Array.from({ length: random.pick([0, 1, 1, 1, 1, 2, 3]) }, () =>
    word(random, random.chance(0.03) ? 0 : 1, random.chance(0.06) ? 66 : 10, random.pick([0, 0, 0, oddness])),
  );
  labels.push(random.chance(0.6) ? "com" : random.pick(["com", "cz", "c", "museum", "1a", "xn--p1ai", "XN--P1AI", "xn", "xn-", "háčky", "中", "中国", "🐎", "", "co m", "co\u00a0m", "com-", "\u{e0020}", "\u2003a", "ｃｏ", word(random, 1, 5, 0.2), word(random, 60, 66, 0)]));
  const at = random.pick(["@", "@", "@", "@", "@", "@", "@", "@", "@", "@@", "", " @"]);
  return local + at + labels.join(".");
}

function url(random) {
  const oddness = random.pick([0, 0, 0.05]);
  const host = () => random.pick([`${word(random, 1, 8, oddness)}.${random.pick(["com", "cz", "c", "háčky"])}`, `${word(random, 1, 8, oddness)}.${word(random, 1, 8, oddness)}.org`, "localhost", "1.2.3.4", "1.2.3.256", "01.002.3.4", "[::1]", "[::1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]", "[1:2::7:8]", "[1::2::3]", "[::ffff:1.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[1::]", "[:1::]", "[g::1]", "[]", ""]);
  const scheme = random.chance(0.7) ? "https://" : random.pick(["http://", "ftp://", "HTTPS://", "gopher://", "//", "", "mailto:", "data:", "://", "http:/"]);
  const auth = random.chance(0.8) ? "" : random.pick([ "u@", "u:p@", "u:p:q@", "@", "u@v@"]);
  const port = random.chance(0.7) ? "" : random.pick([ ":80", ":0", ":65535", ":65536", ":", ":8a", ":0080", ":99999999999999999999", ":80:80"]);
  const path = random.chance(0.6) ? "/a.png" : random.pick(["", "/", "/a b", "/?x=http://y", "?x", "#y", "/ř", "/<", "/" + "a".repeat(2060), "/" + "a".repeat(2100), "/a://b"]);
  return scheme + auth + host() + port + path;
}

const anything = (random) => random.pick([null, true, 0, 1.5, "", "x", [], ["x"], {}, { x: 1 }]);

function hash(random) {
  const custom = {
    algorithm: random.pick(["argon2", "bcrypt", "hmac", "ldap", "md4", "md5", "sha1", "sha256", "sha512", "pbkdf2", "scrypt", "sha384", "MD5"]),
    hash: { value: random.pick(["67A1E09BB1F83F5007DC119C14D663AA", "Ftek/KdELdo62TyacmWX5A==", "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG", "{MD5}AbuUujgF0pPPkJPSFRTpmA==", "", "ž"]) },
  };
  if (random.chance(0.7)) custom.hash.encoding = random.pick(["base64", "hex", "utf8", "utf-8"]);
  if (random.chance(0.3)) custom.hash.digest = random.pick(["md5", "sha1", "whirlpool", "sha3"]);
  if (random.chance(0.3)) custom.hash.key = random.pick([{ value: "x" }, { value: "00", encoding: "hex" }, { encoding: "hex" }, { value: 1 }, { value: "x", extra: 1 }]);
  if (random.chance(0.3)) custom.salt = random.pick([{ value: "x" }, { value: "x", position: "suffix" }, { value: "x", position: "middle" }, { encoding: "hex" }, { value: "x", extra: true }, null]);
  if (random.chance(0.2)) custom.password = random.pick([{ encoding: "ucs2" }, { encoding: "utf16" }, {}, { extra: 1 }, "utf8"]);
  for (const name of ["keylen", "cost", "blockSize", "parallelization"]) {
    if (random.chance(0.2)) custom[name] = random.pick([1, 0, -3, 16, 16384, 1.5, 2 ** 53, 1e30, "16", null]);
  }
  if (random.chance(0.1)) delete custom.hash.value;
  if (random.chance(0.05)) delete custom[random.pick(["hash", "algorithm"])];
  if (random.chance(0.05)) custom.rounds = 3;
  if (random.chance(0.05)) custom.hash = anything(random);
  return random.chance(0.03) ? anything(random) : custom;
}

function factor(random) {
  const kind = random.pick(["totp", "phone", "email", "email", "sms"]);
  const values = { totp: ["JBSWY3DPEHPK3PXP", "jbswy3dp", "JBSW1", "JBSW====", "", "A\n"], phone: ["+1", "+420123456789", "420", "+", "+1234567890123456", "+1\n"], email: ["a@x.cz", "a@x", "x"], sms: ["x"] };
  const settings = { [kind === "totp" ? "secret" : "value"]: random.chance(0.05) ? anything(random) : random.pick(values[kind]) };
  if (random.chance(0.05)) settings.extra = 1;
  const made = { [kind]: random.chance(0.05) ? anything(random) : settings };
  if (random.chance(0.05)) made.phone = { value: "+1" };
  return random.chance(0.04) ? random.pick([{}, null, "x", []]) : made;
}

function metadata(random) {
  return random.pick([{}, { a: 1 }, { "a.b": 1 }, { a: [{ $b: 1 }] }, { user_id: 1 }, { deep: { identities: [] } }, { identities: [] }, { a: "x".repeat(11000) }]);
}

/** One user. Every tenth is mangled in a random member. */
export function makeUser(seed) {
  const random = new Seeded(seed);
  const user = {};
  const maybe = (chance, name, make) => {
    if (random.chance(chance)) user[name] = make();
  };
  maybe(0.97, "email", () => email(random));
  maybe(0.3, "email_verified", () => random.pick([true, false, "true", 1]));
  maybe(0.3, "phone_number", () => random.pick(["+420123456789", "+1", "123", "+", "+1234567890123456", "+12a"]));
  maybe(0.1, "phone_verified", () => random.chance(0.9));
  maybe(0.4, "user_id", () => word(random, 1, random.chance(0.05) ? 300 : 30, random.pick([0, 0.02])));
  maybe(0.2, "username", () => word(random, 1, random.chance(0.05) ? 140 : 15, random.pick([0, 0.1])));
  for (const [name, max] of [["given_name", 150], ["family_name", 150], ["name", 300], ["nickname", 300]]) {
    maybe(0.3, name, () => word(random, random.chance(0.05) ? 0 : 1, random.chance(0.1) ? max + 2 : 20, random.pick([0, 0.1])) + random.pick(["", "", "🐎".repeat(max - 1)]));
  }
  maybe(0.3, "picture", () => url(random));
  maybe(0.1, "blocked", () => random.chance(0.5));
  maybe(0.1, "password_hash", () => random.pick(["$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG", "$2y$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG", "x"]));
  maybe(0.15, "custom_password_hash", () => hash(random));
  maybe(0.2, "user_metadata", () => metadata(random));
  maybe(0.2, "app_metadata", () => metadata(random));
  maybe(0.08, "mfa_factors", () => Array.from({ length: random.pick([0, 1, 1, 2, 3, 10, 11]) }, () => factor(random)));
  if (random.chance(0.1)) {
    const names = ["email", "email_verified", "phone_number", "user_id", "username", "name", "picture", "blocked", "password_hash", "user_metadata", "app_metadata", "mfa_factors", "created_at", "identities", "Email", "__proto__x"];
    user[random.pick(names)] = anything(random);
  }
  return user;
}
