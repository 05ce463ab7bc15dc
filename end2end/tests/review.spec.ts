import type { DesktopPlan, Project } from "../support/cloud";
import { expect, test } from "../support/fixtures";
import type { Person } from "../support/person";

const MIXED: DesktopPlan[] = [
  { computer_name: "AA1-in", in_maintenance_mode: true },
  { computer_name: "AA2-out", connect_status: "CONNECTED" },
  { computer_name: "AA3-out" },
];

/** The names of a project's desktops, in their order on the page. */
function namesOf(project: Project): string[] {
  return project.desktops.map((desktop) => desktop.computer_name);
}

/** Selects and reviews all three of a small project. */
async function reviewThree(person: Person, project: Project): Promise<void> {
  await person.selectDesktops(namesOf(project).slice(0, 3));
  await person.review("enter", "3");
}

test("the review counts what will change, what is so already, and who is connected", async ({ enter }) => {
  const { person } = await enter({ desktops: 2, plain: true, extra: MIXED });
  await person.selectDesktops(["AA1-in", "AA2-out", "AA3-out"]);
  await person.review("enter", "2");
  await expect(person.heading("Review: put 2 desktops into maintenance")).toBeVisible();
  await expect(person.page).toHaveTitle(/^Review: put 2 desktops into maintenance · .* · Drydock$/);
  for (const name of ["All 3", "Will change 2", "Already so 1", "Not found 0"]) {
    await expect(person.link(name)).toBeVisible();
  }
  await expect(person.page.getByText("Connected right now 1")).toBeVisible();
  await expect(person.page.getByText(/as of \d\d:\d\d:\d\d/)).toBeVisible();
  await person.link("Already so 1").click();
  await expect(person.row("Desktops in this review", "AA1-in")).toBeVisible();
  await expect(person.row("Desktops in this review", "AA2-out")).toHaveCount(0);
});

test("one desktop is called a desktop, on the way in and on the way back", async ({ enter }) => {
  const { person } = await enter({ desktops: 1, plain: true, extra: MIXED });
  await person.selectDesktops(["AA3-out"]);
  await person.review("enter", "1");
  await expect(person.heading("Review: put 1 desktop into maintenance")).toBeVisible();
  await person.confirm("enter", "1");
  await person.untilState("Ended");
  await person.open(person.at("desktops"));
  if (person.hasScript) {
    await person.button("Clear selection").click();
  }
  await person.selectDesktops(["AA1-in"]);
  await person.review("leave", "1");
  await expect(person.heading("Review: return 1 desktop to service")).toBeVisible();
  await person.confirm("leave", "1");
  await person.untilState("Ended");
  await person.expectVerdict("AA1-in", "Changed");
});

test("where nothing would change the button says so", async ({ enter }) => {
  const { person } = await enter({ desktops: 1, plain: true, extra: MIXED });
  await person.selectDesktops(["AA1-in"]);
  if (person.hasScript) {
    await expect(person.reviewButton("enter", "0")).toBeDisabled();
    await expect(person.page.getByText("All are in maintenance")).toBeVisible();
    return;
  }
  await person.review("enter", "0");
  await expect(person.confirmButton("enter", "0")).toBeDisabled();
  await expect(person.page.getByText("Nothing would change")).toBeVisible();
});

test("a wrong time is said at its field, and nothing typed is lost", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await reviewThree(person, project);
  const why = { reason: "Other", details: "first line\n<b>second</b> line", ticket: "CHG-7 & more", until: "soon" };
  await person.sayWhy(why);
  await person.confirmButton("enter", "3").click();
  await expect(person.page.getByText("This is no time. Write 18:00, +2h or 2026-11-17 18:00.")).toBeVisible();
  await expect(person.alert()).toContainText("What you typed is kept.");
  await person.untilReady();
  await expect(person.page.getByRole("combobox", { name: "Reason" })).toHaveValue("Other");
  for (const [name, text] of [["Details", why.details], ["Ticket", why.ticket], ["Until", "soon"]] as const) {
    await expect(person.page.getByRole("textbox", { name, exact: true })).toHaveValue(text);
  }
  expect(await cloud.puts(project)).toEqual([]);
  await person.sayWhy({ until: "2020-01-01 10:00" });
  await person.confirmButton("enter", "3").click();
  await expect(person.page.getByText("This time is past. Choose a later one.")).toBeVisible();
  await person.untilReady();
  await person.sayWhy({ until: "+2h" });
  await person.confirm("enter", "3");
  await expect(person.page.getByText("first line")).toBeVisible();
  await expect(person.page.getByText("CHG-7 & more")).toBeVisible();
});

test("the selection can be changed, and the filters are still there", async ({ enter }) => {
  const { person } = await enter({ desktops: 4, plain: true, extra: MIXED });
  await person.search("-out", "2");
  await person.selectDesktops(["AA2-out", "AA3-out"]);
  await person.review("enter", "2");
  await person.link("Change selection").click();
  await person.untilAt(/\/desktops$/);
  expect(new URL(person.page.url()).search).toBe("?q=-out");
  await expect(person.desktopRows()).toHaveCount(2);
  if (person.hasScript) {
    await person.expectSelected("2 selected");
  }
});

