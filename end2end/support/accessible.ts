import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Faults that keep somebody from doing the job. */
const GRAVE = ["serious", "critical"];

/** Neither theme of the page has a grave fault. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const grave = violations.filter((violation) => GRAVE.includes(violation.impact ?? ""));
    const told = grave.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.html}\n${node.failureSummary ?? ""}`),
    );
    expect(told, `${colorScheme} theme of ${page.url()}`).toEqual([]);
  }
}
