/* The door page with a network that comes and goes. It takes the form over only once this phone can keep a visit safely;
   before that, and wherever it cannot, the form is posted as it always was. */

import * as contact from "./contact.js";
import { missing, read } from "./form.js";
import { uuid7 } from "./ids.js";
import * as outbox from "./outbox.js";
import * as panel from "./panel.js";
import * as screen from "./screen.js";
import * as store from "./store.js";
import * as vault from "./vault.js";
import { say } from "./words.js";

const root = document.querySelector("[data-offline]");
const RETRY_FIRST = 15000;
const RETRY_MOST = 300000;

const state = {
  owner: root.dataset.owner,
  row: null, // our vault
  key: null, // its private half, once unlocked; never anywhere else
  pack: null, // today's doors
  plain: new Map(), // id → what this page wrote itself and has not sent yet
  codes: new Map(), // id → what the list shows of it
  sending: false,
  again: false,
  wait: RETRY_FIRST,
  timer: 0,
};
const online = Boolean(state.owner); // the portal made this page just now, for this person

start().catch((error) => {
  // The form below works without any of this.
  console.error(error);
  panel.show(online ? "broken" : "unknown");
});

async function start() {
  if (!self.isSecureContext) return panel.show("insecure");
  if (!navigator.serviceWorker || !crypto.subtle || !self.indexedDB) return panel.show("broken");
  elderAgain();
  await navigator.serviceWorker.register("/grid/sw.js", { scope: "/grid/" }).catch(() => {});
  listen();
  if (online) await startOnline();
  else await startWithout();
}

/* The kept page is made for nobody; the size of type is this phone's own choice. */
function elderAgain() {
  const step = /(?:^|; )elder=([123])/.exec(document.cookie);
  if (step && !online) document.documentElement.dataset.elder = step[1];
}

async function startOnline() {
  contact.heard(root.dataset.now);
  await store.setLast(state.owner);
  await store.forgetDoorsOfOthers(state.owner);
  state.row = (await store.vault(state.owner)) || null;
  if (state.row && !state.row.halted && (await obeyed())) state.row = (await store.vault(state.owner)) || null;
  if (!state.row) return panel.offer(state.owner, turnedOn);
  if (state.row.halted) return panel.ask([state.row], say("locked_again"), again);
  await ready();
}

/* After an order to wipe: the same key, under which visits may still lie sealed, as a phone the order does not mean. */
async function again({ row, key }) {
  const device = uuid7();
  await contact.register(device);
  const renewed = { ...row, device };
  delete renewed.halted;
  await store.keepVault(renewed);
  await turnedOn({ row: renewed, key });
}

async function turnedOn({ row, key }) {
  state.row = row;
  state.key = key;
  screen.notice("done", "turned_on");
  await ready();
}

/* From here on the form is ours. */
async function ready() {
  panel.show("on");
  const form = document.querySelector("[data-door] form.visit");
  if (form) screen.prepare(form);
  document.documentElement.dataset.offline = "on";
  await fetchPack();
  if ((await mine()).some((row) => !state.plain.has(row.id)) && !state.key) return unlockToSend();
  await resend();
}

async function mine() {
  return (await store.visits()).filter((row) => row.owner === state.owner);
}

async function fetchPack() {
  try {
    const { status, said } = await contact.call("/grid/today/doors.json", { owner: state.owner });
    if (status !== 200 || said.owner !== state.owner) return;
    state.pack = said;
    await keepPack();
  } catch (error) {
    if (!(error instanceof contact.NoSignal || error instanceof contact.SignIn)) throw error;
  }
}

/* Sealed under the open half of the key, so this needs no unlock. A phone too full for doors still works with a signal. */
async function keepPack() {
  try {
    const box = await vault.sealJson(state.row, `doors|${state.owner}`, state.pack);
    await store.keepDoors({ owner: state.owner, box });
    document.documentElement.dataset.doors = state.pack.doors.length;
  } catch (error) {
    screen.notice("late", error.name === "QuotaExceededError" ? "full_doors" : "not_kept_doors");
  }
}

/* ---------------------------------------------------------------- no network: the empty page, and what lies sealed */
async function startWithout() {
  const last = await store.last();
  const rows = (await store.vaults()).sort((a, b) => (b.owner === last) - (a.owner === last));
  if (rows.length === 0) {
    screen.heading(say("nothing_kept"));
    return panel.show("unknown");
  }
  screen.heading(say("locked_title"));
  panel.ask(rows, say("locked_offline"), openWithout);
}