test("desktops that moved since the review are settled alone and say what moved", async ({ enter, cloud }) => {
  const extra: DesktopPlan[] = [
    { computer_name: "AA1-changes" },
    { computer_name: "AA2-flipped-in" },
    { computer_name: "AA3-removed" },
    { computer_name: "AA4-flipped-out", in_maintenance_mode: true },
  ];
  const { person, project } = await enter({ desktops: 0, extra });
  await person.selectDesktops(extra.map((desktop) => desktop.computer_name));
  await person.review("enter", "3");
  const [, flippedIn, removed, flippedOut] = project.desktops;
  await cloud.flip(project, flippedIn!, true);
  await cloud.remove(project, removed!);
  await cloud.flip(project, flippedOut!, false);
  await person.confirm("enter", "3");
  await person.untilState("Ended");
  await person.expectVerdict("AA1-changes", "Changed");
  await person.expectVerdict("AA2-flipped-in", "Already so");
  await expect(person.row("Desktops in this run", "AA2-flipped-in")).toContainText("since the review");
  await person.expectVerdict("AA3-removed", "Not found");
  await expect(person.row("Desktops in this run", "AA3-removed")).toContainText("Gone since the review");
  await person.expectVerdict("AA4-flipped-out", "Not sent");
  await expect(person.row("Desktops in this run", "AA4-flipped-out")).toContainText("In service since the review");
  const puts = await cloud.puts(project);
  expect(puts.flatMap((put) => put.desktop_ids)).toEqual([project.desktops[0]!.desktop_id]);
});

test("a double click on the confirming button starts one run", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await reviewThree(person, project);
  await person.confirmButton("enter", "3").dblclick();
  await person.untilAt(/\/runs\/1$/);
  await person.untilState("Ended");
  await person.openHistory();
  await expect(person.page.getByRole("table", { name: "Runs" }).getByRole("rowheader")).toHaveCount(1);
  expect(await cloud.puts(project)).toHaveLength(1);
});

test("Back after the confirmation leads to the same run", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await reviewThree(person, project);
  await person.confirm("enter", "3");
  await person.untilState("Ended");
  await person.page.goBack();
  await person.untilReady();
  const confirm = person.confirmButton("enter", "3");
  if (await confirm.isEnabled()) {
    await confirm.click();
  } else {
    await expect(person.page.getByText("This review has started run 1.")).toBeVisible();
    await person.link("Open run 1").click();
  }
  await person.untilAt(/\/runs\/1$/);
  expect(await cloud.puts(project)).toHaveLength(1);
});

test("a review that stands open in two tabs starts one run", async ({ enter, cloud, visitElsewhere }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  const again = await visitElsewhere(project);
  await again.signIn();
  await reviewThree(person, project);
  await again.open(new URL(person.page.url()).pathname);
  await person.confirm("enter", "3");
  await again.confirmButton("enter", "3").click();
  await again.untilAt(/\/runs\/1$/);
  await again.untilState("Ended");
  expect(await cloud.puts(project)).toHaveLength(1);
});

test("of two people with one desktop the later sends nothing and is told of the other run", async ({
  enter,
  cloud,
  visitElsewhere,
}) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  const later = await visitElsewhere(await cloud.newUser(project));
  await later.signIn();
  await later.selectDesktops(namesOf(project).slice(2));
  await later.review("enter", "1");
  await cloud.slowDown(project, 3_000);
  await reviewThree(person, project);
  await person.confirm("enter", "3");
  await later.confirmButton("enter", "1").click();
  await expect(later.alert()).toContainText("Another open run holds some of these desktops.");
  const row = later.row("Desktops in this review", namesOf(project)[2]!);
  await expect(row).toContainText(`in run 1 by ${project.user}`);
  await expect(later.confirmButton("enter", "1")).toBeDisabled();
  await expect(later.page.getByText("One is in another open run")).toBeVisible();
  await cloud.slowDown(project, 0);
  await person.untilState("Ended");
  expect(await cloud.puts(project)).toHaveLength(1);
  await later.openHistory();
  await expect(later.page.getByRole("table", { name: "Runs" }).getByRole("rowheader")).toHaveCount(1);
});

test("a review belongs to its author", async ({ enter, cloud, visitElsewhere, guard }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await reviewThree(person, project);
  const other = await visitElsewhere(await cloud.newUser(project));
  await other.signIn();
  guard.allowStatus(404);
  await other.open(new URL(person.page.url()).pathname);
  await expect(other.alert()).toContainText("There is no such page here.");
  await other.open(other.at("review/%3Cb%3E"));
  await expect(other.alert()).toContainText("There is no such page here.");
});
