import { expect, test } from "../support/fixtures";
import { ForeignSite, pressForeignButton } from "../support/sso/foreign-site";

// The dashboard on loopback, with no single sign-on in front.

test("C4 a foreign page changes nothing where nothing stands in front", { tag: "@server" }, async ({ browser, enter, drydock, guard, contextOptions }) => {
  guard.allowStatus(403);
  const { person } = await enter({ desktops: 1, plain: true });
  const context = await browser.newContext({ ...contextOptions, javaScriptEnabled: true, storageState: await person.page.context().storageState() });
  const page = await context.newPage();
  const site = await ForeignSite.start();
  const target = `${drydock.url}/api/session/sign_out`;
  for (const host of ["127.0.0.1", "localhost"] as const) {
    for (const attack of ["form", "plain-text form", "fetch"] as const) {
      const outcome = await pressForeignButton(page, site.page(host, attack, target), target);
      // Another port is no other site: the cookie comes along, and SameSite is no help.
      const expected = host === "localhost" ? ["cross-site", []] : ["same-site", ["__Host-drydock"]];
      expect([outcome.fetchSite, outcome.cookies], `${attack} from ${host}`).toEqual(expected);
      const { status, location, setCookie } = outcome;
      expect([status, location, setCookie], `${attack} from ${host}`).toEqual([403, undefined, undefined]);
    }
  }
  await context.close();
  await site.stop();
  await person.reload();
  await expect(person.heading("Desktops")).toBeVisible();
});

test("B1 over http on loopback the cookie is this host's alone", { tag: "@server" }, async ({ enter }) => {
  const { person } = await enter({ desktops: 1 });
  const cookies = await person.page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ name: "__Host-drydock", path: "/", secure: true, httpOnly: true, sameSite: "Lax", expires: -1 });
  expect(cookies[0]!.value.length).toBeLessThan(4096);
});

test("B4 over http on loopback the sign-out takes the cookie out of the browser", { tag: "@server" }, async ({ enter }) => {
  const { person } = await enter({ desktops: 1 });
  await person.signOut();
  const cookies = await person.page.context().cookies();
  expect(cookies.filter(({ name }) => name === "__Host-drydock")).toEqual([]);
});
