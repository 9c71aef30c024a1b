// Finding the till: with the camera where the browser can read codes, from the list of tills, or by typing.

import { avatar, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./words.js";
import { ask } from "./server.js";

const MANY = 6;
const LOOKS_EVERY = 200;
/** What makes a till, with the sandbox's own credentials. */
const OPENS = "GET /api/pos/manage/create?terminalId=1&bioCode=DEMO&accessToken=demo-access-token-of-the-demo-cinemas";

/** The beacon in what a code says: the address of a point of sale, or the bare beacon. */
export function beaconIn(text) {
  const plain = text.trim();
  const address = /^mobilepaypos:\/\/pos\/?\?(.*)$/i.exec(plain);
  const id = address ? new URLSearchParams(address[1]).get("id") ?? "" : plain;
  const guid = /^\{?([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})\}?$/i;
  return /^[0-9]{15}$/.test(id) || guid.test(id) ? id.toLowerCase() : null;
}

export function scan(state, act) {
  const camera = h("div", { class: "camera", hidden: true });
  const hint = h("p", { class: "soft", id: "scanHint" }, canLook() ? say("scanHint") : say("pickHint"));
  const tills = h("ul", { class: "rows", id: "tills" });
  const search = h("input", { type: "search", id: "search", placeholder: say("search"), "aria-label": say("search"), autocomplete: "off", hidden: true, input: () => list(search.value) });
  const code = h("input", { type: "text", id: "code", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": "codeProblem" });
  const problem = h("p", { class: "problem", id: "codeProblem", role: "alert" });
  const typed = h(
    "form",
    {
      class: "typed",
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        const beacon = beaconIn(code.value);
        problem.textContent = beacon ? "" : say("notACode");
        code.setAttribute("aria-invalid", String(!beacon));
        if (beacon) act.checkIn(beacon);
        else code.focus();
      },
    },
    h("label", { for: "code" }, say("typeCode")),
    h("div", { class: "typed-line" }, code, h("button", { type: "submit", class: "secondary", id: "useCode" }, say("checkInHere"))),
    problem,
  );

  let latest = 0;
  async function list(text) {
    const own = ++latest;
    try {
      const { pointsOfSale } = await ask("pointsofsale", text ? { search: text } : {});
      if (own !== latest) return;
      if (!text) search.hidden = pointsOfSale.length <= MANY;
      hint.hidden = !text && pointsOfSale.length === 0;
      fill(tills, ...pointsOfSale.map((till) => h("li", {}, row(till, act))));
      if (pointsOfSale.length === 0) fill(tills, text ? h("li", { class: "empty soft" }, say("noTillFound")) : noTills());
    } catch (error) {
      act.failed(error);
    }
  }
  list("");
  // Whoever has opened a till elsewhere comes back to find it.
  const again = () => tills.querySelector("[data-beacon]") ?? list(search.value);
  addEventListener("focus", again);
  const stopLooking = look(camera, act.checkIn);
  const stop = () => {
    removeEventListener("focus", again);
    stopLooking();
  };

  return {
    stop,
    nodes: [
      h(
        "header",
        { class: "bar" },
        h("button", { type: "button", class: "round", id: "back", click: act.home, "aria-label": say("back") }, icon("back")),
        h("span", { class: "bar-title" }, say("scanAndPay")),
      ),
      h(
        "div",
        { class: "body" },
        h("h1", { tabindex: "-1", id: "title" }, say("whereAreYou")),
        camera,
        hint,
        search,
        tills,
        typed,
      ),
    ],
  };
}

/** There is no till yet, and how there will be one. */
function noTills() {
  return h("li", { class: "empty soft" }, h("p", {}, say("noTills")), h("p", {}, say("openOne")), h("p", { class: "call" }, h("code", { id: "opens" }, OPENS)));
}

function row(till, act) {
  return h(
    "button",
    { type: "button", class: "row", "data-beacon": till.beaconId, click: () => act.checkIn(till.beaconId) },
    avatar(till.brandName),
    h("span", { class: "row-main" }, h("strong", {}, till.storeName), h("span", { class: "soft" }, [till.name, till.storeCity.replaceAll(" ", "\u00a0")].filter(Boolean).join(" · "))),
    icon("next"),
  );
}

const canLook = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

/** Reads codes through the camera until one is a till's; returns how to stop. */
function look(place, found) {
  let stream = null;
  let timer = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    stream?.getTracks().forEach((track) => track.stop());
  };
  if (!canLook()) return stop;
  (async () => {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    if (stopped) return stop();
    const video = h("video", { playsinline: true, muted: true, "aria-label": say("cameraPicture") });
    video.muted = true;
    video.srcObject = stream;
    fill(place, video, h("span", { class: "aim", "aria-hidden": "true" }));
    place.hidden = false;
    await video.play();
    const again = async () => {
      if (stopped) return;
      const codes = await detector.detect(video).catch(() => []);
      const beacon = codes.map((code) => beaconIn(code.rawValue)).find(Boolean);
      if (beacon && !stopped) {
        stop();
        navigator.vibrate?.(30);
        found(beacon);
      } else timer = setTimeout(again, LOOKS_EVERY);
    };
    again();
  })().catch(() => {
    // No camera, or none for us: the list and the field are there.
    place.hidden = true;
    document.getElementById("scanHint")?.replaceChildren(say("pickHint"));
  });
  return stop;
}
