// Vectors for the translation of Gigya's passwords: every algorithm, setting and dress of base64, computed with Node's
// crypto (OpenSSL) and bcryptjs from what Gigya documents. `expect` is "hash", "none" or the code of the refusal.
import { createHash, pbkdf2Sync } from "node:crypto";
import bcryptjs from "bcryptjs";
import { argon2id } from "hash-wasm";
import { dresses } from "./lib/base64.mjs";
import { Seeded } from "./lib/seeded.mjs";
import { writeOrCheck } from "./lib/write.mjs";

const random = new Seeded(2305);
const passwords = ["test1234", "Žluťoučký kůň", "pa$$ word", "🐎🔋"];
const vectors = [];
let turn = 0;
const cycle = (list) => list[turn++ % list.length];
const every = (name, bytes) => dresses[name](bytes);
const names = Object.keys(dresses);

const add = (about, account, password, expect, member) => vectors.push({ about, account, password, expect, member });
const moves = (about, account, password, member = "custom_password_hash") => add(about, account, password, "hash", member);
const stays = (about, account, code) => add(about, account, undefined, code);

const utf32 = (text) => Buffer.concat([...text].map((c) => { const b = Buffer.alloc(4); b.writeUInt32LE(c.codePointAt(0)); return b; }));
const digestOf = (algorithm, ...parts) => parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest();

// Plain digests.
const algorithms = ["md5", "sha1", "sha256", "sha512"];
for (const algorithm of algorithms) {
  for (const dress of names) {
    const password = cycle(passwords);
    moves(`${algorithm}, ${dress}`, { hash: every(dress, digestOf(algorithm, password)), algorithm }, password);
  }
  for (const upper of [false, true]) {
    const hex = digestOf(algorithm, "test1234").toString("hex");
    moves(`${algorithm}, hexadecimal`, { hash: upper ? hex.toUpperCase() : hex, algorithm }, "test1234");
  }
  const salt = "pépper+/=";
  const formats = {
    "$password": (p) => [p],
    "$salt$password": (p) => [salt, p],
    "$password$salt": (p) => [p, salt],
    "wikipedia$salt$password": (p) => ["wikipedia", salt, p],
    "$salt-$password": (p) => [salt, "-", p],
    "$password{$salt}": (p) => [p, "{", salt, "}"],
    "$password::x": (p) => [p, "::x"],
    "const:$password": (p) => ["const:", p],
    "a$ b$1$salt$$password": (p) => ["a$ b$1", salt, "$", p],
  };
  for (const [format, parts] of Object.entries(formats)) {
    const password = cycle(passwords);
    const rounds = cycle([undefined, "1", "0"]);
    moves(`${algorithm}, ${format}`, { hash: every(cycle(names), digestOf(algorithm, ...parts(password))), algorithm, salt, format, rounds }, password);
  }
  const bytes = random.bytes(11);
  const binary = {
    "$password:utf8": [undefined, (p) => [p]],
    "$password:utf16": [undefined, (p) => [Buffer.from(p, "utf16le")]],
    "$0x4769677961$salt:base64$0x5F$password:utf16": [bytes.toString("base64"), (p) => ["Gigya", bytes, "_", Buffer.from(p, "utf16le")]],
    "$salt:base64$password:utf8": [dresses.unpadded(bytes), (p) => [bytes, p]],
    "$password:utf8$salt:hex": [bytes.toString("hex"), (p) => [p, bytes]],
    "$password:utf8$salt:hex$0x00ff": [bytes.toString("hex").toUpperCase(), (p) => [p, bytes, Buffer.from("00ff", "hex")]],
    "$salt:utf8$password:utf8": ["clear", (p) => ["clear", p]],
    "$salt:utf16$password:utf16": ["clear", (p) => [Buffer.from("clear", "utf16le"), Buffer.from(p, "utf16le")]],
    "$password:utf8$salt:utf32": ["cléar", (p) => [p, utf32("cléar")]],
    "$0xDEADBEEF$password:utf8": [undefined, (p) => [Buffer.from("deadbeef", "hex"), p]],
  };
  for (const [binaryFormat, [salt, parts]] of Object.entries(binary)) {
    const password = cycle(passwords);
    moves(`${algorithm}, ${binaryFormat}`, { hash: every(cycle(names), digestOf(algorithm, ...parts(password))), algorithm, salt, binaryFormat }, password);
  }
  const good = digestOf(algorithm, "test1234").toString("base64");
  stays(`${algorithm}, rounds`, { hash: good, algorithm, rounds: "2" }, "hash_not_expressible");
  stays(`${algorithm}, rounds`, { hash: good, algorithm, rounds: "many" }, "hash_malformed");
  stays(`${algorithm}, both sides`, { hash: good, algorithm, salt, format: "$salt$password$salt" }, "hash_not_expressible");
  stays(`${algorithm}, both sides`, { hash: good, algorithm, salt, format: "a$password$salt" }, "hash_not_expressible");
  stays(`${algorithm}, no password`, { hash: good, algorithm, salt, format: "$salt" }, "hash_malformed");
  stays(`${algorithm}, password twice`, { hash: good, algorithm, format: "$password$password" }, "hash_not_expressible");
  stays(`${algorithm}, unknown token`, { hash: good, algorithm, format: "$uid$password" }, "hash_not_expressible");
  stays(`${algorithm}, no salt`, { hash: good, algorithm, format: "$salt$password" }, "hash_malformed");
  stays(`${algorithm}, UTF-32`, { hash: good, algorithm, binaryFormat: "$password:utf32" }, "hash_not_expressible");
  stays(`${algorithm}, password read as hex`, { hash: good, algorithm, binaryFormat: "$password:hex" }, "hash_not_expressible");
  stays(`${algorithm}, password read as base64`, { hash: good, algorithm, binaryFormat: "$password:base64" }, "hash_not_expressible");
  stays(`${algorithm}, both sides in bytes`, { hash: good, algorithm, binaryFormat: "$0x01$password:utf8$0x02" }, "hash_not_expressible");
  stays(`${algorithm}, bad constant`, { hash: good, algorithm, binaryFormat: "$0x012$password:utf8" }, "hash_malformed");
  stays(`${algorithm}, bad token`, { hash: good, algorithm, binaryFormat: "x$password:utf8" }, "hash_malformed");
  stays(`${algorithm}, bad salt`, { hash: good, algorithm, salt: "*", binaryFormat: "$salt:base64$password:utf8" }, "hash_malformed");
  stays(`${algorithm}, both templates`, { hash: good, algorithm, salt, format: "$salt$password", binaryFormat: "$password:utf8" }, "hash_not_expressible");
  stays(`${algorithm}, short`, { hash: random.bytes(15).toString("base64"), algorithm }, "hash_malformed");
  stays(`${algorithm}, not base64`, { hash: "*".repeat(24), algorithm }, "hash_malformed");
}

