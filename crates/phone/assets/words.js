// What the app says, in the language that was chosen, or else that the browser wishes for.

export const LANGUAGES = { da: "Dansk", en: "English", fi: "Suomi", nb: "Norsk", sv: "Svenska" };

const SAME = { no: "nb", nn: "nb" };
let words = {};
let language = "en";
/** Who writes English here counts hours to 24 and puts the day first. */
const locale = () => (language === "en" ? "en-GB" : language);

function wished() {
  const kept = localStorage.getItem("language");
  if (kept in LANGUAGES) return kept;
  const short = (navigator.languages ?? [navigator.language]).map((tag) => tag.split("-")[0].toLowerCase());
  return short.map((tag) => SAME[tag] ?? tag).find((tag) => tag in LANGUAGES) ?? "en";
}

/** Fetches the words; again when another language is chosen. */
export async function speak(chosen) {
  if (chosen) localStorage.setItem("language", chosen);
  language = wished();
  const answer = await fetch(new URL(`words/${language}.json`, import.meta.url));
  words = await answer.json();
  document.documentElement.lang = language;
  document.title = say("app");
}

export const spoken = () => language;

/** A text with its blanks filled in. */
export function say(key, blanks = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
}

/** For showing only: an amount is never reckoned with here. */
export function money(amount, currency) {
  return new Intl.NumberFormat(locale(), { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(Number(amount));
}

/** The larger the sum, the smaller it is written. */
export function sized(text) {
  return text.length > 15 ? "amount longer" : text.length > 10 ? "amount long" : "amount";
}

export function clock(time) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(time));
}

export function moment(time) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

/** Today, yesterday, or the date; the server says what time it is. */
export function day(time, now) {
  const midnight = (of) => new Date(of.getFullYear(), of.getMonth(), of.getDate());
  const at = new Date(time);
  const days = Math.round((midnight(new Date(now)) - midnight(at)) / 86_400_000);
  if (days === 0) return say("today");
  if (days === 1) return say("yesterday");
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", year: "numeric" }).format(at);
}
