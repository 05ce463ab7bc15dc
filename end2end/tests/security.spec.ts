import type { APIResponse, Page } from "@playwright/test";

import { expect, test } from "../support/fixtures";
import type { Person } from "../support/person";

// What a browser is told and what it may send does not depend on its script: asked once, without one.

/** The session's cookie as a header: clients that are no browsers keep no Secure cookie on plain http. */
async function cookiesOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** Asks for a page as the person's browser would, without following redirects. */
async function get(person: Person, path: string): Promise<APIResponse> {
  const cookie = await cookiesOf(person.page);
  return person.page.request.get(path, { headers: { cookie, accept: "text/html" }, maxRedirects: 0 });
}

/** Sends the form that ends the session, from where the headers say. */
async function postSignOut(person: Person, headers: Record<string, string>): Promise<APIResponse> {
  const cookie = await cookiesOf(person.page);
  const all = { cookie, accept: "text/html", ...headers };
  return person.page.request.post("/api/session/sign_out", { headers: all, form: {}, maxRedirects: 0 });
}

test("C8 every page forbids everything but its own script", { tag: "@server" }, async ({ enter }) => {
  const { person, project } = await enter({ desktops: 2, plain: true });
  await person.start("enter", [project.desktops[0]!.computer_name]);
  await person.untilState("Ended");
  const nonces = new Set<string>();
  const paths = ["/sign-in", person.at("desktops"), person.at("runs/1"), person.at("history"), person.at("runs/9"), "/nowhere"];
  for (const path of paths) {
    const response = await get(person, path);
    const html = await response.text();
    const policy = response.headers()["content-security-policy"] ?? "";
    const nonce = /script-src 'self' 'nonce-([^']+)' 'wasm-unsafe-eval';/.exec(policy)?.[1] ?? "";
    expect(nonce, `a nonce for ${path}`).not.toBe("");
    nonces.add(nonce);
    for (const rule of ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]) {
      expect(policy).toContain(rule);
    }
    expect(html, `no styles in the markup of ${path}`).not.toMatch(/\sstyle=|<style/i);
    expect(html, `no handlers in the markup of ${path}`).not.toMatch(/<[^>]*\son[a-z]+=/i);
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) {
      expect(tag, `scripts of ${path}`).toContain(`nonce="${nonce}"`);
    }
    expect(html, "the token stays on the server").not.toContain("MII");
  }
  expect(nonces.size).toBe(paths.length);
});

test("C12 every answer says how it may be used", { tag: "@server" }, async ({ enter }) => {
  const { person } = await enter({ desktops: 1 });
  for (const path of ["/sign-in", person.at("desktops"), "/livez", "/readyz", "/favicon.ico", "/pkg/0/app.js", "/api/none"]) {
    const headers = (await get(person, path)).headers();
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["referrer-policy"], path).toBe("same-origin");
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    expect(headers["cache-control"], path).toBe("no-store");
  }
});

test("the cookie belongs to this host, and no script can read it", { tag: "@server" }, async ({ enter }) => {
  const { person } = await enter({ desktops: 1 });
  const cookies = await person.page.context().cookies();
  expect(cookies.map(({ name }) => name)).toEqual(["__Host-drydock"]);
  expect(cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/", expires: -1 });
  const before = cookies[0]?.value;
  await person.signOut();
  await person.signIn();
  const [after] = await person.page.context().cookies();
  expect(after?.value).not.toBe(before);
});

test("the session gets another id at the sign-in", { tag: "@server" }, async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  const planted = { name: "__Host-drydock", value: "AAAAAAAAAAAAAAAAAAAAAA", secure: true, httpOnly: true };
  await person.open("/sign-in");
  await person.page.context().addCookies([{ ...planted, url: person.page.url().replace("http:", "https:") }]);
  await person.tryToSignIn();
  await person.untilAt(/\/desktops$/);
  const cookie = (await person.page.context().cookies()).find(({ name }) => name === planted.name);
  expect(cookie?.value).not.toBe(planted.value);
});

