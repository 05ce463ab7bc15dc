import { join } from "node:path";

import type { Page } from "@playwright/test";

const SMALL = { width: 1280, height: 720 };
const LARGE = { width: 1440, height: 900 };

/** Takes a page as it stands in light and dark on a small laptop, and in light on a larger screen. */
export async function takePictures(page: Page, folder: string, name: string): Promise<void> {
  for (const [theme, viewport] of [["light", SMALL], ["dark", SMALL], ["light", LARGE]] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(viewport);
    const path = join(folder, `${name}-${theme}-${viewport.width}x${viewport.height}.png`);
    await page.screenshot({ path, animations: "disabled" });
  }
}
