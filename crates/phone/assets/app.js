// The app: what it knows, which screen that makes, and what its buttons do. The server says what is so; a press is told to
// the server, and what came of it arrives like every other change.

import { fill, h } from "./dom.js";
import { home } from "./home.js";
import { outcome, receipt } from "./receipt.js";
import { scan, beaconIn } from "./scan.js";
import { askSecret, chooseCustomer, chooseLanguage, sure } from "./sheets.js";
import { ask, keepSecret, listen, Problem, tell } from "./server.js";
import { money, say, speak } from "./words.js";
import { visit } from "./visit.js";

const screen = document.getElementById("screen");
const notice = document.getElementById("notice");
const spokenPlace = document.getElementById("spoken");

const state = {
  customers: [],
  customer: null,
  phone: null,
  online: true,
  /** The payment that is being approved right now. */
  busy: null,
  /** Payments that were approved on this screen: one of them that fails was declined and did not run out. */
  approvedHere: new Set(),
  /** Since when the customer stood where a payment has ended. */
  over: null,
  /** The payment whose end was just seen. */
  fresh: null,
  leaving: false,
};

let listening = null;
let stopScreen = () => {};
let shown = null;

// Screens are addresses, so that the device's back button works.
const route = () => location.hash.slice(1);
function go(to, { instead = false } = {}) {
  if (route() === to) return show();
  if (instead || (to === "" && route() !== "")) history.replaceState(null, "", `#${to}`);
  else history.pushState(null, "", `#${to}`);
  show();
}
addEventListener("popstate", followed);
addEventListener("hashchange", followed);

/** The till in an address that checks in there. */
function tillIn(hash) {
  const wished = /^#checkin\/(.+)$/.exec(hash);
  try {
    return wished && beaconIn(decodeURIComponent(wished[1]));
  } catch {
    return null;
  }
}

/** Another address in the app that is open: a till is checked in at once, and is no screen to come back to. */
function followed() {
  const beacon = state.customer && tillIn(location.hash);
  if (!beacon) return show();
  history.replaceState(null, "", "#");
  act.checkIn(beacon);
}

/** The person goes on: what was said before is old. */
function leaveFor(to) {
  if (state.online) fill(notice);
  say_("");
  go(to);
}

const act = {
  home: () => leaveFor(""),
  scan: () => leaveFor("scan"),
  toTill: () => leaveFor("till"),
  open: (id) => leaveFor(`receipt/${id}`),
  failed,
  async chooseCustomer() {
    const chosen = await chooseCustomer(state.customers, state.customer?.phoneNumber);
    if (chosen) become(chosen);
  },
  async chooseLanguage() {
    const chosen = await chooseLanguage();
    if (!chosen) return;
    await speak(chosen);
    show({ anyway: true });
  },
  async checkIn(beaconId) {
    state.leaving = false;
    await attempt("checkin", { beaconId, phoneNumber: state.customer.phoneNumber });
  },
  async pay() {
    const { pointOfSale, payment } = state.phone.checkIn;
    state.busy = payment.paymentId;
    state.approvedHere.add(payment.paymentId);
    show();
    const done = await attempt("acceptpayment", { beaconId: pointOfSale.beaconId, phoneNumber: state.customer.phoneNumber });
    if (!done) state.approvedHere.delete(payment.paymentId);
    state.busy = null;
    show();
  },
  async cancel() {
    const checkIn = state.phone.checkIn;
    if (!(await sure(say("cancelSure"), say("cancelSureLong"), say("cancelPayment")))) return;
    await attempt("cancelpaymentbyuser", { beaconId: checkIn.pointOfSale.beaconId, phoneNumber: state.customer.phoneNumber });
  },
  async leave() {
    const { pointOfSale } = state.phone.checkIn;
    state.leaving = true;
    await attempt("leave", { beaconId: pointOfSale.beaconId, phoneNumber: state.customer.phoneNumber });
  },
};

