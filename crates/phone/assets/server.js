// The interface below /pos/app/usersimulation/ (docs/mobilepay-phone.md): requests, and the stream that tells of changes.

const ROOT = "/pos/app/usersimulation/";
const SOONEST = 500;
const LATEST = 15_000;
/** A stream that is silent for longer than two heartbeats is dead. */
const SILENCE = 35_000;

export class Problem extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const secret = () => sessionStorage.getItem("secret");
export const keepSecret = (text) => sessionStorage.setItem("secret", text);

async function send(path, options) {
  const headers = { ...options.headers };
  if (secret()) headers.Authorization = `Bearer ${secret()}`;
  let answer;
  try {
    answer = await fetch(ROOT + path, { ...options, headers, cache: "no-store", credentials: "omit" });
  } catch {
    throw new Problem(0, "offline");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, said.code ?? "internal");
}

export async function ask(path, query = {}) {
  const answer = await send(`${path}?${new URLSearchParams(query)}`, {});
  return answer.json();
}

export async function tell(path, body) {
  const headers = { "Content-Type": "application/json" };
  await send(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Listens until `stop` is called. `onPhone` gets every state, `onLine` whether there is a connection. `wake` begins anew. */
export function listen(phoneNumber, { onPhone, onLine, onProblem }) {
  const end = new AbortController();
  const alarm = new EventTarget();
  run(phoneNumber, { onPhone, onLine, onProblem }, end.signal, alarm);
  return { stop: () => end.abort(), wake: () => alarm.dispatchEvent(new Event("wake")) };
}

/** This long, or until somebody is sure that it is worth trying. */
function rest(pause, alarm) {
  return new Promise((resume) => {
    const timer = setTimeout(resume, pause);
    alarm.addEventListener("wake", () => {
      clearTimeout(timer);
      resume();
    }, { once: true });
  });
}

async function run(phoneNumber, { onPhone, onLine, onProblem }, ended, alarm) {
  let pause = SOONEST;
  while (!ended.aborted) {
    const silent = new AbortController();
    const cut = () => silent.abort();
    alarm.addEventListener("wake", cut, { once: true });
    const heard = () => {
      clearTimeout(heard.timer);
      heard.timer = setTimeout(() => silent.abort(), SILENCE);
    };
    try {
      heard();
      const signal = AbortSignal.any([ended, silent.signal]);
      const answer = await send(`events?${new URLSearchParams({ phoneNumber })}`, { signal });
      for await (const phone of phones(answer.body, heard)) {
        if (ended.aborted) return;
        pause = SOONEST;
        onLine(true);
        onPhone(phone);
      }
    } catch (problem) {
      if (ended.aborted) return;
      if (problem instanceof Problem && [401, 403, 404].includes(problem.status)) {
        onProblem(problem);
        return;
      }
      onLine(false);
    } finally {
      clearTimeout(heard.timer);
      alarm.removeEventListener("wake", cut);
    }
    await rest(pause * (0.75 + Math.random() / 2), alarm);
    pause = Math.min(pause * 2, LATEST);
  }
}

/** The states in a stream of server-sent events. */
async function* phones(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      text += value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        const data = event.split("\n").find((line) => line.startsWith("data: "));
        if (data) yield JSON.parse(data.slice(6));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
