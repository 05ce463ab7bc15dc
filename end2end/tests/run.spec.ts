import type { Project } from "../support/cloud";
import { expect, test } from "../support/fixtures";
import { Person } from "../support/person";

/** The names of a project's desktops. */
function namesOf(project: Project): string[] {
  return project.desktops.map((desktop) => desktop.computer_name);
}

/** One small call after the other, so that there is a middle of the run. */
const SMALL_CALLS = { DRYDOCK_CLOUD__BATCH_LIMIT_IDS: "5", DRYDOCK_CLOUD__BATCHES_IN_FLIGHT: "1" };

/** A desktop whose call had no answer is read to the limit, which is two minutes unless it is set. */
const SHORT_READING = { DRYDOCK_CLOUD__READ_BACK_LIMIT: "6s" };

test("a desktop that the cloud always fails for stops nobody", async ({ cloud, visit, startDrydock }) => {
  test.slow();
  const drydock = await startDrydock(SHORT_READING);
  const project = await cloud.newProject({ desktops: 1, plain: true, sentinels: ["500"] });
  const person = visit(project, drydock);
  await person.signIn();
  await person.startAll("enter", "2");
  await person.untilState("Ended", 75);
  await person.expectCounts({ Changed: "1", Refused: "1" });
  await person.expectVerdict("AAA-always-500", "Refused");
  const answer = await person.openAnswer("AAA-always-500");
  await expect(answer).toContainText("WKS.00000001");
  await expect(answer).toContainText("HTTP 500");
  await expect(answer).toContainText("give the request id to Huawei Cloud's support");
});

test("a message that only the cloud can decode is shown with the refusal", async ({ enter }) => {
  const { person } = await enter({ desktops: 0, sentinels: ["403"] });
  await person.startAll("enter", "1");
  await person.untilState("Ended");
  // It is the first refusal, which stands open.
  const answer = person.row("Desktops in this run", "AAA-refuses-403").locator("xpath=following-sibling::tr[1]");
  await expect(answer.getByText("encoded_authorization_message", { exact: true })).toBeVisible();
  await expect(answer).toContainText("WKS.00000403 HTTP 403");
  const message = answer.getByRole("group").last();
  const [start, whole] = [message.locator("summary"), message.locator("bdi").last()];
  await expect(start).toHaveText(/…$/);
  await expect(whole).toBeHidden();
  await start.click();
  await expect(whole).toBeVisible();
  expect((await whole.innerText()).length).toBeGreaterThan(500);
});

test("only the refused are shown where only they are asked for", async ({ enter }) => {
  const { person, project } = await enter({ desktops: 3, plain: true, sentinels: ["404"] });
  await person.startAll("enter", "4");
  await person.untilState("Ended");
  await person.link("Refused 1").click();
  await expect(person.row("Desktops in this run", "AAA-refuses-404")).toBeVisible();
  await expect(person.row("Desktops in this run", namesOf(project)[1]!)).toHaveCount(0);
  await person.link("Changed 3").click();
  await expect(person.row("Desktops in this run", "AAA-refuses-404")).toHaveCount(0);
});

test("the bar has a denominator", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await cloud.slowDown(project, 1_000);
  await person.startAll("enter", "3");
  const bar = person.page.getByRole("progressbar", { name: "Desktops with a verdict" });
  await expect(bar).toHaveAttribute("aria-valuemax", "3");
  await cloud.slowDown(project, 0);
  await person.untilState("Ended");
  await expect(bar).toHaveAttribute("aria-valuenow", "3");
  await expect(person.page.getByText("3 of 3 changed", { exact: true })).toBeVisible();
});

test("a change whose answer was lost is found by reading", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await cloud.plan(project, { on: "put", kind: "applied_then_lost" });
  await person.startAll("enter", "3");
  await person.untilState("Ended");
  await person.expectCounts({ Changed: "3" });
  await expect(person.row("Desktops in this run", namesOf(project)[0]!)).toContainText("yet reads in maintenance");
  expect(await cloud.puts(project)).toHaveLength(1);
});

test("a call that asks to wait is made again", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  const body = { error_code: "APIGW.0308", error_msg: "The throttling threshold has been reached." };
  await cloud.plan(project, { on: "put", kind: "status", status: 429, body, headers: { "Retry-After": "1" } });
  await person.startAll("enter", "3");
  await person.untilState("Ended");
  await person.expectCounts({ Changed: "3" });
});

