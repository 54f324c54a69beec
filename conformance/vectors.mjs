// Vectors for custom_password_hash and password_hash, made with Node's crypto (OpenSSL), bcryptjs and hash-wasm.
// Run with `node --openssl-legacy-provider`: md4, whirlpool and ripemd160 are legacy digests.
import { createHash, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
import bcryptjs from "bcryptjs";
import { argon2i, argon2id, bcrypt } from "hash-wasm";
import { phc } from "./lib/base64.mjs";
import { Seeded } from "./lib/seeded.mjs";
import { writeOrCheck } from "./lib/write.mjs";

const random = new Seeded(7522);
const passwords = ["shh", "correct horse battery", "žluťoučký kůň €5 🐎", "Grüße, Jürgen!", "", "a".repeat(90)];
const passwordEncodings = ["utf8", "ascii", "utf16le", "ucs2", "latin1", "binary"];
const vectors = [];
let turn = 0;
const cycle = (list) => list[turn++ % list.length];

function custom(password, custom_password_hash) {
  vectors.push({ password, custom_password_hash });
}

/** A salt in each encoding and position, and none. */
function salts() {
  const bytes = random.bytes(9);
  return [
    [undefined, Buffer.alloc(0), "prefix"],
    [{ value: "sůl-\"1" }, Buffer.from("sůl-\"1"), "prefix"],
    [{ value: "pepper", encoding: "utf8", position: "suffix" }, Buffer.from("pepper"), "suffix"],
    [{ value: bytes.toString("hex"), encoding: "hex", position: "prefix" }, bytes, "prefix"],
    [{ value: bytes.toString("hex").toUpperCase(), encoding: "hex", position: "suffix" }, bytes, "suffix"],
    [{ value: bytes.toString("base64"), encoding: "base64" }, bytes, "prefix"],
    [{ value: bytes.toString("base64url"), encoding: "base64", position: "suffix" }, bytes, "suffix"],
  ];
}

function stored(bytes) {
  return cycle([
    () => ({ value: bytes.toString("base64"), encoding: "base64" }),
    () => ({ value: bytes.toString("base64url"), encoding: "base64" }),
    () => ({ value: phc(bytes), encoding: "base64" }),
    () => ({ value: bytes.toString("hex"), encoding: "hex" }),
    () => ({ value: bytes.toString("hex").toUpperCase(), encoding: "hex" }),
  ])();
}

const joined = (salt, position, password) => (position === "prefix" ? [salt, password] : [password, salt]);

for (const algorithm of ["md4", "md5", "sha1", "sha256", "sha512"]) {
  for (const encoding of passwordEncodings) {
    for (const [salt, bytes, position] of salts()) {
      const password = cycle(passwords);
      const digest = createHash(algorithm);
      for (const part of joined(bytes, position, Buffer.from(password, encoding))) digest.update(part);
      custom(password, { algorithm, hash: stored(digest.digest()), salt, password: { encoding } });
    }
  }
}

for (const digest of ["md4", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512", "whirlpool"]) {
  for (const length of [5, 200]) {
    const bytes = random.bytes(length);
    const keys = [
      [{ value: "klíč" }, Buffer.from("klíč")],
      [{ value: bytes.toString("hex"), encoding: "hex" }, bytes],
      [{ value: bytes.toString("base64"), encoding: "base64" }, bytes],
    ];
    for (const [key, keyBytes] of keys) {
      const password = cycle(passwords);
      const encoding = cycle(passwordEncodings);
      const [salt, saltBytes, position] = cycle(salts());
      const hmac = createHmac(digest, keyBytes);
      for (const part of joined(saltBytes, position, Buffer.from(password, encoding))) hmac.update(part);
      const hash = { ...stored(hmac.digest()), digest, key };
      custom(password, { algorithm: "hmac", hash, salt, password: { encoding } });
    }
  }
}

const pbkdf2Names =
  "RSA-MD4 RSA-MD5 RSA-RIPEMD160 RSA-SHA1 RSA-SHA1-2 RSA-SHA224 RSA-SHA256 RSA-SHA384 RSA-SHA512 md4 md4WithRSAEncryption md5 md5WithRSAEncryption ripemd ripemd160 ripemd160WithRSA rmd160 sha1 sha1WithRSAEncryption sha224 sha224WithRSAEncryption sha256 sha256WithRSAEncryption sha384 sha384WithRSAEncryption sha512 sha512WithRSAEncryption ssl3-md5 ssl3-sha1 whirlpool";
for (const name of pbkdf2Names.split(" ")) {
  const password = cycle(passwords);
  const encoding = cycle(passwordEncodings);
  const salt = random.bytes(cycle([8, 16, 7]));
  const [i, l] = cycle([[1, 16], [1000, 20], [37, 64], [1000, 100]]);
  const hash = pbkdf2Sync(Buffer.from(password, encoding), salt, i, l, name);
  const value = `$pbkdf2-${name}$i=${i},l=${l}$${phc(salt)}$${phc(hash)}`;
  custom(password, { algorithm: "pbkdf2", hash: { value }, password: { encoding } });
}
{
  const salt = random.bytes(16);
  const hash = phc(pbkdf2Sync("shh", salt, 100000, 64, "sha1"));
  custom("shh", { algorithm: "pbkdf2", hash: { value: `$pbkdf2-sha1$${phc(salt)}$${hash}`, encoding: "utf8" } });
  custom("shh", { algorithm: "pbkdf2", hash: { value: `$pbkdf2-sha1$i=100000$${phc(salt)}$${hash}` } });
  custom("shh", { algorithm: "pbkdf2", hash: { value: `$pbkdf2-sha1$l=64$${phc(salt)}$${hash}` } });
  custom("shh", { algorithm: "pbkdf2", hash: { value: `$pbkdf2-sha1$l=64,i=100000$${phc(salt)}$${hash}` } });
}

const schemes = { MD5: "md5", SHA: "sha1", SHA1: "sha1", SHA224: "sha224", SHA256: "sha256", SHA384: "sha384", SHA512: "sha512" };
for (const [scheme, digest] of Object.entries(schemes)) {
  for (const salted of [false, true]) {
    for (const lower of [false, true]) {
      const password = cycle(passwords);
      const encoding = cycle(passwordEncodings);
      const salt = salted ? random.bytes(cycle([4, 8, 16])) : Buffer.alloc(0);
      const hash = createHash(digest).update(Buffer.from(password, encoding)).update(salt).digest();
      const name = (salted ? "S" : "") + scheme;
      const value = `{${lower ? name.toLowerCase() : name}}${cycle([phc, (b) => b.toString("base64")])(Buffer.concat([hash, salt]))}`;
      custom(password, { algorithm: "ldap", hash: { value, encoding: "utf8" }, password: { encoding } });
    }
  }
}

for (const [keylen, cost, blockSize, parallelization] of [
  [32, 4096, undefined, undefined],
  [64, undefined, undefined, undefined],
  [16, 2, 1, 1],
  [24, 1024, 8, 16],
  [1, 16, 4, 3],
  [100, 256, 8, 1],
]) {
  for (const [salt, saltBytes] of salts()) {
    const password = cycle(passwords);
    const encoding = cycle(passwordEncodings);
    const options = { N: cost ?? 16384, r: blockSize ?? 8, p: parallelization ?? 1, maxmem: 1 << 26 };
    const hash = scryptSync(Buffer.from(password, encoding), saltBytes, keylen, options);
    custom(password, { algorithm: "scrypt", hash: stored(hash), salt, password: { encoding }, keylen, cost, blockSize, parallelization });
  }
}

/** hash-wasm stops at a NUL, and bcryptjs takes bytes as a text only: what neither can do has no vector. */
async function bcryptOf(input, salt, costFactor) {
  const text = input.toString("utf8");
  if (Buffer.from(text).equals(input)) {
    return bcryptjs.hashSync(text, `$2b$0${costFactor}$${bcryptjs.encodeBase64(salt, 16)}`);
  }
  return input.includes(0) ? undefined : bcrypt({ password: input, salt, costFactor, outputType: "encoded" });
}

/** The same hash under another version's name: they differ for no input of these. */
const version = (text, name) => text.replace(/^\$2[aby]\$/, `$${name}$`);
for (const encoding of passwordEncodings) {
  for (const [salt, saltBytes, position] of salts()) {
    const ascii = encoding === "utf16le" || encoding === "ucs2";
    const password = cycle(ascii ? ["shh", "correct horse battery"] : passwords.filter((text) => text !== ""));
    const input = Buffer.concat(joined(saltBytes, position, Buffer.from(password, encoding))).subarray(0, 72);
    const text = await bcryptOf(input, random.bytes(16), cycle([4, 5, 6]));
    if (text === undefined) continue;
    const value = version(text, cycle(["2a", "2b", "2y"]));
    custom(password, { algorithm: "bcrypt", hash: { value, encoding: cycle([undefined, "utf8"]) }, salt, password: { encoding } });
  }
}
for (const password of passwords) {
  const salt = bcryptjs.encodeBase64(random.bytes(16), 16);
  const name = cycle(["2a", "2b"]);
  vectors.push({ password, password_hash: version(bcryptjs.hashSync(password, `$2b$10$${salt}`), name) });
}

for (const [name, hash] of [["argon2id", argon2id], ["argon2i", argon2i]]) {
  for (const [memorySize, iterations] of [[8, 1], [64, 3], [4096, 2]]) {
    for (const encoding of passwordEncodings) {
      const password = cycle(passwords.filter((text) => text !== ""));
      const options = { password: Buffer.from(password, encoding), salt: random.bytes(16), memorySize, iterations, parallelism: 1, hashLength: 32 };
      const value = await hash({ ...options, outputType: "encoded" });
      if (!value.startsWith(`$${name}$v=19$`)) throw new Error("hash-wasm gives another shape now");
      custom(password, { algorithm: "argon2", hash: { value }, password: { encoding } });
    }
  }
}

writeOrCheck(vectors, new URL("../crates/user/tests/vectors.json", import.meta.url));
