// The chat of the start page. No framework and no build step; what people or the bot write only
// ever becomes text (textContent), never markup.

const ENDPOINT = "webhooks/rest/webhook";
const PATIENCE_MS = 45_000; // the server itself answers within 30 seconds, with an apology if need be
const SESSION_KEY = "lip-twitch-guide.session";
const ALARM_KEY = "lip-twitch-guide.alarm";
const ALARM_KINDS = new Set(["escalation", "crisis"]);

const TEXT = {
  guide: "The guide",
  you: "You",
  typing: "The guide is writing",
  suggestions: "Suggestions",
  sources: (count) => (count === 1 ? "1 source" : `${count} sources`),
  offline: "Not sent: you seem to be offline. Your message is still here.",
  failed: "Not answered: the guide cannot be reached right now. Your message is still here.",
  alarmMeanwhile: "If you have an alarm sign, do not wait for this page. Call:",
  again: "Send again",
  call: (number) => `Call ${number}`,
  alarm: {
    emergency: { title: "This may be an emergency.", advice: "Stop here and call now:" },
    urgent: {
      title: "This needs a doctor today.",
      advice: "If it began suddenly or gets worse, call:",
    },
  },
};

const log = document.getElementById("log");
const alarm = document.getElementById("alarm");
const composer = document.getElementById("composer");
const input = document.getElementById("message");
const configuredNumbers = shortNumbers(document.body.dataset.emergencyNumbers ?? "");
const session = stored(SESSION_KEY) ?? newSession();

let typing = null;
let waiting = 0;
let queue = Promise.resolve(); // one message after the other, in the order they were sent

/* ---- storage: a private window may refuse it, the chat works without ---- */

function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** The alarm as it was before a reload, or null if there was none or it cannot be read. */
function storedAlarm() {
  try {
    const state = JSON.parse(stored(ALARM_KEY));
    return state?.level in TEXT.alarm && Array.isArray(state.numbers) ? state : null;
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // nothing to do: the value lives as long as the page
  }
}

