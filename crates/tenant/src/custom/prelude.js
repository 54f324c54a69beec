// What a custom database script finds around it, beside the language: the part of Node.js that needs no module, and
// Auth0's error classes. `native` is what the host grants.
(function (native) {
  'use strict';
  const waiting = new Map();
  let last = 0;

  function wait(entry) {
    last += 1;
    waiting.set(last, entry);
    return last;
  }

  function define(name, value) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }

  // Errors

  define('WrongUsernameOrPasswordError', class WrongUsernameOrPasswordError extends Error {
    constructor(user, message) {
      super(message === undefined ? 'Wrong username or password' : message);
      this.name = 'WrongUsernameOrPasswordError';
      this.user = user;
    }
  });
  define('ValidationError', class ValidationError extends Error {
    constructor(code, message) {
      super(message === undefined ? code : message);
      this.name = 'ValidationError';
      this.code = code;
    }
  });
  define('UnauthorizedError', class UnauthorizedError extends Error {
    constructor(message) {
      super(message);
      this.name = 'UnauthorizedError';
    }
  });

  // Console

  function shown(value) {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return value.stack ? `${value.name}: ${value.message}\n${value.stack}` : String(value);
    try {
      const json = JSON.stringify(value);
      return json === undefined ? String(value) : json;
    } catch (_) {
      return String(value);
    }
  }
  const console = {};
  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    console[level] = (...values) => native.log(level, values.map(shown).join(' '));
  }
  define('console', console);

  // Timers. A timer holds the script until it rings, unless it is one of `AbortSignal.timeout`.

  function timer(work, ms, holds) {
    const id = wait({ settle: work, holds });
    native.timer(id, Math.max(0, Number(ms) || 0));
    return id;
  }
  define('setTimeout', (work, ms, ...args) => timer(() => work(...args), ms, true));
  define('clearTimeout', (id) => { waiting.delete(id); });

  function abortion(name, message) {
    const error = new Error(message);
    error.name = name;
    return error;
  }
  class AbortSignal {
    constructor() {
      this.aborted = false;
      this.reason = undefined;
      this._listeners = [];
    }
    addEventListener(name, listener) { if (name === 'abort') this._listeners.push(listener); }
    removeEventListener(name, listener) { this._listeners = this._listeners.filter((one) => one !== listener); }
    throwIfAborted() { if (this.aborted) throw this.reason; }
    static timeout(ms) {
      const controller = new AbortController();
      const reason = abortion('TimeoutError', 'The operation was aborted due to timeout');
      timer(() => controller.abort(reason), ms, false);
      return controller.signal;
    }
  }
  class AbortController {
    constructor() { this.signal = new AbortSignal(); }
    abort(reason) {
      const signal = this.signal;
      if (signal.aborted) return;
      signal.aborted = true;
      signal.reason = reason === undefined ? abortion('AbortError', 'This operation was aborted') : reason;
      for (const listener of signal._listeners.splice(0)) listener.call(signal, { type: 'abort', target: signal });
    }
  }
  define('AbortSignal', AbortSignal);
  define('AbortController', AbortController);

  // Requests

  function pairs(init) {
    if (init === undefined || init === null) return [];
    if (typeof init[Symbol.iterator] === 'function') return Array.from(init, ([name, value]) => [String(name), String(value)]);
    return Object.entries(init).map(([name, value]) => [name, String(value)]);
  }
  class Headers {
    constructor(init) {
      this._values = new Map();
      for (const [name, value] of pairs(init)) this.append(name, value);
    }
    append(name, value) {
      const before = this.get(name);
      this.set(name, before === null ? value : `${before}, ${value}`);
    }
    set(name, value) { this._values.set(String(name).toLowerCase(), String(value)); }
    get(name) {
      const value = this._values.get(String(name).toLowerCase());
      return value === undefined ? null : value;
    }
    has(name) { return this._values.has(String(name).toLowerCase()); }
    delete(name) { this._values.delete(String(name).toLowerCase()); }
    forEach(work) { this._values.forEach((value, name) => work(value, name, this)); }
    entries() { return this._values.entries(); }
    [Symbol.iterator]() { return this._values.entries(); }
  }
  function formed(text) {
    return encodeURIComponent(text).replace(/%20/g, '+').replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
  }
  class URLSearchParams {
    constructor(init) {
      if (typeof init === 'string') {
        const plain = (text) => decodeURIComponent(text.replace(/\+/g, ' '));
        const parts = init.replace(/^\?/, '').split('&').filter((part) => part !== '');
        this._pairs = parts.map((part) => {
          const cut = part.indexOf('=');
          return cut < 0 ? [plain(part), ''] : [plain(part.slice(0, cut)), plain(part.slice(cut + 1))];
        });
      } else {
        this._pairs = pairs(init);
      }
    }
    append(name, value) { this._pairs.push([String(name), String(value)]); }
    set(name, value) { this.delete(name); this.append(name, value); }
    get(name) {
      const found = this._pairs.find((pair) => pair[0] === name);
      return found === undefined ? null : found[1];
    }
    has(name) { return this.get(name) !== null; }
    delete(name) { this._pairs = this._pairs.filter((pair) => pair[0] !== name); }
    sort() { this._pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); }
    toString() { return this._pairs.map(([name, value]) => `${formed(name)}=${formed(value)}`).join('&'); }
    [Symbol.iterator]() { return this._pairs[Symbol.iterator](); }
  }
  class Response {
    constructor(answer) {
      this.status = answer.status;
      this.ok = answer.status >= 200 && answer.status <= 299;
      this.statusText = answer.reason;
      this.url = answer.url;
      this.headers = new Headers(answer.headers);
      this.bodyUsed = false;
      this._text = answer.body;
    }
    text() {
      if (this.bodyUsed) return Promise.reject(new TypeError('Body is unusable'));
      this.bodyUsed = true;
      return Promise.resolve(this._text);
    }
    json() { return this.text().then(JSON.parse); }
  }
  define('Headers', Headers);
  define('URLSearchParams', URLSearchParams);
  define('fetch', (input, init) => new Promise((resolve, reject) => {
    const given = init || {};
    const headers = new Headers(given.headers);
    let body = given.body;
    if (body instanceof URLSearchParams) {
      if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
      body = body.toString();
    } else if (body !== undefined && body !== null) {
      body = String(body);
      if (!headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8');
    }
    const signal = given.signal;
    if (signal && signal.aborted) return reject(signal.reason);
    const id = wait({
      holds: true,
      settle: (answer) => resolve(new Response(answer)),
      fail: (cause) => reject(Object.assign(new TypeError('fetch failed'), { cause: new Error(cause) })),
    });
    if (signal) signal.addEventListener('abort', () => { if (waiting.delete(id)) reject(signal.reason); });
    native.fetch(id, JSON.stringify({
      method: String(given.method || 'GET').toUpperCase(),
      url: String(input),
      headers: Array.from(headers),
      body: body === undefined ? null : body,
      redirect: given.redirect === 'manual' || given.redirect === 'error' ? given.redirect : 'follow',
    }));
  }));

  // The end

  function failed(error) {
    const thrown = error instanceof Error ? error : new Error(shown(error));
    native.end(JSON.stringify({
      error: {
        name: String(thrown.name),
        message: String(thrown.message),
        user: thrown.user ? String(thrown.user) : null,
        code: thrown.code === undefined ? null : String(thrown.code),
        stack: String(thrown.stack || ''),
      },
    }));
  }

  return {
    // Calls the script with its arguments and a callback.
    call(script, configuration, args) {
      define('configuration', Object.freeze(JSON.parse(configuration)));
      define('global', globalThis);
      const callback = (error, value) => {
        if (error !== undefined && error !== null) return failed(error);
        native.end(JSON.stringify({ value: value === undefined ? null : value }));
      };
      try {
        const result = script(...JSON.parse(args), callback);
        if (result && typeof result.then === 'function') result.then(undefined, failed);
      } catch (error) {
        failed(error);
      }
    },
    // An answer, or a timer that rings.
    settle(id, answer, cause) {
      const entry = waiting.get(id);
      if (entry === undefined) return;
      waiting.delete(id);
      try {
        if (cause === undefined) entry.settle(answer === undefined ? undefined : JSON.parse(answer));
        else entry.fail(cause);
      } catch (error) {
        failed(error);
      }
    },
    // Whether anything is under way that could go on.
    holds() {
      for (const entry of waiting.values()) if (entry.holds) return true;
      return false;
    },
  };
})
