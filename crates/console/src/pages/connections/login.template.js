function login(userNameOrEmail, password, callback) {
  // Ask your system whether the password is right. Then call back once:
  //   callback(null, profile)                         right
  //   callback(new WrongUsernameOrPasswordError(userNameOrEmail))   wrong
  //   callback(new Error("..."))                      cannot tell now
  // A profile needs an id that never changes: { user_id, email, email_verified, ... }
  return callback(null);
}
