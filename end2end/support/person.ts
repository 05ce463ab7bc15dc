import { expect, type Locator, type Page } from "@playwright/test";

import type { Access } from "./cloud";

/** What a person types on the Review page. */
export interface Why {
  reason?: string;
  details?: string;
  ticket?: string;
  until?: string;
}

/** Which way desktops go. */
export type Way = "enter" | "leave";

/** Somebody in front of a browser. Finds everything as people do: by role and name. */
export class Person {
  constructor(
    readonly page: Page,
    readonly access: Access,
    /** The address of Drydock. */
    private readonly origin: string,
    /** Whether the browser runs scripts. */
    readonly hasScript: boolean,
  ) {}

  // Going about

  /** An address of the person's project. */
  at(path: string): string {
    return `/${encodeURIComponent(this.access.project)}/${path}`;
  }

  /** Opens an address and waits until the page can be used. */
  async open(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
    await this.untilReady();
  }

  /** Loads the page anew. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.untilReady();
  }

  /** The script, where there is one, has taken over. */
  async untilReady(): Promise<void> {
    if (this.hasScript) {
      await expect(this.page.locator("html")).toHaveAttribute("data-hydrated", "", { timeout: 15_000 });
    }
  }

  /** The page now open is under this path. */
  async untilAt(path: RegExp): Promise<void> {
    await this.page.waitForURL((url) => path.test(url.pathname));
    await this.untilReady();
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name, exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole("link", { name, exact: true });
  }

  alert(): Locator {
    return this.page.getByRole("alert");
  }

  /** A row by the name of its desktop, or its run. */
  row(table: string, name: string): Locator {
    const head = this.page.getByRole("rowheader", { name, exact: true });
    return this.page.getByRole("table", { name: table, exact: true }).getByRole("row").filter({ has: head });
  }

  // Sign in

  /** Fills the form and presses Sign in. */
  async tryToSignIn(changed: Partial<Access> = {}): Promise<void> {
    const access = { ...this.access, ...changed };
    await this.page.getByRole("textbox", { name: "Account" }).fill(access.account);
    await this.page.getByRole("textbox", { name: "User name" }).fill(access.user);
    await this.page.getByLabel("Password", { exact: true }).fill(access.password);
    await this.page.getByRole("textbox", { name: "Project name" }).fill(access.project);
    await this.button("Sign in").click();
  }

  /** Signs in and arrives at Desktops. */
  async signIn(): Promise<void> {
    await this.open("/sign-in");
    await this.tryToSignIn();
    await this.untilAt(/\/desktops$/);
    await expect(this.heading("Desktops")).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.page.locator("summary").filter({ hasText: this.access.user }).click();
    await this.button("Sign out").click();
    await this.untilAt(/^\/sign-in$/);
  }

  /** Opens another project by the form in the banner, with the password where it takes one. */
  async openProject(project: string, password?: string): Promise<void> {
    const banner = this.page.getByRole("banner");
    await banner.locator("summary").filter({ hasText: "Open another project" }).click();
    await banner.getByRole("combobox", { name: "Project", exact: true }).selectOption(project);
    if (password !== undefined) {
      await banner.getByLabel("Password", { exact: true }).fill(password);
    }
    await this.button("Open project").click();
  }

  /** Opens Sessions by the operator's menu. */
  async openSessions(): Promise<void> {
    await this.page.locator("summary").filter({ hasText: this.access.user }).click();
    await this.link("Sessions").click();
    await this.untilAt(/^\/sessions$/);
    await expect(this.heading("Sessions")).toBeVisible();
  }

  /** The rows of Sessions, without the head. */
  sessions(): Locator {
    const table = this.page.getByRole("table", { name: "Your sessions", exact: true });
    return table.getByRole("row").filter({ has: this.page.getByRole("rowheader") });
  }

  // Desktops

  /** The rows of the list, without its head. */
  desktopRows(): Locator {
    const table = this.page.getByRole("table", { name: "Desktops", exact: true });
    return table.getByRole("row").filter({ has: this.page.getByRole("checkbox", { name: /^Select (?!this page$)/ }) });
  }

  checkbox(desktop: string): Locator {
    return this.page.getByRole("checkbox", { name: `Select ${desktop}`, exact: true });
  }

  /** Leaves only those that match, and waits until they, and so many, are shown. */
  async search(text: string, matching: string): Promise<void> {
    await this.page.getByRole("searchbox", { name: "Search desktops" }).fill(text);
    await this.applyFilters();
    await this.page.waitForURL((url) => (url.searchParams.get("q") ?? "") === text.trim());
    await this.expectMatching(matching);
  }

  /** Presses the button that only a page without a script has. */
  async applyFilters(): Promise<void> {
    if (!this.hasScript) {
      await this.button("Apply filters").click();
    }
  }

