import type { BrowserContext } from "@playwright/test";

import { accounts, expect, test } from "../support/sso";

const SESSION = "__Host-drydock";

/** The single sign-on's session at the proxy ends, as it does after its time. */
async function endSso(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: "mod_auth_openidc_session" });
}

test("B1 over https the cookie is this host's alone", { tag: "@server" }, async ({ cloud, come, federate }) => {
  const project = await cloud.newProject({ desktops: 1 });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  const cookies = (await person.page.context().cookies()).filter(({ name }) => /drydock/i.test(name));
  expect(cookies.map(({ name }) => name)).toEqual([SESSION]);
  expect(cookies[0]).toMatchObject({ path: "/", secure: true, httpOnly: true, sameSite: "Lax", expires: -1 });
  expect(cookies[0]!.value.length).toBeLessThan(4096);
});

test("A12 a selection outlives the single sign-on", { tag: "@script" }, async ({ cloud, come, federate, guard }) => {
  guard.allowStatus(401);
  const project = await cloud.newProject({ desktops: 5, plain: true });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  const names = project.desktops.slice(0, 2).map((desktop) => desktop.computer_name);
  await person.selectDesktops(names);
  await person.expectSelected("2 selected");
  await endSso(person.page.context());
  await person.page.getByRole("searchbox", { name: "Search desktops" }).fill("0003");
  await expect(person.alert()).toContainText("Your single sign-on has ended.");
  await person.expectSelected("2 selected");
  await person.loadAgain();
  await person.expectSelected("2 selected");
  await person.review("enter", "2");
});

test("A12 what was typed outlives the single sign-on", async ({ cloud, come, federate, guard }) => {
  guard.allowStatus(401);
  const project = await cloud.newProject({ desktops: 2, plain: true });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  const desktop = project.desktops[0]!.computer_name;
  await person.selectDesktops([desktop]);
  await person.review("enter", "1");
  await person.sayWhy({ details: "worth keeping", ticket: "CHG-1" });
  await endSso(person.page.context());
  await person.confirmButton("enter", "1").click();
  if (person.hasScript) {
    await expect(person.alert()).toContainText("Your single sign-on has ended.");
    await expect(person.page.getByRole("textbox", { name: "Details" })).toHaveValue("worth keeping");
    await person.loadAgain();
    await expect(person.page.getByRole("textbox", { name: "Details" })).toHaveValue("worth keeping");
    await person.confirm("enter", "1");
  } else {
    // The proxy's own page says how nothing is lost: sign in in another tab, then send it again.
    await expect(person.heading("Your single sign-on has ended")).toBeVisible();
    const context = person.page.context();
    const [opened] = await Promise.all([context.waitForEvent("page"), person.page.getByRole("link").click()]);
    await opened.waitForURL((url) => url.origin === person.gateOrigin);
    await opened.close();
    await person.page.reload();
    await person.untilAt(/\/runs\/\d+$/);
  }
  await person.untilState("Ended");
  await person.expectVerdict(desktop, "Changed");
  await expect(person.page.getByRole("main")).toContainText("worth keeping");
});

test("A13 whoever signs out is signed out everywhere", async ({ cloud, come, federate }) => {
  const project = await cloud.newProject({ desktops: 2, plain: true });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  const { page } = person;
  const before = await page.context().cookies();
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/session/sign_out"));
  await person.pressSignOut();
  const response = await answered;
  const headers = await response.allHeaders();
  expect(headers["clear-site-data"]).toBe('"storage"');
  // B4 The removal carries what a browser asks of a __Host- cookie.
  expect(headers["set-cookie"]).toMatch(/^__Host-drydock=;.*;\s*Secure/i);
  await person.signOutAtProvider();
  expect((await page.context().cookies()).filter(({ name }) => name === SESSION)).toEqual([]);
  // The identity provider asks for the password again, and the old cookies, kept by somebody, open nothing.
  await expect(person.providerForm()).toBeVisible();
  await page.context().addCookies(before.filter(({ domain }) => domain === "127.0.0.1"));
  await page.goto(person.gateOrigin + person.at("desktops"));
  await expect(person.providerForm()).toBeVisible();
  await person.signInAtProvider();
  // Whoever was signed out is not signed in again unasked, although the single sign-on knows them.
  await page.waitForURL((url) => url.origin === person.gateOrigin && url.pathname === "/sign-in");
  await person.untilReady();
  await person.button(/^Continue as /).click();
  await person.arriveAtDesktops();
  const [session] = (await page.context().cookies()).filter(({ name }) => name === SESSION);
  expect(session?.value).not.toBe(before.find(({ name }) => name === SESSION)?.value);
});
