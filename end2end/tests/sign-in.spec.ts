import type { Access } from "../support/cloud";
import { expect, test } from "../support/fixtures";
import { Person } from "../support/person";

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

test("D3 a locked user reads the same as a wrong password", async ({ cloud, visit }) => {
  const project = await cloud.newProject({ desktops: 1 });
  for (let tries = 0; tries < 5; tries += 1) {
    await cloud.failToSignIn(project);
  }
  const person = visit(project);
  await person.open("/sign-in");
  await person.tryToSignIn();
  await expect(person.alert()).toContainText("Huawei Cloud did not accept this sign-in.");
  await expect(person.alert()).toContainText(NOT_ACCEPTED);
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

test("C13 a way on that leaves this site is not passed through", { tag: "@server" }, async ({ cloud, visit }) => {
  const person = visit(await cloud.newProject({ desktops: 1 }));
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    await person.open(`/sign-in?next=${encodeURIComponent(next)}`);
    await expect(person.page.locator("input[name=next]")).toHaveValue("");
  }
});

test("B17 two tabs with two projects show and use each its own", async ({ enter, cloud }) => {
  test.slow();
  const { person, project } = await enter({ desktops: 2, plain: true });
  const branch = await cloud.newProject({ desktops: 3, plain: true, account: project.account, user: project.user });
  await person.signOut();
  await person.signIn();
  const tab = new Person(await person.page.context().newPage(), branch, new URL(person.page.url()).origin, person.hasScript);
  await tab.open(person.at("desktops"));
  await tab.openProject(branch.project, branch.password);
  await tab.untilAt(new RegExp(`^/${branch.project}/desktops$`));
  await expect(tab.page.getByRole("banner")).toContainText(branch.project);
  await expect(tab.desktopRows()).toHaveCount(3);

  const name = (of: typeof project) => of.desktops[0]!.computer_name;
  await person.start("enter", [name(project)]);
  await tab.start("enter", [name(branch)]);
  await person.untilState("Ended");
  await tab.untilState("Ended");
  for (const [it, own] of [[person, project], [tab, branch]] as const) {
    expect(new URL(it.page.url()).pathname).toBe(`/${own.project}/runs/1`);
    await it.expectVerdict(name(own), "Changed");
    await expect(it.page.getByRole("banner").locator("strong")).toHaveText(own.project);
    const puts = await cloud.puts(own);
    expect(puts.flatMap((put) => put.desktop_ids)).toEqual([own.desktops[0]!.desktop_id]);
  }
  // What is open already stands in the banner of the other one.
  await person.page.getByRole("banner").locator("summary").filter({ hasText: "Open another project" }).click();
  await person.link(branch.project).click();
  await person.untilAt(new RegExp(`^/${branch.project}/desktops$`));
});

test("another project without the password asks for it, with all else filled in", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 1, plain: true });
  const branch = await cloud.newProject({ desktops: 2, plain: true, account: project.account, user: project.user });
  await person.signOut();
  await person.signIn();
  await person.openProject(branch.project);
  await person.untilAt(/^\/sign-in$/);
  await expect(person.alert()).toContainText("Another project takes the password again.");
  await expectTypedAgain(person, branch);
  await expect(person.page.getByLabel("Password", { exact: true })).toBeFocused();
  await person.page.getByLabel("Password", { exact: true }).fill(branch.password);
  await person.button("Sign in").click();
  await person.untilAt(new RegExp(`^/${branch.project}/desktops$`));
  await expect(person.desktopRows()).toHaveCount(2);
});

test("whoever signs out with open runs is told what becomes of them", async ({ enter, cloud, guard }) => {
  test.slow();
  const { person, project } = await enter({ desktops: 3, plain: true });
  await cloud.slowDown(project, 5_000);
  guard.allowStatus(401);
  await person.start("enter", [project.desktops[0]!.computer_name]);
  await person.reload();
  await person.page.locator("summary").filter({ hasText: project.user }).click();
  const words = "1 open run of this session pauses when you sign out. It can be continued after signing in.";
  await expect(person.page.getByRole("banner").getByText(words)).toBeVisible();
  await person.button("Sign out").click();
  await person.untilAt(/^\/sign-in$/);
  await cloud.slowDown(project, 0);
});

test.describe("with a script", { tag: "@script" }, () => {
  test("A11 what a tab keeps of one person is gone for the next", async ({ enter, cloud, visit, guard }) => {
    const { person, project } = await enter({ desktops: 3, plain: true });
    // What the page asks just after its cookies are gone.
    guard.allowStatus(401);
    await person.selectDesktops([project.desktops[0]!.computer_name]);
    await person.expectSelected("1 selected");
    const kept = () => person.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("drydock.")));
    const [mine] = await kept();
    expect(mine).toContain(`selection.${project.project}`);
    // The next one comes without a sign-out, which would have the browser drop everything.
    await person.page.context().clearCookies();
    const next = visit(await cloud.newUser(project));
    await next.signIn();
    await next.expectSelected("Nothing selected");
    expect((await kept()).filter((key) => key === mine)).toEqual([]);
  });

  test("A12 what is typed on a review survives loading the page again", async ({ enter }) => {
    const { person, project } = await enter({ desktops: 2, plain: true });
    await person.selectDesktops([project.desktops[0]!.computer_name]);
    await person.review("enter", "1");
    const why = { reason: "Other", details: "first line\n<b>second</b> line", ticket: "CHG-7 & more", until: "+2h" };
    await person.sayWhy(why);
    await person.reload();
    await expect(person.page.getByRole("combobox", { name: "Reason" })).toHaveValue("Other");
    for (const [name, text] of [["Details", why.details], ["Ticket", why.ticket], ["Until", why.until]] as const) {
      await expect(person.page.getByRole("textbox", { name, exact: true })).toHaveValue(text);
    }
    await person.confirm("enter", "1");
    const drafts = () => person.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes(".review.")));
    await expect.poll(drafts).toEqual([]);
    await expect(person.page.getByText("CHG-7 & more")).toBeVisible();
  });

  test("A12 a session that ended elsewhere is told at once, and nothing typed is lost", async ({ enter, guard }) => {
    const { person, project } = await enter({ desktops: 3, plain: true });
    await person.selectDesktops([project.desktops[0]!.computer_name]);
    await person.expectSelected("1 selected");
    await person.page.context().clearCookies();
    guard.allowStatus(401);
    await person.page.getByRole("searchbox", { name: "Search desktops" }).fill("0002");
    await expect(person.alert()).toContainText("Your session has ended.");
    await person.expectSelected("1 selected");
    await person.link("Load the page again").click();
    await person.untilAt(/^\/sign-in$/);
    await person.tryToSignIn();
    await person.page.waitForURL((url) => url.searchParams.get("q") === "0002");
    await person.untilReady();
    await expect(person.alert()).toHaveCount(0);
    await person.expectSelected("1 selected");
  });
});
