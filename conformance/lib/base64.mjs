// Base64 in the dresses in which it is met.
export const dresses = {
  padded: (bytes) => bytes.toString("base64"),
  unpadded: (bytes) => bytes.toString("base64").replaceAll("=", ""),
  "one pad": (bytes) => bytes.toString("base64").replace(/=+$/, "="),
  "url-safe": (bytes) => bytes.toString("base64url"),
  "url-safe padded": (bytes) => bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
  spaced: (bytes) => " " + bytes.toString("base64").replace(/(.{6})/, "$1\r\n") + "\n",
};

/** Without padding, as PHC strings have it. */
export const phc = dresses.unpadded;
