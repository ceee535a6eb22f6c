// The page: which phones are shown, the stream of events, and what concerns more than one phone.

import { $, ask, el } from "./dom.js";
import { Inside } from "./inside.js";
import { Phone } from "./phone.js";

const MATTER_MOST = [101, 102, 104, 105];
/** Who was looked at, the longest ago first: that one's seat goes to the next. */
let order = [106, 103, 104, 102, 105, 101];
const THEMES = { auto: "Tema: otomatis", light: "Tema: terang", dark: "Tema: gelap" };

const phones = new Map();
let shown = [];
let office = null;
let botUsername = "";

// --- what is remembered in this browser ---

function recall(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`kawal:${key}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(`kawal:${key}`, JSON.stringify(value));
  } catch {
    // A browser that stores nothing forgets with the page what was read and chosen.
  }
}

// --- the theme ---

let theme = recall("theme", "auto");

function dress() {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("theme").textContent = THEMES[theme];
}

$("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  theme = names[(names.indexOf(theme) + 1) % names.length];
  remember("theme", theme);
  dress();
});
dress();

// --- unread messages ---

let readUpTo = {};

function read(person) {
  const newest = person.messages.at(-1)?.id ?? 0;
  if (readUpTo[person.id] === newest || document.hidden) return;
  readUpTo[person.id] = newest;
  remember(`read:${office}`, readUpTo);
  drawPeople();
}

function unread(person) {
  const upTo = readUpTo[person.id] ?? 0;
  return person.messages.filter((message) => !message.out && message.id > upTo).length;
}

// --- which phones are shown ---

function slots() {
  const width = window.innerWidth;
  return width >= 1180 ? 4 : width >= 900 ? 3 : width >= 620 ? 2 : 1;
}

function show(id) {
  if (!shown.includes(id)) {
    // The new one takes the place of the one that was looked at longest ago, in its seat.
    const stale = order.find((one) => shown.includes(one));
    shown = shown.length < slots() ? [...shown, id] : shown.map((one) => (one === stale ? id : one));
  }
  touch(id);
  layOut();
}

function touch(id) {
  order = [...order.filter((one) => one !== id), id];
}

function layOut() {
  const room = slots();
  while (shown.length > room) {
    const stale = order.find((one) => shown.includes(one));
    shown = shown.filter((one) => one !== stale);
  }
  for (const id of [...MATTER_MOST, ...phones.keys()]) {
    if (shown.length < room && !shown.includes(id) && phones.has(id)) shown.push(id);
  }
  if (room > 1) shown.sort((a, b) => a - b);
  const wanted = shown.map((id) => phones.get(id).node);
  const present = [...$("phones").children];
  if (wanted.length !== present.length || wanted.some((node, i) => node !== present[i])) {
    $("phones").replaceChildren(...wanted);
    for (const id of shown) phones.get(id).toBottom();
  }
  $("phones").style.setProperty("--count", shown.length);
  drawPeople();
}

function drawPeople() {
  const focused = document.activeElement?.dataset?.person;
  $("people").replaceChildren(...[...phones.values()].map(({ person }) => {
    const count = unread(person);
    const on = shown.includes(person.id);
    const button = el("button", {
      type: "button", class: "person", "aria-pressed": String(on),
      onclick: () => { show(person.id); focusPhone(person.id); },
    },
      el("span", { class: `avatar small tint-${person.id % 6}`, "aria-hidden": "true" }, person.name.split(" ").at(-1)[0]),
      el("span", { class: "person-name" }, person.name, el("small", {}, person.part)),
      count > 0 && el("span", { class: "badge" }, String(count), el("span", { class: "sr" }, " pesan belum dibaca")));
    button.dataset.person = person.id;
    return button;
  }));
  if (focused) $("people").querySelector(`[data-person="${focused}"]`)?.focus();
}

function focusPhone(id) {
  const phone = phones.get(id);
  (phone.composer.hidden ? phone.begin : phone.field).focus({ preventScroll: true });
  phone.toBottom();
}

window.addEventListener("resize", layOut);
document.addEventListener("visibilitychange", () => {
  for (const id of shown) phones.get(id)?.seen();
});

// --- links and files ---

function leadsToBot(url) {
  try {
    const { hostname, pathname } = new URL(url);
    return ["t.me", "telegram.me"].includes(hostname)
      && pathname.replaceAll("/", "").toLowerCase() === botUsername.toLowerCase();
  } catch {
    return false;
  }
}

function open(url) {
  $("choose-people").replaceChildren(...[...phones.values()].map(({ person }) => el("button", {
    type: "button", class: "person",
    onclick: async () => {
      $("choose").close();
      show(person.id);
      await phones.get(person.id).try(() => ask("/buka", { user: person.id, url }));
      focusPhone(person.id);
    },
  }, el("span", { class: `avatar small tint-${person.id % 6}`, "aria-hidden": "true" }, person.name.split(" ").at(-1)[0]),
  el("span", { class: "person-name" }, person.name, el("small", {}, person.part)))));
  $("choose").showModal();
}

$("attach-cancel").addEventListener("click", () => $("attach").close());

function attach(phone, file) {
  const picture = ["image/png", "image/jpeg"].includes(file.type);
  $("attach-name").textContent = file.name;
  $("attach-caption").value = "";
  $("attach-photo").checked = picture;
  $("attach-photo-label").hidden = !picture;
  const dialog = $("attach");
  dialog.onclose = () => {
    phone.field.focus();
    if (dialog.returnValue !== "send") return;
    const form = new FormData();
    form.set("user", phone.person.id);
    form.set("caption", $("attach-caption").value);
    form.set("reply_to", phone.replying?.id ?? "");
    form.set("photo", picture && $("attach-photo").checked ? "1" : "");
    form.set("file", file, file.name);
    phone.reply(null);
    phone.try(() => ask("/lampiran", form));
  };
  dialog.returnValue = "";
  dialog.showModal();
}

// --- the office ---

const inside = new Inside((words) => {
  $("passed").hidden = false;
  $("passed").textContent = words;
});

function drawClaim(url) {
  const anybody = [...phones.values()].some(({ person }) => person.messages.length);
  $("claim").hidden = !url || anybody;
  $("claim").replaceChildren(
    el("span", {}, "Kantor ini masih kosong. Mulailah dengan tautan admin sekali pakai."),
    el("button", { type: "button", onclick: () => open(url) }, "Buka tautan admin"));
}

/** Where to begin, until somebody has begun. */
function drawHint() {
  const begun = [...phones.values()].some(({ person }) => person.messages.some((one) => one.out && one.text !== "/start"));
  $("hint").hidden = begun || claim !== null;
}

function showInside(on) {
  document.body.classList.toggle("with-inside", on);
  $("show-inside").setAttribute("aria-expanded", String(on));
  if (on) $("hide-inside").focus();
}

$("show-inside").addEventListener("click", () => showInside(!document.body.classList.contains("with-inside")));
$("hide-inside").addEventListener("click", () => { showInside(false); $("show-inside").focus(); });
$("inside").addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("with-inside")) $("hide-inside").click();
});

// --- the stream ---

let claim = null;

const told = {
  state(event) {
    office = event.office;
    botUsername = event.bot_username;
    readUpTo = recall(`read:${office}`, {});
    for (const person of event.people) {
      if (phones.has(person.id)) phones.get(person.id).renew(person);
      else {
        phones.set(person.id, new Phone(person, { leadsToBot, open, attach, read }));
        phones.get(person.id).node.addEventListener("focusin", () => touch(person.id));
      }
    }
    claim = event.claim;
    inside.clock(event.clock);
    inside.state(event.bot);
    inside.look(event.inside);
    layOut();
    for (const id of shown) phones.get(id).toBottom();
    drawClaim(claim);
    drawHint();
    document.body.dataset.ready = "yes";
  },
  message(event) {
    phones.get(event.user).message(event.message);
    drawPeople();
    drawClaim(claim);
    drawHint();
  },
  deleted: (event) => phones.get(event.user).deleted(event.id),
  spinning: (event) => phones.get(event.user).spinning(event.spinning),
  answer(event) {
    const phone = phones.get(event.user);
    if (event.alert) phone.showAlert(event.text);
    else phone.toast(event.text);
  },
  commands: (event) => { phones.get(event.user).person.commands = event.commands; },
  typing: (event) => phones.get(event.user).typing(),
  person(event) {
    const phone = phones.get(event.user);
    Object.assign(phone.person, { started: event.started, blocked: event.blocked });
    phone.account();
  },
  clock: (event) => inside.clock(event),
  bot: (event) => inside.state(event),
  inside: (event) => inside.look(event),
};

function listen() {
  const stream = new EventSource("/peristiwa");
  stream.onmessage = ({ data }) => {
    document.body.classList.remove("cut-off");
    const event = JSON.parse(data);
    told[event.type](event);
  };
  stream.onerror = () => {
    document.body.classList.add("cut-off");
    $("trouble").hidden = false;
    $("trouble").textContent = "Sambungan ke kantor contoh terputus. Menyambung lagi…";
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
}

listen();
