/* Talking to the portal: who is signed in, what time it is there, whether the centre has ordered this phone wiped. */

export class NoSignal extends Error {}
export class SignIn extends Error {}

const CONTACT_MS = 20000;
let known = null; // the portal's clock, and how long ago by a clock that nobody can set

/* The portal's time arrived just now. */
export function heard(serverNow) {
  known = { server: Date.parse(serverNow), since: performance.now() };
}

/* Milliseconds since 1970. `sure`: by the portal's clock. Else the phone's own, which may be hours off: such a visit
   carries sent_at, and the portal works out the difference. */
export function clock() {
  return known ? { now: known.server + performance.now() - known.since, sure: true } : { now: Date.now(), sure: false };
}

const cookie = (name) => (document.cookie.split("; ").find((one) => one.startsWith(`${name}=`)) || "").split("=")[1] || "";

/* fetch with a limit, our token, and every way of not getting through made one: NoSignal. */
export async function call(url, { method = "GET", body, type, owner = "", ms = CONTACT_MS } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
  if (type) headers["Content-Type"] = type;
  // The portal refuses it where somebody else is signed in by now: a visit is never written under another name.
  if (owner) headers["X-Written-By"] = owner;
  let answer;
  try {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(ms) : undefined;
    answer = await fetch(url, { method, headers, body, signal, cache: "no-store", credentials: "same-origin" });
  } catch {
    throw new NoSignal();
  }
  let said = null;
  try {
    said = await answer.json();
  } catch {
    // The page of a hotel's network, or half an answer: nothing that ours would say.
    if (answer.ok) throw new NoSignal();
  }
  if (answer.status === 401 || answer.status === 403) throw new SignIn();
  return { status: answer.status, said };
}

/* First words of every contact. Works without a session: a stolen phone, signed out long ago, still hears the order. */
export async function hello(device) {
  let { status, said } = await call(`/api/v1/offline/devices/${device}/`);
  if (status === 404) {
    // A portal set up anew from a backup of last week. What lies here still wants to be handed in.
    await register(device);
    ({ status, said } = await call(`/api/v1/offline/devices/${device}/`));
  }
  if (status !== 200 || !said) throw new NoSignal();
  heard(said.now);
  return said;
}

export const register = (device) => post("/api/v1/offline/devices/", { device });

export const wiped = (device, order, unsent) => post(`/api/v1/offline/devices/${device}/wiped/`, { order, unsent });

function post(url, said) {
  return call(url, { method: "POST", type: "application/json", body: JSON.stringify(said) });
}