test("a form of a foreign page is refused and changes nothing", { tag: "@server" }, async ({ enter }) => {
  const { person } = await enter({ desktops: 1, plain: true });
  const own = new URL(person.page.url()).origin;
  const foreign: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site", origin: own },
    { "sec-fetch-site": "same-site", origin: own },
    { "sec-fetch-site": "none" },
    { origin: "https://evil.example" },
    { origin: "null" },
    {},
  ];
  for (const headers of foreign) {
    const response = await postSignOut(person, headers);
    expect(response.status(), JSON.stringify(headers)).toBe(403);
    expect(response.headers()["location"]).toBeUndefined();
    expect(response.headers()["set-cookie"]).toBeUndefined();
  }
  await person.reload();
  await expect(person.heading("Desktops")).toBeVisible();
  expect((await postSignOut(person, { "sec-fetch-site": "same-origin" })).status()).toBe(303);
});

test("no redirect leaves this site", { tag: "@server" }, async ({ cloud, visit }) => {
  const project = await cloud.newProject({ desktops: 1 });
  const person = visit(project);
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    await person.open(`/sign-in?next=${encodeURIComponent(next)}`);
    await person.tryToSignIn();
    await person.untilAt(/\/desktops$/);
    expect(new URL(person.page.url()).pathname).toBe(person.at("desktops"));
    await person.signOut();
  }
});

test("a form that cannot be read leads back here, whatever its referrer says", { tag: "@server" }, async ({ enter }) => {
  const { person } = await enter({ desktops: 1 });
  const cookie = await cookiesOf(person.page);
  const response = await person.page.request.post("/api/review/confirm", {
    headers: { cookie, accept: "text/html", "sec-fetch-site": "same-origin", referer: "https://evil.example//x" },
    form: { nothing: "known" },
    maxRedirects: 0,
  });
  const location = response.headers()["location"] ?? "/";
  expect(location).toMatch(/^\/(?![/\\])/);
});

test("nothing of a project is shown without a session", { tag: "@server" }, async ({ cloud, page }) => {
  const project = await cloud.newProject({ desktops: 1, sentinels: ["403"] });
  for (const path of ["desktops", "review/1", "runs/1", "history"]) {
    const response = await page.request.get(`/${project.project}/${path}`, { maxRedirects: 0 });
    expect(response.status()).toBe(303);
    expect(response.headers()["location"]).toMatch(/^\/sign-in\?/);
  }
  const origin = { "sec-fetch-site": "same-origin" };
  const asked = { project: project.project, query: "", poll: false };
  const list = await page.request.post("/api/desktops/list", { headers: origin, data: asked });
  expect(list.status()).toBe(401);
  expect(await list.text()).not.toContain("AAA-refuses-403");
  expect((await page.request.get("/livez")).status()).toBe(200);
  expect((await page.request.get("/readyz")).status()).toBe(200);
});

test("B11 a browser is given no password and no token to keep", { tag: "@script" }, async ({ cloud, visit }) => {
  const project = await cloud.newProject({ desktops: 2, plain: true, password: "Canary-Pass-7f3b" });
  const person = visit(project);
  const addresses: string[] = [];
  const answers: Promise<string>[] = [];
  person.page.on("request", (request) => addresses.push(request.url()));
  person.page.on("response", (response) => {
    // A redirect has no body to read.
    answers.push(response.body().then((body) => body.toString("latin1"), () => ""));
  });
  await person.open("/sign-in");
  await person.tryToSignIn({ project: "no-such-project" });
  await expect(person.alert()).toBeVisible();
  await person.signIn();
  await person.start("enter", [project.desktops[0]!.computer_name]);
  await person.untilState("Ended");
  await person.openHistory();
  const kept = await person.page.evaluate(async () => {
    const databases = (await indexedDB.databases()).length;
    return JSON.stringify([{ ...sessionStorage }, { ...localStorage }, databases, document.cookie, await caches.keys()]);
  });
  // What is looked for would be found: the tab keeps something, and the program itself came through.
  expect(kept).toContain("drydock.");
  const came = (await Promise.all(answers)).join("\n");
  expect(came).toContain("\0asm");
  for (const text of [kept, addresses.join("\n"), came, await person.page.content()]) {
    expect(text.includes("Canary-Pass-7f3b")).toBe(false);
    // A token of the cloud begins so and is 4 kB of base64.
    expect(/MII[A-Za-z0-9+/_-]{200}/.test(text)).toBe(false);
  }
});
