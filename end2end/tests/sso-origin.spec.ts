import { accounts, expect, test } from "../support/sso";
import { type Attack, ForeignSite, pressForeignButton } from "../support/sso/foreign-site";

// A browser decides what a foreign page may send along, a server what it takes. The dashboard's own forms, which must
// be taken, are sent in the other tests.

/** The cookies of the single sign-on and of the dashboard. */
const BOTH = ["__Host-drydock", "mod_auth_openidc_session"];

/** A foreign page, what the browser says and sends, and the answers that refuse it. */
type Row = [
  site: "https" | "http",
  host: "127.0.0.1" | "localhost",
  attack: Attack,
  fetchSite: string,
  cookies: string[],
  statuses: number[],
];

/** Without the cookies of the single sign-on, the proxy refuses first. */
const REFUSED = [401, 403];

/** A server function is no page: whoever opens it as one is led to the start, and nothing else happens. */
const LED_AWAY = [303];

const ROWS: Row[] = [
  ["https", "127.0.0.1", "form", "same-site", BOTH, [403]],
  ["https", "127.0.0.1", "plain-text form", "same-site", BOTH, [403]],
  ["https", "127.0.0.1", "fetch", "same-site", BOTH, [403]],
  ["https", "localhost", "form", "cross-site", [], REFUSED],
  ["https", "localhost", "fetch", "cross-site", [], REFUSED],
  ["http", "127.0.0.1", "form", "cross-site", [], REFUSED],
  ["http", "127.0.0.1", "plain-text form", "cross-site", [], REFUSED],
  ["http", "127.0.0.1", "fetch", "cross-site", [], REFUSED],
  ["https", "localhost", "form that reads", "cross-site", BOTH, LED_AWAY],
];

test("C4 a foreign page changes nothing behind the gate", { tag: "@server" }, async ({ browser, cloud, come, federate, gate, certificate, contextOptions }) => {
  const project = await cloud.newProject({ desktops: 1, plain: true });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  // The attacker's page has a script for its fetch, so it is opened in a browser that has the person's cookies.
  const storageState = await person.page.context().storageState();
  const context = await browser.newContext({ ...contextOptions, javaScriptEnabled: true, storageState });
  const page = await context.newPage();
  const sites = { https: await ForeignSite.start(certificate), http: await ForeignSite.start() };
  const target = `${gate.origin}/api/session/sign_out`;
  for (const [scheme, host, attack, fetchSite, cookies, statuses] of ROWS) {
    const outcome = await pressForeignButton(page, sites[scheme].page(host, attack, target), target);
    const told = `${attack} from ${scheme}://${host}`;
    expect([outcome.fetchSite, outcome.cookies.toSorted()], told).toEqual([fetchSite, cookies]);
    expect(statuses, told).toContain(outcome.status);
    expect([outcome.location, outcome.setCookie], told).toEqual([outcome.status === 303 ? "/" : undefined, undefined]);
  }
  await context.close();
  await Promise.all([sites.https.stop(), sites.http.stop()]);
  await person.reload();
  await expect(person.heading("Desktops")).toBeVisible();
});