/** Tells the server and looks at what came of it; whether it was done. */
async function attempt(what, body) {
  try {
    await tell(what, body);
    heard(await ask("phone", { phoneNumber: body.phoneNumber }));
    return true;
  } catch (problem) {
    failed(problem);
    ask("phone", { phoneNumber: body.phoneNumber }).then(heard, () => {});
    return false;
  }
}

const SAID = {
  offline: { key: "offline" },
  unknown_beacon: { key: "unknownBeacon" },
  other_customer: { key: "otherCustomer" },
  payment_first: { key: "paymentFirst" },
  not_checked_in: { key: "notCheckedIn" },
  nothing_to_pay: { key: "nothingToPay" },
  not_cancellable: { key: "notCancellable" },
  overloaded: { key: "overloaded" },
};

function failed(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401) return unlock();
  tellPerson(say((SAID[problem.code] ?? { key: "somethingWrong" }).key), "bad");
}

/** A line over the screen for a while; spoken too. */
function tellPerson(text, tone = "") {
  clearTimeout(tellPerson.timer);
  fill(notice, h("p", { class: `toast ${tone}` }, text));
  tellPerson.timer = setTimeout(() => fill(notice), 6_000);
}

const at = (time) => Date.parse(time);

/** A payment that ends takes its check-in with it. A look in between may still see the one without the other. */
function whole(phone) {
  const [was, is] = [state.phone?.checkIn, phone.checkIn];
  if (is && was?.payment && !is.payment && was.since === is.since) state.over = is.since;
  return is && is.since === state.over ? { ...phone, checkIn: null } : phone;
}

/** What the server says is so, now. */
function heard(told) {
  if (told.phoneNumber !== state.customer?.phoneNumber) return;
  const phone = whole(told);
  const before = state.phone;
  if (before && at(before.now) > at(phone.now)) return;
  state.phone = phone;
  if (before) changed(before, phone);
  else if (phone.checkIn && route() === "") return go("till");
  show();
}

function changed(before, phone) {
  const [was, is] = [before.checkIn, phone.checkIn];
  if (is && (!was || was.pointOfSale.posId !== is.pointOfSale.posId || was.payment?.status !== is.payment?.status)) {
    state.fresh = null;
    say_("");
    if (is.payment?.status === "IssuedToUser" && was?.payment?.status !== "IssuedToUser") {
      say_(say("askedToPay", { amount: money(is.payment.amount, is.payment.currencyCode), shop: is.pointOfSale.storeName }));
    }
    if (route() !== "till") go("till", { instead: route() === "scan" || route().startsWith("receipt/") });
  }
  if (was && !is) {
    const ended = endedAt(was, before, phone);
    say_(ended ? endOf(ended) : "");
    if (ended) {
      state.fresh = ended.paymentId;
      if (route() === "till" || route() === "") go(`receipt/${ended.paymentId}`, { instead: true });
    } else if (route() === "till") {
      if (!state.leaving) tellPerson(say("noLongerHere"));
      go("");
    }
    state.leaving = false;
  }
  const known = new Map(before.activity.filter((it) => it.refund).map((it) => [it.refund.refundId, it.refund.status]));
  for (const { refund, pointOfSale } of phone.activity.filter((it) => it.refund)) {
    const done = ["Captured", "ExpiredAndCaptured"];
    if (done.includes(refund.status) && !done.includes(known.get(refund.refundId))) {
      tellPerson(say("refundHere", { amount: money(refund.amount, refund.currencyCode), shop: pointOfSale.storeName }), "good");
    }
  }
}

/** The payment with which a check-in ended, if it was one. */
function endedAt(was, before, phone) {
  const known = new Map(before.activity.map((it) => [it.payment?.paymentId, it.payment?.status]));
  const payments = phone.activity.filter((it) => it.payment && it.pointOfSale.posId === was.pointOfSale.posId);
  const own = payments.find((it) => it.payment.paymentId === was.payment?.paymentId);
  // It may have come and gone between two looks, or have been listed before it was seen at the till.
  const news = ({ payment }) => known.get(payment.paymentId) !== payment.status && at(payment.changedAt) >= at(was.since);
  const other = payments.find(news);
  return (own ?? other)?.payment ?? null;
}

