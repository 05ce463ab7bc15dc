import { readFile } from "node:fs/promises";

import { expect, test } from "../support/fixtures";

/** One small call after the other, so that there is a middle of the run. */
const SMALL_CALLS = { DRYDOCK_CLOUD__BATCH_LIMIT_IDS: "5", DRYDOCK_CLOUD__BATCHES_IN_FLIGHT: "1" };

/** What the cloud answers once for a desktop that is being rebuilt. */
const BUSY = {
  on: "put",
  kind: "status",
  status: 409,
  body: { error_code: "WKS.00010032", error_msg: "The desktop is busy." },
} as const;

test("what was refused is retried once its cause is gone, and the two runs lead to each other", async ({
  enter,
  cloud,
}) => {
  const { person, project } = await enter({ desktops: 1, plain: true });
  await cloud.plan(project, BUSY);
  await person.startAll("enter", "1");
  await person.untilState("Ended");
  await person.expectCounts({ Refused: "1" });
  await person.button("Retry 1 refused").click();
  await person.untilAt(/\/runs\/2$/);
  await person.untilState("Ended");
  await person.expectCounts({ Changed: "1" });
  await expect(person.button(/^Retry/)).toHaveCount(0);
  await person.link("run 1").click();
  await person.untilAt(/\/runs\/1$/);
  await person.link("run 2").click();
  await person.untilAt(/\/runs\/2$/);
});

test("what a stop kept back is sent in another run", async ({ cloud, visit, startDrydock }) => {
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
  await person.button(/^Send \d+ not sent$/).click();
  await person.untilAt(/\/runs\/2$/);
  await person.untilState("Ended");
  const inMaintenance = (await cloud.trueDesktops(project)).filter((desktop) => desktop.in_maintenance_mode);
  expect(inMaintenance).toHaveLength(40);
});

test("what is unknown is read again", async ({ cloud, visit, startDrydock }) => {
  test.slow();
  const drydock = await startDrydock({ DRYDOCK_CLOUD__READ_BACK_LIMIT: "1s" });
  const project = await cloud.newProject({ desktops: 2, plain: true, lag_ms: 3_000 });
  const person = visit(project, drydock);
  await person.signIn();
  await person.startAll("enter", "2");
  await person.untilState("Ended");
  await person.expectCounts({ Unknown: "2" });
  await expect(async () => {
    await person.button("Read 2 again").click();
    await person.untilReady();
    await person.untilState("Ended");
    await expect(person.link("Changed 2")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  expect(await cloud.puts(project)).toHaveLength(1);
});

test("an undo is reviewed first, and returns what the run has changed", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  const [first] = project.desktops;
  await person.startAll("enter", "3");
  await person.untilState("Ended");
  await person.open(person.at("desktops"));
  if (person.hasScript) {
    await person.button("Clear selection").click();
  }
  await person.start("leave", [first!.computer_name]);
  await person.untilState("Ended");
  await person.open(person.at("runs/1"));
  await person.button("Undo 3…").click();
  await person.untilAt(/\/review\//);
  await expect(person.page.getByText("1 desktop is left out", { exact: true })).toBeVisible();
  await expect(person.page.getByText("Run 2 has named it since")).toBeVisible();
  await person.confirm("leave", "2");
  await person.untilState("Ended");
  await person.expectCounts({ All: "2", Changed: "2" });
  expect((await cloud.trueDesktops(project)).filter((desktop) => desktop.in_maintenance_mode)).toHaveLength(0);
});

test("a colleague takes a paused run over", async ({ cloud, visit, visitElsewhere, startDrydock, guard }) => {
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
  await cloud.slowDown(project, 0);
  await colleague.button("Take over").click();
  await colleague.untilReady();
  await colleague.untilState("Ended");
  await colleague.expectCounts({ All: "40", Changed: "40" });
});

test("the table of a run is a file, and its summary is copied or read", async ({ enter, context }) => {
  const { person, project } = await enter({ desktops: 2, plain: true, sentinels: ["403"] });
  await person.startAll("enter", "3");
  await person.untilState("Ended");
  const [download] = await Promise.all([person.page.waitForEvent("download"), person.link("CSV").click()]);
  expect(download.suggestedFilename()).toBe("run-1.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^Desktop,Desktop id,/);
  expect(lines).toHaveLength(1 + project.desktops.length);
  let summary: string;
  if (person.hasScript) {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await person.button("Copy summary").click();
    await expect(person.page.getByText("Summary copied", { exact: true })).toBeVisible();
    summary = await person.page.evaluate(() => navigator.clipboard.readText());
  } else {
    await person.button("Copy summary").click();
    await person.untilAt(/\/runs\/1\/summary$/);
    summary = await person.page.locator("body").innerText();
  }
  expect(summary).toContain("Run 1: put 3 desktops into maintenance");
  expect(summary).toContain("Changed: 2");
});
