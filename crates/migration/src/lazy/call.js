  // The site.

  // HMAC-SHA1, since it takes no module and the secret stays here. Texts of one character a byte.
  function sha1(bytes) {
    const words = [];
    for (let i = 0; i < bytes.length; i += 1) words[i >> 2] |= bytes.charCodeAt(i) << (24 - (i % 4) * 8);
    const length = bytes.length * 8;
    words[length >> 5] |= 0x80 << (24 - (length % 32));
    words[(((length + 64) >> 9) << 4) + 15] = length;
    const turn = (word, by) => (word << by) | (word >>> (32 - by));
    let [a, b, c, d, e] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    const w = [];
    for (let block = 0; block < words.length; block += 16) {
      const before = [a, b, c, d, e];
      for (let i = 0; i < 80; i += 1) {
        w[i] = i < 16 ? words[block + i] | 0 : turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        const [mix, constant] = i < 20 ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40 ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
        [a, b, c, d, e] = [(turn(a, 5) + mix + e + w[i] + constant) | 0, a, turn(b, 30), c, d];
      }
      [a, b, c, d, e] = [a, b, c, d, e].map((word, i) => (word + before[i]) | 0);
    }
    return [a, b, c, d, e].map((word) => [24, 16, 8, 0].map((by) => String.fromCharCode((word >>> by) & 255)).join('')).join('');
  }
  function hmac(key, text) {
    const short = key.length > 64 ? sha1(key) : key;
    const pad = (mask) => Array.from({ length: 64 }, (_, i) => String.fromCharCode((short.charCodeAt(i) || 0) ^ mask)).join('');
    return sha1(pad(0x5c) + sha1(pad(0x36) + text));
  }
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  function base64(bytes) {
    let text = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const three = (bytes.charCodeAt(i) << 16) | (bytes.charCodeAt(i + 1) << 8) | bytes.charCodeAt(i + 2);
      for (let j = 0; j < 4; j += 1) text += i + j > bytes.length ? '=' : DIGITS[(three >> (18 - 6 * j)) & 63];
    }
    return text;
  }
  function unbase64(text) {
    let [bytes, bits, held] = ['', 0, 0];
    for (const digit of text.replace(/[^A-Za-z0-9+/]/g, '')) {
      held = ((held << 6) | DIGITS.indexOf(digit)) & 0xffff;
      bits += 6;
      if (bits >= 8) bytes += String.fromCharCode((held >> (bits -= 8)) & 255);
    }
    return bytes;
  }
  function encoded(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
  }

  // A call, signed. Answers what the site answers, error codes included; throws when the site cannot be asked.
  async function call(method, given) {
    const url = configuration.GIGYA_URL + '/' + method;
    const params = Object.assign({
      apiKey: configuration.GIGYA_API_KEY,
      userKey: configuration.GIGYA_USER_KEY,
      format: 'json',
      timestamp: String(Math.floor(Date.now() / 1000)),
      nonce: Date.now() + '-' + Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2),
    }, given);
    const form = (all) => Object.keys(all).sort().map((name) => name + '=' + encoded(String(all[name]))).join('&');
    params.sig = base64(hmac(unbase64(configuration.GIGYA_SECRET), ['POST', encoded(url), encoded(form(params))].join('&')));
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: form(params),
      redirect: 'error',
      signal: AbortSignal.timeout(15000),
    });
    const answer = await response.json();
    if (answer === null || typeof answer !== 'object' || typeof answer.errorCode !== 'number') {
      throw new Error('the Gigya site gave an answer that cannot be read, status ' + response.status);
    }
    return answer;
  }
  function outage(method, answer) {
    return new Error('the Gigya site answered ' + method + ' with ' + answer.errorCode + ' (' + answer.errorMessage + ')');
  }
