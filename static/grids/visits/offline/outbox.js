/* The outbox: visits that are saved and not yet known to have arrived. A row goes only after the portal has named its id
   and the SHA-256 of every photo; until then anything may happen to the line, the portal, the session or this page. */

import { call, NoSignal, SignIn } from "./contact.js";
import * as store from "./store.js";
import * as vault from "./vault.js";
import { say } from "./words.js";

const VISIT_MS = 40000;
const PHOTO_MS = 180000;
const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

export class Refused extends Error {
  constructor(said) {
    const code = (said && said.code) || "";
    const lines = Object.values((said && said.errors) || {}).flat().filter((line) => typeof line === "string");
    // "Not found" is true and no help: the door was theirs this morning.
    super(code === "NOT_FOUND" ? say("not_mine") : lines[0] || (said && said.detail) || "");
    this.code = code;
  }
}

/* Seal a visit and put it on the disk. `box.sure`: its time is the portal's. */
export async function keep(row, id, said, photos) {
  const pictures = [];
  for (const [place, photo] of photos.entries()) {
    const key = `${id}/${place}`;
    pictures.push({ key, box: await vault.seal(row, `photo|${row.owner}|${key}`, photo.bytes) });
  }
  const box = await vault.sealJson(row, `visit|${row.owner}|${id}`, said);
  await store.keepVisit({ id, owner: row.owner, box }, pictures);
}

export const open = (key, row) => vault.unsealJson(key, `visit|${row.owner}|${row.id}`, row.box);

async function photosOf(key, row) {
  const found = [];
  for (const one of await store.photosOf(row.id)) {
    found.push(await vault.unseal(key, `photo|${row.owner}|${one.key}`, one.box));
  }
  return found;
}

/* The lock of the browser, so that two tabs do not upload the same photo twice; the portal would not mind. */
export function alone(work) {
  return navigator.locks ? navigator.locks.request("jiamenkou-send", work) : work();
}

/* One visit all the way. Throws NoSignal, SignIn, Refused. */
export async function deliver(row, said, photos) {
  const body = { ...said.body };
  // Written by this phone's own clock: say what that clock says now, and the portal finds out how far it is off.
  if (!said.sure) body.sent_at = new Date().toISOString();
  const answer = await put(`/api/v1/visits/${row.id}/`, row.owner, JSON.stringify(body), "application/json", VISIT_MS);
  if (answer.id !== row.id) throw new NoSignal();
  const arrived = new Set((answer.photos || []).filter((one) => one.received).map((one) => one.sha256));
  for (const [place, sha256] of said.sums.entries()) {
    if (arrived.has(sha256)) continue;
    const got = await put(`/api/v1/visits/${row.id}/photos/${sha256}`, row.owner, photos[place], "image/jpeg", PHOTO_MS);
    if (got.sha256 !== sha256 || !got.received) throw new NoSignal();
  }
  await store.forgetVisit(row.id);
  return answer;
}

async function put(url, owner, body, type, ms) {
  const { status, said } = await call(url, { method: "PUT", body, type, owner, ms });
  if (status === 200 || status === 201 || status === 202) return said || {};
  if (LATER.has(status)) throw new NoSignal();
  throw new Refused(said);
}

/* Everything of one person that can be sent now. `plain`: what this page wrote itself, still in its memory.
   Answers {sent: [[id, answer]], refused: Map id → words, stopped: "" | "signal" | "sign-in", locked: how many,
   unreadable: [id]}. */
export async function sendAll(owner, key, plain) {
  const report = { sent: [], refused: new Map(), stopped: "", locked: 0, unreadable: [] };
  await alone(async () => {
    for (const row of await store.visits()) {
      if (row.owner !== owner) continue;
      const own = plain.get(row.id);
      if (!own && !key) {
        report.locked += 1;
        continue;
      }
      let said, photos;
      try {
        said = own ? own.said : await open(key, row);
        photos = own ? own.photos : await photosOf(key, row);
      } catch {
        // Sealed under a key of before, or damaged: it stays and is counted, and holds up no other.
        report.unreadable.push(row.id);
        continue;
      }
      try {
        report.sent.push([row.id, await deliver(row, said, photos)]);
        plain.delete(row.id);
      } catch (error) {
        if (error instanceof Refused) report.refused.set(row.id, { words: error.message, said });
        else if (error instanceof SignIn) report.stopped = "sign-in";
        else if (error instanceof NoSignal) report.stopped = report.stopped || "signal";
        else throw error;
        if (report.stopped === "sign-in") return;
      }
    }
  });
  return report;
}
