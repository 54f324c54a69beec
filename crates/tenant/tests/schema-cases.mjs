// Writes schema-cases.json beside it: what npm z-schema 3 says of values.
//   npm install z-schema@3.25.1 && node schema-cases.mjs
// Deterministic; the Rust test `schema_cases` reads the output and never runs this.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
const require = createRequire(process.cwd() + '/');
const ZSchema = require('z-schema');

const schemas = {
  text: { type: 'string', maxLength: 4, minLength: 2, pattern: '^[a-z💥]*$' },
  spaced: { type: 'string', pattern: '^\\S*$' },
  email: { type: 'string', format: 'email' },
  uri: { type: 'string', format: 'strict-uri' },
  loose: { type: 'string', format: 'uri' },
  ipv4: { format: 'ipv4' },
  ipv6: { format: 'ipv6' },
  number: { type: 'number', minimum: -1, maximum: 10.5 },
  integer: { type: ['integer', 'null'], minimum: 0 },
  choice: { enum: ['a', 1, null, true, { a: 1 }] },
  array: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', maxLength: 2 } },
  object: {
    type: 'object', minProperties: 1, maxProperties: 3, required: ['a', 'b'], additionalProperties: false,
    properties: { a: { type: 'string' }, b: { type: 'integer', minimum: 3 }, c: { type: 'boolean' } },
  },
  patterns: { patternProperties: { '^x': { type: 'string' }, 'y$': { minLength: 2 } }, additionalProperties: { type: 'integer' } },
  only: { patternProperties: { '^x': { type: 'string' } }, additionalProperties: false },
  bare: { additionalProperties: false },
  combined: {
    properties: { b: { not: { type: 'null' } }, a: { anyOf: [{ type: 'string' }, { type: 'object', required: ['z'] }] } },
    allOf: [{ required: ['a'] }, { properties: { a: { not: { required: ['q'] } } } }],
  },
  nested: { properties: { list: { items: { properties: { deep: { type: 'string', format: 'email' } }, required: ['deep'] } } } },
  user: JSON.parse(readFileSync(new URL('../src/schema/user-import.schema.json', import.meta.url))),
};

const strings = ['', 'a', 'ab', 'abcd', 'abcde', 'ABC', '💥💥', '💥💥💥💥💥', 'a b', 'a\u00a0b', 'a\u0085b', 'a\ufeff', '\n', '$&', '{0}', '$$x'];
const others = [null, true, false, 0, 1, 1.5, -1, -2, 10.5, 10.6, 1e21, 1e-7, 123456789012345680000, [], ['a'], ['a', 'b'], ['a', 'b', 'c'],
  ['abc', 'def'], [1], [null, [1, 2], { a: 1 }], {}, { a: 1 }, { a: 'x', b: 2 }];
const emails = ['a@b', 'a@b.de', 'A@B.DE', 'akshay144@', '@x.de', 'a b@x.de', 'a.b@x.de', 'a..b@x.de', '.a@x.de', 'a.@x.de', '"a b"@x.de',
  '"a"b"@x.de', '"a\\"b"@x.de', '"@x.de', 'a@x.d', 'a@x.d1', 'a@-x.de', 'a@x-.de', 'a@x_y.de', 'a@x..de', 'a@xn--p1ai.xn--p1ai', 'ä@x.de',
  'a@ä.de', 'a@x.рф', '🦀@x.de', 'a@🦀.de', 'a@x.🦀🦀', 'a@x.🦀', 'a@ａ.de', 'a@x.de\n', ' a@x.de', 'a@[127.0.0.1]', 'a@127.0.0.1', 'A <a@x.de>',
  'a@b@x.de', '"a@b"@x.de', 'a@x.de.', 'a,b@x.de', "o'neil+tag@x.co.uk", 'x'.repeat(64) + '@x.de', 'x'.repeat(65) + '@x.de', 'ä'.repeat(32) + '@x.de',
  'ä'.repeat(33) + '@x.de', 'a@' + 'x'.repeat(63) + '.de', 'a@' + 'x'.repeat(64) + '.de', 'a@' + 'x.'.repeat(125) + 'de', 'a@' + 'x.'.repeat(127) + 'de',
  'a\u2028@x.de', '"\u0001"@x.de', '"\u0000"@x.de', 'a@x.\u{e0020}de', 'a@x.d\u00a0e', 'a@x\u2003y.de', '\ue000@x.de', 'a@\ue000.de'];
const urls = ['http://x.de', 'https://x.de/a?b=c#d', 'x.de', 'ftp://x.de', 'ftps://x.de', '//x.de', 'x', '', 'http://localhost', 'http://1.2.3.4', 'http://[::1]',
  'http://[::1]:80/x', 'http://[::g]/', 'http://x.de:80', 'http://x.de:', 'http://x.de:0', 'http://x.de:65536', 'http://x.de:8a', 'http://a:b@x.de', 'http://a:b:c@x.de',
  'http://a@b@x.de', 'http://x.de/ä', 'http://x.de/a b', 'http://x.de/<', 'mailto:a@x.de', 'data:image/png;base64,AAAA', 'http://x_y.de', 'http://x.de./a', 'http://x.de/' + 'a'.repeat(2070),
  'http://x.de/' + 'a'.repeat(2071), 'HTTPS://GRAPH.X.COM/1/picture', 'javascript:alert(1)', '/relative/path.png', 'http:///a', 'http://?a', 'http://x.de://y', 'http://é.fr'];