/** How a payment ended, in one line. */
function endOf(payment) {
  const { label } = outcome(payment, state.approvedHere.has(payment.paymentId));
  return payment.amount === null ? label : `${label}, ${money(payment.amount, payment.currencyCode)}`;
}

function say_(text) {
  spokenPlace.textContent = text;
}

/** The screen that the address and the state make: its name, what it is made of, how it is built. */
function current() {
  const to = route();
  const { phone } = state;
  if (to === "scan") return { name: "scan", of: null, build: () => scan(state, act) };
  if (to === "till" && phone?.checkIn) {
    return { name: `till ${phone.checkIn.payment?.status ?? ""}`, of: [phone.checkIn, state.busy], build: () => ({ nodes: visit(state, act) }) };
  }
  const id = to.startsWith("receipt/") ? to.slice("receipt/".length) : null;
  const entry = id && phone?.activity.find((it) => (it.refund?.refundId ?? it.payment?.paymentId) === id);
  if (entry) return { name: `receipt ${id}`, of: entry, build: () => ({ nodes: receipt(state, entry, act) }) };
  return { name: "home", of: [phone && { ...phone, now: phone.now.slice(0, 10) }, state.customer], build: () => ({ nodes: home(state, act) }) };
}

/** Shows the screen; one that would look the same is left alone, so that nothing moves under a finger. */
function show({ anyway = false } = {}) {
  if (!state.customer) return;
  const next = current();
  const made = JSON.stringify([next.name, next.of]);
  if (shown?.made === made && !anyway) return;
  const other = shown?.name !== next.name;
  const focus = document.activeElement?.id;
  stopScreen();
  const { nodes, stop } = next.build();
  stopScreen = stop ?? (() => {});
  shown = { made, name: next.name };
  screen.dataset.screen = next.name.split(" ")[0];
  screen.classList.remove("enter");
  fill(screen, ...nodes);
  if (other) {
    void screen.offsetWidth;
    screen.classList.add("enter");
    screen.scrollTop = 0;
    // Whoever does not see is told by the heading's getting the focus.
    if (!document.querySelector("dialog[open]")) screen.querySelector("h1")?.focus({ preventScroll: true });
  } else if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

function line(online) {
  if (online === state.online) return;
  state.online = online;
  document.body.classList.toggle("offline", !online);
  if (online) fill(notice);
  else {
    clearTimeout(tellPerson.timer);
    fill(notice, h("p", { class: "toast bad", id: "offline" }, say("offline")));
  }
}

function become(customer) {
  listening?.stop();
  localStorage.setItem("customer", customer.phoneNumber);
  Object.assign(state, { customer, phone: null, busy: null, over: null, fresh: null, leaving: false });
  history.replaceState(null, "", "#");
  show();
  listening = listen(customer.phoneNumber, { onPhone: heard, onLine: line, onProblem: failed });
}

async function unlock() {
  if (document.querySelector("dialog[open]")) return;
  keepSecret(await askSecret());
  await begin();
}

async function begin() {
  try {
    ({ customers: state.customers } = await ask("customers"));
  } catch (problem) {
    if (problem.status !== 401) setTimeout(begin, 2_000);
    return failed(problem);
  }
  const kept = localStorage.getItem("customer");
  let customer = state.customers.find((it) => it.phoneNumber === kept);
  if (!customer) {
    const picture = h("img", { src: new URL("icon.svg", import.meta.url), alt: "" });
    fill(screen, h("div", { class: "splash" }, picture, h("h1", {}, say("app")), h("p", { class: "soft" }, say("testPhone"))));
    customer = await chooseCustomer(state.customers, null, false);
  }
  const to = location.hash;
  become(customer);
  const beacon = tillIn(to);
  if (beacon) await act.checkIn(beacon);
  else if (to.startsWith("#receipt/") || to === "#scan" || to === "#till") {
    history.replaceState(null, "", to);
    show();
  }
}

addEventListener("offline", () => line(false));
addEventListener("online", () => listening?.wake());
await speak();
await begin();