// PBKDF2.
const pbkdf2 = { pbkdf2: ["sha1", [16, 20]], pbkdf2_sha1: ["sha1", [20, 16]], pbkdf2_sha256: ["sha256", [32, 20]], pbkdf2_sha512: ["sha512", [64, 20, 32]] };
for (const [algorithm, [digest, lengths]] of Object.entries(pbkdf2)) {
  for (const length of lengths) {
    for (const dress of names) {
      const password = cycle(passwords);
      const salt = random.bytes(cycle([16, 17, 9]));
      const rounds = cycle([3000, 2000, 1, 10000]);
      const hash = pbkdf2Sync(password, salt, rounds, length, digest);
      const format = cycle([undefined, "$password"]);
      moves(`${algorithm}, ${length} bytes, ${dress}`, { hash: every(dress, hash), algorithm, salt: every(cycle(names), salt), rounds: `${rounds}`, format }, password);
    }
  }
  const hash = pbkdf2Sync("test1234", "salt", 2, 20, digest);
  const account = { hash: hash.toString("base64"), algorithm, salt: Buffer.from("salt").toString("base64"), rounds: "2" };
  moves(`${algorithm}, hexadecimal`, { ...account, hash: hash.toString("hex") }, "test1234");
  moves(`${algorithm}, rounds as a float`, { ...account, rounds: "2.0" }, "test1234");
  stays(`${algorithm}, no rounds`, { ...account, rounds: undefined }, "hash_malformed");
  stays(`${algorithm}, no rounds`, { ...account, rounds: "0" }, "hash_malformed");
  stays(`${algorithm}, negative rounds`, { ...account, rounds: "-1" }, "hash_malformed");
  stays(`${algorithm}, too many rounds`, { ...account, rounds: "4000000000" }, "hash_not_expressible");
  stays(`${algorithm}, no salt`, { ...account, salt: undefined }, "hash_malformed");
  stays(`${algorithm}, bad salt`, { ...account, salt: "sal*" }, "hash_malformed");
  stays(`${algorithm}, template`, { ...account, format: "$salt$password" }, "hash_not_expressible");
  stays(`${algorithm}, UTF-16`, { ...account, binaryFormat: "$password:utf16" }, "hash_not_expressible");
  stays(`${algorithm}, short`, { ...account, hash: random.bytes(12).toString("base64") }, "hash_malformed");
  stays(`${algorithm}, long`, { ...account, hash: random.bytes(65).toString("base64") }, "hash_malformed");
}

// Strings that say what they are.
const bcrypt = (password, prefix, cost) =>
  bcryptjs.hashSync(password, `$2b$${`${cost}`.padStart(2, "0")}$${bcryptjs.encodeBase64(random.bytes(16), 16)}`).replace("$2b$", prefix);