const addresses = ['1.2.3.4', '01.2.3.4', '256.1.1.1', '1.2.3', '1.2.3.4.5', '::', '::1', '1::', '1::2::3', 'fe80::1%eth0', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7',
  '::ffff:1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', ':1', '1:', 'g::', ':::', '12345::', ''];
const objects = [{ a: 'x', b: 3 }, { a: 'x', b: 3, d: 1 }, { a: 'x', b: 3, d: 1, e: 2 }, { b: '1', a: 1 }, { c: 1, b: 1, a: 1 }, { a: 'x', b: 2, c: 1 }, { x: 1, '1': 2, '0': 'z' },
  { xy: 'a' }, { y: 'a' }, { xy: 1 }, { q: 'z', x1: 'ok' }, { 10: 'a', 9: 'b', z: 'c' }, { b: null, a: null }, { a: { q: 1, z: 1 } }, { a: { z: 1 } }, { a: 's', b: null }, { b: 1 },
  { list: [{ deep: 'x' }, {}, { deep: 'a@x.de' }] }, { list: [{ deep: 'a@x.de' }] }, { list: [{ deep: 1 }, { deep: 2 }] }];

const ada = { email: 'ada@example.org' };
const hash = (algorithm, value, encoding, more = {}) => ({
  ...ada, custom_password_hash: { algorithm, hash: { value, ...(encoding ? { encoding } : {}), ...(more.hash ?? {}) }, ...(more.top ?? {}) },
});
const bcrypt = '$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG';
const argon = '$argon2id$v=19$m=65536,t=2,p=1$J6Q/82PCyaNpYKRELJyTZg$m04qUAB8rexWDR4+/0f+SFB+4XMFxt7YAvAq2UycYos';
const pbkdf2 = '$pbkdf2-sha512$i=100000,l=64$KNyFsA2rWoE$I2CQGI9H';
const salt = { value: 's' };
const users = [ada, {}, 'x', null, [], { email: 1 }, { email: 'x' }, { email: 'akshay144@' }, { ...ada, x: 1 }, { ...ada, x: 1, y: 2 }, { x: 1 },
  { email: 'a@' + 'x.'.repeat(124) + 'example' }, { ...ada, email_verified: 'true' }, { ...ada, phone_number: '123' }, { ...ada, phone_number: '+123' },
  { ...ada, user_id: 'a b' }, { ...ada, user_id: 'a'.repeat(256) }, { ...ada, user_id: '_guid_x==' }, { ...ada, username: '' }, { ...ada, username: 'a'.repeat(129) },
  { ...ada, given_name: '' }, { ...ada, given_name: 'é'.repeat(150) }, { ...ada, given_name: '💥'.repeat(151) }, { ...ada, family_name: 'x'.repeat(151) }, { ...ada, name: 'x'.repeat(301) },
  { ...ada, nickname: '' }, { ...ada, nickname: null }, { ...ada, picture: 'nope' }, { ...ada, picture: 'https://x.de/p.png' }, { ...ada, blocked: 1 },
  { ...ada, password_hash: bcrypt }, { ...ada, password_hash: '$2y$10$x' }, { ...ada, password_hash: bcrypt.replace('$10$', '$12$') }, { ...ada, password_hash: bcrypt, custom_password_hash: { algorithm: 'bcrypt', hash: { value: bcrypt } } },
  { ...ada, password_hash: 1, custom_password_hash: 2, given_name: '' }, { ...ada, app_metadata: { blocked: 1 } }, { ...ada, app_metadata: { gigya: { identities: [] } } }, { ...ada, app_metadata: [] },
  { ...ada, app_metadata: { user_id: 1, _id: 2 } }, { ...ada, user_metadata: { 'a.b': 1 } }, { ...ada, user_metadata: { a: { $b: 1 } } }, { ...ada, user_metadata: { a: [{ 'c.d': 1 }] } },
  { ...ada, user_metadata: { a: { b: [1, 'x.y', null] } } }, { ...ada, user_metadata: 'x' }, { ...ada, mfa_factors: [] }, { ...ada, mfa_factors: Array(11).fill({ phone: { value: '+1' } }) },
  { ...ada, mfa_factors: [{ totp: { secret: 'ABC' } }] }, { ...ada, mfa_factors: [{ totp: { secret: 'abc' } }] }, { ...ada, mfa_factors: [{ totp: { secret: 'A' }, phone: { value: '+1' } }] },
  { ...ada, mfa_factors: [{ email: { value: 'x' } }, { sms: {} }] }, { ...ada, mfa_factors: [{}] }, { ...ada, mfa_factors: [{ totp: {} }] }, { ...ada, mfa_factors: {} },
  hash('md5', 'AbuUujgF0pPPkJPSFRTpmA==', 'base64'), hash('md5', '67A1', 'hex'), hash('md5', '67A', 'hex'), hash('md5', 'xx!', 'base64'), hash('md5', 'x'), hash('md5', 'x', 'utf8'), hash('md5', 'ab', 'HEX'),
  hash('sha256', 'ab', 'hex', { top: { salt } }), hash('sha256', 'ab', 'hex', { top: { salt: {} } }), hash('sha256', 'ab', 'hex', { top: { salt: { value: 's', position: 'middle' } } }),
  hash('sha224', 'ab', 'hex'), hash('SHA1', 'ab', 'hex'), hash('sha512', 'ab', 'hex', { top: { password: { encoding: 'utf16le' } } }), hash('sha512', 'ab', 'hex', { top: { password: { encoding: 'utf16' } } }),
  hash('sha512', 'ab', 'hex', { top: { rounds: 2 } }), hash('argon2', argon, 'utf8'), hash('argon2', argon), hash('argon2', argon, 'hex'), hash('argon2', argon, 'utf8', { top: { salt } }),
  hash('argon2', argon.replace('p=1', 'p=2'), 'utf8'), hash('argon2', argon.replace('argon2id', 'argon2d'), 'utf8'), hash('bcrypt', bcrypt), hash('bcrypt', bcrypt, 'utf8', { top: { salt } }),
  hash('bcrypt', bcrypt.replace('2b', '2x')), hash('bcrypt', bcrypt, 'hex'), hash('pbkdf2', pbkdf2, 'utf8'), hash('pbkdf2', pbkdf2.replace('i=100000,l=64$', '')), hash('pbkdf2', pbkdf2.replace('sha512', 'sha3')),
  hash('pbkdf2', pbkdf2, 'utf8', { top: { salt } }), hash('ldap', '{SSHA384}/cgEjdoZ='), hash('ldap', '{crypt}x'), hash('ldap', '{SSHA}x', 'utf8', { top: { salt } }),
  hash('hmac', 'ab', 'hex'), hash('hmac', 'ab', 'hex', { hash: { digest: 'sha1', key: { value: 'k' } } }), hash('hmac', 'ab', 'hex', { hash: { digest: 'sha3', key: { value: 'k' } } }),
  hash('hmac', 'ab', 'hex', { hash: { digest: 'sha1', key: {} } }), hash('hmac', 'ab', 'hex', { hash: { digest: 'sha1' } }), hash('scrypt', 'ab', 'hex'), hash('scrypt', 'ab', 'hex', { top: { keylen: 32 } }),
  hash('scrypt', 'ab', 'hex', { top: { keylen: 0 } }), hash('scrypt', 'ab', 'hex', { top: { keylen: 32, cost: 3 } }), hash('scrypt', 'ab', 'hex', { top: { keylen: 32, cost: 4096 } }),
  hash('scrypt', 'ab', 'hex', { top: { keylen: '32' } }), hash('scrypt', 'ab', 'hex', { top: { keylen: 1.5 } }), { ...ada, custom_password_hash: 'x' }, { ...ada, custom_password_hash: {} },
  { ...ada, custom_password_hash: { algorithm: 'md5' } }, { ...ada, custom_password_hash: { algorithm: 'md5', hash: 'x' } }, { ...ada, custom_password_hash: { algorithm: 'md5', hash: {} } },
  { ...ada, given_name: '', family_name: '' }, { ...ada, family_name: '', given_name: 1, name: 2 }];