async function openWithout({ row, key }) {
  state.row = row;
  state.key = key;
  state.owner = row.owner;
  panel.show("on");
  document.documentElement.dataset.offline = "on";
  const kept = await store.doors(state.owner);
  const waiting = await unsealed();
  if (kept) {
    state.pack = await vault.unsealJson(key, `doors|${state.owner}`, kept.box);
    const knocked = new Set(waiting.map(({ said }) => said.body.household));
    const past = state.pack.doors.filter((door) => knocked.has(door.id));
    state.pack.past = { ...state.pack.past, ...Object.fromEntries(past.map((door) => [door.id, door])) };
    state.pack.doors = state.pack.doors.filter((door) => !knocked.has(door.id));
    screen.showWalk(state.pack.doors);
    if (state.pack.digits) screen.digits(state.pack.digits);
    const unsent = new Set(waiting.map(({ id }) => id));
    const arrived = state.pack.done.filter((one) => !unsent.has(one.id));
    arrived.reverse().forEach((one) => screen.listed({ ...one, state: "sent" }));
    nextDoor("");
  } else {
    screen.heading(say("no_doors"));
  }
  waiting.forEach(({ id, said }) => show(id, said, "waiting"));
  screen.status("kept");
  await resend();
}

/* Sealed under a key of before: it stays counted, and can only be given up. */
const UNREADABLE = { body: { household: "" }, code: "?", outcome: "met", at: new Date(0).toISOString(), lost: true };

async function unsealed() {
  const found = [];
  for (const row of await mine()) {
    try {
      found.push({ id: row.id, said: await outbox.open(state.key, row) });
    } catch {
      found.push({ id: row.id, said: UNREADABLE });
    }
  }
  return found;
}

function unlockToSend() {
  mine().then((rows) => {
    screen.status("locked");
    panel.ask([state.row], say("locked_online", { n: rows.length }), async ({ key }) => {
      state.key = key;
      panel.show("on");
      (await unsealed()).forEach(({ id, said }) => show(id, said, "waiting"));
      await resend();
    });
  });
}

/* ---------------------------------------------------------------- saving one visit */
function listen() {
  document.addEventListener("submit", (event) => {
    if (!state.row || !event.target.matches("[data-door] form.visit")) return;
    // Before anybody else hears of it, portal/app.js with its lock against double presses included.
    event.preventDefault();
    event.stopImmediatePropagation();
    save(event.target);
  }, true);
  document.addEventListener("click", pressed);
  self.addEventListener("online", () => resend());
  document.addEventListener("visibilitychange", () => { if (!document.hidden && state.row) resend(); });
  if ("BroadcastChannel" in self) {
    // Log-out in another tab: what this one has in its memory goes too.
    new BroadcastChannel("jiamenkou").onmessage = (event) => { if (event.data === "left") location.reload(); };
  }
}

let saving = false;

async function save(form) {
  if (saving) return;
  saving = true;
  try {
    await saveOnce(form);
  } finally {
    saving = false;
  }
}

async function saveOnce(form) {
  screen.quiet();
  const lack = missing(form);
  if (lack) return screen.complain(form, lack.field, lack.word);
  const { now, sure } = contact.clock();
  let got;
  try {
    got = await read(form, now);
  } catch (error) {
    if (error.name !== "Photo") throw error;
    return screen.complain(form, "photo", "bad_photo");
  }
  const id = uuid7(now);
  const label = form.dataset.code || "";
  const sums = got.photos.map((photo) => photo.sha256);
  const said = { body: got.body, sums, sure, code: label, outcome: got.body.outcome, at: got.body.visited_at };
  try {
    await outbox.keep(state.row, id, said, got.photos);
  } catch (error) {
    // Nothing has been written, and nothing is taken off the form.
    return screen.notice("late", error.name === "QuotaExceededError" ? "full" : "not_kept");
  }
  state.plain.set(id, { said, photos: got.photos.map((photo) => photo.bytes) });
  if (form.dataset.instead) await store.forgetVisit(form.dataset.instead).then(() => screen.unlisted(form.dataset.instead));
  show(id, said, "waiting");
  screen.status("kept");
  await walkedOn(got.body.household, id, said);
  resend();
}

async function walkedOn(household, id, said) {
  screen.leave(household);
  if (!state.pack) {
    screen.heading(say("kept_here"));
    return screen.noDoor();
  }
  const place = state.pack.doors.findIndex((door) => door.id === household);
  const after = state.pack.doors[place + 1];
  // Its form stays at hand: a visit that is refused goes back onto it.
  if (place >= 0) state.pack.past = { ...state.pack.past, [household]: state.pack.doors.splice(place, 1)[0] };
  state.pack.done.unshift({ id, code: said.code, outcome: said.outcome, at: said.at });
  nextDoor(after ? after.id : "");
  await keepPack();
}

function nextDoor(id, body) {
  const doors = state.pack.doors;
  const place = Math.max(0, doors.findIndex((door) => door.id === id));
  screen.heading(state.pack.headings[Math.min(doors.length, state.pack.headings.length - 1)]);
  if (doors.length === 0) return screen.noDoor();
  const form = screen.showDoor(doors[place], doors[place + 1] || (place ? doors[0] : null));
  if (body) screen.refill(form, body);
  return form;
}