test("Stop in the middle leaves the rest as it was, and says so", async ({ cloud, visit, startDrydock }) => {
  const drydock = await startDrydock(SMALL_CALLS);
  const project = await cloud.newProject({ desktops: 40, plain: true });
  const person = visit(project, drydock);
  await person.signIn();
  await cloud.slowDown(project, 400);
  await person.startAll("enter", "40");
  await person.untilState("Running");
  await person.button("Stop").click();
  await person.untilReady();
  await cloud.slowDown(project, 0);
  await person.untilState("Stopped");
  await expect(person.button("Stop")).toHaveCount(0);
  const sent = new Set((await cloud.puts(project)).flatMap((put) => put.desktop_ids ?? []));
  expect(sent.size).toBeLessThan(40);
  await person.expectCounts({ All: "40", Changed: String(sent.size), "Not sent": String(40 - sent.size) });
  const inMaintenance = (await cloud.trueDesktops(project)).filter((desktop) => desktop.in_maintenance_mode);
  expect(inMaintenance).toHaveLength(sent.size);
});

test("where the sign-in to the cloud ends the run waits, and goes on after the next one", async ({
  cloud,
  visit,
  startDrydock,
}) => {
  const drydock = await startDrydock(SMALL_CALLS);
  const project = await cloud.newProject({ desktops: 40, plain: true });
  const person = visit(project, drydock);
  await person.signIn();
  await cloud.slowDown(project, 300);
  await person.startAll("enter", "40");
  await person.untilState("Running");
  await cloud.endTokens(project);
  await person.untilState("Paused: sign in to go on");
  await expect(person.page.getByText("Its sign-in to Huawei Cloud has ended. Nothing is lost")).toBeVisible();
  await cloud.slowDown(project, 0);
  await person.link("Sign in").click();
  await person.untilAt(/^\/sign-in$/);
  await person.tryToSignIn();
  await person.untilAt(/\/runs\/1$/);
  await person.untilState("Ended");
  await person.expectCounts({ All: "40", Changed: "40" });
});

test("a run whose operator signed out waits until they continue it", async ({
  cloud,
  visit,
  visitElsewhere,
  startDrydock,
  guard,
}) => {
  test.slow();
  const drydock = await startDrydock(SMALL_CALLS);
  const project = await cloud.newProject({ desktops: 40, plain: true });
  const [person, elsewhere] = [visit(project, drydock), await visitElsewhere(project, drydock)];
  await person.signIn();
  await elsewhere.signIn();
  await cloud.slowDown(project, 300);
  await person.startAll("enter", "40");
  await person.untilState("Running");
  // A question of the page may be under way when the session ends.
  guard.allowStatus(401);
  await person.signOut();
  await elsewhere.open(elsewhere.at("runs/1"));
  await elsewhere.untilState("Paused");
  await cloud.slowDown(project, 0);
  await elsewhere.button("Continue").click();
  await elsewhere.untilAt(/\/runs\/1$/);
  await elsewhere.untilState("Ended");
  await elsewhere.expectCounts({ All: "40", Changed: "40" });
});

test("a run of somebody else can be seen and not continued", async ({
  cloud,
  visit,
  visitElsewhere,
  startDrydock,
  guard,
}) => {
  test.slow();
  const drydock = await startDrydock(SMALL_CALLS);
  const project = await cloud.newProject({ desktops: 40, plain: true });
  const person = visit(project, drydock);
  const colleague = await visitElsewhere(await cloud.newUser(project), drydock);
  await person.signIn();
  await colleague.signIn();
  await cloud.slowDown(project, 300);
  await person.startAll("enter", "40");
  await person.untilState("Running");
  // A question of the page may be under way when the session ends.
  guard.allowStatus(401);
  await person.signOut();
  await colleague.open(colleague.at("runs/1"));
  await colleague.untilState("Paused");
  await expect(colleague.button("Continue")).toBeDisabled();
  await expect(colleague.page.getByText("Only who confirmed it may continue")).toBeVisible();
  await expect(colleague.page.getByText(`It waits for ${project.user} to sign in.`)).toBeVisible();
  await expect(colleague.link("Sign in")).toHaveCount(0);
  // A paused run is asked for each second, and this Drydock ends before the browser does.
  await colleague.page.goto("about:blank");
});

