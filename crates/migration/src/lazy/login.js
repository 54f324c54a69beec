  // The login. A wrong password, and nothing else, is WrongUsernameOrPasswordError.

  const BARRED = {
    206001: 'the registration was never finished; finish it, or sign up anew',
    401020: 'too many attempts; try again later, or reset the password',
    403041: 'the account is disabled',
    403100: 'the password has to be changed; reset it',
    403101: 'the account is protected by a second factor; reset the password to go on',
    403102: 'the account needs a second factor; reset the password to go on',
    403120: 'too many attempts; try again later, or reset the password',
  };

  async function work() {
    const answer = await call('accounts.login', { loginID: userNameOrEmail, password, include: INCLUDE, extraProfileFields: EXTRA });
    const code = answer.errorCode;
    if (code === 0) return userOf(answer);
    if (code === 403042 || code === 403047) throw new WrongUsernameOrPasswordError(userNameOrEmail);
    if (code === 206002) {
      // The password is right, the address is not verified: so it will be at Auth0.
      const by = answer.UID ? { UID: answer.UID } : { regToken: answer.regToken };
      const account = await call('accounts.getAccountInfo', Object.assign({ include: INCLUDE, extraProfileFields: EXTRA }, by));
      if (account.errorCode !== 0) throw outage('accounts.getAccountInfo', account);
      return userOf(account);
    }
    if (BARRED[code] !== undefined) throw new UnauthorizedError(BARRED[code]);
    throw outage('accounts.login', answer);
  }

  work().then((user) => callback(null, user), (error) => callback(error));
