// Requests to the service.

import { REFUSALS } from "./labels.js";

/** The service did not do what was asked; `message` is for the operator, `detail` is what the service said. */
export class Refusal extends Error {
  constructor(status, code, detail = "") {
    super(REFUSALS[code] ?? `没有办成（${detail || code}）`);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** The same may succeed once the service is well again. */
  get isPassing() {
    return this.status === 0 || this.status >= 500;
  }
}

const RETRY_MS = 300;

async function request(method, path, body) {
  const send = () => fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const again = () => new Promise((done) => { setTimeout(done, RETRY_MS); }).then(send); // a line kept open may be dead
  const answer = await send().catch((error) => (method === "POST" ? Promise.reject(error) : again())).catch(() => {
    throw new Refusal(0, "unreachable");
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const { error } = await answer.json().catch(() => ({ error: { code: "unknown", message: answer.statusText } }));
  throw new Refusal(answer.status, error.code, error.message);
}

const callPath = (callId) => `/v1/calls/${encodeURIComponent(callId)}`;

export const getSession = () => request("GET", "/v1/session");
export const logIn = (key) => request("POST", "/v1/session", { key });
export const logOut = () => request("DELETE", "/v1/session");
export const getChoices = () => request("GET", "/v1/choices");
export const editField = (callId, field, value) => request("PATCH", `${callPath(callId)}/draft/${field}`, { value });
export const getSameMatter = (callId) => request("GET", `${callPath(callId)}/same-matter`);
export const submitDraft = (callId) => request("POST", `${callPath(callId)}/submit`);
export const closeCallback = (number) => request("POST", `/v1/callbacks/${number}/done`);