test("a server that was killed in the middle of a run ends it with the same report", async ({
  cloud,
  visit,
  startDrydock,
  guard,
}) => {
  test.slow();
  const drydock = await startDrydock({ ...SMALL_CALLS, ...SHORT_READING });
  const project = await cloud.newProject({ desktops: 30, plain: true, sentinels: ["403", "404", "409"] });
  const person = visit(project, drydock);
  await person.signIn();
  await cloud.slowDown(project, 1_000);
  await person.startAll("enter", "33");
  await person.untilShown(person.page.getByText(/^([3-9]|1\d) of 33 desktops have a verdict$/));
  guard.allow(/net::ERR_/);
  await drydock.kill();
  await drydock.startAgain();
  await cloud.slowDown(project, 0);
  await person.open(person.at("runs/1"));
  await person.untilState("Ended", 60);
  await person.expectCounts({ All: "33", Changed: "30", Refused: "3" });
  await person.openHistory();
  await expect(person.page.getByRole("table", { name: "Runs" }).getByRole("rowheader")).toHaveCount(1);
});

test("without a script an open run loads itself anew @server", async ({ enter, cloud }) => {
  test.slow();
  const { person, project } = await enter({ desktops: 1, plain: true });
  await cloud.slowDown(project, 2_000);
  await person.startAll("enter", "1");
  await expect(person.state("Ended")).toHaveCount(0);
  await cloud.slowDown(project, 0);
  await expect(person.state("Ended")).toBeVisible({ timeout: 25_000 });
});

test("a run that is not there is said so", async ({ enter, guard }) => {
  const { person } = await enter({ desktops: 1 });
  guard.allowStatus(404);
  for (const number of ["7", "0", "-1", "4294967296", "%3Cscript%3E"]) {
    await person.open(person.at(`runs/${number}`));
    await expect(person.alert()).toContainText("There is no such page here.");
  }
});

test.describe("with a script", { tag: "@script" }, () => {
  test("while Drydock does not answer the page says since when, and then goes on", async ({
    cloud,
    visit,
    startDrydock,
    guard,
  }) => {
    const drydock = await startDrydock(SMALL_CALLS);
    const project = await cloud.newProject({ desktops: 20, plain: true });
    const person = visit(project, drydock);
    await person.signIn();
    await cloud.slowDown(project, 500);
    await person.startAll("enter", "20");
    await person.untilState("Running");
    guard.allow(/net::ERR_/);
    await drydock.kill();
    await expect(person.page.getByText(/^Not up to date since /)).toBeVisible();
    await cloud.slowDown(project, 0);
    await drydock.startAgain();
    await person.untilState("Ended");
    await expect(person.page.getByText(/^Not up to date since /)).toHaveCount(0);
    await person.expectCounts({ Changed: "20" });
  });

  test("a run page says that its session ended, and leads back", async ({ cloud, visit, startDrydock, guard }) => {
    const drydock = await startDrydock(SMALL_CALLS);
    const project = await cloud.newProject({ desktops: 20, plain: true });
    const person = visit(project, drydock);
    await person.signIn();
    await cloud.slowDown(project, 2_000);
    await person.startAll("enter", "20");
    await person.untilState("Running");
    const otherTab = new Person(await person.page.context().newPage(), project, drydock.url, person.hasScript);
    await otherTab.open(otherTab.at("history"));
    guard.allowStatus(401);
    await otherTab.signOut();
    await expect(person.alert()).toContainText("Your session has ended.");
    await expect(person.alert()).toContainText("Run 1 ");
    await cloud.slowDown(project, 0);
    await expect(person.page.waitForRequest(() => true, { timeout: 2_500 })).rejects.toThrow("Timeout");
    await person.alert().getByRole("link", { name: "Load the page again", exact: true }).click();
    await person.untilAt(/^\/sign-in$/);
    await person.tryToSignIn();
    await person.untilAt(/\/runs\/1$/);
    await person.untilState("Ended");
    await person.expectCounts({ Changed: "20" });
  });
});