function show(id, said, how, words) {
  state.codes.set(id, said);
  screen.listed({ id, code: said.code, outcome: said.outcome, at: said.at, lost: said.lost, state: how, words });
}

/* ---------------------------------------------------------------- sending */
async function resend() {
  if (!state.row || state.row.halted) return;
  if (state.sending) {
    state.again = true;
    return;
  }
  state.sending = true;
  clearTimeout(state.timer);
  try {
    do {
      state.again = false;
      await sendOnce();
    } while (state.again);
  } finally {
    state.sending = false;
  }
}

async function sendOnce() {
  let me;
  try {
    me = await contact.hello(state.row.device);
  } catch {
    return stopped("signal");
  }
  if (me.wipe && (await obey(me))) return;
  if ((await mine()).length === 0) return screen.status("sent");
  if (!me.owner) return stopped("sign-in");
  if (me.owner !== state.owner) return stopped("other");
  const report = await outbox.sendAll(state.owner, state.key, state.plain);
  report.sent.forEach(([id, answer]) => show(id, state.codes.get(id) || ofAnswer(answer), answer.state === "quarantined" ? "held" : "sent"));
  report.refused.forEach(({ words, said }, id) => show(id, said, "refused", words));
  report.unreadable.forEach((id) => show(id, UNREADABLE, "refused", say("not_opened")));
  if (report.stopped) return stopped(report.stopped);
  state.wait = RETRY_FIRST;
  const kept = report.refused.size + report.unreadable.length;
  if (kept) return screen.status("some_refused", { n: kept });
  if (report.locked) return unlockToSend();
  screen.status("sent");
}

const ofAnswer = (answer) => ({ code: "", outcome: answer.outcome, at: answer.visited_at });

async function stopped(why) {
  screen.status({ signal: "kept", "sign-in": "sign_in_kept", other: "other_kept" }[why]);
  document.querySelector("[data-sign-in]").hidden = why === "signal";
  if (why !== "signal" || (await mine()).length === 0) return;
  state.timer = setTimeout(resend, state.wait);
  state.wait = Math.min(state.wait * 2, RETRY_MOST);
}

/* ---------------------------------------------------------------- what the centre ordered */
async function obeyed() {
  try {
    const me = await contact.hello(state.row.device);
    return Boolean(me.wipe) && (await obey(me));
  } catch {
    return false;
  }
}

/* Doors go at once. What was not sent goes first to the portal where it can; else it stays sealed, unless the order
   says that it must not. The receipt is last: an order that was only half carried out is given again. */
async function obey(me) {
  if (me.owner === state.owner && !me.wipe.destroy) {
    await outbox.sendAll(state.owner, state.key, state.plain).catch(() => {});
  }
  await store.forgetDoors(state.owner);
  state.pack = null;
  document.querySelector("[data-digits]")?.remove(); // gone already where this page obeys a second order
  let unsent = (await mine()).length;
  if (me.wipe.destroy) unsent = await store.destroy(state.owner);
  else await store.keepVault({ ...state.row, halted: true });
  await contact.wiped(state.row.device, me.wipe.id, unsent).catch(() => {});
  state.row = { ...state.row, halted: true };
  screen.showWalk([]);
  screen.heading(say("wiped_title"));
  screen.notice("wait", unsent ? (me.wipe.destroy ? "wiped_lost" : "wiped_kept") : "wiped", { n: unsent });
  document.querySelector("[data-door]").replaceChildren();
  delete document.documentElement.dataset.offline;
  return true;
}

/* ---------------------------------------------------------------- presses */
async function pressed(event) {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-resend]")) {
    state.wait = RETRY_FIRST;
    screen.status("sending");
    return resend();
  }
  const link = on("[data-walk] a[data-door-id]");
  if (link && state.row && state.pack && state.pack.doors.some((door) => door.id === link.dataset.doorId)) {
    event.preventDefault();
    nextDoor(link.dataset.doorId);
    return document.querySelector("[data-door]").scrollIntoView();
  }
  const row = on("[data-visit]");
  if (row && on("[data-change]")) return change(row.dataset.visit);
  if (row && on("[data-drop]")) {
    const sure = row.querySelector("[data-drop-sure]");
    if (sure.hidden) sure.hidden = false;
  }
  if (row && on("[data-drop-sure]")) {
    await store.forgetVisit(row.dataset.visit);
    state.plain.delete(row.dataset.visit);
    screen.unlisted(row.dataset.visit);
    // The strip still says that one was refused.
    return resend();
  }
}

/* A refused visit back onto its form; the old one goes once the new one is kept. Photos have to be taken again. */
function change(id) {
  const said = state.codes.get(id);
  const door = state.pack && state.pack.past?.[said.body.household];
  const form = door ? screen.showDoor(door, null) : document.querySelector("[data-door] form.visit");
  if (!form) return;
  screen.refill(form, said.body);
  form.elements.namedItem("door").value = said.body.household;
  form.dataset.code = said.code;
  form.dataset.instead = id;
  form.scrollIntoView();
}
