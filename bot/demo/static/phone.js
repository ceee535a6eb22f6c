// One phone: a chat with the bot, as Telegram shows it.

import { ask, el, formatted, link, size } from "./dom.js";

const TYPING_LASTS = 5000;
const TOAST_LASTS = 4000;

export class Phone {
  /** `person` is what the office told; `act` opens links, attaches files and marks as read. */
  constructor(person, act) {
    this.person = person;
    this.act = { ...act, command: (words) => this.send(words) };
    this.bubbles = new Map();
    this.replying = null;
    this.build();
    this.renew(person);
  }

  build() {
    const { id, name, part } = this.person;
    const label = `Telepon ${name}, ${part}`;
    this.status = el("span", { class: "status" });
    this.blocker = el("button", { type: "button", class: "quiet", onclick: () => this.block() });
    this.log = el("div", { class: "log", role: "log", tabIndex: 0, "aria-label": `Percakapan ${name} dengan bot` });
    this.sticks = true;
    this.log.addEventListener("scroll", () => {
      if (this.log.clientHeight === this.height) this.sticks = this.atBottom();
      this.seen();
    });
    // A strip above or an answer below takes room: what was read last stays in sight.
    new ResizeObserver(() => {
      this.height = this.log.clientHeight;
      if (this.sticks) this.toBottom();
    }).observe(this.log);
    this.toasts = el("div", { class: "toasts", role: "status" });
    this.menu = el("div", { class: "commands", hidden: true, role: "group", "aria-label": "Perintah bot" });
    this.menu.addEventListener("keydown", (event) => this.walkMenu(event));
    this.answering = el("div", { class: "answering", hidden: true });
    this.field = el("textarea", {
      rows: 1, placeholder: "Pesan", "aria-label": `Pesan dari ${name}`, maxLength: 4096,
      onkeydown: (event) => this.key(event), oninput: () => this.typed(),
    });
    this.file = el("input", { type: "file", hidden: true, tabIndex: -1, "aria-hidden": "true", onchange: () => this.attach() });
    this.menuButton = el("button", {
      type: "button", class: "icon", "aria-label": "Menu perintah", "aria-expanded": "false",
      title: "Menu perintah", onclick: () => this.openMenu(this.menu.hidden ? "" : null, true),
    }, "/");
    this.composer = el("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      this.menuButton,
      el("button", { type: "button", class: "icon", "aria-label": "Lampirkan berkas", title: "Lampirkan berkas", onclick: () => this.file.click() }, "📎"),
      this.field, this.file,
      el("button", { type: "submit", class: "icon send", "aria-label": "Kirim", title: "Kirim" }, "➤"));
    this.begin = el("button", { type: "button", class: "begin", onclick: () => this.start() });
    this.alert = el("div", { class: "alert", hidden: true });
    this.node = el("section", { class: "phone", "aria-label": label, id: `phone-${id}` },
      el("header", { class: "phone-head" },
        el("span", { class: `avatar tint-${id % 6}`, "aria-hidden": "true" }, initial(name)),
        el("div", { class: "who" }, el("h2", {}, name), el("p", {}, part, this.status)),
        this.blocker),
      this.log, this.toasts, this.menu, this.answering, this.composer, this.begin, this.alert);
  }

  /** Show what the office says this phone shows, from the beginning. */
  renew(person) {
    this.person = person;
    this.bubbles.clear();
    this.log.replaceChildren();
    this.day = null;
    for (const message of person.messages) this.place(message);
    if (!person.messages.length) this.log.append(el("p", { class: "nothing" }, "Belum ada percakapan."));
    this.account();
    this.spinning(person.spinning);
    this.toBottom();
  }

  account() {
    const { started, blocked } = this.person;
    this.blocker.textContent = blocked ? "Buka blokir" : "Blokir";
    this.blocker.hidden = !started;
    this.blocker.setAttribute("aria-label", `${blocked ? "Buka blokir" : "Blokir"} bot di telepon ${this.person.name}`);
    const usable = started && !blocked;
    this.composer.hidden = !usable;
    this.begin.hidden = usable;
    this.begin.textContent = blocked ? "Buka blokir" : "Mulai";
    if (!usable) this.openMenu(null);
  }

  // --- messages ---

