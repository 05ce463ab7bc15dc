import { expectAccessible } from "../support/accessible";
import type { DesktopPlan } from "../support/cloud";
import { expect, test } from "../support/fixtures";

/** 34 desktops and three that refuse, all of one person; they stand among others. */
const REFUSING: DesktopPlan[] = [
  { computer_name: "AAA-not-allowed", user_name: "night.shift", sentinel: "403" },
  { computer_name: "AAA-unknown", user_name: "night.shift", sentinel: "404" },
  { computer_name: "AAA-busy", user_name: "night.shift", sentinel: "409" },
];
const OBEYING: DesktopPlan[] = Array.from({ length: 34 }, (_, number) => ({
  computer_name: `NIGHT-${String(number + 1).padStart(4, "0")}`,
  user_name: "night.shift",
}));
const NAMES = [...REFUSING, ...OBEYING].map((desktop) => desktop.computer_name);

const REFUSALS = [
  {
    name: "AAA-not-allowed",
    code: "WKS.00000403",
    message: "You are not authorized to perform the action workspace:desktops:setMaintenanceMode.",
    detail: "The policy does not allow the action on the desktop AAA-not-allowed",
    next: "Ask the cloud team for the right",
  },
  {
    name: "AAA-unknown",
    code: "WKS.00010005",
    message: "The desktop does not exist.",
    detail: "No desktop was found with the ID",
    next: "Refresh the list of desktops",
  },
  {
    name: "AAA-busy",
    code: "WKS.00010032",
    message: "Operation conflict.",
    detail: "Wait until the current operation on the desktop has ended and try again.",
    next: "Wait until that task ends",
  },
];

test("C5 from the sign-in to 34 desktops in maintenance and three that say why not", async ({ enter, cloud }) => {
  const { person, project } = await enter({ desktops: 60, plain: true, extra: [...REFUSING, ...OBEYING] });
  await person.search("night.shift", "37");
  if (person.hasScript) {
    await person.selectPage();
    await person.expectSelected("37 selected");
  } else {
    await person.selectDesktops(NAMES);
  }

  await person.review("enter", "37");
  await expect(person.heading("Review: put 37 desktops into maintenance")).toBeVisible();
  await person.sayWhy({ reason: "Patching", ticket: "CHG0030027", until: "+2h" });
  await person.confirm("enter", "37");

  await expect(person.heading("Run 1")).toBeVisible();
  await person.untilState("Ended");
  await person.expectCounts({ All: "37", Changed: "34", Refused: "3" });
  const table = person.page.getByRole("table", { name: "Desktops in this run" });
  await expect(table.getByText("Changed", { exact: true })).toHaveCount(34);
  await expect(table.getByText("Refused", { exact: true })).toHaveCount(3);
  for (const { name, code, message, detail, next } of REFUSALS) {
    await person.expectVerdict(name, "Refused");
    const answer = await person.openAnswer(name);
    for (const [field, text] of [["error_code", code], ["error_msg", message], ["error_detail", detail]] as const) {
      await expect(answer.getByText(field, { exact: true })).toBeVisible();
      await expect(answer).toContainText(text);
    }
    await expect(answer.getByText("request id", { exact: true })).toBeVisible();
    await expect(answer).toContainText(next);
  }

  await person.openHistory();
  await expect(person.run(1)).toContainText("Put 37 into maintenance");
  await expect(person.run(1)).toContainText(`${project.user} · Patching · CHG0030027`);
  await expect(person.run(1)).toContainText("Ended");
  await expect(person.run(1)).toContainText("34 changed");
  await expect(person.run(1)).toContainText("3 refused");

  const inMaintenance = (await cloud.trueDesktops(project)).filter((desktop) => desktop.in_maintenance_mode);
  expect(inMaintenance.map((desktop) => desktop.computer_name).sort()).toEqual(
    OBEYING.map((desktop) => desktop.computer_name),
  );
});

test("neither theme of any page has a grave accessibility fault", { tag: "@script" }, async ({ cloud, visit }) => {
  test.slow();
  const project = await cloud.newProject({ desktops: 40, sentinels: ["403", "409"] });
  const person = visit(project);
  await person.open("/sign-in");
  await expectAccessible(person.page);
  await person.tryToSignIn({ password: "wrong" });
  await expect(person.alert()).toBeVisible();
  await expectAccessible(person.page);
  await person.signIn();
  await person.selectDesktops(["AAA-refuses-403", "AAA-refuses-409"]);
  await expectAccessible(person.page);
  await person.review("enter", "2");
  await expectAccessible(person.page);
  await person.confirm("enter", "2");
  await person.untilState("Ended");
  await expectAccessible(person.page);
  await person.openHistory();
  await expectAccessible(person.page);
});

test("the whole journey by keyboard", { tag: "@script" }, async ({ cloud, visit }) => {
  const project = await cloud.newProject({ desktops: 3, plain: true });
  const person = visit(project);
  const { keyboard } = person.page;
  const focused = person.page.locator(":focus");
  const tabTo = async (name: string | RegExp) => {
    // Far more stops than any page has: a name that is never reached ends the test.
    for (let stops = 0; stops < 60; stops += 1) {
      await keyboard.press("Tab");
      const label = await focused.evaluate((element) => {
        const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
        const spoken = element.getAttribute("aria-label") ?? labels[0]?.textContent ?? element.textContent ?? "";
        return spoken.trim();
      });
      if (typeof name === "string" ? label === name : name.test(label)) {
        return;
      }
    }
    throw new Error(`Tab never reaches ${name}`);
  };

  await person.open("/sign-in");
  await expect(person.page.getByRole("textbox", { name: "Account" })).toBeFocused();
  await keyboard.type(project.account);
  await tabTo("User name");
  await keyboard.type(project.user);
  await keyboard.press("Tab");
  await keyboard.type(project.password);
  await tabTo("Project name");
  await keyboard.type(project.project);
  await keyboard.press("Enter");
  await person.untilAt(/\/desktops$/);

  for (const desktop of project.desktops.slice(0, 2)) {
    await tabTo(`Select ${desktop.computer_name}`);
    await keyboard.press("Space");
  }
  await person.expectSelected("2 selected");
  await expect(person.reviewButton("enter", "2")).toBeEnabled();
  await tabTo("Put 2 into maintenance…");
  await keyboard.press("Enter");
  await person.untilAt(/\/review\//);
  await tabTo("Put 2 desktops into maintenance");
  await keyboard.press("Enter");
  await person.untilAt(/\/runs\/1$/);
  await person.untilState("Ended");
  await person.expectCounts({ Changed: "2" });
  await tabTo("History");
  await keyboard.press("Enter");
  await person.untilAt(/\/history$/);
  await expect(person.run(1)).toContainText("2 changed");
});