function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID needs https
  const id = `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  store(SESSION_KEY, id);
  return id;
}

/* ---- reading what comes in: unknown things become text or nothing ---- */

function readReplies(raw) {
  return (Array.isArray(raw) ? raw : []).map((reply) => ({
    text: typeof reply?.text === "string" ? reply.text : "",
    choices: (Array.isArray(reply?.buttons) ? reply.buttons : [])
      .filter((button) => typeof button?.title === "string")
      .map(({ title, payload }) => ({ title, payload: typeof payload === "string" ? payload : title })),
    envelope: reply?.custom && typeof reply.custom === "object" ? reply.custom : null,
  }));
}

/** Three-digit numbers such as 112 and pairs such as 116 123; no durations, doses or ranges. */
function phoneNumbers(text) {
  const found = /(?<![\d.,-])\d{3}(?: \d{3})?(?![\d.,-]*\d|\s*(?:%|mg|ml|g|minutes?|hours?|days?)\b)/g;
  return Array.from(text.matchAll(found), (match) => ({ number: match[0], index: match.index }));
}

/** Emergency numbers as the server is told to name them, of any length: "112 / 911", "000", "15". */
function shortNumbers(text) {
  return text.match(/\+?\d(?:[\d -]*\d)?/g) ?? [];
}

function telLink(number, label = number) {
  const link = element("a", { textContent: label });
  link.href = `tel:${number.replace(/[^\d+]/g, "")}`;
  return link;
}

/* ---- drawing ---- */

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A line of text; in an alarm its phone numbers can be tapped. */
function line(text, linkNumbers) {
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const { number, index } of linkNumbers ? phoneNumbers(text) : []) {
    parts.append(text.slice(end, index), telLink(number));
    end = index + number.length;
  }
  parts.append(text.slice(end));
  return parts;
}

/** Paragraphs at blank lines, lists from lines that begin with "- ", breaks at other line ends. */
function blocks(text, linkNumbers = false) {
  const made = [];
  let open = null;
  for (const raw of text.split("\n")) {
    const content = raw.trim();
    const tag = content.startsWith("- ") ? "UL" : "P";
    if (!content) {
      open = null;
      continue;
    }
    if (open?.tagName !== tag) {
      open = element(tag);
      made.push(open);
    } else if (tag === "P") {
      open.append(element("br"));
    }
    if (tag === "UL") open.append(element("li", {}, line(content.slice(2), linkNumbers)));
    else open.append(line(content, linkNumbers));
  }
  return made;
}

function show(node) {
  log.insertBefore(node, typing); // the typing sign stays last
  log.scrollTop = (typing ?? node).offsetTop;
  return node;
}

function bubble(who, ...children) {
  const speaker = who === "bot" ? TEXT.guide : TEXT.you;
  const heading = element("h2", { className: "hidden", textContent: speaker });
  return element("article", { className: `message ${who}` }, heading, ...children);
}

function sourceList(envelope) {
  const sources = (Array.isArray(envelope?.sources) ? envelope.sources : []).filter(
    (source) => typeof source?.title === "string",
  );
  if (!sources.length) return [];
  const items = sources.map(({ title, publisher }) =>
    element("li", {}, element("cite", { textContent: title }), publisher ? `, ${publisher}` : ""),
  );
  const summary = element("summary", { textContent: TEXT.sources(items.length) });
  return [element("details", { className: "sources" }, summary, element("ul", {}, ...items))];
}

function showReply({ text, choices, envelope }) {
  if (envelope) updateAlarm(envelope, text);
  let shown = null;
  if (text) {
    const inAlarm = ALARM_KINDS.has(envelope?.kind);
    shown = bubble("bot", ...blocks(text, inAlarm), ...sourceList(envelope));
    shown.classList.toggle("urgent", inAlarm);
    show(shown);
  }
  if (choices.length) {
    const items = choices.map(({ title, payload }) => {
      const button = element("button", { type: "button", textContent: title });
      button.dataset.payload = payload;
      return element("li", {}, button);
    });
    const list = element("ul", { className: "choices" }, ...items);
    list.setAttribute("aria-label", TEXT.suggestions);
    show(list);
  }
  return shown;
}

/* ---- the alarm: stays on top, over a reload too, until the bot takes it back ---- */

function updateAlarm(envelope, text) {
  if (envelope.kind === "error") return; // a failed turn knows nothing about the conversation
  if (!envelope.escalation_active) {
    showAlarm(null);
    return;
  }
  const before = storedAlarm();
  const escalates = envelope.kind === "escalation";
  const level = escalates && envelope.urgency in TEXT.alarm ? envelope.urgency : before?.level;
  const inText = escalates ? phoneNumbers(text).map(({ number }) => number) : before?.numbers;
  showAlarm({
    level: level ?? "emergency",
    numbers: inText?.length ? [...new Set(inText)] : configuredNumbers,
  });
}

function showAlarm(state) {
  const wanted = state && JSON.stringify(state);
  if (alarm.dataset.state === (wanted ?? "")) return; // unchanged: do not announce it again
  alarm.dataset.state = wanted ?? "";
  store(ALARM_KEY, wanted);
  if (!state) {
    alarm.replaceChildren();
    return;
  }
  const { title, advice } = TEXT.alarm[state.level];
  const sign = element("span", { className: "sign", textContent: "!" });
  sign.setAttribute("aria-hidden", "true");
  const words = element("p", {}, element("strong", { textContent: title }), ` ${advice}`);
  const calls = state.numbers.map((number) => element("li", {}, telLink(number, TEXT.call(number))));
  alarm.replaceChildren(sign, words, element("ul", {}, ...calls));
  if (matchMedia("(pointer: coarse)").matches) input.blur(); // the on-screen keyboard hides half of it
}

/* ---- sending ---- */

function setWaiting(change) {
  waiting += change;
  if (waiting > 0 && !typing) {
    const dots = element("span", { className: "dots" }, element("i"), element("i"), element("i"));
    dots.setAttribute("aria-hidden", "true");
    const words = element("p", { className: "hidden", textContent: TEXT.typing });
    const made = element("div", { className: "message bot typing" }, words, dots);
    show(made);
    typing = made;
  } else if (waiting === 0 && typing) {
    typing.remove();
    typing = null;
  }
}

async function ask(message) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(ENDPOINT, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender: session, message }),
      signal: giveUp.signal,
    });
    const replies = answer.ok ? readReplies(await answer.json()) : [];
    if (!replies.some(({ text }) => text)) throw new Error(`no reply (status ${answer.status})`);
    return replies;
  } finally {
    clearTimeout(timer);
  }
}

function deliver(payload, sent) {
  setWaiting(+1);
  queue = queue.then(async () => {
    let first = null;
    try {
      for (const reply of await ask(payload)) first ??= showReply(reply);
    } catch {
      offerAgain(payload, sent);
    } finally {
      setWaiting(-1);
      if (first) log.scrollTop = first.offsetTop - 12; // read it from its beginning
    }
  });
}

function offerAgain(payload, sent) {
  sent.classList.add("unsent");
  const again = element("button", { type: "button", textContent: TEXT.again });
  const numbers = element("p", { textContent: TEXT.alarmMeanwhile });
  for (const number of configuredNumbers) numbers.append(" ", telLink(number));
  const problem = element("p", { textContent: navigator.onLine ? TEXT.failed : TEXT.offline });
  const notice = show(element("div", { className: "notice" }, problem, again, numbers));
  again.addEventListener("click", () => {
    notice.remove();
    sent.classList.remove("unsent");
    input.focus();
    deliver(payload, sent);
  });
}

function send(payload, shown = payload) {
  for (const old of log.querySelectorAll(".choices")) old.remove();
  deliver(payload, show(bubble("user", ...blocks(shown))));
}

/* ---- events ---- */

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const message = input.value.trim();
  if (message) {
    input.value = "";
    fitInput();
    send(message);
  }
  input.focus();
});

input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

input.addEventListener("input", fitInput);

log.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-payload]");
  if (!button) return;
  // The pressed button goes away; on a phone, focus in the box would open the keyboard.
  (matchMedia("(pointer: fine)").matches ? input : log).focus({ preventScroll: true });
  send(button.dataset.payload, button.textContent);
});

function fitInput() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

showAlarm(storedAlarm());
if (matchMedia("(pointer: fine)").matches) input.focus();
