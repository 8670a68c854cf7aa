import assert from "node:assert/strict";
import test from "node:test";
import { httpDoor } from "../../front/prompts/doors/door-http.js";
import { kernelDoor } from "../../front/prompts/doors/door-kernel.js";

const page = (status, body, more = {}) => ({ status, ok: status < 400, redirected: false, url: "", text: async () => (typeof body === "string" ? body : JSON.stringify(body)), ...more });
const reason = (reply) => httpDoor({ base: "/user/ana/", fetch: async () => { if (reply instanceof Error) throw reply; return reply; } })
  .save("p", { value: {} }).then(() => "none", (error) => error.reason);

test("every failure of the server has its reason", async () => {
  const cases = [
    [new TypeError("Failed to fetch"), "offline"],
    [page(401, {}), "signed-out"], [page(403, "<html>"), "signed-out"],
    [page(200, "<html>", { redirected: true, url: "http://x/hub/login?next=" }), "signed-out"], [page(200, "<html>login"), "signed-out"],
    [page(503, "<html>"), "gone"], [page(424, "{}"), "gone"], [page(404, "<html>"), "gone"], [page(200, "<html>", { redirected: true, url: "http://x/hub/spawn" }), "gone"],
    [page(409, { code: "stale" }), "stale"], [page(422, { code: "refused", message: "No." }), "refused"], [page(404, { code: "no-prompt", message: "?" }), "refused"],
    [page(507, { code: "no-space", message: "" }), "no-space"], [page(503, { code: "not-saved", message: "" }), "offline"],
  ];
  for (const [reply, expected] of cases) assert.equal(await reason(reply), expected, JSON.stringify([reply.status, expected]));
});

test("only somebody's own server sleeps: a course that does not answer is away, and nobody is told to wake it", async () => {
  const why = (base, reply) => httpDoor({ base, fetch: async () => reply }).save("p", { value: {} }).then(() => "none", (error) => error.reason);
  for (const base of ["/6cf74b/services/openpractice/", "/"]) {
    for (const status of [404, 424, 502, 503, 504]) assert.equal(await why(base, page(status, "<html>")), "offline", `${base} ${status}`);
    assert.equal(await why(base, page(200, "<html>login")), "signed-out");
  }
  assert.equal(await why("/6cf74b/user/ana/", page(503, "<html>")), "gone");
});

test("a change refused by whoever stands in for the server is never taken for an answer, and the truth is asked for", async () => {
  const truth = async (me, first = page(403, "<html>")) => {
    const asked = [];
    const fetch = async (url, { method }) => { asked.push(`${method} ${url}`); return method === "GET" ? me : first; };
    const why = await httpDoor({ base: "/user/ana/", fetch }).save("p", { value: {} }).then(() => "acknowledged", (error) => error.reason);
    return [why, asked.length];
  };
  assert.deepEqual(await truth(page(424, "{}", { redirected: true })), ["gone", 2]);
  assert.deepEqual(await truth(page(200, "<html>", { redirected: true, url: "http://x/hub/login?next=" })), ["signed-out", 2]);
  // the server is back already: not an acknowledgement, but a reason to try again
  assert.deepEqual(await truth(page(200, { user: "ana" }, { redirected: true })), ["offline", 2]);
  assert.deepEqual(await truth(page(424, "{}"), page(405, "<html>")), ["gone", 2]);
  // our own refusal is believed
  assert.deepEqual(await truth(page(424, "{}"), page(403, { code: "forbidden", message: "No." })), ["signed-out", 1]);
});

test("writes carry the mark against forged requests, and the token where there is one", async () => {
  const calls = [];
  globalThis.document = { cookie: "a=b; _xsrf=2|abc" };
  try {
    const door = httpDoor({ base: "/base", token: "t0", fetch: async (url, init) => { calls.push([url, init]); return page(200, { rev: 1 }); } });
    await door.save("a-b", { value: {} });
    await door.load("1-purpose");
    await door.load("1-purpose");
  } finally { delete globalThis.document; }
  assert.equal(calls.length, 2);
  assert.equal(calls[0][0], "/base/openpractice/api/answers/a-b");
  assert.deepEqual([calls[0][1].headers["X-XSRFToken"], calls[0][1].headers.Authorization], ["2|abc", "token t0"]);
  assert.equal(calls[1][0], "/base/openpractice/api/answers?lesson=1-purpose");
});

test("answers of somebody else are never shown on this page", async () => {
  const door = httpDoor({ base: "/", user: "ana", fetch: async () => page(200, { user: "ben", answers: {} }) });
  await assert.rejects(door.load("l"), { reason: "signed-out" });
});

class Model {
  constructor(answer) { this.answer = answer; this.listeners = new Set(); this.sent = []; }
  on(name, listener) { this.listeners.add(listener); }
  off(name, listener) { this.listeners.delete(listener); }
  send(message) {
    this.sent.push(message);
    const reply = this.answer(message);
    if (reply) queueMicrotask(() => { for (const listener of this.listeners) listener({ id: message.id, ...reply }); });
  }
}

test("the kernel's door matches answers to questions, and says why not", async () => {
  const model = new Model(({ call }) => (call === "save" ? { ok: { rev: 3 } } : { error: { reason: "refused", message: "No." } }));
  const door = kernelDoor(model, { user: "ana" });
  assert.equal((await door.save("p", {})).rev, 3);
  await assert.rejects(door.share("p", 1), { reason: "refused", detail: "No." });
  door.close();
  assert.equal(model.listeners.size, 0);
});

test("a kernel that is gone, or silent, is said", async () => {
  const silent = kernelDoor(new Model(() => null), { timeout: 10 });
  await assert.rejects(silent.save("p", {}), { reason: "gone" });
  const dead = kernelDoor(Object.assign(new Model(() => null), { comm_live: false }));
  await assert.rejects(dead.save("p", {}), { reason: "gone" });
});
