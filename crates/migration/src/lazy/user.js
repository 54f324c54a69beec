  // The user of an account, as the rules of the mapping have it.

  function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
  function isEmpty(value) {
    return value === undefined || value === null || value === ''
      || (typeof value === 'object' && Object.keys(value).length === 0);
  }
  function isNothing(value) {
    return value === undefined || value === null || value === '';
  }
  function found(account, source) {
    let value = account;
    for (const name of source.path) {
      if (!isObject(value) || !Object.prototype.hasOwnProperty.call(value, name)) return undefined;
      value = value[name];
    }
    if (source.at === undefined) return value;
    return Array.isArray(value) ? value[source.at] : undefined;
  }
  function text(value) {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
  function solid(value) {
    const found = text(value);
    return found !== undefined && found.trim() !== '' ? found : undefined;
  }
  function address(value) {
    const found = solid(value);
    return found === undefined ? undefined : found.trim().toLowerCase();
  }
  function flag(value) {
    if (typeof value === 'object') return undefined;
    const text = String(value).toLowerCase();
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? false : undefined;
  }
  function elements(value) {
    if (Array.isArray(value)) return value;
    return value === undefined || value === null ? [] : [value];
  }
  function date(value) {
    if (typeof value === 'number') {
      const known = Number.isInteger(value) && value !== 0 && value >= -62135596800000 && value <= 253402207199999;
      return known ? new Date(value).toISOString() : undefined;
    }
    return text(value) === undefined || value.startsWith('0001-01-01') ? undefined : value;
  }
  function birthdate(values) {
    const [year, month, day] = values.map((value) => {
      const digits = text(value);
      return digits !== undefined && /^\+?\d+$/.test(digits.trim()) ? Number(digits.trim()) : undefined;
    });
    const padded = (number, length) => String(number).padStart(length, '0');
    if (year === undefined || year < 1 || year > 9999) return undefined;
    if (month === undefined || month < 1 || month > 12) return padded(year, 4);
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
    const known = padded(year, 4) + '-' + padded(month, 2);
    return day === undefined || day < 1 || day > days ? known : known + '-' + padded(day, 2);
  }
  function loginEmail(groups, preferred) {
    for (const group of groups.filter((group) => !isEmpty(group))) {
      const addresses = elements(group).map(address).filter((one) => one !== undefined);
      if (addresses.length > 0) return addresses.includes(preferred) ? preferred : addresses[0];
    }
    return undefined;
  }
  function otherEmails(groups, email) {
    const seen = new Map();
    groups.forEach((group, index) => elements(group).map(address).forEach((one) => {
      if (one !== undefined && one !== email && !seen.has(one)) seen.set(one, index === 0);
    }));
    const others = {};
    seen.forEach((verified, one) => {
      const name = verified ? 'verified' : 'unverified';
      others[name] = (others[name] || []).concat(one);
    });
    return seen.size === 0 ? undefined : others;
  }
  function picked(value, names) {
    const rows = elements(value).filter(isObject).map((row) => {
      const kept = names.filter((name) => Object.prototype.hasOwnProperty.call(row, name) && !isNothing(row[name]));
      return Object.fromEntries(kept.map((name) => [name, row[name]]));
    });
    return rows.length === 0 ? undefined : rows;
  }

  // The value of one rule; `email` is the address that was chosen.
  function valueOf(account, rule, email) {
    if (rule.constant !== undefined) return rule.constant === '' && rule.to.length === 1 ? undefined : rule.constant;
    const values = rule.from.map((source) => found(account, source));
    const first = values.find((value) => !isEmpty(value));
    switch (rule.as) {
      case 'raw': return values.find((value) => !isNothing(value));
      case 'lower': return address(first);
      case 'flag': return flag(first);
      case 'when_false': return flag(first) === false ? true : undefined;
      case 'exists': return first === undefined ? undefined : true;
      case 'list': return first === undefined || Array.isArray(first) ? first : [first];
      case 'date': return date(first);
      case 'birthdate': return birthdate(values);
      case 'full_name': {
        const parts = values.map(solid);
        return parts[0] !== undefined ? parts[0] : solid(parts.slice(1).filter((part) => part !== undefined).join(' '));
      }
      case 'login_email': return loginEmail(values, rule.prefer === undefined ? undefined : address(found(account, rule.prefer)));
      case 'holds_email': {
        if (email === undefined) return undefined;
        return values.some((value) => elements(value).some((one) => address(one) === email));
      }
      case 'other_emails': return otherEmails(values, email);
      case 'pick': return picked(values[0], rule.pick);
      default: return solid(first);
    }
  }
  // Whether the mapping gives a member itself where others are spread: what it says by name counts.
  function isNamed(path, name) {
    const above = path.length - 1;
    return (above === 1 && path[0] === 'app_metadata' && name === 'gigya')
      || RULES.some((rule) => rule.to[above] === name && rule.to.length > above && path.slice(0, above).every((step, at) => rule.to[at] === step));
  }
  function put(object, path, value) {
    const last = path[path.length - 1];
    let inner = object;
    for (const name of path.slice(0, -1)) {
      if (!isObject(inner[name])) inner[name] = {};
      inner = inner[name];
    }
    if (last !== '*') inner[last] = value;
    else if (isObject(value)) Object.keys(value).filter((name) => value[name] !== null && !isNamed(path, name)).forEach((name) => { inner[name] = value[name]; });
  }
  function mapped(account) {
    const user = {};
    for (const rule of RULES) {
      const spread = rule.to[rule.to.length - 1] === '*';
      const value = spread ? rule.from.map((source) => found(account, source)).find((one) => !isEmpty(one))
        : valueOf(account, rule, user.email);
      // A copy: what two rules take from one place is mended in each.
      if (value !== undefined) put(user, rule.to, JSON.parse(JSON.stringify(value)));
    }
    return user;
  }

  // What Auth0 would refuse is mended as in the bulk import: cut or dropped, the original kept in
  // app_metadata.gigya.original. What identifies a person is not mended, unless a policy of the run says so.

  function isPicture(url) {
    if (url.length >= 2083 || /[\s<>]/.test(url) || url.startsWith('mailto:')) return false;
    const parts = /^(?:(?:https?|ftp):\/\/)?(?:[^\/?#@:]*(?::[^\/?#@:]*)?@)?([^\/?#@:]+)(?::(\d+))?(?:[\/?#].*)?$/i.exec(url);
    if (parts === null || (parts[2] !== undefined && !(Number(parts[2]) >= 1 && Number(parts[2]) <= 65535))) return false;
    if (/^\d+\.\d+\.\d+\.\d+$/.test(parts[1])) return parts[1].split('.').every((part) => Number(part) <= 255);
    const labels = parts[1].split('.');
    const label = /^[a-z0-9\u00a1-\uff00\uff60-\uffff](?:[a-z0-9\u00a1-\uff00\uff60-\uffff-]*[a-z0-9\u00a1-\uff00\uff60-\uffff])?$/i;
    return labels.length > 1 && labels.every((one) => label.test(one) && one.length <= 63)
      && /^(?:[a-z\u00a1-\uffff]{2,}|xn[a-z0-9-]{2,})$/i.test(labels[labels.length - 1]);
  }
  function dropDotted(value) {
    const removed = {};
    for (const name of Object.keys(value)) {
      if (/[.$]/.test(name)) {
        removed[name] = value[name];
        delete value[name];
      } else if (typeof value[name] === 'object' && value[name] !== null) {
        const inner = dropDottedIn(value[name]);
        if (Object.keys(inner).length > 0) removed[name] = inner;
      }
    }
    return removed;
  }
  function dropDottedIn(value) {
    if (!Array.isArray(value)) return dropDotted(value);
    const removed = {};
    value.forEach((item, index) => {
      const inner = isObject(item) ? dropDotted(item) : {};
      if (Object.keys(inner).length > 0) removed[index] = inner;
    });
    return removed;
  }
  function refuse(code, message) {
    throw new ValidationError(code, message);
  }
  function mended(user) {
    const original = {};
    if (user.email === undefined) refuse('email_missing', 'the account has no address');
    if (user.user_id === undefined) refuse('user_id_invalid', 'the account has no id');
    if (/\s/.test(user.user_id) || Array.from(user.user_id).length > 255) {
      if (!FIX.includes('user_id_invalid')) refuse('user_id_invalid', 'the UID has white space in it or more than 255 characters');
      original.user_id = user.user_id;
      user.user_id = Array.from(user.user_id.replace(/\s/g, '_')).slice(0, 255).join('');
    }
    if (user.username !== undefined && (!/^[A-Za-z0-9_+\-.!#^~@$'`]+$/.test(user.username) || user.username.length < USERNAME_LENGTH[0] || user.username.length > USERNAME_LENGTH[1] || /@.*\./.test(user.username))) {
      if (!FIX.includes('username_invalid')) refuse('username_invalid', 'the user name is not one that Auth0 takes');
      original.username = user.username;
      delete user.username;
    }
    if (user.phone_number !== undefined && !/^\+[0-9]{1,15}$/.test(user.phone_number)) {
      if (!FIX.includes('phone_invalid')) refuse('phone_invalid', 'the phone number is not in the form +420123456789');
      original.phone_number = user.phone_number;
      delete user.phone_number;
    }
    if (user.phone_number === undefined) delete user.phone_verified;
    for (const [name, most] of [['given_name', 150], ['family_name', 150], ['name', 300], ['nickname', 300]]) {
      const characters = user[name] === undefined ? [] : Array.from(user[name]);
      if (characters.length > most) {
        original[name] = user[name];
        user[name] = characters.slice(0, most).join('').trimEnd();
      }
    }
    if (user.picture !== undefined && !isPicture(user.picture)) {
      original.picture = user.picture;
      delete user.picture;
    }
    if (user.user_metadata !== undefined) {
      const removed = dropDotted(user.user_metadata);
      if (Object.keys(removed).length > 0) original.user_metadata = removed;
    }
    const forbidden = Object.keys(user.app_metadata || {}).filter((name) => FORBIDDEN.includes(name));
    if (forbidden.length > 0) {
      original.app_metadata = Object.fromEntries(forbidden.map((name) => [name, user.app_metadata[name]]));
      forbidden.forEach((name) => { delete user.app_metadata[name]; });
    }
    if (Object.keys(original).length > 0) put(user, ['app_metadata', 'gigya', 'original'], original);
    for (const name of ['user_metadata', 'app_metadata']) {
      if (user[name] !== undefined && Object.keys(user[name]).length === 0) delete user[name];
    }
    return user;
  }
  function userOf(account) {
    return mended(mapped(account));
  }