  async expectMatching(number: string): Promise<void> {
    await expect(this.page.getByText(new RegExp(`(^| )${number} matching$`)).first()).toBeVisible();
  }

  async selectDesktops(names: string[]): Promise<void> {
    for (const name of names) {
      await this.checkbox(name).check();
    }
  }

  /** Selects everything that this page shows, and it alone. */
  async selectPage(): Promise<void> {
    await this.page.getByRole("checkbox", { name: "Select this page" }).check();
  }

  /** Selects everything that matches, on every page. */
  async selectAll(number: string): Promise<void> {
    await this.button(`Select all ${number} matching`).click();
    await this.expectSelected(`${number} selected`);
  }

  async expectSelected(status: string): Promise<void> {
    const bar = this.page.getByRole("region", { name: "Selection" });
    await expect(bar.getByRole("status")).toHaveText(status);
  }

  /** The button that leads to the review; with a script it counts what would change. */
  reviewButton(way: Way, number: string): Locator {
    const counted = this.hasScript ? `${number} ` : "";
    const name = way === "enter" ? `Put ${counted}into maintenance…` : `Return ${counted}to service…`;
    return this.button(name);
  }

  /** Goes on to the review of what is selected. */
  async review(way: Way, number: string): Promise<void> {
    await this.reviewButton(way, number).click();
    await this.untilAt(/\/review\//);
  }

  // Review

  /** Says why. */
  async sayWhy(why: Why): Promise<void> {
    if (why.reason !== undefined) {
      await this.page.getByRole("combobox", { name: "Reason" }).selectOption(why.reason);
    }
    for (const [name, text] of [["Details", why.details], ["Ticket", why.ticket], ["Until", why.until]] as const) {
      if (text !== undefined) {
        await this.page.getByRole("textbox", { name, exact: true }).fill(text);
      }
    }
  }

  confirmButton(way: Way, number: string): Locator {
    const desktops = `${number} ${number === "1" ? "desktop" : "desktops"}`;
    return this.button(way === "enter" ? `Put ${desktops} into maintenance` : `Return ${desktops} to service`);
  }

  /** Confirms and arrives at the run. */
  async confirm(way: Way, number: string): Promise<void> {
    await this.confirmButton(way, number).click();
    await this.untilAt(/\/runs\/\d+$/);
  }

  /** Ticks, reviews and confirms. */
  async start(way: Way, names: string[]): Promise<void> {
    await this.selectDesktops(names);
    await this.review(way, String(names.length));
    await this.confirm(way, String(names.length));
  }

  /** Selects the whole project, reviews and confirms. */
  async startAll(way: Way, number: string): Promise<void> {
    await this.selectAll(number);
    await this.review(way, number);
    await this.confirm(way, number);
  }

  // Run

  /** Waits for what a run comes to; without a script the page is loaded anew until it says so. */
  async untilShown(what: Locator, seconds = 20): Promise<void> {
    if (this.hasScript) {
      await expect(what).toBeVisible({ timeout: seconds * 1000 });
      return;
    }
    await expect(async () => {
      await this.page.reload();
      await expect(what).toBeVisible({ timeout: 500 });
    }).toPass({ intervals: [100, 250, 500], timeout: seconds * 1000 });
  }

  /** The state of the run, such as `Ended` or `Paused: sign in to go on`. */
  state(word: string): Locator {
    return this.page.getByRole("main").getByText(new RegExp(`^${word}\\b`)).first();
  }

  async untilState(word: string, seconds?: number): Promise<void> {
    await this.untilShown(this.state(word), seconds);
  }

  async expectVerdict(desktop: string, verdict: string): Promise<void> {
    await expect(this.row("Desktops in this run", desktop).getByText(verdict, { exact: true })).toBeVisible();
  }

  /** How many rows the run counts for each verdict, on the links above the table. */
  async expectCounts(counts: Record<string, string>): Promise<void> {
    for (const [name, number] of Object.entries(counts)) {
      await expect(this.link(`${name} ${number}`)).toBeVisible();
    }
  }

  /** What the cloud said about a desktop, opened where it was closed. */
  async openAnswer(desktop: string): Promise<Locator> {
    const answer = this.row("Desktops in this run", desktop).locator("xpath=following-sibling::tr[1]");
    const details = answer.getByRole("group").first();
    if ((await details.getAttribute("open")) === null) {
      await details.locator("summary").click();
    }
    return answer;
  }

  // History

  async openHistory(): Promise<void> {
    await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "History" }).click();
    await this.untilAt(/\/history$/);
    await expect(this.heading("History")).toBeVisible();
  }

  /** A run in the list of runs. */
  run(number: number): Locator {
    return this.row("Runs", `Run ${number}`);
  }
}
