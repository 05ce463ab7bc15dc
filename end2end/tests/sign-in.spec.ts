import type { Access } from "../support/cloud";
import { expect, test } from "../support/fixtures";
import type { Person } from "../support/person";

const NOT_ACCEPTED = "The account, user name, password or the right to that project is wrong.";

async function expectTypedAgain(person: Person, access: Access): Promise<void> {
  const { page } = person;
  await expect(page.getByRole("textbox", { name: "Account" })).toHaveValue(access.account);
  await expect(page.getByRole("textbox", { name: "User name" })).toHaveValue(access.user);
  await expect(page.getByRole("textbox", { name: "Project name" })).toHaveValue(access.project);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
}

test("whoever signs in arrives at the desktops of the project", async ({ enter }) => {
  const { person, project } = await enter({ desktops: 3, plain: true });
  await expect(person.page).toHaveTitle(`Desktops · ${project.project} · Drydock`);
  await expect(person.page.getByRole("banner")).toContainText(project.project);
  await expect(person.page.getByRole("banner")).toContainText(project.user);
  await expect(person.desktopRows()).toHaveCount(3);
});

test("without a project name the region's own project opens", async ({ visit }) => {
  const own = { account: "HarborCorp", user: "operator", password: "Operator-1", project: "", project_id: "" };
  const person = visit(own);
  await person.open("/sign-in");
  await person.tryToSignIn();
  await person.untilAt(/^\/ap-southeast-3\/desktops$/);
  await expect(person.checkbox("AAA-refuses-403")).toBeVisible();
});

test("a wrong password is said in place and only the password is lost", async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  await person.open("/sign-in");
  await person.tryToSignIn({ password: "wrong" });
  await expect(person.alert()).toContainText("Huawei Cloud did not accept this sign-in.");
  await expect(person.alert()).toContainText(NOT_ACCEPTED);
  await person.untilReady();
  await expectTypedAgain(person, person.access);
  await person.tryToSignIn();
  await person.untilAt(/\/desktops$/);
});

test("a project that is not there reads the same, so that nobody can ask for names", async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  await person.open("/sign-in");
  await person.tryToSignIn({ project: "somewhere-else" });
  await expect(person.alert()).toContainText(NOT_ACCEPTED);
  await expectTypedAgain(person, { ...person.access, project: "somewhere-else" });
});

test("every field that was left empty is named", async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  await person.open("/sign-in");
  await person.tryToSignIn({ user: "", password: "" });
  await expect(person.alert()).toContainText("The user name and password are missing.");
  await expect(person.page.getByText("Enter the user name.")).toBeVisible();
  await expect(person.page.getByText("Enter the password.")).toBeVisible();
});

test("a locked user is told to wait", async ({ cloud, visit }) => {
  const project = await cloud.newProject({ desktops: 1 });
  for (let tries = 0; tries < 5; tries += 1) {
    await cloud.failToSignIn(project);
  }
  const person = visit(project);
  await person.open("/sign-in");
  await person.tryToSignIn();
  await expect(person.alert()).toContainText("Huawei Cloud has locked this user for a while.");
});

test("while the cloud is down nobody is signed in and what was typed is kept", async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  await person.open("/sign-in");
  await cloud.beDown(true);
  await person.tryToSignIn();
  await expect(person.alert()).toContainText("Huawei Cloud does not answer.");
  await expectTypedAgain(person, person.access);
});

test("markup and marks that turn text around are typed text", async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  const account = `"><script>alert(1)</script>`;
  const user = "gnp.exe\u202e</textarea>&amp;";
  await person.open("/sign-in");
  await person.tryToSignIn({ account, user });
  await expect(person.alert()).toBeVisible();
  await expectTypedAgain(person, { ...person.access, account, user });
});

test("an address that was asked for before the sign-in opens after it", async ({ cloud, visit }) => {
  const project = await cloud.newProject({ desktops: 5, plain: true });
  const person = visit(project);
  const wanted = `${person.at("desktops")}?q=0003`;
  await person.open(wanted);
  await expect(person.heading("Sign in")).toBeVisible();
  await person.tryToSignIn();
  await person.untilAt(/\/desktops$/);
  expect(new URL(person.page.url()).search).toBe("?q=0003");
  await expect(person.desktopRows()).toHaveCount(1);
});

test("whoever signs in again has only the password to type", async ({ enter }) => {
  const { person, project } = await enter({ desktops: 2, plain: true });
  await person.open(`/sign-in?project=${encodeURIComponent(project.project)}`);
  await expectTypedAgain(person, project);
  await expect(person.page.getByLabel("Password", { exact: true })).toBeFocused();
});

test("after the sign-out the project is closed", async ({ enter }) => {
  const { person } = await enter({ desktops: 2, plain: true });
  const cookies = await person.page.context().cookies();
  await person.signOut();
  await person.open(person.at("desktops"));
  await expect(person.heading("Sign in")).toBeVisible();
  // The old cookie, kept by somebody, opens nothing either.
  await person.page.context().addCookies(cookies);
  await person.open(person.at("desktops"));
  await expect(person.heading("Sign in")).toBeVisible();
});

test("a project that the session has not opened offers to open it", async ({ enter, cloud, guard }) => {
  const { person } = await enter({ desktops: 2, plain: true });
  const other = await cloud.newProject({ desktops: 2, plain: true });
  guard.allowStatus(403);
  await person.open(`/${other.project}/desktops`);
  await expect(person.alert()).toContainText("This project is not open.");
  await person.link("Sign in to this project").click();
  await person.untilAt(/^\/sign-in$/);
  await expect(person.page.getByRole("textbox", { name: "Project name" })).toHaveValue(other.project);
});
