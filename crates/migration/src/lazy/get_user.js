  // The user by an identifier. Only the site's own word that there is no such account is "no such user".

  async function uidOf() {
    const kind = email.includes('@') ? 'email' : /^\+\d+$/.test(email) ? 'phone' : 'username';
    const schema = 'gigya.com/identifiers/';
    const answer = await call('accounts.identifiers.find', { identifierSchema: schema + kind, id: email });
    if (answer.errorCode === 0) return answer.identifiers[schema + 'UID'];
    if (answer.errorCode !== 404000) throw outage('accounts.identifiers.find', answer);
    if (kind !== 'email' || /["'\\]/.test(email)) return undefined;
    // Addresses that are not verified are no identifiers, but people log in with them.
    const query = 'SELECT UID FROM accounts WHERE loginIDs.unverifiedEmails = "' + email + '" LIMIT 2';
    const list = await call('accounts.search', { query });
    if (list.errorCode !== 0) throw outage('accounts.search', list);
    return list.results.length === 1 ? list.results[0].UID : undefined;
  }

  async function work() {
    const UID = await uidOf();
    if (UID === undefined) return null;
    const account = await call('accounts.getAccountInfo', { UID, include: INCLUDE, extraProfileFields: EXTRA });
    if (account.errorCode !== 0) throw outage('accounts.getAccountInfo', account);
    // Not null: nobody shall sign up with the address of a disabled account.
    if (account.isActive === false) throw new UnauthorizedError('the account is disabled');
    return account.isRegistered === false ? null : userOf(account);
  }

  work().then((user) => callback(null, user), (error) => callback(error));