  /** A message came or was changed. */
  message(message) {
    const atBottom = this.atBottom();
    const known = this.bubbles.has(message.id);
    const list = this.person.messages;
    const index = list.findIndex((one) => one.id === message.id);
    if (index < 0) list.push(message); else list[index] = message;
    this.place(message);
    this.spinning(this.person.spinning);
    if (atBottom || (!known && message.out)) this.toBottom();
    this.typing(false);
  }

  place(message) {
    const bubble = this.bubble(message);
    const old = this.bubbles.get(message.id);
    this.bubbles.set(message.id, bubble);
    if (old) {
      swap(old, bubble);
      return;
    }
    this.log.querySelector(".nothing")?.remove();
    if (message.day !== this.day) {
      this.day = message.day;
      this.log.append(el("p", { class: "day" }, el("span", {}, message.day)));
    }
    this.log.append(bubble);
  }

  deleted(id) {
    this.person.messages = this.person.messages.filter((message) => message.id !== id);
    this.bubbles.get(id)?.remove();
    this.bubbles.delete(id);
  }

  bubble(message) {
    const body = el("div", { class: "words" });
    if (message.reply_to !== null) body.append(this.quote(message.reply_to));
    if (message.file) body.append(attachment(message.file));
    if (message.text) body.append(formatted(message.text, message.entities, this.act));
    const marks = [message.silent && "🔕", message.edited && "diubah", message.time].filter(Boolean);
    body.append(el("span", { class: "when" },
      message.silent && el("span", { class: "sr" }, "tanpa bunyi "), marks.join(" ")));
    const card = el("div", { class: "card" }, body, el("button", {
      type: "button", class: "reply", "aria-label": "Balas pesan ini", title: "Balas", onclick: () => this.reply(message),
    }, "↩"));
    return el("article", {
      class: `bubble ${message.out ? "out" : "in"}`, tabIndex: -1,
      "aria-label": `${message.out ? this.person.name : "Kawal SOP"}, ${message.time}`,
    }, card, message.buttons.length > 0 && this.keyboard(message));
  }

  quote(id) {
    const replied = this.person.messages.find((message) => message.id === id);
    const who = replied?.out ? this.person.name : "Kawal SOP";
    const words = replied ? replied.text || replied.file?.name || "" : "pesan yang sudah dihapus";
    return el("div", { class: "quote" }, el("b", {}, who), el("span", {}, words.slice(0, 80)));
  }

  keyboard(message) {
    const rows = message.buttons.map((row) => el("div", { class: "row" }, ...row.map((button) => {
      const look = { class: `key ${button.style || ""}` };
      if (button.url) {
        const node = link(button.url, this.act, look);
        node.append(button.label, " ↗");
        return node;
      }
      if (button.copies) {
        return el("button", { type: "button", ...look, onclick: () => this.copy(button.copies) }, button.label);
      }
      const key = el("button", { type: "button", ...look }, button.label);
      key.dataset.tap = button.data;
      key.addEventListener("click", () => this.tap(message.id, button.data));
      return key;
    })));
    return el("div", { class: "keyboard" }, ...rows);
  }

  /** Which buttons wait for the bot: pairs of a message's number and a button's data. */
  spinning(waiting) {
    this.person.spinning = waiting;
    const known = new Set(waiting.map(([id, data]) => `${id}:${data}`));
    for (const [id, bubble] of this.bubbles) {
      for (const key of bubble.querySelectorAll(".key[data-tap]")) {
        const waits = known.has(`${id}:${key.dataset.tap}`);
        key.classList.toggle("waits", waits);
        if (waits) key.setAttribute("aria-busy", "true"); else key.removeAttribute("aria-busy");
      }
    }
  }

  // --- what the person does ---

  submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.send(text);
    this.field.value = "";
    this.grow();
    this.openMenu(null);
  }

  async send(text) {
    const reply = this.replying;
    this.reply(null);
    await this.try(() => ask("/kirim", { user: this.person.id, text, reply_to: reply?.id ?? null }));
  }

  async tap(message, data) {
    if (this.person.spinning.some(([id, other]) => id === message && other === data)) return;
    this.spinning([...this.person.spinning, [message, data]]);
    const sent = await this.try(() => ask("/ketuk", { user: this.person.id, message, data }));
    if (!sent) this.spinning(this.person.spinning.filter(([id, other]) => id !== message || other !== data));
  }

  start() {
    if (this.person.blocked) this.block();
    else this.send("/start");
  }

  async block() {
    await this.try(() => ask("/blokir", { user: this.person.id, blocked: !this.person.blocked }));
  }

  async copy(text) {
    await this.try(() => navigator.clipboard.writeText(text).then(() => this.toast("Disalin.")));
  }

  attach() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) this.act.attach(this, file);
  }

  reply(message) {
    this.replying = message;
    this.answering.hidden = !message;
    this.answering.replaceChildren();
    if (!message) return;
    this.answering.append(this.quote(message.id), el("button", {
      type: "button", class: "icon", "aria-label": "Batal membalas", onclick: () => { this.reply(null); this.field.focus(); },
    }, "✕"));
    this.field.focus();
  }

  async try(action) {
    try {
      await action();
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  // --- the field and the menu of commands ---

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.openMenu(null);
      this.reply(null);
    } else if (event.key === "ArrowDown" && !this.menu.hidden) {
      event.preventDefault();
      this.menu.querySelector("button")?.focus();
    }
  }

  typed() {
    this.grow();
    const text = this.field.value;
    this.openMenu(/^\/\w*$/.test(text) ? text.slice(1) : null);
  }

  grow() {
    this.field.style.height = "";
    const border = this.field.offsetHeight - this.field.clientHeight;
    if (this.field.value) this.field.style.height = `${Math.min(this.field.scrollHeight + border, 120)}px`;
  }

  /** Show the commands that begin with `start`; null closes the menu. */
  openMenu(start, focus = false) {
    const wanted = start === null ? [] : this.person.commands.filter(([name]) => name.startsWith(start.toLowerCase()));
    this.menu.hidden = !wanted.length;
    this.menuButton.setAttribute("aria-expanded", String(!this.menu.hidden));
    this.menu.replaceChildren(...wanted.map(([name, words]) => el("button", {
      type: "button",
      onclick: () => { this.field.value = ""; this.openMenu(null); this.field.focus(); this.send(`/${name}`); },
    }, el("b", {}, `/${name}`), el("span", {}, words))));
    if (focus) this.menu.querySelector("button")?.focus();
  }

  walkMenu(event) {
    const buttons = [...this.menu.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    } else if (event.key === "Escape") {
      this.openMenu(null);
      this.field.focus();
    }
  }

  // --- what the bot says beside its messages ---

  toast(text) {
    const toast = el("p", {}, text);
    this.toasts.append(toast);
    setTimeout(() => toast.remove(), TOAST_LASTS);
  }

  showAlert(text) {
    const back = document.activeElement;
    const close = () => { this.alert.hidden = true; (this.node.contains(back) ? back : this.field).focus(); };
    const fine = el("button", { type: "button", class: "primary", onclick: close }, "Baik");
    const words = el("p", { id: `alert-${this.person.id}` }, text);
    this.alert.replaceChildren(el("div", { role: "alertdialog", "aria-labelledby": words.id, onkeydown: (event) => event.key === "Escape" && close() }, words, fine));
    this.alert.hidden = false;
    if (this.node.contains(back)) fine.focus();
  }

  typing(on = true) {
    clearTimeout(this.typingEnds);
    this.status.textContent = on ? " · bot mengetik…" : "";
    if (on) this.typingEnds = setTimeout(() => this.typing(false), TYPING_LASTS);
  }

  // --- where the screen stands ---

  atBottom() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  toBottom() {
    this.log.scrollTop = this.log.scrollHeight;
    this.sticks = true;
    this.seen();
  }

  seen() {
    if (this.node.isConnected && this.atBottom()) this.act.read(this.person);
  }
}

function initial(name) {
  return name.split(" ").at(-1)[0];
}

function attachment(file) {
  if (file.kind === "photo") {
    return el("a", { class: "photo", href: file.url, target: "_blank", rel: "noopener" },
      el("img", { src: file.url, alt: "Foto", width: file.width, height: file.height, loading: "lazy" }));
  }
  return el("a", { class: "file", href: file.url, download: file.name },
    el("span", { class: "file-icon", "aria-hidden": "true" }, "📄"),
    el("span", {}, el("b", {}, file.name), el("small", {}, `${size(file.size)} · unduh`)));
}

/** Put `fresh` in the place of `old`, and leave the keyboard's focus where it was. */
function swap(old, fresh) {
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  const at = focus ? [...old.querySelectorAll("button, a")].indexOf(focus) : -1;
  old.replaceWith(fresh);
  if (focus) ([...fresh.querySelectorAll("button, a")][at] ?? fresh).focus();
}
