import type { IncomingMessage } from "node:http";
import { get } from "node:https";

import { expect, test as base } from "@playwright/test";

import { Certificate } from "../support/sso/certificate";
import { Echo, type Reached } from "../support/sso/echo";
import { type Gate, GatePlace } from "../support/sso/gate";
import { type Account, accounts, IdentityProvider } from "../support/sso/identity-provider";
import { cookieLine, sendRaw } from "../support/sso/raw-request";

// What Apache makes of the lines of the page for administrators, whatever stands behind it.

interface Parts {
  gate: Gate;
}

const test = base.extend<{ signIn: (who: Account) => Promise<string> }, { parts: Parts }>({
  parts: [
    async ({}, use) => {
      const started = [IdentityProvider.start(), Echo.start(), GatePlace.find(), Certificate.make()] as const;
      const [provider, echo, place, certificate] = await Promise.all(started);
      const gate = await place.open(provider, certificate, echo.url);
      await use({ gate });
      await gate.stop();
      await Promise.all([provider.stop(), echo.stop(), certificate.drop()]);
    },
    { scope: "worker" },
  ],
  ignoreHTTPSErrors: true,
  /** Signs in at the identity provider; gives the browser's cookies as a header line. */
  signIn: async ({ page, context, parts }, use) => {
    await use(async (who) => {
      await page.goto(`${parts.gate.origin}/first?x=1`);
      await page.getByLabel("User name").fill(who.user);
      await page.getByLabel("Password").fill(who.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${parts.gate.origin}/first?x=1`);
      return cookieLine(context, parts.gate.origin);
    });
  },
});

/** What reached the dashboard's place. */
async function reach(gate: Gate, lines: string[], path = "/"): Promise<Reached> {
  const answer = await sendRaw(gate.origin, path, { lines });
  expect(answer.status, answer.body).toBe(200);
  return JSON.parse(answer.body) as Reached;
}

/** The values of every header of that name. */
function valuesOf({ headers }: Reached, name: string): string[] {
  return headers.filter(([known]) => known.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

const OURS = ["X-Forwarded-User", "X-Forwarded-Name", "X-Forwarded-Email", "X-Forwarded-Groups", "OIDC_id_token"];

test("five headers say who somebody is, and nothing else of the single sign-on leaves the proxy", { tag: "@server" }, async ({ parts, signIn }) => {
  const cookie = await signIn(accounts.operator);
  const reached = await reach(parts.gate, [`${cookie}; __Host-drydock=kept`]);
  const { sub, name, email, groups } = accounts.operator;
  expect(valuesOf(reached, "X-Forwarded-User")).toEqual([sub]);
  expect(valuesOf(reached, "X-Forwarded-Name")).toEqual([name]);
  expect(valuesOf(reached, "X-Forwarded-Email")).toEqual([email]);
  expect(valuesOf(reached, "X-Forwarded-Groups")).toEqual([groups.join(",")]);
  const [token = ""] = valuesOf(reached, "OIDC_id_token");
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({ sub, name, email, groups, aud: parts.gate.client.id, preferred_username: "operator" });
  expect(reached.headers.filter(([known]) => /^OIDC[_-]/i.test(known))).toHaveLength(1);
  expect(valuesOf(reached, "Cookie").join()).toContain("__Host-drydock=kept");
  expect(valuesOf(reached, "Cookie").join()).not.toContain("mod_auth_openidc");
});

test("A6 a name with line breaks adds no header", { tag: "@server" }, async ({ parts, signIn }) => {
  const reached = await reach(parts.gate, [await signIn(accounts.breaker)]);
  expect(valuesOf(reached, "X-Forwarded-User")).toEqual([accounts.breaker.sub]);
  expect(valuesOf(reached, "X-Forwarded-Name")).toEqual(["line  X-Forwarded-User: 5f0c-3"]);
});

test("A5 what a browser says under the proxy's names is gone", { tag: "@server" }, async ({ parts, signIn }) => {
  const cookie = await signIn(accounts.groupless);
  const forged = [...OURS, "X-Forwarded-For", "OIDC_CLAIM_sub", "OIDC_access_token"].map((name) => `${name}: forged`);
  const reached = await reach(parts.gate, [cookie, ...forged]);
  expect(reached.headers.filter(([, value]) => value.includes("forged"))).toEqual([]);
  // Without groups there is no header of them, not somebody else's.
  expect(valuesOf(reached, "X-Forwarded-Groups")).toEqual([]);
  const spaced = await sendRaw(parts.gate.origin, "/", { lines: [cookie, "X-Forwarded-User : forged"] });
  expect(spaced.status).toBe(400);
});

test("A7 a browser can take the proxy's header away, so its absence must end a session", { tag: "@server" }, async ({ parts, signIn }) => {
  const cookie = await signIn(accounts.operator);
  const reached = await reach(parts.gate, [cookie, "Connection: close, X-Forwarded-User"]);
  expect(valuesOf(reached, "X-Forwarded-User")).toEqual([]);
});

test("A12 only a page that is opened goes to the identity provider; all else gets 401", { tag: "@server" }, async ({ parts }) => {
  const page = ["Accept: text/html,*/*;q=0.8", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
  const opened = await sendRaw(parts.gate.origin, "/p/desktops?q=1", { lines: page });
  expect(opened.status).toBe(302);
  expect(opened.head).toMatch(/^Location: http:\/\/localhost:\d+\/auth\?.*code_challenge_method=S256/im);
  expect(opened.head).toMatch(/^Set-Cookie: mod_auth_openidc_state_.*; Secure; HttpOnly; SameSite=Lax/im);
  const sent = await sendRaw(parts.gate.origin, "/api/review/confirm", { method: "POST", lines: page, body: "a=b" });
  expect(sent.status).toBe(401);
  expect(sent.body).toContain("Your single sign-on has ended");
  const fetched = ["Accept: */*", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"];
  expect((await sendRaw(parts.gate.origin, "/x", { lines: fetched })).status).toBe(401);
  expect((await sendRaw(parts.gate.origin, "/x", { lines: ["Accept: application/json"] })).status).toBe(401);
});

test("A12 a form sent after the end of the single sign-on is not lost", { tag: "@server" }, async ({ parts, signIn, page, context }) => {
  await signIn(accounts.operator);
  await page.goto(`${parts.gate.origin}/form`);
  await page.getByLabel("Details").fill("worth keeping");
  await context.clearCookies({ name: "mod_auth_openidc_session" });
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("heading")).toHaveText("Your single sign-on has ended");
  // The identity provider knows the browser still, so that nobody types a password.
  const [opened] = await Promise.all([context.waitForEvent("page"), page.getByRole("link").click()]);
  await opened.waitForURL(`${parts.gate.origin}/`);
  await opened.close();
  await page.reload();
  const reached = JSON.parse(await page.locator("body").innerText()) as Reached;
  expect(reached).toMatchObject({ method: "POST", path: "/sent", body: "details=worth+keeping" });
  expect(valuesOf(reached, "Sec-Fetch-Site")).toEqual(["same-origin"]);
});

test("what the dashboard sends comes through as it is sent", { tag: "@server" }, async ({ parts, signIn }) => {
  const cookie = (await signIn(accounts.operator)).replace(/^Cookie: /, "");
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { headers: { cookie, accept: "text/event-stream" }, rejectUnauthorized: false };
    get(`${parts.gate.origin}/stream`, options, resolve).on("error", reject);
  });
  const lines = response.setEncoding("utf8")[Symbol.asyncIterator]() as AsyncIterator<string>;
  // The first line is here while the second is not even written.
  expect((await lines.next()).value).toContain("data: first");
  await sendRaw(parts.gate.origin, "/release", { lines: [`Cookie: ${cookie}`, "Accept: text/html"] });
  expect((await lines.next()).value).toContain("data: last");
});

test("the proxy shows nobody a token and does not trace", { tag: "@server" }, async ({ parts, signIn }) => {
  const cookie = await signIn(accounts.operator);
  const info = await sendRaw(parts.gate.origin, "/oauth2callback?info=json", { lines: [cookie] });
  expect(info.status).toBe(404);
  expect(info.body).not.toContain("eyJ");
  expect((await sendRaw(parts.gate.origin, "/", { method: "TRACE", lines: [cookie] })).status).toBe(405);
});
