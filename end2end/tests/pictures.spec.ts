import { expect, test } from "../support/fixtures";
import { takePictures } from "../support/pictures";

const folder = process.env["PICTURES"] ?? "pictures";

/** Three refuse, the others are as varied as a real project's. */
test("pictures of the pages", async ({ cloud, visit, visitElsewhere }) => {
  test.slow();
  const project = await cloud.newProject({ desktops: 234, sentinels: ["403", "404", "409"] });
  const person = visit(project);
  await person.open("/sign-in");
  await person.tryToSignIn({ password: "wrong" });
  await expect(person.alert()).toBeVisible();
  await person.untilReady();
  await takePictures(person.page, folder, "sign-in-error");

  await person.signIn();
  await person.selectPage();
  await person.expectSelected("50 selected");
  await expect(person.button(/^Put \d+ into maintenance…$/)).toBeEnabled();
  await takePictures(person.page, folder, "desktops");

  await person.button(/^Put \d+ into maintenance…$/).click();
  await person.untilAt(/\/review\//);
  await person.sayWhy({ reason: "Patching", details: "October security updates", ticket: "CHG0030027", until: "+2h" });
  await takePictures(person.page, folder, "review");

  await cloud.slowDown(project, 1_500);
  await person.button(/^Put \d+ desktops into maintenance$/).click();
  await person.untilAt(/\/runs\/1$/);
  await person.untilState("Running");
  await expect(person.page.getByText(/^\d+ of 50 desktops have a verdict$/)).toBeVisible();
  await takePictures(person.page, folder, "run-live");
  await cloud.slowDown(project, 0);
  await person.untilState("Ended", 60);
  await takePictures(person.page, folder, "run-ended");

  await person.openHistory();
  await takePictures(person.page, folder, "history");
  await person.link("Audit").click();
  await expect(person.page.getByRole("table", { name: "Audit" })).toBeVisible();
  await takePictures(person.page, folder, "audit");

  const elsewhere = await visitElsewhere(project);
  await elsewhere.signIn();
  await person.openSessions();
  await takePictures(person.page, folder, "sessions");
  await person.page.locator("summary").filter({ hasText: "Open another project" }).click();
  await takePictures(person.page, folder, "another-project");
  await person.page.setViewportSize({ width: 420, height: 800 });
  await person.page.screenshot({ path: `${folder}/another-project-420.png` });
  await person.page.locator("summary").filter({ hasText: "Open another project" }).click();
  await person.page.locator("summary").filter({ hasText: project.user }).click();
  await person.page.screenshot({ path: `${folder}/sessions-420.png` });
  await person.open(`${person.at("history")}?show=audit`);
  await person.page.screenshot({ path: `${folder}/audit-420.png` });
});
