import type { DesktopPlan } from "../support/cloud";
import { expect, test } from "../support/fixtures";
import type { Person } from "../support/person";

/** Names as they must not, but do, come: markup, a mark that turns text around, and 4 kB. */
const ODD: DesktopPlan[] = [
  { computer_name: "AA1-<b>bold</b><script>alert(1)</script>", user_name: "</textarea><img src=x onerror=alert(1)>" },
  { computer_name: "AA2-invoice\u202egnp.exe", user_name: "עומר \u202dabc" },
  { computer_name: `AA3-${"long".repeat(1_024)}`, user_name: "u".repeat(4_096) },
];

/** Sends the form around the boxes with many ids, as a script that lost its mind would. */
async function sendTicks(person: Person, count: number): Promise<void> {
  await person.page.evaluate((count) => {
    const form = document.querySelector<HTMLFormElement>("form#choose");
    if (form === null) {
      throw new Error("there is no form around the boxes");
    }
    const add = (name: string, value: string) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    };
    add("mode", "enter");
    for (let number = 0; number < count; number += 1) {
      add("ids[]", `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);
    }
    form.submit();
  }, count);
}

test("fifty desktops stand on a page, by name", async ({ enter }) => {
  const { person } = await enter({ desktops: 60, plain: true, sentinels: ["403"] });
  await expect(person.desktopRows()).toHaveCount(50);
  await expect(person.desktopRows().first()).toContainText("AAA-refuses-403");
  await person.expectMatching("61");
  await person.link("Next page").click();
  await expect(person.desktopRows()).toHaveCount(11);
  await expect(person.checkbox("AAA-refuses-403")).toHaveCount(0);
  await person.link("Previous page").click();
  await expect(person.checkbox("AAA-refuses-403")).toBeVisible();
});

test("a column's head orders the list, and back", async ({ enter }) => {
  const { person } = await enter({ desktops: 10, plain: true, sentinels: ["403"] });
  await person.link("Desktop").click();
  await expect(person.desktopRows().last()).toContainText("AAA-refuses-403");
  await person.link("Desktop").click();
  await expect(person.desktopRows().first()).toContainText("AAA-refuses-403");
});

test("search and filters live in the address and are taken off one by one", async ({ enter }) => {
  const extra: DesktopPlan[] = [
    { computer_name: "ZED-1", status: "ACTIVE", connect_status: "CONNECTED", in_maintenance_mode: true },
    { computer_name: "ZED-2", status: "SHUTOFF", connect_status: "UNREGISTER" },
  ];
  const { person } = await enter({ desktops: 20, plain: true, extra });
  await person.search("zed-", "2");
  await person.page.getByRole("combobox", { name: "Maintenance" }).selectOption("In maintenance");
  await person.applyFilters();
  await person.expectMatching("1");
  await expect(person.desktopRows()).toContainText("ZED-1");
  await person.page.getByRole("combobox", { name: "Power" }).selectOption("Off");
  await person.applyFilters();
  await expect(person.page.getByText("No desktop matches")).toBeVisible();
  await person.reload();
  await expect(person.page.getByText("No desktop matches")).toBeVisible();
  await person.button("Remove filter Maintenance").click();
  await expect(person.desktopRows()).toContainText("ZED-2");
  await person.button("Remove filter Power").click();
  await person.button("Remove filter Search").click();
  await person.expectMatching("22");
});

test("whatever stands in the address, the page is whole", async ({ enter }) => {
  const { person } = await enter({ desktops: 3, plain: true });
  const junk = [
    `q=${"x".repeat(5_000)}`,
    "q=%25%27%22%3C%3E%00",
    "q=%ff%fe",
    `q=${encodeURIComponent("\u202e王<b>%_'")}`,
    "page=-1",
    "page=0",
    "page=99999999999999999999",
    "page=NaN&page=2",
    "maintenance=%3Cb%3E&power=7&session=-",
    "sort=evil&select=everything&%%%",
  ];
  for (const query of junk) {
    await person.open(`${person.at("desktops")}?${query}`);
    await expect(person.heading("Desktops")).toBeVisible();
    await expect(person.page.getByRole("searchbox", { name: "Search desktops" })).toBeVisible();
    await expect(person.page.getByText(/ matching$|No desktop matches/).first()).toBeVisible();
  }
});

test("where nothing matches the filters are named, and where nothing is the project", async ({ enter }) => {
  const { person } = await enter({ desktops: 4, plain: true });
  await person.search("nobody has this name", "0");
  await expect(person.page.getByText("No desktop matches")).toBeVisible();
  await person.button("Clear search").click();
  await expect(person.desktopRows()).toHaveCount(4);
});

test("an empty project says so", async ({ enter }) => {
  const { person, project } = await enter({ desktops: 0 });
  await expect(person.page.getByText("No desktop in this project")).toBeVisible();
  await expect(person.page.getByText(`Workspace is enabled in ${project.project} and has no desktops yet`)).toBeVisible();
});

for (const [workspace, sentence, code] of [
  ["disabled403", "Workspace is not enabled in this project.", "WKS.00010099"],
  ["missing400", "Workspace is not enabled in this project.", "WKS.00170117"],
  ["may_not_list", "You may not list the desktops of this project.", "WKS.00000403"],
] as const) {
  test(`a project with ${workspace} says what to do, in its own sentence`, async ({ enter }) => {
    const { person } = await enter({ desktops: 3, workspace });
    await expect(person.alert()).toContainText(sentence);
    await expect(person.alert()).toContainText(code);
    await expect(person.alert()).toContainText("request id");
  });
}

test("while the cloud is down the list that is there stays", async ({ enter, cloud }) => {
  const { person } = await enter({ desktops: 4, plain: true });
  await expect(person.desktopRows()).toHaveCount(4);
  await cloud.beDown(true);
  await person.button("Refresh").click();
  await person.untilShown(person.alert().filter({ hasText: "Huawei Cloud does not answer." }));
  await expect(person.desktopRows()).toHaveCount(4);
  await cloud.beDown(false);
  await person.button("Refresh").click();
  await person.untilShown(person.page.getByText(/^4 in this project/));
});

test("C10 odd names are text on every page", async ({ enter }) => {
  const { person } = await enter({ desktops: 1, plain: true, extra: ODD });
  const names = ODD.map((desktop) => desktop.computer_name);
  for (const { computer_name, user_name } of ODD) {
    await expect(person.desktopRows().filter({ hasText: computer_name })).toContainText(user_name ?? "");
  }
  await person.selectDesktops(names);
  await person.review("enter", "3");
  for (const name of names) {
    await expect(person.row("Desktops in this review", name)).toBeVisible();
  }
  await person.sayWhy({ details: "</textarea><script>alert(2)</script>\u202e", ticket: "<b>T</b>" });
  await person.confirm("enter", "3");
  await person.untilState("Ended");
  for (const name of names) {
    await person.expectVerdict(name, "Changed");
  }
  await expect(person.page.getByText("</textarea><script>alert(2)</script>")).toBeVisible();
  await person.openHistory();
  await expect(person.run(1)).toContainText("<b>T</b>");
});

test("nothing selected can do nothing, and the page says why", async ({ enter }) => {
  const { person } = await enter({ desktops: 3, plain: true });
  await person.expectSelected("Nothing selected");
  if (person.hasScript) {
    await expect(person.button("Put into maintenance…")).toBeDisabled();
    await expect(person.button("Return to service…")).toBeDisabled();
    await expect(person.page.getByText("Select desktops first")).toBeVisible();
    await sendTicks(person, 0);
  } else {
    await person.button("Put into maintenance…").click();
  }
  await expect(person.alert()).toContainText("Nothing was selected.");
  await expect(person.desktopRows()).toHaveCount(3);
});

test("all matching ends with its filter, and the page says so", async ({ enter }) => {
  const { person } = await enter({ desktops: 12, plain: true });
  await person.selectAll("12");
  await person.search("0003", "1");
  await person.expectSelected("Nothing selected");
  await expect(person.page.getByText("The filters changed, so “all matching” ended.")).toBeVisible();
  await person.desktopRows().first().getByRole("checkbox").check();
  const nothing = person.page.getByRole("region", { name: "Selection" }).getByText("Nothing selected");
  await expect(nothing).not.toBeVisible();
});

test("5,001 ticks are refused with the limit, and the filters stay", async ({ enter }) => {
  const { person } = await enter({ desktops: 3, plain: true });
  await person.search("0002", "1");
  await sendTicks(person, 5_001);
  await expect(person.alert()).toContainText("5,001 desktops are more than one review takes by tick.");
  await expect(person.alert()).toContainText("The most is 5,000.");
  await expect(person.desktopRows()).toHaveCount(1);
});

test("all of 1,000 go by their filter, not by their ticks", async ({ enter, cloud }) => {
  test.slow();
  const { person, project } = await enter({ desktops: 1_000, plain: true });
  await person.selectAll("1,000");
  await person.review("enter", "1,000");
  await expect(person.heading("Review: put 1,000 desktops into maintenance")).toBeVisible();
  await person.confirm("enter", "1,000");
  await person.untilState("Ended", 45);
  await person.expectCounts({ All: "1,000", Changed: "1,000" });
  expect(await cloud.puts(project)).toHaveLength(10);
});

test.describe("with a script", { tag: "@script" }, () => {
  test("the buttons count what would change", async ({ enter }) => {
    const extra: DesktopPlan[] = [
      { computer_name: "AA1-in", in_maintenance_mode: true },
      { computer_name: "AA2-out", connect_status: "CONNECTED" },
      { computer_name: "AA3-out" },
    ];
    const { person } = await enter({ desktops: 2, plain: true, extra });
    await person.selectDesktops(["AA1-in", "AA2-out", "AA3-out"]);
    await person.expectSelected("3 selected");
    await expect(person.reviewButton("enter", "2")).toBeEnabled();
    await expect(person.reviewButton("leave", "1")).toBeEnabled();
    await expect(person.page.getByText("1 connected")).toBeVisible();
    await person.checkbox("AA1-in").uncheck();
    await expect(person.reviewButton("leave", "0")).toBeDisabled();
    await expect(person.page.getByText("All are in service")).toBeVisible();
    await person.button("Clear selection").click();
    await person.expectSelected("Nothing selected");
  });

  test("the selection survives filter, page and loading anew", async ({ enter }) => {
    const { person } = await enter({ desktops: 60, plain: true, sentinels: ["403"] });
    await person.selectDesktops(["AAA-refuses-403"]);
    await person.link("Next page").click();
    await expect(person.desktopRows()).toHaveCount(11);
    await person.desktopRows().first().getByRole("checkbox").check();
    await person.expectSelected("2 selected");
    await person.search("refuses", "1");
    await expect(person.checkbox("AAA-refuses-403")).toBeChecked();
    await person.expectSelected("2 selected");
    await person.reload();
    await person.expectSelected("2 selected");
    await expect(person.checkbox("AAA-refuses-403")).toBeChecked();
    await person.review("enter", "2");
    await expect(person.heading("Review: put 2 desktops into maintenance")).toBeVisible();
  });

  test("one press selects this page, and it alone", async ({ enter }) => {
    const { person } = await enter({ desktops: 60, plain: true });
    await person.selectPage();
    await person.expectSelected("50 selected");
    await person.desktopRows().first().getByRole("checkbox").uncheck();
    await person.expectSelected("49 selected");
    const page = person.page.getByRole("checkbox", { name: "Select this page" });
    await expect(page).toHaveJSProperty("indeterminate", true);
  });

  test("two ticks and a search that came before the script are not lost", async ({ cloud, visit }) => {
    const project = await cloud.newProject({ desktops: 20, plain: true, sentinels: ["403", "404"] });
    const person = visit(project);
    await person.signIn();
    await person.page.route(/\.wasm$/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await route.continue();
    });
    await person.page.goto(new URL(person.at("desktops"), person.page.url()).href, { waitUntil: "commit" });
    await person.selectDesktops(["AAA-refuses-403", "AAA-refuses-404"]);
    await person.page.getByRole("searchbox", { name: "Search desktops" }).fill("refuses");
    await expect(person.page.locator("html")).not.toHaveAttribute("data-hydrated");
    await person.untilReady();
    await person.expectSelected("2 selected");
    await person.expectMatching("2");
    await expect(person.page.getByRole("searchbox", { name: "Search desktops" })).toHaveValue("refuses");
    await expect(person.checkbox("AAA-refuses-403")).toBeChecked();
    await expect(person.checkbox("AAA-refuses-404")).toBeChecked();
    await expect(person.reviewButton("enter", "2")).toBeEnabled();
  });
});
