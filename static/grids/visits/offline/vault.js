/* Sealing. Each person has a key pair on this phone. The public half lies open: sealing needs nobody's leave, so a
   visit can be saved at any time. The private half lies wrapped in a key made from what only they can give, a passphrase
   or a touch on the sensor; unwrapped it exists in the memory of this page only, and cannot be read out of it.

   A box is {epk, iv, data}: a throw-away key pair agrees with the public key on an AES-GCM key used for this box alone.
   The label (what it is, whose, which id) is authenticated with it: boxes cannot be swapped or relabelled. */

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const ROUNDS = 600000;
const text = new TextEncoder();
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

async function hkdf(secret, salt, info, usages) {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: text.encode(info) };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, usages);
}

async function boxKey(own, other, epk, usages) {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, own, 256);
  return hkdf(shared, epk, "jiamenkou box", usages);
}

/* Seal bytes for whoever holds the private half of this vault. */
export async function seal(vault, label, bytes) {
  const to = await crypto.subtle.importKey("raw", vault.publicKey, CURVE, false, []);
  const once = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const epk = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
  const iv = random(12);
  const key = await boxKey(once.privateKey, to, epk, ["encrypt"]);
  const how = { name: "AES-GCM", iv, additionalData: text.encode(label) };
  return { epk, iv, data: new Uint8Array(await crypto.subtle.encrypt(how, key, bytes)) };
}

export async function unseal(privateKey, label, box) {
  const once = await crypto.subtle.importKey("raw", box.epk, CURVE, false, []);
  const key = await boxKey(privateKey, once, box.epk, ["decrypt"]);
  const how = { name: "AES-GCM", iv: box.iv, additionalData: text.encode(label) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, box.data));
}

export const sealJson = (vault, label, value) => seal(vault, label, text.encode(JSON.stringify(value)));
export const unsealJson = async (key, label, box) => JSON.parse(new TextDecoder().decode(await unseal(key, label, box)));

/* ---------------------------------------------------------------- the unlock */
async function fromPassphrase(passphrase, salt, rounds) {
  // The same characters may be typed in two ways; a phone's keyboard chooses for itself.
  const typed = text.encode(passphrase.normalize("NFKC"));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

async function wrapped(owner, device, lock, lockKey) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const iv = random(12);
  const how = { name: "AES-GCM", iv, additionalData: text.encode(owner) };
  const row = {
    owner,
    device,
    lock,
    iv,
    publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)),
    privateKey: new Uint8Array(await crypto.subtle.wrapKey("pkcs8", pair.privateKey, lockKey, how)),
  };
  return { row, key: await unwrapped(row, lockKey) };
}

async function unwrapped(row, lockKey) {
  const how = { name: "AES-GCM", iv: row.iv, additionalData: text.encode(row.owner) };
  // Not extractable: a script that got in could use it while the page is open, but not carry it away.
  return crypto.subtle.unwrapKey("pkcs8", row.privateKey, lockKey, how, CURVE, false, ["deriveBits"]);
}

export async function makeWithPassphrase(owner, device, passphrase) {
  const salt = random(16);
  const lock = { kind: "passphrase", salt, rounds: ROUNDS };
  return wrapped(owner, device, lock, await fromPassphrase(passphrase, salt, ROUNDS));
}

/* The private key, or null for a wrong passphrase. */
export async function unlockWithPassphrase(row, passphrase) {
  try {
    return await unwrapped(row, await fromPassphrase(passphrase, row.lock.salt, row.lock.rounds));
  } catch {
    return null;
  }
}

/* ---------------------------------------------------------------- WebAuthn PRF: the sensor, where it can do that */
export async function sensorMay() {
  const has = self.PublicKeyCredential;
  // An address of digits cannot own a credential.
  if (!has || !/[a-z]/i.test(location.hostname)) return false;
  return has.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

async function touch(credential, salt) {
  const got = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: "public-key", id: credential }],
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const secret = got.getClientExtensionResults().prf?.results?.first;
  return secret ? hkdf(secret, salt, "jiamenkou lock", ["wrapKey", "unwrapKey"]) : null;
}

/* Null where the sensor exists but gives no secret (no PRF): a passphrase is asked instead. */
export async function makeWithSensor(owner, device, name) {
  const salt = random(32);
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: random(32),
      rp: { name },
      // Nothing about the person leaves the phone; the sensor only needs something to tell keys apart.
      user: { id: random(16), name, displayName: name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { authenticatorAttachment: "platform", userVerification: "required", residentKey: "preferred" },
      extensions: { prf: {} },
    },
  });
  if (!made.getClientExtensionResults().prf?.enabled) return null;
  const credential = new Uint8Array(made.rawId);
  const lockKey = await touch(credential, salt);
  return lockKey ? wrapped(owner, device, { kind: "sensor", salt, credential }, lockKey) : null;
}

export async function unlockWithSensor(row) {
  const lockKey = await touch(row.lock.credential, row.lock.salt);
  return lockKey ? unwrapped(row, lockKey) : null;
}