const inputs = {
  text: [...strings, ...others], spaced: [...strings, ...others.slice(0, 4)], email: [...emails, ...strings, 1], uri: [...urls, ...strings, 1], loose: [...urls.slice(0, 6), 1], ipv4: addresses, ipv6: addresses,
  number: others, integer: others, choice: [...others, ...strings], array: others, object: [...others, ...objects], patterns: objects, only: objects, bare: [...objects, ...others], combined: [...objects, ...others],
  nested: objects, user: users,
};

function judged(schema, value, breakOnFirstError) {
  const validator = new ZSchema({ breakOnFirstError, reportPathAsArray: true });
  let valid;
  try {
    valid = validator.validate(value, structuredClone(schema));
  } catch (error) {
    if (error instanceof URIError) return null; // a lone surrogate: the library throws
    throw error;
  }
  if (valid) return [];
  // Auth0 does not repeat the value of a PATTERN.
  return validator.getLastErrors().map(({ code, message, params, path }) =>
    [code, code === 'PATTERN' ? `String does not match pattern ${params[0]}` : message, path.map(String)]);
}

const cases = [];
for (const [name, values] of Object.entries(inputs)) {
  for (const value of values) {
    const first = judged(schemas[name], value, true);
    if (first !== null) cases.push({ schema: name, value, first, all: judged(schemas[name], value, false) });
  }
}
delete schemas.user;
const lines = cases.map((one) => JSON.stringify(one)).join(',\n');
writeFileSync(new URL('schema-cases.json', import.meta.url), `{"z_schema": "3.25.1", "schemas": ${JSON.stringify(schemas)}, "cases": [\n${lines}\n]}\n`);
console.log(`${cases.length} cases`);
