// The office's clock, and the narrow pane that shows what the bot is doing.

import { $, ask, el } from "./dom.js";

export class Inside {
  /** `fail` is told in words what could not be done. */
  constructor(fail) {
    this.fail = fail;
    this.bot = null;
    for (const button of document.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => this.move(button));
    }
    $("ticking").addEventListener("change", (event) => this.do("/detak", { berjalan: event.target.checked }));
    for (const input of document.querySelectorAll("[data-mischief]")) {
      input.addEventListener("change", () => this.do("/gangguan", { apa: input.dataset.mischief, nyala: input.checked }));
    }
    $("power").addEventListener("click", () => this.power());
  }

  async do(path, body) {
    try {
      return await ask(path, body);
    } catch (error) {
      this.fail(error.message);
      return null;
    }
  }

  async move(button) {
    const buttons = [...document.querySelectorAll("[data-move]")];
    for (const one of buttons) one.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-busy", "true");
    const walk = await this.do("/jam", { langkah: button.dataset.move });
    for (const one of buttons) one.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    if (walk) this.passed(walk.lewat);
  }

  /** The days off that the clock has passed over. */
  passed(days) {
    $("passed").hidden = !days.length;
    $("passed").textContent = days.length ? `Melewati ${days.join(" · ")}` : "";
  }

  async power() {
    $("power").disabled = true;
    await this.do("/bot", { hidup: this.bot.bot !== "running" });
    $("power").disabled = this.bot.bot === "starting";
  }

  clock(clock) {
    $("now").textContent = clock.words;
    $("hours").textContent = clock.hours;
    $("hours").classList.toggle("open", clock.hours === "jam kerja");
    $("ticking").checked = clock.ticking;
  }

  /** How the bot is, and how Telegram misbehaves. */
  state(bot) {
    this.bot = bot;
    const running = bot.bot === "running";
    $("power").textContent = running ? "Matikan bot mendadak" : "Hidupkan bot lagi";
    $("power").disabled = bot.bot === "starting";
    for (const input of document.querySelectorAll("[data-mischief]")) {
      input.checked = bot.mischief.includes(input.dataset.mischief);
    }
    const words = {
      running: "",
      starting: "Bot sedang dihidupkan…",
      killed: "Bot dimatikan mendadak. Ketukan dan pesan menunggu sampai bot hidup lagi.",
      crashed: `Bot berhenti karena gangguan${bot.fault ? ` (${bot.fault})` : ""}. Data tetap aman.`,
    }[bot.bot];
    const down = bot.mischief.includes("down") && running;
    const trouble = $("trouble");
    trouble.hidden = !words && !down;
    trouble.replaceChildren(el("span", {}, words || "Telegram putus selama satu menit. Kiriman menunggu dan tidak hilang."));
    if (bot.bot === "killed" || bot.bot === "crashed") {
      trouble.append(el("button", { type: "button", onclick: () => this.power() }, "Hidupkan lagi"));
    }
  }

  look(inside) {
    if (!inside.journal) return;
    lines("deliveries", inside.deliveries, (one) => [
      el("span", { class: "at" }, one.at), " ",
      el("span", { class: `mark ${one.mark}` }, one.state), " ",
      el("span", {}, `${one.what} kepada ${one.to}`),
      one.note && el("small", {}, one.note),
    ], "Belum ada kiriman.");
    lines("ahead", inside.ahead, (one) => [
      el("span", { class: "at" }, one.at), " ", el("span", {}, one.what), el("small", {}, `kepada ${one.to}`),
    ], "Tidak ada pengingat yang menunggu.");
    lines("journal", inside.journal, (one) => [el("span", { class: "at" }, one.at), " ", el("span", {}, one.text)], "Jurnal masih kosong.");
    $("queued").hidden = !inside.queued;
    $("queued").textContent = inside.queued ? `${inside.queued} antre` : "";
  }
}

function lines(id, rows, draw, nothing) {
  const list = $(id);
  const children = rows.map((row) => el("li", {}, ...draw(row)));
  list.replaceChildren(...(children.length ? children : [el("li", { class: "none" }, nothing)]));
}
