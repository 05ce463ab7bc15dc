import { accounts, expect, test } from "../support/sso";
import { cookieLine, sendRaw } from "../support/sso/raw-request";

test("a lead reads who was refused, from where and why", async ({ cloud, come, federate, gate, drydock }) => {
  const project = await cloud.newProject({ desktops: 2, plain: true });
  await federate([[accounts.operator, [project]], [accounts.lead, [await cloud.newUser(project)]]]);
  const first = come(accounts.operator, project);
  await first.enter();
  await first.openHistory();
  // An operator's History has runs alone, and asking for more says whose it is.
  await expect(first.link("Audit")).toHaveCount(0);
  const cookies = await cookieLine(first.page.context(), gate.origin);
  await sendRaw(gate.origin, first.at("desktops"), { lines: [cookies, "Accept: text/html", "Connection: close, X-Forwarded-User"] });
  await sendRaw(drydock.url, "/sign-in", { lines: ["Accept: text/html", `X-Forwarded-User: ${accounts.lead.sub}`], from: "127.0.0.2" });
  await first.page.context().clearCookies();

  const lead = first.makeRoomFor(accounts.lead);
  await lead.enter();
  await lead.openHistory();
  await lead.link("Audit").click();
  const audit = lead.page.getByRole("table", { name: "Audit", exact: true });
  const row = (...texts: string[]) =>
    texts.reduce((rows, hasText) => rows.filter({ hasText }), audit.getByRole("row"));
  await expect(row(accounts.lead.name, "Signed in", "127.0.0.1 through 127.0.0.1").first()).toBeVisible();
  await expect(row(accounts.operator.name, "Identity missing, session ended").first()).toBeVisible();
  await expect(row("Identity not believed", "127.0.0.2").first()).toBeVisible();
});

test("the audit is a lead's alone", { tag: "@server" }, async ({ cloud, come, federate, guard }) => {
  guard.allowStatus(403);
  const project = await cloud.newProject({ desktops: 1 });
  await federate([[accounts.operator, [project]]]);
  const person = come(accounts.operator, project);
  await person.enter();
  await person.open(`${person.at("history")}?show=audit`);
  await expect(person.alert()).toContainText("Needs the lead role.");
});
