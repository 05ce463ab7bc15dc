import { expect, test } from "../support/fixtures";

test("a project without runs says so", async ({ enter }) => {
  const { person } = await enter({ desktops: 1 });
  await person.openHistory();
  await expect(person.page.getByText("No run yet")).toBeVisible();
  await person.link("Choose desktops").click();
  await person.untilAt(/\/desktops$/);
});

test("runs stand newest first, each with who, why and what came of it", async ({ enter }) => {
  const { person, project } = await enter({ desktops: 3, plain: true, sentinels: ["409"] });
  const names = project.desktops.map((desktop) => desktop.computer_name);
  await person.selectDesktops(names);
  await person.review("enter", "4");
  await person.sayWhy({ reason: "Driver update", ticket: "CHG1" });
  await person.confirm("enter", "4");
  await person.untilState("Ended");
  await person.open(person.at("desktops"));
  if (person.hasScript) {
    await person.button("Clear selection").click();
  }
  await person.start("leave", names.slice(1, 3));
  await person.untilState("Ended");

  await person.openHistory();
  const heads = person.page.getByRole("table", { name: "Runs" }).getByRole("rowheader");
  await expect(heads).toHaveText(["Run 2", "Run 1"]);
  await expect(person.run(1)).toContainText("Put 4 into maintenance");
  await expect(person.run(1)).toContainText(`${project.user} · Driver update · CHG1`);
  await expect(person.run(1)).toContainText("3 changed");
  await expect(person.run(1)).toContainText("1 refused");
  await expect(person.run(2)).toContainText("Return 2 to service");
  await expect(person.run(2)).toContainText("2 changed");
  await person.link("Run 1").click();
  await person.untilAt(/\/runs\/1$/);
  await expect(person.heading("Run 1")).toBeVisible();
});

test("colleagues see the runs of a project, and nobody those of another", async ({ enter, cloud, visitElsewhere }) => {
  const { person, project } = await enter({ desktops: 2, plain: true });
  await person.start("enter", [project.desktops[0]!.computer_name]);
  await person.untilState("Ended");
  const colleague = await visitElsewhere(await cloud.newUser(project));
  await colleague.signIn();
  await colleague.openHistory();
  await expect(colleague.run(1)).toContainText(project.user);
  const stranger = await visitElsewhere(await cloud.newProject({ desktops: 1 }));
  await stranger.signIn();
  await stranger.openHistory();
  await expect(stranger.page.getByText("No run yet")).toBeVisible();
});

test("junk in the address shows the first page", async ({ enter }) => {
  const { person } = await enter({ desktops: 1, plain: true });
  for (const query of ["show=audits", "page=-1", "page=99999999999", "page=%00", `show=${"x".repeat(3_000)}`]) {
    await person.open(`${person.at("history")}?${query}`);
    await expect(person.page.getByText("No run yet")).toBeVisible();
  }
});

test("a lead sees who did what, when, from where and why", async ({ enter }) => {
  const { person, project } = await enter({ desktops: 2, plain: true });
  await person.start("enter", [project.desktops[0]!.computer_name]);
  await person.untilState("Ended");
  await person.openHistory();
  await person.link("Audit").click();
  await person.page.waitForURL((url) => url.searchParams.get("show") === "audit");
  const table = person.page.getByRole("table", { name: "Audit", exact: true });
  const confirmed = table.getByRole("row").filter({ hasText: "Confirmed a run" });
  await expect(confirmed).toContainText(project.user);
  await expect(confirmed).toContainText("127.0.0.1");
  await expect(table.getByRole("row").filter({ hasText: "Signed in" }).filter({ hasText: project.user })).toHaveCount(1);
  await confirmed.getByRole("link", { name: "Run 1" }).click();
  await person.untilAt(/\/runs\/1$/);
  await person.openHistory();
  await expect(person.link("Runs")).toHaveAttribute("aria-current", "page");
  await expect(person.run(1)).toBeVisible();
});
