import { accounts, expect, test } from "../support/sso";

/** Seconds that an ID token lasts where a test outlives it; long enough for a sign-in on a busy machine. */
const LIFE = 8;

/** What a front does without where the cloud does not trust the identity provider. */
const EXCHANGE = ["DRYDOCK_IDENTITY__ID_TOKEN_HEADER", "DRYDOCK_CLOUD__IDENTITY_PROVIDER"];

test("whoever is signed in at the single sign-on changes desktops without a password of the cloud", async ({ cloud, come, federate }) => {
  const project = await cloud.newProject({ desktops: 4, plain: true });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  await expect(person.page.getByRole("banner")).toContainText(accounts.operator.name);
  await expect(person.page.getByRole("banner")).toContainText(project.project);
  const [first, second] = project.desktops.map((desktop) => desktop.computer_name);
  await person.start("enter", [first!, second!]);
  await person.untilState("Ended");
  await person.expectVerdict(first!, "Changed");
  await person.expectVerdict(second!, "Changed");
  const inMaintenance = (await cloud.trueDesktops(project)).filter((desktop) => desktop.in_maintenance_mode);
  expect(inMaintenance).toHaveLength(2);
});

test("A6 where the cloud takes a password only, the single sign-on's name is shown already", async ({ cloud, come, startFront }) => {
  const { gate } = await startFront({ without: EXCHANGE });
  const project = await cloud.newProject({ desktops: 3, plain: true });
  const person = come(accounts.second, project, gate);
  await person.comeIn("/");
  await expect(person.heading("Sign in")).toBeVisible();
  await expect(person.page.getByRole("main")).toContainText(accounts.second.name);
  await person.tryToSignIn();
  await person.untilAt(/\/desktops$/);
  await expect(person.page.getByRole("banner")).toContainText(accounts.second.name);
  const [first, second] = project.desktops.map((desktop) => desktop.computer_name);
  await person.start("enter", [first!, second!]);
  await person.untilState("Ended");
  await person.expectVerdict(first!, "Changed");
});

test("another project opens without a password, too", async ({ cloud, come, federate }) => {
  const first = await cloud.newProject({ desktops: 2, plain: true });
  const second = await cloud.newProject({ desktops: 3, plain: true, account: first.account, user: first.user });
  await federate([[accounts.operator, [first, second]]]);
  const person = come(accounts.operator, first);
  await person.enter();
  await person.openProject(second.project);
  await person.untilAt(new RegExp(`^/${second.project}/desktops$`));
  await expect(person.desktopRows()).toHaveCount(3);
  await person.open(person.at("desktops"));
  await expect(person.desktopRows()).toHaveCount(2);
});

test("an exchange that the cloud refuses says which side refused", async ({ cloud, come, federate, provider, gate }) => {
  const project = await cloud.newProject({ desktops: 1 });
  await federate([[accounts.operator, [project]]]);
  // The cloud expects tokens for somebody else's dashboard.
  await cloud.trust({
    id: "harbor-sso",
    issuer: provider.issuer,
    client_id: "somebody-else",
    jwks: await provider.jwks(),
    account: project.account,
    users: {},
  });
  const person = come(accounts.operator, project, gate);
  await person.comeIn("/");
  await expect(person.heading("Sign in")).toBeVisible();
  await expect(person.alert()).toContainText("Huawei Cloud did not accept the token of your single sign-on.");
  // The way stays open: as soon as the cloud takes the token, the same button works.
  await federate([[accounts.operator, [project]]]);
  await person.continueAsThemselves();
  await person.arriveAtDesktops();
});

test("A17 whoever is in no group with a role gets a clear page, and the cloud is not asked", { tag: "@server" }, async ({ cloud, come, guard }) => {
  guard.allowStatus(403);
  const project = await cloud.newProject({ desktops: 1 });
  const before = (await cloud.strangeCalls()).length;
  for (const who of [accounts.outsider, accounts.groupless]) {
    const person = come(who, project);
    await person.page.context().clearCookies();
    await person.comeIn(person.at("desktops"));
    await expect(person.page.getByRole("main")).toContainText("You are in no group that may use Drydock.");
    const response = await person.page.reload();
    expect(response?.status()).toBe(403);
    expect((await person.page.request.post("/api/session/exchange", { headers: { "sec-fetch-site": "same-origin" }, form: {} })).status()).toBe(403);
  }
  expect((await cloud.strangeCalls()).length).toBe(before);
});

test("a viewer sees everything and can change nothing", async ({ cloud, come, federate, guard }) => {
  guard.allowStatus(403);
  const project = await cloud.newProject({ desktops: 3, plain: true });
  await federate([[accounts.viewer, [project]]]);
  const person = come(accounts.viewer, project);
  await person.enter();
  await expect(person.desktopRows()).toHaveCount(3);
  await expect(person.page.getByRole("banner")).toContainText(accounts.viewer.name);
  const desktop = project.desktops[0]!;
  await person.selectDesktops([desktop.computer_name]);
  for (const name of [/^Put .*into maintenance…$/, /^Return .*to service…$/]) {
    await expect(person.page.getByRole("button", { name })).toBeDisabled();
  }
  await expect(person.page.getByText("Needs the operator role").first()).toBeVisible();
  const headers = { "sec-fetch-site": "same-origin", accept: "application/json" };
  const form = { project: project.project, mode: "enter", "ids[0]": desktop.desktop_id };
  expect((await person.page.request.post("/api/desktops/review", { headers, form })).status()).toBe(403);
  await person.openHistory();
});

test("A16 an ID token past its end is not sent, and the person stays", async ({ cloud, come, federate, startFront }) => {
  const { gate } = await startFront({ idTokenLife: LIFE });
  const first = await cloud.newProject({ desktops: 2, plain: true });
  const second = await cloud.newProject({ desktops: 3, plain: true, account: first.account, user: first.user });
  await federate([[accounts.operator, [first, second]]], gate);
  const person = come(accounts.operator, first, gate);
  await person.enter();
  // Real parts have real clocks: nothing but time ends a token.
  const end = Date.now() + LIFE * 1000;
  await expect.poll(() => Date.now(), { timeout: (LIFE + 2) * 1000 }).toBeGreaterThan(end);
  await person.reload();
  await expect(person.desktopRows()).toHaveCount(2);
  const before = (await cloud.strangeCalls()).length;
  await person.openProject(second.project);
  await expect(person.alert()).toContainText("What your single sign-on says about you is too old to be sent to Huawei Cloud.");
  expect((await cloud.strangeCalls()).length).toBe(before);
  // The identity provider knows the person still, so that nobody types a password.
  await person.renewAtProvider();
  await person.openProject(second.project);
  await person.untilAt(new RegExp(`^/${second.project}/desktops$`));
  await expect(person.desktopRows()).toHaveCount(3);
});
