import { expectAccessible } from "../support/accessible";
import { expect, test } from "../support/fixtures";

test("whoever is signed in once has one session, and nothing to end", async ({ enter }) => {
  test.slow();
  const { person, project } = await enter({ desktops: 1 });
  await person.openSessions();
  await expect(person.page).toHaveTitle("Sessions · Drydock");
  await expect(person.page.getByRole("banner")).toContainText(project.project);
  await expect(person.sessions()).toHaveCount(1);
  await expect(person.sessions()).toContainText("This session");
  await expect(person.sessions()).toContainText(/Chrome \d+ on Linux/);
  await expect(person.button("End session")).toHaveCount(0);
  await expect(person.button("End all other sessions")).toBeDisabled();
  await expect(person.page.getByText("There is no other session")).toBeVisible();
  if (person.hasScript) {
    await expectAccessible(person.page);
  }
});

test("B8 a session that is ended from another browser is signed out", async ({ enter, visitElsewhere }) => {
  const { person, project } = await enter({ desktops: 2, plain: true });
  const elsewhere = await visitElsewhere(project);
  await elsewhere.signIn();
  await person.openSessions();
  await expect(person.sessions()).toHaveCount(2);
  await expect(person.sessions().filter({ hasText: "This session" })).toHaveCount(1);
  await person.sessions().filter({ hasNotText: "This session" }).getByRole("button", { name: "End session" }).click();
  await expect(person.sessions()).toHaveCount(1);
  await person.untilReady();
  await elsewhere.open(elsewhere.at("desktops"));
  await expect(elsewhere.heading("Sign in")).toBeVisible();
  await expect(elsewhere.alert()).toContainText("Your session has ended.");
  await person.open(person.at("desktops"));
  await expect(person.desktopRows()).toHaveCount(2);
});

test("B8 all other sessions end with one press, and nobody else's", async ({ enter, cloud, visitElsewhere }) => {
  test.slow();
  const { person, project } = await enter({ desktops: 1, plain: true });
  const others = [await visitElsewhere(project), await visitElsewhere(project)];
  const colleague = await visitElsewhere(await cloud.newUser(project));
  for (const it of [...others, colleague]) {
    await it.signIn();
  }
  await person.openSessions();
  await expect(person.sessions()).toHaveCount(3);
  await person.button("End all other sessions").click();
  await expect(person.sessions()).toHaveCount(1);
  for (const other of others) {
    await other.open(other.at("desktops"));
    await expect(other.heading("Sign in")).toBeVisible();
  }
  await colleague.reload();
  await expect(colleague.heading("Desktops")).toBeVisible();
});
