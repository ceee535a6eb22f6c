// Small helpers: elements, requests, and a text with Telegram's entities.
// Text only ever enters the page as text nodes, so that nothing in it can become markup.

export const $ = (id) => document.getElementById(id);

/** An element with properties and children; children that are null or false are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && !name.startsWith("aria")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Send something to the office; what it answers. Throws an Error in words if it is refused. */
export async function ask(path, body) {
  const form = body instanceof FormData;
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: form ? {} : { "content-type": "application/json" },
      body: form ? body : JSON.stringify(body),
    });
  } catch {
    throw new Error("Kantor contoh tidak menjawab.");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.mengapa || "Permintaan ditolak.");
  return said;
}

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** A text with its entities as nodes. Offsets count UTF-16 units, as JavaScript's strings do. */
export function formatted(text, entities, act) {
  const fragment = document.createDocumentFragment();
  within(fragment, text, 0, text.length, [...entities], act);
  return fragment;
}

function within(parent, text, start, end, entities, act) {
  let at = start;
  while (entities.length) {
    const entity = entities.shift();
    const stop = entity.offset + entity.length;
    if (entity.offset < at || stop > end) continue;
    const inner = [];
    while (entities.length && entities[0].offset < stop) inner.push(entities.shift());
    parent.append(text.slice(at, entity.offset));
    const node = wrapper(entity, text.slice(entity.offset, stop), act);
    within(node, text, entity.offset, stop, inner, act);
    parent.append(node);
    at = stop;
  }
  parent.append(text.slice(at, end));
}

function wrapper(entity, words, act) {
  switch (entity.type) {
    case "text_link": return link(entity.url, act);
    case "url": return link(/^https?:/i.test(words) ? words : `https://${words}`, act);
    case "bot_command":
      return el("button", { type: "button", class: "inline", onclick: () => act.command(words) });
    case "spoiler": {
      const shown = el("button", { type: "button", class: "spoiler", "aria-label": "Tampilkan teks tersembunyi" });
      shown.addEventListener("click", () => {
        shown.classList.add("seen");
        shown.removeAttribute("aria-label");
      });
      return shown;
    }
    default: return el(TAGS[entity.type] || "span");
  }
}

/** A link: to the bot it opens in a phone, elsewhere in a new tab. */
export function link(url, act, props = {}) {
  if (act.leadsToBot(url)) {
    return el("button", { type: "button", class: "inline", ...props, onclick: () => act.open(url) });
  }
  if (!/^https?:\/\//i.test(url)) return el("span", props);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...props });
}

/** "2,4 KB" */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const kb = bytes / 1024;
  const [value, unit] = kb < 1024 ? [kb, "KB"] : [kb / 1024, "MB"];
  return `${value.toFixed(1).replace(".", ",")} ${unit}`;
}
