import type { Page } from "@playwright/test";

import type { Project } from "../support/cloud";
import { accounts, expect, test } from "../support/sso";
import { cookieLine, type RawAnswer, sendRaw } from "../support/sso/raw-request";

// Who somebody is, asked with requests that no browser would send. A browser only provides the sessions.

const { operator, second, lead } = accounts;

/** A second loopback address of the machine, which no setting trusts. */
const STRANGER = "127.0.0.2";

/** What the proxy would say of the operator. */
const GENUINE = [`X-Forwarded-User: ${operator.sub}`, "X-Forwarded-Groups: helpdesk"];

/** Names that other proxies use, all of which come through an Apache that was set up for its own. */
const OTHER_NAMES = [
  "x_forwarded_user",
  "x-auth-request-groups",
  "X-WEBAUTH-USER",
  "X-Pomerium-Jwt-Assertion",
  "Cf-Access-Jwt-Assertion",
  "X-Goog-Iap-Jwt-Assertion",
  "X-Amzn-Oidc-Data",
  "REMOTE_USER",
  "Remote-Groups",
];

/** Asks for the list of desktops as the page's script does. */
function askForDesktops(origin: string, project: Project, lines: string[]): Promise<RawAnswer> {
  const body = JSON.stringify({ project: project.project, query: "", poll: false });
  const script = ["Content-Type: application/json", "Accept: application/json", "Sec-Fetch-Site: same-origin"];
  return sendRaw(origin, "/api/desktops/list", { method: "POST", lines: [...script, ...lines], body });
}

async function sessionOf(page: Page): Promise<string | undefined> {
  return (await page.context().cookies()).find(({ name }) => name === "__Host-drydock")?.value;
}

test("A7 a header that the browser took away ends the session", { tag: "@server" }, async ({ cloud, come, federate, gate }) => {
  const project = await cloud.newProject({ desktops: 2, plain: true });
  await federate([[operator, [project]]]);
  const person = come(operator, project);
  await person.enter();
  const cookies = await cookieLine(person.page.context(), gate.origin);
  expect((await askForDesktops(gate.origin, project, [cookies])).status).toBe(200);
  const without = await sendRaw(gate.origin, person.at("desktops"), { lines: [cookies, "Accept: text/html", "Connection: close, X-Forwarded-User"] });
  expect(without.status).toBe(401);
  expect(without.body).not.toContain(project.desktops[0]!.computer_name);
  // With the header back, the session is gone all the same.
  expect((await askForDesktops(gate.origin, project, [cookies])).status).toBe(401);
});

test("A3 a header from an address that nobody trusts is refused", { tag: "@server" }, async ({ drydock }) => {
  const page = ["Accept: text/html"];
  const trusted = await sendRaw(drydock.url, "/sign-in", { lines: [...page, ...GENUINE] });
  expect(trusted.status).toBe(200);
  const stranger = await sendRaw(drydock.url, "/sign-in", { lines: [...page, ...GENUINE], from: STRANGER });
  expect(stranger.status).toBe(401);
  expect(stranger.head).not.toMatch(/^set-cookie:/im);
  // Health is asked by strangers and says nothing of anybody.
  expect((await sendRaw(drydock.url, "/livez", { from: STRANGER })).status).toBe(200);
});

test("A4 nobody becomes a trusted address by saying so", { tag: "@server" }, async ({ drydock }) => {
  for (const name of ["X-Forwarded-For", "X-Real-IP", "Forwarded"]) {
    const said = name === "Forwarded" ? "for=127.0.0.1" : "127.0.0.1";
    const lines = ["Accept: text/html", ...GENUINE, `${name}: ${said}`];
    expect((await sendRaw(drydock.url, "/sign-in", { lines, from: STRANGER })).status, name).toBe(401);
  }
});

test("A5 the names of other proxies say nothing", { tag: "@server" }, async ({ drydock, cloud, come, federate, gate }) => {
  for (const name of OTHER_NAMES) {
    const lines = ["Accept: text/html", `${name}: ${lead.sub}`, "X-Forwarded-Groups: helpdesk-leads"];
    expect((await sendRaw(drydock.url, "/sign-in", { lines })).status, name).toBe(401);
  }
  const project = await cloud.newProject({ desktops: 1, plain: true });
  await federate([[operator, [project]]]);
  const person = come(operator, project);
  await person.enter();
  const cookies = await cookieLine(person.page.context(), gate.origin);
  const forged = OTHER_NAMES.map((name) => `${name}: ${lead.sub}`);
  const answer = await sendRaw(gate.origin, person.at("desktops"), { lines: [cookies, "Accept: text/html", ...forged] });
  expect(answer.status).toBe(200);
  expect(answer.body).toContain(operator.name);
});

test("A8 the header's name with underscores is another name", { tag: "@server" }, async ({ drydock }) => {
  for (const name of ["x_forwarded_user", "X_Forwarded_User", "X-Forwarded_User"]) {
    const lines = ["Accept: text/html", `${name}: ${operator.sub}`, "X-Forwarded-Groups: helpdesk"];
    expect((await sendRaw(drydock.url, "/sign-in", { lines })).status, name).toBe(401);
  }
});

test("A6 what names no one person is refused", { tag: "@server" }, async ({ drydock }) => {
  const user = (value: string) => `X-Forwarded-User: ${value}`;
  const refused: string[][] = [[], [user("")], [user("a,b")], [user("a"), user("a")], [user("x".repeat(257))], [user("a\tb")]];
  for (const lines of refused) {
    const all = ["Accept: text/html", "X-Forwarded-Groups: helpdesk", ...lines];
    expect((await sendRaw(drydock.url, "/sign-in", { lines: all })).status, JSON.stringify(lines)).toBe(401);
  }
});

test("A9 another person at the same browser ends the session of the first", async ({ cloud, come, federate, guard, gate }) => {
  guard.allowStatus(401);
  const project = await cloud.newProject({ desktops: 3, plain: true });
  await federate([[operator, [project]], [second, [await cloud.newUser(project)]]]);
  const first = come(operator, project);
  await first.enter();
  await first.selectDesktops([project.desktops[0]!.computer_name]);
  await first.review("enter", "1");
  const review = new URL(first.page.url()).pathname;
  const cookie = await sessionOf(first.page);
  await first.leaveSsoOnly();
  const next = first.makeRoomFor(second);
  await next.signInAtProvider();
  await next.page.waitForURL((url) => url.origin === gate.origin);
  // The first page says what happened, and the way on.
  await expect(next.page.getByRole("main")).toContainText("Somebody else is signed in at the single sign-on now.");
  await expect(next.page.getByText(operator.name)).toHaveCount(0);
  await next.link("Go on").click();
  await next.arriveAtDesktops();
  await expect(next.page.getByRole("banner")).toContainText(second.name);
  expect(await sessionOf(next.page)).not.toBe(cookie);
  // A11 Neither what the first one chose nor what they reviewed is there.
  await next.expectSelected("Nothing selected");
  guard.allowStatus(404);
  await next.open(review);
  await expect(next.page.getByText(project.desktops[0]!.computer_name)).toHaveCount(0);
  await expect(next.alert()).toContainText("There is no such page here.");
});
