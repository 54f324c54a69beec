function getUser(email, callback) {
  // Look whether somebody has this address, without a password. Then call back once:
  //   callback(null, profile)   somebody has; user_id must be the one that login gives
  //   callback(null)            nobody has
  //   callback(new Error("..."))  cannot tell now
  return callback(null);
}