for (const member of ["compoundHash", "hash"]) {
  for (const algorithm of ["bcrypt", undefined]) {
    const password = cycle(passwords);
    moves("bcrypt $2a$10$", { [member]: bcrypt(password, "$2a$", 10), algorithm }, password, "password_hash");
    moves("bcrypt $2b$10$", { [member]: bcrypt(password, "$2b$", 10), algorithm, rounds: "1024" }, password, "password_hash");
    moves("bcrypt $2y$10$", { [member]: bcrypt(password, "$2y$", 10), algorithm }, password);
    moves("bcrypt $2a$05$", { [member]: bcrypt(password, "$2a$", 5), algorithm }, password);
    moves("bcrypt $2b$12$", { [member]: bcrypt(password, "$2b$", 12), algorithm }, password);
  }
  moves("bcrypt with a template", { [member]: bcrypt("pepper:test1234", "$2b$", 10), algorithm: "bcrypt", salt: "pepper", format: "$salt:$password" }, "test1234");
  stays("bcrypt $2x$", { [member]: bcrypt("x", "$2x$", 4) }, "hash_not_expressible");
  stays("bcrypt $2$", { [member]: bcrypt("x", "$2$", 4) }, "hash_not_expressible");
  stays("bcrypt, too costly", { [member]: bcrypt("x", "$2b$", 4).replace("$04$", "$31$") }, "hash_not_expressible");
  stays("bcrypt, short", { [member]: bcrypt("x", "$2b$", 10).slice(0, -1) }, "hash_malformed");
  const options = { password: "test1234", salt: random.bytes(16), memorySize: 64, iterations: 2, outputType: "encoded" };
  moves("argon2id", { [member]: await argon2id({ ...options, parallelism: 1, hashLength: 32 }) }, "test1234");
  stays("argon2id, lanes", { [member]: await argon2id({ ...options, parallelism: 2, hashLength: 32 }) }, "hash_not_expressible");
  stays("argon2id, tag", { [member]: await argon2id({ ...options, parallelism: 1, hashLength: 16 }) }, "hash_not_expressible");
  const phc = pbkdf2Sync("test1234", "saltsalt", 7, 32, "sha256");
  moves("PBKDF2 string", { [member]: `$pbkdf2-sha256$i=7,l=32$${dresses.unpadded(Buffer.from("saltsalt"))}$${dresses.unpadded(phc)}` }, "test1234");
  stays("md5_crypt", { [member]: "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", algorithm: "md5_crypt" }, "hash_unknown");
  stays("drupal", { [member]: "$S$D" + "a".repeat(51), algorithm: "drupal" }, "hash_unknown");
  stays("phpass", { [member]: "$P$9" + "a".repeat(30) }, "hash_unknown");
  stays("sha256_crypt", { [member]: "$5$salt$" + "a".repeat(43) }, "hash_unknown");
  stays("sha512_crypt", { [member]: "$6$salt$" + "a".repeat(86) }, "hash_unknown");
  stays("unknown string", { [member]: "$zz$x" }, "hash_unknown");
  stays("lone dollar", { [member]: "$" }, "hash_unknown");
}
{
  const text = bcrypt("test1234", "$2b$", 4);
  const decode = (part, length) => Buffer.from(bcryptjs.decodeBase64(part, length));
  const raw = { salt: decode(text.slice(7, 29), 16).toString("base64"), hash: decode(text.slice(29), 23).toString("base64") };
  moves("bcrypt, raw", { ...raw, algorithm: "bcrypt", rounds: "16" }, "test1234");
  stays("bcrypt, raw, no rounds", { ...raw, algorithm: "bcrypt" }, "hash_malformed");
  stays("bcrypt, raw, odd rounds", { ...raw, algorithm: "bcrypt", rounds: "10" }, "hash_malformed");
  stays("bcrypt, raw, no salt", { hash: raw.hash, algorithm: "bcrypt", rounds: "16" }, "hash_malformed");
}

// Without a counterpart, and without a password.
for (const algorithm of ["sha1_hashbytes", "sha512Hexa", "md5_double_salted", "md5_crypt", "drupal", "symphony2", "sap_abap", "crypt", "quantum_hash_9"]) {
  stays(algorithm, { hash: random.bytes(16).toString("base64"), algorithm }, "hash_unknown");
}
stays("custom", { algorithm: "custom", url: "https://example.com/check" }, "hash_unknown");
stays("no algorithm", { hash: random.bytes(16).toString("base64") }, "hash_unknown");
add("nothing", {}, undefined, "none");
add("settings only", { algorithm: "pbkdf2", rounds: "3000", salt: "AAAA" }, undefined, "none");
add("blank", { hash: " ", compoundHash: "", algorithm: "md5" }, undefined, "none");

writeOrCheck(vectors, new URL("../crates/mapping/tests/gigya-vectors.json", import.meta.url));
