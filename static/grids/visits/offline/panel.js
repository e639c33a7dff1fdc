/* The parts of the page about offline itself: why it is off, turning it on, unlocking it. */

import * as contact from "./contact.js";
import { uuid7 } from "./ids.js";
import * as store from "./store.js";
import * as vault from "./vault.js";
import { say } from "./words.js";

const LEAST = 10;
const part = (name) => document.querySelector(`[data-part=${name}]`);

export function show(name) {
  document.querySelectorAll("[data-part]").forEach((one) => { one.hidden = one.dataset.part !== name; });
}

function err(form, name) {
  const place = form.querySelector("[data-error]");
  place.hidden = !name;
  place.querySelector("span").textContent = name ? say(name) : "";
}

/* One press at a time: deriving a key takes a second on an old phone, and people press again. */
async function busy(form, work) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  err(form, "");
  try {
    await work();
  } catch (error) {
    err(form, error instanceof contact.NoSignal ? "need_signal" : error instanceof contact.SignIn ? "sign_in" : "sensor_no");
  } finally {
    delete form.dataset.busy;
  }
}

/* Offer to turn it on; `opened({row, key})` once that is done. `before`: of an older vault that a wipe has halted. */
export async function offer(owner, opened) {
  const form = part("off").querySelector("form");
  show("off");
  const sensor = form.querySelector("[data-sensor]");
  sensor.hidden = !(await vault.sensorMay());
  const keep = async (make) => {
    const device = uuid7();
    const made = await make(device);
    if (!made) return err(form, "sensor_none");
    // First the portal: what it does not know of it cannot order wiped.
    const { status } = await contact.register(device);
    if (status >= 300) throw new contact.NoSignal();
    await store.keepVault(made.row);
    if (navigator.storage?.persist) navigator.storage.persist();
    opened(made);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const [first, second] = [form.elements.namedItem("first").value, form.elements.namedItem("second").value];
    if ([...first].length < LEAST) return err(form, "too_short");
    if (first !== second) return err(form, "not_same");
    busy(form, () => keep((device) => vault.makeWithPassphrase(owner, device, first)));
  };
  sensor.onclick = () => busy(form, () => keep((device) => vault.makeWithSensor(owner, device, document.title)));
}

/* Ask for the unlock of one of these vaults; `opened({row, key})` once it is given. */
export function ask(rows, words, opened) {
  const form = part("locked");
  show("locked");
  form.querySelector("[data-words]").textContent = words;
  const sensors = rows.filter((row) => row.lock.kind === "sensor");
  const phrases = rows.filter((row) => row.lock.kind === "passphrase");
  form.querySelector("[data-sensor]").hidden = sensors.length === 0;
  form.querySelector("[data-phrase]").hidden = phrases.length === 0;
  const field = form.elements.namedItem("phrase");
  form.onsubmit = (event) => {
    event.preventDefault();
    busy(form, async () => {
      for (const row of phrases) {
        const key = await vault.unlockWithPassphrase(row, field.value);
        if (!key) continue;
        field.value = "";
        return opened({ row, key });
      }
      err(form, "wrong_phrase");
    });
  };
  form.querySelector("[data-sensor]").onclick = () =>
    busy(form, async () => {
      for (const row of sensors) {
        const key = await vault.unlockWithSensor(row);
        if (key) return opened({ row, key });
      }
      err(form, "sensor_no");
    });
  forgotten(form, rows);
}

/* A passphrase that nobody knows any more: the only way on is without what it sealed, said with its number, twice. */
function forgotten(form, rows) {
  const button = form.querySelector("[data-forgot]");
  button.onclick = async () => {
    const owner = rows[0].owner;
    const waiting = (await store.visits()).filter((row) => row.owner === owner).length;
    const sure = form.querySelector("[data-forgot-sure]");
    sure.hidden = false;
    sure.querySelector("p").textContent = say(waiting ? "forgot_lose" : "forgot_none", { n: waiting });
    sure.querySelector("button").onclick = async () => {
      await store.destroy(owner);
      location.reload();
    };
  };
}
